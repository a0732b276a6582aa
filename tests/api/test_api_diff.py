"""``translate.diff``: it agrees with ``verify``, tells what it leaves out, and says no more than is known."""

from __future__ import annotations

import dataclasses
import itertools
import random
from pathlib import Path
from typing import Any

import pytest

import translate
from tests.corpus import files
from tests.prover.points import FULL
from tests.prover.test_pairs import block, kube, pods, ports, source
from translate.prover.proof import Verdict

SAMPLES = Path(__file__).parents[2] / "samples"
PAIRS = [
    pair
    for folder in sorted({path.parent for path in SAMPLES.rglob("case.toml")})
    for pair in itertools.combinations([folder / f"{name}.yaml" for name in ("kubernetes", "calico", "cilium")], 2)
    if all(path.exists() for path in pair)
]


def verdict_of(rows: tuple[translate.DiffRow, ...]) -> Verdict:
    effects = {row.effect for row in rows}
    if len(effects) > 1 or Verdict.MIXED in effects:
        return Verdict.MIXED
    return next(iter(effects), Verdict.SAME)


def agrees(before: Any, after: Any) -> translate.Difference:
    """The difference, which says what the proof says."""
    found = translate.diff(before, after)
    proof = translate.verify(before, after).proof
    assert found.proof == proof
    if found.verdict is Verdict.UNDECIDED:
        assert found.reason
        return found
    assert found.is_whole
    assert verdict_of(found.rows) is proof.verdict
    if proof.later is not None:
        assert verdict_of((*found.rows, *found.later)) is proof.later
    for row in (*found.rows, *found.later):
        assert row.example.before.allowed is not row.example.after.allowed
    return found


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=[f"{a.parent.name}-{a.stem}-{b.stem}" for a, b in PAIRS])
def test_the_samples_are_told_as_they_are_proved(before: Path, after: Path) -> None:
    agrees(before, after)


def test_neighbours_of_the_corpus_are_told_as_they_are_proved() -> None:
    """Policies of strangers, each against the next one of its folder."""
    found = {folder: files(folder) for folder in ("kubernetes", "calico", "cilium")}
    if not all(found.values()):
        pytest.skip("the collected policies are not here")
    told = 0
    for paths in found.values():
        pairs = list(itertools.pairwise(paths))
        for before, after in pairs if FULL else random.Random(1).sample(pairs, 15):
            try:
                told += bool(agrees(before, after).rows)
            except translate.InputError:
                continue
    assert told > 15


def test_what_is_left_out_is_counted() -> None:
    before, after = kube([]), source(pods(app="a"), pods(role="b"), block("192.0.2.0/24"))
    whole, some = (translate.diff([before], [after], max_rows=most) for most in (1000, 1))
    assert len(whole.rows) > 1
    assert some.rows == whole.rows[:1]
    assert some.left_out == len(whole.rows) - 1
    assert (whole.is_whole, some.is_whole) == (True, False)


def test_a_budget_that_runs_out_is_told() -> None:
    """Nothing found is undecided; what was found is told, with the reason why it may not be all."""
    before, after = kube([]), source(*(pods(app=f"a{number}", role=f"b{number}") for number in range(8)))
    whole = translate.diff([before], [after])
    seen = set()
    for steps in range(1, 400):
        found = translate.diff([before], [after], max_steps=steps)
        if found.reason:
            assert str(steps) in found.reason
            assert len(found.rows) <= len(whole.rows)
            seen.add((found.verdict, bool(found.rows)))
        else:
            assert (found.verdict, found.rows) == (whole.verdict, whole.rows)
            break
    else:
        pytest.fail("there is an answer within 400 steps")
    assert (Verdict.UNDECIDED, False) in seen
    assert (Verdict.LOOSER, False) in seen or (Verdict.LOOSER, True) in seen or (Verdict.UNDECIDED, True) in seen


def test_what_is_not_read_is_undecided_and_has_no_rows() -> None:
    unread = {
        "apiVersion": "projectcalico.org/v3",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "x"},
        "spec": {"types": ["Ingress"], "ingress": [{"action": "Allow", "protocol": "TCP", "source": {"ports": ["a"]}}]},
    }
    found = translate.diff([unread], [kube([])])
    assert (found.verdict, found.rows, found.later) == (Verdict.UNDECIDED, (), ())
    assert found.reason
    assert found.verification.refusals


def test_rows_beside_what_is_not_judged() -> None:
    """A policy for hosts that changes leaves the answer open; what differs for pods is told all the same."""
    hosts = {
        "apiVersion": "projectcalico.org/v3",
        "kind": "GlobalNetworkPolicy",
        "metadata": {"name": "h"},
        "spec": {"selector": "all()", "applyOnForward": True, "doNotTrack": True, "types": ["Ingress"], "ingress": []},
    }
    found = translate.diff([kube([], name="p"), hosts], [kube([{}], name="p")], source_engine="calico")
    assert (found.verdict, [row.effect for row in found.rows]) == (Verdict.UNDECIDED, [Verdict.LOOSER])
    assert found.reason.startswith("GlobalNetworkPolicy/h is about traffic of hosts, is not judged")


def test_it_is_frozen_and_no_yes_or_no() -> None:
    found = translate.diff([kube([])], [ports({"port": 80})])
    with pytest.raises(TypeError, match="no yes or no"):
        bool(found)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.left_out = 3  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.rows[0].source = "nobody"  # type: ignore[misc]


def test_it_is_the_same_each_time() -> None:
    before, after = kube([]), source(pods(app="a"), pods(role="b"), block("192.0.2.0/24"))
    assert translate.diff([before], [after]) == translate.diff([before], [after])


def test_two_inputs_without_a_policy_are_no_question() -> None:
    with pytest.raises(translate.InputError, match="nothing to compare"):
        translate.diff([], [])
