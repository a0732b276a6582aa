"""What a plan expects is what interpreters say that share nothing with the program, whatever was left open."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

import translate
from tests.probing.cluster import cluster, is_let_through
from translate import Answer, ProbePlan

SAMPLES = Path(__file__).parents[2] / "samples"
DIALECTS = ("kubernetes", "calico", "cilium")
FILES = sorted(path for path in SAMPLES.glob("**/*.yaml") if path.stem in DIALECTS)


def planned(path: Path) -> ProbePlan:
    """The plan for a file of a sample, with the facts of the case where they are about that file."""
    case = tomllib.loads((path.parent / "case.toml").read_text(encoding="utf-8"))
    facts = path.parent / case["facts"] if "facts" in case and case["source"] == path.stem else None
    return translate.testplan(path, facts=facts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SAMPLES).as_posix())
def test_every_expectation_is_what_the_reference_says(path: Path) -> None:
    plan = planned(path)
    read = [item for item in yaml.safe_load_all(path.read_text(encoding="utf-8")) if item]
    documents = [inner for item in read for inner in (item["items"] if item["kind"] == "List" else [item])]
    there = cluster(plan)
    wrong = [
        (probe.client, probe.server, probe.port, probe.expected)
        for probe in plan.probes
        if is_let_through(path.stem, documents, there, probe) is not (probe.expected is Answer.ALLOWED)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SAMPLES).as_posix())
def test_everything_is_either_tried_or_listed(path: Path) -> None:
    """No rule and no isolation is silently gone."""
    plan = planned(path)
    if plan.reason:
        assert not plan.probes
        return
    told = [one for probe in plan.probes for one in probe.purposes] + [one.purpose for one in plan.untested]
    named = {(id(one.policy), one.direction, id(one.rule) if one.rule else None) for one in told}
    policies = {id(one.policy): one.policy for one in told}.values()
    for policy in policies:
        for direction in translate.Direction:
            section = policy.section(direction)
            for rule in section.rules if section else ():
                assert (id(policy), direction, id(rule)) in named
            assert not (section and section.isolates) or (id(policy), direction, None) in named
    assert all(one.reason for one in plan.untested)
