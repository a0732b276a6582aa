"""Rules that a source had to split come together again where the target can hold them in one.

Neighbours with equal traffic share their peers, neighbours with equal peers share their traffic, until nothing joins.
Both are unions of allows, so the meaning stays.
"""

from __future__ import annotations

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Origins
from translate.model.peers import Anyone
from translate.model.policy import Action, Policy, Rule, Section
from translate.plan.context import Pass, Target


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Join neighbouring allows, for targets whose rules hold peers and protocols of any kind."""
    if target.can.peers != "any" or target.source.name == target.name:
        return policies
    return tuple(replace(p, ingress=_section(p.ingress), egress=_section(p.egress)) for p in policies)


def _section(section: Section | None) -> Section | None:
    if section is None:
        return None
    rules, before = section.rules, 0
    while len(rules) != before:
        before = len(rules)
        rules = _same_peers(_same_traffic(rules))
    return replace(section, rules=rules)


def _same_traffic(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    merged: list[Rule] = []
    for rule in rules:
        last = merged[-1] if merged else None
        if last and _joinable(last, rule) and last.traffic == rule.traffic and not _has_anyone(last, rule):
            merged[-1] = replace(last, peers=tuple(dict.fromkeys(last.peers + rule.peers)), also=_also(last, rule))
        else:
            merged.append(rule)
    return tuple(merged)


def _same_peers(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    merged: list[Rule] = []
    for rule in rules:
        last = merged[-1] if merged else None
        if last and _joinable(last, rule) and last.peers == rule.peers and not _has_open_traffic(last, rule):
            traffic = tuple(dict.fromkeys(last.traffic + rule.traffic))
            merged[-1] = replace(last, traffic=traffic, also=_also(last, rule))
        else:
            merged.append(rule)
    return tuple(merged)


def _also(last: Rule, rule: Rule) -> Origins:
    """The rules that one stands for that took in another: those of which no peer or packet shows where they were."""
    gone = set(rule.peers) <= set(last.peers) and set(rule.traffic) <= set(last.traffic)
    return Origins((*last.also.places, *([rule.origin] if gone else []), *rule.also.places))


def _joinable(last: Rule, rule: Rule) -> bool:
    return last.action is Action.ALLOW and rule.action is Action.ALLOW


def _has_anyone(*rules: Rule) -> bool:
    return any(isinstance(peer, Anyone) for rule in rules for peer in rule.peers)


def _has_open_traffic(*rules: Rule) -> bool:
    return any(traffic.protocol is None for rule in rules for traffic in rule.traffic)


PASS = Pass(run, needs="rules in their final form", guarantees="neighbours that the target can hold in one are one")
