"""The pod's own node: elsewhere it is always let in, so where denies beat all allows an incoming deny must not mean it,
and where the engine asks the policies one must let it in.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import assert_never

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.peers import Anyone, Both, Cidr, Except, Fqdn, Kind, Kinds, Nodes, Opaque, Peer, Workloads
from translate.model.policy import Action, Policy, Rule, Section
from translate.model.selectors import EVERYTHING
from translate.model.semantics import OwnNode
from translate.model.traffic import ANY_TRAFFIC
from translate.plan.context import Pass, Target


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Name everyone but the own node where a rule denies everyone; let it in by a rule where nothing else does."""
    if target.can.denies != "first" or target.source.keeps_own_node_out:
        return policies
    fitted = tuple(replace(policy, ingress=_section(policy.ingress)) for policy in policies)
    if target.engine.from_own_node is not OwnNode.ASKED:
        return fitted
    return tuple(replace(policy, ingress=_opened(policy.ingress)) for policy in fitted)


def _opened(section: Section | None) -> Section | None:
    """A section that cuts off nodes lets in the own one, unless it lets in everyone."""
    if section is None or not section.isolates or _lets_in_all(section):
        return section
    own = Rule(Action.ALLOW, (Kinds((Kind.OWN_NODE,), section.origin),), (ANY_TRAFFIC,), section.origin)
    return replace(section, rules=(*section.rules, own))


def _lets_in_all(section: Section) -> bool:
    return any(
        rule.action is Action.ALLOW
        and rule.subject is None
        and any(isinstance(peer, Anyone) for peer in rule.peers)
        and ANY_TRAFFIC in rule.traffic
        for rule in section.rules
    )


def _section(section: Section | None) -> Section | None:
    if section is None or all(rule.action is not Action.DENY for rule in section.rules):
        return section
    return replace(section, rules=tuple(_rule(rule) for rule in section.rules))


def _rule(rule: Rule) -> Rule:
    if rule.action is not Action.DENY:
        return rule
    return replace(rule, peers=tuple(found for peer in rule.peers for found in _others(peer)))


def _others(peer: Peer) -> Iterator[Peer]:
    """``peer`` but for the own node."""
    match peer:
        case Anyone():
            yield Workloads(EVERYTHING, EVERYTHING, None, peer.origin)
            yield Kinds(tuple(kind for kind in Kind if kind not in (Kind.PODS, Kind.OWN_NODE)), peer.origin)
        case Kinds(kinds):
            rest = tuple(kind for kind in kinds if kind is not Kind.OWN_NODE)
            if rest:
                yield replace(peer, kinds=rest)
        case Both(peers):
            for combined in product(*map(_others, peers)):
                yield replace(peer, peers=combined)
        case Workloads() | Cidr() | Nodes() | Fqdn() | Opaque() | Except():
            yield peer
        case never:
            assert_never(never)


def _broken(policy: Policy, target: Target) -> bool:
    if target.can.denies != "first" or target.source.keeps_own_node_out or policy.ingress is None:
        return False
    denies = (rule for rule in policy.ingress.rules if rule.action is Action.DENY)
    return any(isinstance(peer, Anyone) for rule in denies for peer in rule.peers)


PASS = Pass(
    run,
    needs="rules of the target's actions alone",
    guarantees="where denies beat allows no incoming Deny of another source means everyone",
    broken=_broken,
)
