"""What selectors of rules may mean that the input does not hold: sets and host endpoints of other files.

A selector that no pod can match is certain to mean one of these: its peer then holds an unknown. Of any other it is
supposed, and told, that the input holds all that it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from translate.dialects.calico.emit_selector import pod_selector_text
from translate.dialects.calico.unknowns import UnseenSets
from translate.model.edit import rules_of, with_peers
from translate.model.facts import Facts
from translate.model.peers import (
    Anyone,
    Both,
    Cidr,
    Except,
    Fqdn,
    Kinds,
    Nodes,
    Opaque,
    OwnNamespace,
    Peer,
    Workloads,
    parts,
)
from translate.model.policy import Action, AddressSet, Policy, PolicySet
from translate.model.rewrite import rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    And,
    Atom,
    Exists,
    In,
    Not,
    Or,
    Scope,
    Selector,
    conjunction,
    holds,
)
from translate.model.sets import UnknownLabelsError, meant, pods_of

PLACED, FREE = "NetworkSets", "GlobalNetworkSets or HostEndpoints"
IN_A_NAMESPACE = Exists(NAMESPACE_NAME)


def with_unseen(policies: PolicySet, facts: Facts) -> PolicySet:
    """The policies with an unknown in each peer that can be nothing but sets which the input does not hold, and all
    selectors that may mean such sets; those of denies come first.
    """
    told = policies.policies
    if not facts.are_all("NetworkSet"):
        told = tuple(with_peers(policy, _Told(policy, policies.sets)) for policy in told)
    return replace(policies, policies=told, selectors=_listed(told))


def _listed(policies: tuple[Policy, ...]) -> tuple[str, ...]:
    """The selectors that are supposed to mean no other sets; those of denies come first."""
    denied: dict[str, None] = {}
    others: dict[str, None] = {}
    for namespace, rule in ((one.identity.namespace, rule) for one in policies for rule in rules_of(one)):
        selectors = denied if rule.action is Action.DENY else others
        selectors |= dict.fromkeys(found for peer in rule.peers for found in _selectors(peer, namespace))
    return (*(f"{text} (denied)" for text in denied), *(text for text in others if text not in denied))


def _selectors(peer: Peer, namespace: str | None) -> Iterator[str]:
    """What ``peer``, of a policy of ``namespace``, asks of sets, where there can be any that nothing is said of."""
    for part in parts(peer):
        if isinstance(part, Workloads) and part.sets is not None and part.unseen is None:
            if isinstance(part.namespaces, OwnNamespace):
                whole = part.sets
                possible = [_inside(whole, namespace or "")]
            else:
                whole = conjunction(part.namespaces, part.sets)
                possible = list(_kinds(whole).values())
            if any(found != NOTHING for found in possible):
                yield pod_selector_text(whole)


def _inside(asked: Selector, namespace: str) -> Selector:
    """What ``asked`` comes to for a set in ``namespace``."""

    def known(atom: Atom) -> Selector:
        if atom.label != NAMESPACE_NAME:
            return atom
        return EVERYTHING if holds(atom, namespace) else NOTHING

    return rewrite(asked, known)


class _Told(Struct, frozen=True):
    """Peers of a policy that say which sets they mean beside ``sets``."""

    policy: Policy
    sets: tuple[AddressSet, ...]

    def __call__(self, peer: Peer) -> Iterator[Peer]:
        yield self._told(peer)

    def _told(self, peer: Peer) -> Peer:
        match peer:
            case Workloads() if peer.sets is not None and pods_of(peer) is None and not self._is_known(peer):
                return replace(peer, unseen=_unseen(peer, peer.sets, self.policy))
            case Both(peers):
                return replace(peer, peers=tuple(map(self._told, peers)))
            case Except(inner):
                return replace(peer, peer=self._told(inner))
            case Workloads() | Anyone() | Cidr() | Nodes() | Fqdn() | Kinds() | Opaque():
                return peer
            case never:
                assert_never(never)

    def _is_known(self, peer: Workloads) -> bool:
        """Whether the input holds a set that is meant; where that cannot be told the policy is refused."""
        try:
            return any(True for _ in meant(peer, self.policy.identity.namespace, self.sets))
        except UnknownLabelsError:
            return True


def _unseen(peer: Workloads, labels: Selector, policy: Policy) -> UnseenSets | None:
    """The sets that a peer means, None if there can be none."""
    namespaces = peer.namespaces
    if isinstance(namespaces, OwnNamespace):
        namespaces = In(NAMESPACE_NAME, (policy.identity.namespace or "",))
    found = _kinds(conjunction(namespaces, labels))
    kinds = [kind for kind, asked in found.items() if asked != NOTHING]
    if not kinds:
        return None
    whole = found[kinds[0]] if len(kinds) == 1 else conjunction(namespaces, labels)
    said = "" if whole == EVERYTHING else pod_selector_text(canonical(whole))
    return UnseenSets(", ".join(kinds), said)


def _kinds(asked: Selector) -> dict[str, Selector]:
    """What ``asked`` comes to for a set in a namespace, and for what is in none."""
    return {
        PLACED: rewrite(asked, lambda atom: EVERYTHING if atom == IN_A_NAMESPACE else atom),
        FREE: rewrite(asked, _free),
    }


def _free(atom: Atom) -> Selector:
    return NOTHING if atom.label.scope is Scope.NAMESPACE else atom


def canonical(selector: Selector) -> Selector:
    """The same for selectors that differ in the sequence and the number of their terms and values only."""
    match selector:
        case Not(term):
            return Not(canonical(term))
        case And(terms) | Or(terms):
            known = {pod_selector_text(term): term for term in map(canonical, terms)}
            found = tuple(known[text] for text in sorted(known))
            return found[0] if len(found) == 1 else type(selector)(found)
        case In(label, values, origin):
            return In(label, tuple(sorted(set(values))), origin)
        case _:
            return selector
