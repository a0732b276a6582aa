"""Lists of ranges and of rules that are as long as feeds are: what they cost, in counts."""

from __future__ import annotations

import random
from typing import Any

import pytest

import translate
from benchmarks.growth import one, tangled
from translate.core.names import block
from translate.core.ranges import LAST_ADDRESS, bounds
from translate.prover.addresses import FEW_RUNS, Interval
from translate.prover.never import never_matching

MANY = 20_000


def feed(count: int, first: int) -> dict[str, Any]:
    """A policy that allows so many single addresses."""
    numbers = range(first << 24, (first << 24) + 2 * count, 2)
    blocks = [f"{n >> 24}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}/32" for n in numbers]
    spec = {
        "podSelector": {},
        "policyTypes": ["Egress"],
        "egress": [{"to": [{"ipBlock": {"cidr": text}} for text in blocks]}],
    }
    metadata = {"name": "feed", "namespace": "shop"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def test_a_range_is_parsed_once_however_long_the_list_is() -> None:
    texts, lines = block.cache_info().misses, bounds.cache_info().misses
    result = translate.convert([feed(MANY, 11)], to="cilium")
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.SAME
    assert block.cache_info().misses - texts <= MANY + 10
    assert bounds.cache_info().misses - lines <= MANY + 10


@pytest.mark.parametrize("count", [3, FEW_RUNS + 9])
def test_the_union_of_runs_is_that_of_their_masks(count: int) -> None:
    dice = random.Random(count)
    ends = sorted({dice.randrange(1, LAST_ADDRESS) for _ in range(2 * count)})
    runs = list(zip(ends[::2], ends[1::2], strict=True))
    line = Interval(tuple(sorted({0, *(first for first, _ in runs), *(last + 1 for _, last in runs)})))
    masks = [line.mask(first, last) for first, last in runs]
    found = line.union(runs)
    assert found == sum(masks)
    assert found.bit_count() == count


def test_whether_a_rule_ever_decides_is_asked_beside_those_alone_that_it_may_meet() -> None:
    policies = translate.load(one(tangled(100)))
    found = never_matching(policies)
    assert len(found) == 7
    assert never_matching(policies, steps=16_000) == found
