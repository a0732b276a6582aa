"""Nothing is said twice: equal rules and peers stand once, and no range that the planner made lies in another."""

from __future__ import annotations

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Origins
from translate.model.policy import Policy, Rule, Section
from translate.plan.contained import fewest_peers
from translate.plan.context import Pass, Target


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Leave out what is said already; what stays in its dialect stays as it was written."""
    if target.source.name == target.name:
        return policies
    return tuple(_policy(policy, target) for policy in policies)


def _policy(policy: Policy, target: Target) -> Policy:
    ingress, egress = _section(policy.ingress, target), _section(policy.egress, target)
    if ingress is policy.ingress and egress is policy.egress:
        return policy
    return replace(policy, ingress=ingress, egress=egress)


def _section(section: Section | None, target: Target) -> Section | None:
    if section is None:
        return None
    if len(section.rules) == 1:
        (only,) = section.rules
        one = _rule(only, target)
        return section if one is only else replace(section, rules=(one,))
    found: dict[Rule, Rule] = {}
    for rule in section.rules:
        one = _rule(rule, target)
        first = found.setdefault(one, one)
        if first is not one:
            found[one] = replace(first, also=Origins((*first.also.places, one.origin, *one.also.places)))
    rules = tuple(found.values())
    return section if rules == section.rules else replace(section, rules=rules)


def _rule(rule: Rule, target: Target) -> Rule:
    if len(rule.peers) < 2:
        return rule
    peers = fewest_peers(tuple(dict.fromkeys(rule.peers)), target.written)
    return rule if len(peers) == len(rule.peers) else replace(rule, peers=peers)


def _broken(policy: Policy, target: Target) -> bool:
    rules = [s.rules for s in (policy.ingress, policy.egress) if s is not None]
    return target.source.name != target.name and any(len(set(one)) < len(one) for one in rules)


PASS = Pass(
    run,
    needs="rules and peers in their final form",
    guarantees="no policy has equal rules in one direction",
    broken=_broken,
)
