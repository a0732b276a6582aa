"""On which of the stated facts an answer rests: those without which it would be another."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from msgspec.structs import replace

from translate.model.assume import Assume
from translate.model.facts import Facts
from translate.model.policy import PolicySet
from translate.prover.budget import MAX_STEPS
from translate.prover.compare import prove
from translate.prover.proof import Proof, Verdict

WITHOUT: tuple[Callable[[Facts], Facts], ...] = (
    lambda facts: replace(facts, complete=_but("Policy", facts)),
    lambda facts: _unassumed(Assume.PUBLIC, facts),
    lambda facts: _unassumed(Assume.LINK_LOCAL, facts),
    lambda facts: replace(facts, services=()),
    lambda facts: replace(facts, api_servers=()),
    lambda facts: replace(facts, pods=()),
    lambda facts: replace(facts, nodes=()),
)
"""Facts that may be no matter, one after the other: of two that do the same one stays."""
WITHOUT_OBJECTS: tuple[Callable[[Facts], Facts], ...] = (
    lambda facts: replace(facts, pod_objects=(), complete=_but("Pod", facts)),
    lambda facts: replace(facts, complete=_but("Namespace", facts)),
    lambda facts: replace(facts, namespaces=(), complete=_but("Namespace", facts)),
)
"""Those that objects of the input tell."""


def _without_objects(facts: Facts) -> Facts:
    return reduce(lambda fewer, without: without(fewer), WITHOUT_OBJECTS, facts)


def _is_told_all_the_same(fewer: Facts, facts: Facts, proof: Proof, sides: tuple[PolicySet, PolicySet]) -> bool:
    """Whether ``fewer`` lack an assumption that stays: where something is lost, that no more is may rest on it."""
    dropped = [one for one in facts.assumed if one not in fewer.assumed]
    if proof.verdict is Verdict.SAME or not dropped:
        return False
    from translate.prover.asked_ranges import asked_of  # only where something is assumed

    return any(one in asked_of(sides, facts) for one in dropped)


def _but(kind: str, facts: Facts) -> tuple[str, ...]:
    return tuple(one for one in facts.complete if one != kind)


def _unassumed(one: Assume, facts: Facts) -> Facts:
    return replace(facts, assumed=tuple(other for other in facts.assumed if other is not one))


def fact_core(proof: Proof, before: PolicySet, after: PolicySet, facts: Facts, *, steps: int = MAX_STEPS) -> Proof:
    """``proof``, which was made with ``facts``, with only those among its assumptions that its verdict rests on.

    How engines are set up stays: it says what the policies mean. ``steps`` bounds the work of each proof.
    """
    if proof.verdict is Verdict.UNDECIDED:
        return proof
    tried = [facts]
    # Most objects lie in the input for other reasons: then one proof tells that none of them is any matter.
    for without in (*WITHOUT, _without_objects, *WITHOUT_OBJECTS):
        fewer = without(facts)
        if fewer in tried or _is_told_all_the_same(fewer, facts, proof, (before, after)):
            continue
        tried.append(fewer)
        again = prove(before, after, facts=fewer, steps=steps)
        if again.verdict is proof.verdict and (again.later is proof.later or again.holds_later):
            facts, proof = fewer, replace(proof, assumptions=again.assumptions, later=again.later)
    return proof
