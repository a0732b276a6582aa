"""Where a log policy comes last: behind every policy without an order that lets through what it would deny.

Since 3.32 names decide that. Up to 3.31 the namespace is compared first, and a cluster-wide policy has its tier there:
in a namespace that sorts before the tier only a cluster-wide policy comes last, in one that sorts behind it only one of
the namespace.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace
from msgspec.structs import replace as altered

from translate.model.ordering import tie_key
from translate.model.peers import OWN_NAMESPACE, OwnNamespace
from translate.model.policy import Direction, Identity, Policy, PolicySet, Subject
from translate.model.selectors import NAMESPACE_NAME, And, In, Not, Or, Selector, conjunction, holds
from translate.model.semantics import TieBreak


class Spot(Struct, frozen=True):
    """Pods whose denials are logged by one policy, in a namespace (None: cluster-wide), and the ``rivals`` that it must
    come behind.
    """

    subject: Subject
    namespace: str | None
    rivals: tuple[Policy, ...]


class NoLastPlaceError(Exception):
    """No policy comes behind ``rival`` and the others on all releases that are possible."""

    def __init__(self, rival: Policy) -> None:
        super().__init__(str(rival.identity))
        self.rival = rival


def spots(policies: PolicySet, tier: str, direction: Direction, wanted: Spot) -> Iterator[Spot]:
    """Where the policies stand that log what is denied to the pods of ``wanted``. Raises NoLastPlaceError."""
    rivals = tuple(
        policy
        for policy in policies.policies
        if policy.tier == tier and policy.order is None and _lets_on(policy, direction)
    )
    spot = replace(wanted, rivals=tuple(one for one in rivals if _may_meet(one, wanted.namespace)))
    first = [
        one
        for one in spot.rivals
        if any(_always_first(spot.namespace, tier, one, ties) for ties in policies.semantics.ties)
    ]
    if not first:
        yield spot
    elif spot.namespace is not None:
        named = In(NAMESPACE_NAME, (spot.namespace,))
        yield replace(spot, subject=altered(spot.subject, namespaces=named), namespace=None)
    else:
        yield from _apart(spot, rivals, first)


def _apart(spot: Spot, rivals: tuple[Policy, ...], first: list[Policy]) -> Iterator[Spot]:
    """A cluster-wide policy for the other namespaces, and one in each where only that comes last."""
    asked = spot.subject.namespaces
    names = []
    for policy in first:
        name = policy.identity.namespace
        inside = None if isinstance(asked, OwnNamespace) or name is None else _selected(asked, name)
        if inside is None:
            raise NoLastPlaceError(policy)
        if inside and name not in names:
            names.append(name)
    assert not isinstance(asked, OwnNamespace)
    others = tuple(one for one in spot.rivals if one not in first)
    outside = conjunction(asked, Not(In(NAMESPACE_NAME, tuple(map(str, names))))) if names else asked
    # A policy that names namespaces is not for hosts.
    yield Spot(altered(spot.subject, namespaces=outside, hosts=None if names else spot.subject.hosts), None, others)
    for name in names:
        mine = tuple(one for one in rivals if _may_meet(one, name))
        yield Spot(altered(spot.subject, namespaces=OWN_NAMESPACE, hosts=None), name, mine)


def _lets_on(policy: Policy, direction: Direction) -> bool:
    section = policy.section(direction)
    return section is not None and any(rule.action.lets_on for rule in section.rules)


def _may_meet(policy: Policy, namespace: str | None) -> bool:
    """Whether a policy may be for pods of another one."""
    return policy.identity.namespace in (None, namespace) or namespace is None


def _always_first(namespace: str | None, tier: str, rival: Policy, ties: TieBreak) -> bool:
    """Whether a policy of any name comes before ``rival``."""
    if ties is not TieBreak.BY_NAMESPACE:
        return False
    start = f"{namespace}/{tier}." if namespace is not None else f"{tier}."
    key = tie_key(rival, ties)
    return start < key and not key.startswith(start)


def comes_last(identity: Identity, tier: str, rivals: tuple[Policy, ...], like: Policy, ties: TieBreak) -> bool:
    """Whether a policy of this name comes behind all rivals."""
    mine = tie_key(altered(like, identity=identity, tier=tier, tie=""), ties)
    return all(mine > tie_key(rival, ties) for rival in rivals)


def _selected(asked: Selector, name: str) -> bool | None:
    """Whether a namespace of this name is selected; None where other labels decide that."""
    match asked:
        case Not(term):
            inner = _selected(term, name)
            return None if inner is None else not inner
        case And(terms) | Or(terms):
            settling = isinstance(asked, Or)
            found = [_selected(term, name) for term in terms]
            if settling in found:
                return settling
            return None if None in found else not settling
        case atom:
            return holds(atom, name) if atom.label == NAMESPACE_NAME else None
