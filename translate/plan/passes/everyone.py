"""Kinds of peers that are everyone together, in several rules of a policy: said as everyone where the target has no
word for kinds.

Pods, nodes and addresses outside are all there are; endpoints of an engine's own are nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.edit import rules_of, with_rules
from translate.model.peers import COMMON_KINDS, ENDPOINTS, Anyone, Kind, Kinds, Peer, Workloads
from translate.model.policy import Action, Direction, Policy, Rule
from translate.model.selectors import EVERYTHING
from translate.model.traffic import PortRange, Traffic
from translate.plan.context import Pass, Target
from translate.tables.records import PeerWord

NO_PODS = frozenset(COMMON_KINDS) - {Kind.PODS}


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Say as everyone what is everyone together with what other rules of the same pods let through anyway."""
    if PeerWord.KINDS in target.can.peer_words or target.source.has_order:
        return policies
    return tuple(_policy(policy, target) if _has_kinds(policy) else policy for policy in policies)


def _has_kinds(policy: Policy) -> bool:
    return any(isinstance(peer, Kinds) for rule in rules_of(policy) for peer in rule.peers)


def _policy(policy: Policy, target: Target) -> Policy:
    rules = {
        direction: [rule for rule in section.rules if rule.action is Action.ALLOW]
        for direction in Direction
        if (section := policy.section(direction)) is not None
    }

    def said(rule: Rule) -> Iterator[Rule]:
        beside = next((some for some in rules.values() if any(rule is one for one in some)), None)
        if beside is None or not NO_PODS & _kinds(rule.peers):
            yield rule
            return
        alike = [one for one in beside if one.subject == rule.subject]
        whole = tuple(item for item in rule.traffic if _is_for_everyone(item, alike, target))
        rest = tuple(item for item in rule.traffic if item not in whole)
        if whole:
            yield replace(rule, peers=(Anyone(rule.peers[0].origin),), traffic=whole)
        if rest:
            yield rule if not whole else replace(rule, traffic=rest)

    return with_rules(policy, said)


def _is_for_everyone(item: Traffic, rules: Sequence[Rule], target: Target) -> bool:
    """Whether rules let packets through to or from all kinds of peers, and ask nothing more of them."""
    if item.condition is not None:
        return False
    found = [_kinds(rule.peers) for rule in rules if any(_covers(other, item) for other in rule.traffic)]
    together = frozenset[Kind]().union(*found)
    # What is missing of the engine's own endpoints was denied, where order is worked out.
    denied = target.flat and not together.isdisjoint(ENDPOINTS) and not together.issuperset(ENDPOINTS)
    return together.issuperset(COMMON_KINDS) and not denied


def _kinds(peers: Sequence[Peer]) -> frozenset[Kind]:
    """The kinds of which all are meant."""
    found: set[Kind] = set()
    for peer in peers:
        if isinstance(peer, Anyone):
            found.update(Kind)
        elif isinstance(peer, Kinds):
            found.update(peer.kinds)
        elif isinstance(peer, Workloads) and peer.namespaces == peer.pods == EVERYTHING:
            found.add(Kind.PODS)
    return frozenset(found)


def _covers(other: Traffic, item: Traffic) -> bool:
    """Whether all packets of ``item`` are packets of ``other``, as far as that is seen at once."""
    if other == item:
        return True
    if not other.is_plain or other.protocol not in (None, item.protocol):
        return False
    if other.port is None or other.port == item.port:
        return True
    if not (isinstance(other.port, PortRange) and isinstance(item.port, PortRange)):
        return False
    return other.port.first <= item.port.first and item.port.last <= other.port.last


def _broken(policy: Policy, target: Target) -> bool:
    return run((policy,), target, Report()) != (policy,)


PASS = Pass(
    run,
    needs="rules that only allow, or whose denies beat them",
    guarantees="no kinds that are everyone together stand apart, where the target has no word for them",
    broken=_broken,
)
