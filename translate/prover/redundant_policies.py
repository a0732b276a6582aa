"""Whole policies that could go and nothing would change, today or once another policy is added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace as altered

from translate.core.origin import Place
from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import OwnNamespace
from translate.model.policy import Direction, Identity, Policy, PolicySet, Section
from translate.model.selectors import EVERYTHING, And, Selector
from translate.prover.budget import MAX_STEPS
from translate.prover.compare import prove
from translate.prover.proof import Verdict
from translate.prover.redundant import Redundant

MOST_PROVED = 20
"""So many policies are looked at, each with a proof."""


def redundant_policies(
    policies: PolicySet, rules: Sequence[Redundant], facts: Facts = NO_FACTS, *, steps: int = MAX_STEPS
) -> tuple[Identity, ...]:
    """The objects that could go one after the other, of two that say the same the later one; ``rules``: what of their
    rules could go. As far as it is proved: of more than a few, and where ``steps`` do not suffice, nothing is said.
    """
    could_go = {(one.policy.origin.place, one.rule.origin.place) for one in rules}
    parts: dict[Identity, list[Policy]] = {}
    for one in reversed(policies.policies):
        parts.setdefault(one.identity, []).append(one)
    rest, found, tried = policies, list[Identity](), 0
    for identity, mine in parts.items():
        # Most say something of their own, and there may be thousands: what is near is looked for only where none does.
        if tried == MOST_PROVED or any(_says_its_own(one, could_go) for one in mine):
            continue
        near = _near(rest, mine)
        without = altered(near, policies=tuple(one for one in near.policies if one.identity != identity))
        if not all(_isolate_its_pods(without.policies, one) for one in mine):
            continue
        tried += 1
        proof = prove(near, without, facts=facts, steps=steps)
        if proof.verdict is Verdict.SAME and proof.later in (Verdict.SAME, None):
            found.append(identity)
            rest = altered(rest, policies=tuple(one for one in rest.policies if one.identity != identity))
    return tuple(reversed(found))


def _near(policies: PolicySet, mine: Sequence[Policy]) -> PolicySet:
    """What governs the pods that an object can govern: pods of a namespace have its policies and the cluster's."""
    if not all(isinstance(one.subject.namespaces, OwnNamespace) for one in mine):
        return policies
    namespace = mine[0].identity.namespace
    kept = tuple(
        one
        for one in policies.policies
        if one.identity.namespace == namespace or not isinstance(one.subject.namespaces, OwnNamespace)
    )
    return altered(policies, policies=kept)


def _says_its_own(policy: Policy, could_go: set[tuple[Place, Place]]) -> bool:
    """Whether a policy says something that no other does, or nothing at all: then a proof is not worth its work."""
    sections = [section for _, section in _sections(policy)]
    return not sections or any(
        (policy.origin.place, rule.origin.place) not in could_go for section in sections for rule in section.rules
    )


def _isolate_its_pods(others: Sequence[Policy], policy: Policy) -> bool:
    """Whether for each direction in which a policy isolates its pods another one does, too."""
    return all(
        not section.isolates or any(_isolates_all_of(one, policy, direction) for one in others)
        for direction, section in _sections(policy)
    )


def _sections(policy: Policy) -> Iterator[tuple[Direction, Section]]:
    for direction in Direction:
        section = policy.section(direction)
        if section is not None:
            yield direction, section


def _isolates_all_of(one: Policy, other: Policy, direction: Direction) -> bool:
    """Whether ``one`` isolates all pods of ``other``, by the look of their selectors."""
    section = one.section(direction)
    mine, theirs = one.subject, other.subject
    same_place = mine.namespaces == theirs.namespaces and one.identity.namespace == other.identity.namespace
    return (
        section is not None
        and section.isolates
        and (same_place or mine.namespaces == EVERYTHING)
        and set(_terms(mine.pods)) <= set(_terms(theirs.pods))
    )


def _terms(selector: Selector) -> tuple[Selector, ...]:
    """What must hold, all of it."""
    return selector.terms if isinstance(selector, And) else (selector,)
