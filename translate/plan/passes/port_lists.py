"""Rules with many protocols and ports: one protocol a rule in Calico, and at most so many ports as the target takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.policy import Policy, Rule
from translate.model.traffic import Traffic
from translate.plan.context import Target
from translate.plan.edit import with_rules


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Split each rule by protocol and into short lists; every protocol absorbs one protocol, every port one port."""
    most = target.can.most_ports if target.can.protocols == "one" else 0

    def split(rule: Rule) -> Iterable[Rule]:
        return (rule,) if len(rule.traffic) == 1 else parts(rule)

    def parts(rule: Rule) -> Iterator[Rule]:
        for traffic in _lists(_simplest(rule.traffic), target.can.protocols == "one", most):
            yield rule if traffic == rule.traffic else replace(rule, traffic=traffic)

    return tuple(with_rules(policy, split) for policy in policies)


def _simplest(traffic: tuple[Traffic, ...]) -> tuple[Traffic, ...]:
    open_protocols = {item.protocol for item in traffic if item.port is None}
    if None in open_protocols:
        return (next(item for item in traffic if item.port is None and item.protocol is None),)
    kept: dict[tuple[int | None, object], Traffic] = {}
    for item in traffic:
        if item.port is None or item.protocol not in open_protocols:
            kept.setdefault((item.protocol, item.port), item)
    return tuple(kept.values())


def _lists(traffic: tuple[Traffic, ...], one_protocol: bool, most: int) -> Iterator[tuple[Traffic, ...]]:
    groups: dict[int | None, list[Traffic]] = {}
    if one_protocol:
        for item in traffic:
            groups.setdefault(item.protocol, []).append(item)
    for group in groups.values() if one_protocol else (traffic,):
        size = most or len(group)
        for begin in range(0, len(group), size):
            yield tuple(group[begin : begin + size])
