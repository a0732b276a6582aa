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
from typing import NamedTuple, TypeAlias

from translate.core.diagnostics import Report
from translate.model.conditions import Condition, Proxy
from translate.model.peers import Cidr, Fqdn, OwnNamespace, Peer, Workloads
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule, Subject
from translate.model.selectors import And, In, Label
from translate.model.traffic import NamedPort, Traffic

NOT_READ = "NPT202"


class AllowUse(NamedTuple):
    """One allow of a policy and what it lets through."""

    policy: Policy
    rule: Rule
    traffic: Traffic


_OfOnePort: TypeAlias = dict[tuple[Proxy | None, str | None, Subject], list[AllowUse]]
"""The allows for one port of one peer, by their proxy and the pods that they are for."""


def check(policies: PolicySet, report: Report) -> None:
    """Refuse what is no union of its rules."""
    for direction in Direction:
        uses = list(_uses(policies, direction))
        if not any(use.traffic.condition for use in uses):
            continue
        for use, why in (*_modes(uses), *_proxies(uses), *_names(uses), *_contexts(uses)):
            message = f"{why}: this is beyond the part of Cilium that is read"
            report.refuse(NOT_READ, message, origin=use.traffic.origin, about=use.policy.identity)


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
    """Different proxies, or TLS and no condition, for one port of one peer, in policies that may govern one pod."""
    ports: dict[object, _OfOnePort] = defaultdict(dict)
    for use in uses:
        proxy, policy = _proxy(use.traffic.condition), use.policy
        for peer in use.rule.peers:
            found = ports[use.traffic.protocol, use.traffic.port, peer]
            found.setdefault((proxy, policy.identity.namespace, policy.subject), []).append(use)
    for found in ports.values():
        proxies = {proxy for proxy, _, _ in found}
        if len(proxies) < 2 or proxies == {Proxy.DNS, None} or proxies == {Proxy.HTTP, None}:
            continue
        yield from _beside_none(found)
        asking = [alike[0] for (proxy, _, _), alike in found.items() if proxy is not None]
        for use, other in product(asking, asking):
            proxy, beside = _proxy(use.traffic.condition), _proxy(other.traffic.condition)
            if proxy is not None and beside is not None and proxy < beside and _may_meet(use.policy, other.policy):
                yield other, f"{proxy} and {beside} rules for one port of one peer"
                break


def _beside_none(found: _OfOnePort) -> Iterator[tuple[AllowUse, str]]:
    """All that asks for TLS where another rule does not."""
    plain = [alike[0] for (proxy, _, _), alike in found.items() if proxy is None]
    for (proxy, _, _), alike in found.items():
        if proxy is Proxy.TLS and any(_may_meet(alike[0].policy, other.policy) for other in plain):
            yield from ((use, "TLS asked of a port that another rule opens without it") for use in alike)


def _names(uses: list[AllowUse]) -> Iterator[tuple[AllowUse, str]]:
    """DNS rules for ports that may be one, in policies that may govern the same pods."""
    asking = [use for use in uses if _proxy(use.traffic.condition) is Proxy.DNS]
    for use, other in product([use for use in asking if isinstance(use.traffic.port, NamedPort)], asking):
        ports = {use.traffic.port, other.traffic.port}
        if len(ports) > 1 and use.traffic.protocol == other.traffic.protocol and _may_meet(use.policy, other.policy):
            yield use, "DNS rules for a port by its name, and for one that may be the same by another"
            return


def _contexts(uses: list[AllowUse]) -> Iterator[tuple[AllowUse, str]]:
    """TLS or a listener, and rules of other proxies for the same port of other peers that may be the same."""
    asking = [use for use in uses if _proxy(use.traffic.condition) is not None]
    for use, other in product([use for use in asking if _wraps(use.traffic)], asking):
        one_port = (use.traffic.protocol, use.traffic.port) == (other.traffic.protocol, other.traffic.port)
        if _wraps(other.traffic) or not one_port or not _may_meet(use.policy, other.policy):
            continue
        if any(
            mine != theirs and _may_be_one(mine, theirs) for mine, theirs in product(use.rule.peers, other.rule.peers)
        ):
            yield use, "TLS or a listener, and rules of another proxy for the same port of peers that may be the same"
            return


def _wraps(item: Traffic) -> bool:
    """Whether connections go through TLS of the proxy's own or a listener, whatever they say."""
    return item.condition is not None and item.condition.stays and item.condition.proxy is not None


def _may_meet(one: Policy, other: Policy) -> bool:
    """Whether two policies may govern the same pod, as far as namespaces and lists of values tell."""
    if len({one.identity.namespace, other.identity.namespace} - {None}) > 1:
        return False
    mine, theirs = _values(one.subject), _values(other.subject)
    return all(mine[label] & theirs[label] for label in mine.keys() & theirs.keys())


def _values(who: Subject | Workloads) -> dict[Label, frozenset[str]]:
    """The values that labels must have."""
    selectors = [who.pods] if isinstance(who.namespaces, OwnNamespace) else [who.pods, who.namespaces]
    terms = [term for one in selectors for term in (one.terms if isinstance(one, And) else (one,))]
    return {term.label: frozenset(term.values) for term in terms if isinstance(term, In)}


def _may_be_one(one: Peer, other: Peer) -> bool:
    """Whether two peers may be one: not pods and addresses outside, nor pods of other values."""
    match one, other:
        case Workloads(), Workloads():
            mine, theirs = _values(one), _values(other)
            return all(mine[label] & theirs[label] for label in mine.keys() & theirs.keys())
        case (Workloads(), Cidr() | Fqdn()) | (Cidr() | Fqdn(), Workloads()):
            return False
        case _:
            return True
