"""Rules with many protocols and ports: one protocol a rule in Calico, and at most so many ports as the target takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.edit import rules_of, with_rules
from translate.model.policy import Policy, Rule
from translate.model.traffic import Traffic
from translate.plan.context import Pass, Target


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Split each rule by protocol and into short lists; every protocol absorbs one protocol, every port one port."""
    one_protocol = target.can.protocols == "one"
    most = target.can.most_ports if one_protocol else 0
    whole: tuple[Traffic, ...] = ()
    lists: list[tuple[Traffic, ...]] = []

    def split(rule: Rule) -> Iterable[Rule]:
        nonlocal whole, lists
        if len(rule.traffic) == 1:
            return (rule,)
        # Rules that were one until their peers were split share their traffic, and stand side by side.
        if rule.traffic is not whole:
            whole, lists = rule.traffic, list(_lists(_simplest(rule.traffic), one_protocol, most))
        return [rule if traffic == whole else replace(rule, traffic=traffic) for traffic in lists]

    return tuple([with_rules(policy, split) for policy in policies])


def _simplest(traffic: tuple[Traffic, ...]) -> tuple[Traffic, ...]:
    if not all(item.is_plain for item in traffic):
        return tuple(dict.fromkeys(traffic))
    open_protocols = {item.protocol for item in traffic if item.port is None}
    if None in open_protocols:
        return (next(item for item in traffic if item.port is None and item.protocol is None),)
    kept: dict[tuple[int | None, object], Traffic] = {}
    for item in traffic:
        if item.port is None or item.protocol not in open_protocols:
            kept.setdefault((item.protocol, item.port), item)
    return tuple(kept.values())


def _lists(traffic: tuple[Traffic, ...], one_protocol: bool, most: int) -> Iterator[tuple[Traffic, ...]]:
    groups: dict[object, list[Traffic]] = {}
    if one_protocol:
        for item in traffic:
            key = item.protocol if item.is_plain else replace(item, port=None)
            groups.setdefault(key, []).append(item)
    elif any(item.family is not None for item in traffic):
        # ICMP by type stands in a list of its own.
        for item in traffic:
            groups.setdefault(item.family is not None, []).append(item)
    for group in groups.values() or (traffic,):
        size = most or len(group)
        for begin in range(0, len(group), size):
            yield tuple(group[begin : begin + size])


def _broken(policy: Policy, target: Target) -> bool:
    if target.can.protocols != "one":
        return False
    too_many = (len(rule.traffic) > (target.can.most_ports or len(rule.traffic)) for rule in rules_of(policy))
    return any(too_many) or any(len({item.protocol for item in rule.traffic}) > 1 for rule in rules_of(policy))


PASS = Pass(
    run,
    needs="traffic in its final form",
    guarantees="no rule has more protocols or ports than the target holds in one",
    broken=_broken,
)
