"""Conditions of several rules that Cilium does not take as alternatives (Cilium documentation, layer 7 policies, mutual
authentication).

Allows add up, but a port of a peer has one proxy; TLS that one rule asks for is asked of all traffic to that port, and
an authentication that one rule asks for is handed on to the others that match the same packet. The DNS proxy keeps the
rules of a port that has a name apart from those of its number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from translate.core.diagnostics import Report
from translate.model.conditions import Condition, Proxy
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule
from translate.model.traffic import NamedPort, Traffic

NOT_READ = "NPT202"
OVER_TLS = {Proxy.HTTP, Proxy.TLS}
"""Proxies that one port can have together: what looks at requests looks at server names as well."""


class AllowUse(NamedTuple):
    """One allow of a policy and what it lets through."""

    policy: Policy
    rule: Rule
    traffic: Traffic


def check(policies: PolicySet, report: Report) -> None:
    """Refuse what is no union of its rules."""
    for direction in Direction:
        uses = list(_uses(policies, direction))
        if not any(use.traffic.condition for use in uses):
            continue
        for use, why in (*_modes(uses), *_proxies(uses), *_names(uses)):
            message = f"{why}: this is beyond the part of Cilium that is read"
            report.refuse(NOT_READ, message, origin=use.traffic.origin, object=str(use.policy.identity))


def _uses(policies: PolicySet, direction: Direction) -> Iterator[AllowUse]:
    for policy in policies.policies:
        section = policy.section(direction)
        for rule in section.rules if section else ():
            if rule.action is Action.ALLOW:
                yield from (AllowUse(policy, rule, traffic) for traffic in rule.traffic)


def _modes(uses: list[AllowUse]) -> Iterator[tuple[AllowUse, str]]:
    """Authentication beside rules that ask for another or none, in policies that may govern the same pods."""
    modes: dict[str, dict[str | None, AllowUse]] = defaultdict(dict)
    for use in uses:
        modes[_mode(use.traffic.condition)].setdefault(use.policy.identity.namespace, use)
    for mode, of_mode in modes.items():
        for namespace, use in of_mode.items() if mode else ():
            rest = {name for other, found in modes.items() if other != mode for name in found}
            if rest and (namespace is None or {None, namespace} & rest):
                yield use, f"authentication {mode} beside rules without, which may have to authenticate as well"


def _mode(condition: Condition | None) -> str:
    return condition.authentication if condition is not None else ""


def _proxy(condition: Condition | None) -> Proxy | None:
    return condition.proxy if condition is not None else None


def _proxies(uses: list[AllowUse]) -> Iterator[tuple[AllowUse, str]]:
    """Different proxies, or TLS and no condition, for one port of one peer of the same pods."""
    ports: dict[object, dict[Proxy | None, AllowUse]] = defaultdict(dict)
    for use in uses:
        where = (use.policy.identity.namespace, use.policy.subject, use.traffic.protocol, use.traffic.port)
        for peer in use.rule.peers:
            ports[*where, peer].setdefault(_proxy(use.traffic.condition), use)
    for found in ports.values():
        proxies = {proxy for proxy in found if proxy is not None}
        if len(proxies) > 1 and not proxies <= OVER_TLS:
            yield found[max(proxies)], f"{' and '.join(sorted(proxies))} rules for one port of one peer"
        elif Proxy.TLS in found and None in found:
            yield found[Proxy.TLS], "TLS asked of a port that another rule opens without it"


def _names(uses: list[AllowUse]) -> Iterator[tuple[AllowUse, str]]:
    """DNS rules for ports that may be one, in policies that may govern the same pods."""
    asking = [use for use in uses if _proxy(use.traffic.condition) is Proxy.DNS]
    for use, other in product([use for use in asking if isinstance(use.traffic.port, NamedPort)], asking):
        namespaces = {use.policy.identity.namespace, other.policy.identity.namespace} - {None}
        ports = {use.traffic.port, other.traffic.port}
        if len(ports) > 1 and use.traffic.protocol == other.traffic.protocol and len(namespaces) < 2:
            yield use, "DNS rules for a port by its name, and for one that may be the same by another"
            return
