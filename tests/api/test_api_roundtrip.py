"""Each text of a round trip is read once: the input, what it became, and what came back."""

from __future__ import annotations

import cProfile
import io
from pathlib import Path
from typing import Any

import pytest

import translate
from tests.passes.fitting import documents, text
from translate import Verdict
from translate.yamlio.read import read

GIVEN = documents(
    text("kubernetes", "podSelector: {}, ingress: [{}]"), text("kubernetes", "podSelector: {}", "name: q")
)


class Counting(io.StringIO):
    """A text that counts how often somebody reads it."""

    reads = 0

    def read(self, *arguments: Any) -> str:
        self.reads += 1
        return super().read(*arguments)


def readings(given: Any, via: str, **options: Any) -> int:
    """How many texts are parsed during a round trip."""
    profile = cProfile.Profile()
    trip = profile.runcall(translate.roundtrip, given, via=via, **options)
    assert (trip.proof.verdict, trip.differences) == (Verdict.SAME, {})
    mine = read.__code__
    return sum(entry.callcount for entry in profile.getstats() if entry.code is mine)


@pytest.mark.parametrize("via", ["calico", "cilium"])
def test_each_text_is_read_once(via: str) -> None:
    given = Counting(GIVEN)
    assert (readings(given, via), given.reads) == (3, 1)


def test_a_facts_file_is_read_once(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text("pods: [10.0.0.0/8]\n")
    assert readings(GIVEN, "calico", facts=facts) == 3 + 1


def test_objects_are_not_parsed() -> None:
    """What is given as values has no text: two are left."""
    given = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "p", "namespace": "shop"},
            "spec": {"podSelector": {}},
        }
    ]
    assert readings(given, "cilium") == 2


def test_what_is_said_of_a_text_names_it_as_on_that_way() -> None:
    """The reading is shared, the names are not: the same text is the output of one way and the input of the next."""
    given = text("cilium", "endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/8]}]")
    trip = translate.roundtrip(given, via="calico")
    assert {loss.origin.file for loss in trip.there.losses} == {"input"}
    assert [row.origin.file for row in trip.back.policies] == ["calico form"]
    (example,) = trip.proof.counterexamples
    assert example.after.policy is not None
    assert (example.before.policy.origin.file, example.after.policy.origin.file) == ("input", "way back")
