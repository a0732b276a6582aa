"""What each pass guarantees holds after it, and after every pass behind it, on all samples."""

from __future__ import annotations

import pytest

import translate
from tests.golden.cases import CASES, Case
from translate.core.diagnostics import Report
from translate.dialects import get
from translate.model.facts import NO_FACTS
from translate.plan.context import Pass
from translate.plan.legalize import BEFOREHAND, PASSES, passes, strategies, target_of

DIRECTIONS = [(case, before, after) for case in CASES for before, after in case.directions()]


def broken(case: Case, before: str, after: str) -> list[str]:
    """The guarantees that do not hold, each with the pass after which it does not."""
    options = {name: value for name, value in case.options_from(before).items() if name in ("source_engine", "facts")}
    policies = translate.load(case.input(f"{before}.yaml"), **options)
    engine = get(after).semantics(NO_FACTS.settings)
    found: list[str] = []
    for form in strategies(policies, after):
        target, report = target_of(policies, after, engine, form), Report()
        fitted, kept = policies.policies, list[Pass]()
        for step in passes(policies, form):
            fitted = step.run(fitted, target, report)
            if report.refusals:
                break
            kept.append(step)
            found += [
                f"{earlier.name} after {step.name}: {policy.identity}"
                for earlier in kept
                for policy in fitted
                if earlier.broken(policy, target)
            ]
    return found


@pytest.mark.parametrize(("case", "before", "after"), DIRECTIONS, ids=[f"{c.name}-{b}-{a}" for c, b, a in DIRECTIONS])
def test_guarantees_hold_to_the_end(case: Case, before: str, after: str) -> None:
    assert broken(case, before, after) == []


def test_each_pass_says_in_one_line_what_it_needs_and_guarantees() -> None:
    assert PASSES[: len(BEFOREHAND)] == BEFOREHAND
    assert len({step.name for step in PASSES}) == len(PASSES)
    for step in PASSES:
        for text in (step.needs, step.guarantees):
            assert text, step.name
            assert "\n" not in text
            assert not text.endswith("."), text


def test_a_pass_that_is_left_out_breaks_its_guarantee() -> None:
    """The guarantees are seen to fail: somewhere in the samples each check finds what its pass takes away."""
    caught = set[str]()
    for case, before, after in DIRECTIONS:
        options = {key: value for key, value in case.options_from(before).items() if key in ("source_engine", "facts")}
        policies = translate.load(case.input(f"{before}.yaml"), **options)
        for form in strategies(policies, after):
            target = target_of(policies, after, get(after).semantics(NO_FACTS.settings), form)
            caught |= {step.name for step in PASSES for policy in policies.policies if step.broken(policy, target)}
    without = {step.name for step in PASSES} - caught
    assert without == {"directions", "told_values", "merge", "redundant", "limits"}
