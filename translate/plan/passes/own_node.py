"""The pod's own node under denies that beat all allows: elsewhere it is always let in, so an incoming deny must not
mean it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.peers import Anyone, Kind, Kinds, Peer, Workloads
from translate.model.policy import Action, Engine, Policy, Rule, Section
from translate.model.selectors import EVERYTHING
from translate.plan.context import Target


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Name everyone but the own node where a rule denies everyone."""
    if target.can.denies != "first" or target.source is Engine.CILIUM:
        return policies
    return tuple(replace(policy, ingress=_section(policy.ingress)) for policy in policies)


def _section(section: Section | None) -> Section | None:
    if section is None or all(rule.action is not Action.DENY for rule in section.rules):
        return section
    return replace(section, rules=tuple(_rule(rule) for rule in section.rules))


def _rule(rule: Rule) -> Rule:
    if rule.action is not Action.DENY:
        return rule
    return replace(rule, peers=tuple(found for peer in rule.peers for found in _others(peer)))


def _others(peer: Peer) -> Iterator[Peer]:
    if isinstance(peer, Anyone):
        yield Workloads(EVERYTHING, EVERYTHING, None, peer.origin)
        yield Kinds((Kind.OTHER_NODES, Kind.OUTSIDE), peer.origin)
    else:
        yield peer
