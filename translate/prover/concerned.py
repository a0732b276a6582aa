"""What of two sets of one engine a comparison has to look at: who is governed alike on both sides gets the same answer.

A packet is decided by the policies that govern the pod at one of its ends. So if only policies change that govern pods
of their own namespaces, no other pod's packets change, and of policies those alone matter that may govern such pods:
those of these namespaces, and those that reach beyond one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from translate.core.identity import Identity
from translate.model.peers import OwnNamespace
from translate.model.policy import Policy, PolicySet
from translate.prover.questions import Question


def concerned(
    before: PolicySet, after: PolicySet, asked: Iterable[tuple[Question, ...]]
) -> tuple[PolicySet, PolicySet]:
    """The sets without policies that stand on both sides and govern no pod whose policies change; as they are where
    that may be any pod, where more than policies differs, and where ``asked`` reads the sides in two ways.
    """
    if not all(one.before is one.after and one.ties[0] is one.ties[1] for some in asked for one in some):
        return before, after
    if replace(before, policies=()) != replace(after, policies=()):
        return before, after
    mine, theirs = _by_name(before), _by_name(after)
    if before.semantics.has_order and _sequence(mine, theirs) != _sequence(theirs, mine):
        return before, after
    changed: set[str] = set()
    for identity in mine.keys() | theirs.keys():
        told = mine.get(identity, []), theirs.get(identity, [])
        if told[0] == told[1]:
            continue
        namespaces = {namespace_of(one) for some in told for one in some}
        if None in namespaces:
            return before, after
        changed |= {one for one in namespaces if one is not None}
    return governing(before, changed), governing(after, changed)


def governing(policies: PolicySet, namespaces: Collection[str]) -> PolicySet:
    """The set without policies that govern no pod of some namespaces."""
    kept = (one for one in policies.policies if one.identity.namespace in namespaces or namespace_of(one) is None)
    return replace(policies, policies=tuple(kept))


class Apart:
    """A set by the namespaces of the pods that its policies govern, for who asks about pods of many of them."""

    def __init__(self, policies: PolicySet) -> None:
        self._policies = policies
        self._numbers: dict[str | None, list[int]] = {}
        for number, policy in enumerate(policies.policies):
            self._numbers.setdefault(namespace_of(policy), []).append(number)

    def governing(self, namespace: str) -> PolicySet:
        """The set without policies that govern no pod of ``namespace``."""
        numbers = sorted((*self._numbers.get(namespace, ()), *self._numbers.get(None, ())))
        return replace(self._policies, policies=tuple(self._policies.policies[number] for number in numbers))


def namespace_of(policy: Policy) -> str | None:
    """The namespace of all pods that a policy governs; None where they may be of several, or others than pods."""
    is_own = isinstance(policy.subject.namespaces, OwnNamespace) and not policy.subject.endpoints
    return policy.identity.namespace if is_own else None


def _by_name(policies: PolicySet) -> dict[Identity, list[Policy]]:
    """The policies of each name in their sequence: an object may hold several."""
    found: dict[Identity, list[Policy]] = {}
    for policy in policies.policies:
        found.setdefault(policy.identity, []).append(policy)
    return found


def _sequence(some: dict[Identity, list[Policy]], others: dict[Identity, list[Policy]]) -> list[Identity]:
    return [identity for identity in some if identity in others]
