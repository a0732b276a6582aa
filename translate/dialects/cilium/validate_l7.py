"""What a ``toPorts`` item may ask beyond ports, and beside which ports (``PortRule.sanitize``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from translate.core.names import shown
from translate.core.origin import Path
from translate.dialects.cilium.manifest import PortProtocol, PortRule
from translate.dialects.cilium.manifest_l7 import HTTPRule, L7Rules, Listener
from translate.dialects.cilium.validate_peers import fqdn_faults, name_problem
from translate.dialects.cilium.validate_ports import number_of
from translate.dialects.cilium.validate_regex import regex_problem
from translate.dialects.objects import Fault

KINDS = ("http", "dns")
REMOVED = ("kafka", "l7", "l7proto")
"""Protocols of releases up to 1.19; the server of 1.20 refuses their fields."""

PATTERNS = ("path", "method", "host")
PRIORITIES = range(1, 101)


class PortUse(NamedTuple):
    """A ``toPorts`` item of an allow, and where it stands."""

    rule: PortRule
    ingress: bool
    host: bool
    clusterwide: bool

    @property
    def http(self) -> bool:
        """Whether HTTP rules ask anything."""
        return bool(self.rule.rules and self.rule.rules.http)

    @property
    def dns(self) -> bool:
        """Whether DNS rules ask anything."""
        return bool(self.rule.rules and self.rule.rules.dns)

    @property
    def l7(self) -> bool:
        """Whether a proxy has to look into the traffic."""
        return self.http or self.dns


class Limit(NamedTuple):
    """What must not stand together: ``text`` is said of ``path`` where ``broken``."""

    path: Path
    broken: Callable[[PortUse], bool]
    text: str


class PortLimit(NamedTuple):
    """What one of the ports must not be: ``text`` is said of its field ``name`` where ``broken``."""

    name: str
    broken: Callable[[PortUse, PortProtocol], bool]
    text: str


LIMITS = (
    Limit(
        ("serverNames",),
        lambda use: bool(use.l7 and use.rule.serverNames and use.rule.terminatingTLS is None),
        "must not stand beside L7 rules without terminatingTLS: the proxy could not read the requests",
    ),
    Limit(
        ("serverNames",),
        lambda use: use.rule.serverNames == (),
        "must list at least one name, or be left out",
    ),
    Limit(
        ("serverNames",),
        lambda use: len(set(use.rule.serverNames or ())) < len(use.rule.serverNames or ()),
        "must not list a name twice",
    ),
    Limit(
        ("listener",),
        lambda use: use.ingress and use.rule.listener is not None,
        "must not stand in ingress: a listener takes outgoing traffic only",
    ),
    Limit(
        ("listener",),
        lambda use: use.l7 and use.rule.listener is not None,
        "must not stand beside L7 rules: make them two items of toPorts",
    ),
    Limit(
        ("listener", "envoyConfig", "kind"),
        lambda use: use.clusterwide and _namespaced(use.rule.listener),
        "must be CiliumClusterwideEnvoyConfig in a CiliumClusterwideNetworkPolicy",
    ),
    Limit(
        ("rules", "dns"),
        lambda use: use.dns and use.ingress,
        "must not stand in ingress: only outgoing DNS queries are looked at",
    ),
    Limit(
        ("rules", "dns"),
        lambda use: use.dns and not use.rule.ports,
        'needs ports beside it: write the port of the DNS server, "53"',
    ),
    Limit(
        ("rules", "http"),
        lambda use: use.http and use.host,
        "must not stand in a policy of nodes: the only L7 rules there are dns in egress",
    ),
)

PORT_LIMITS = (
    PortLimit(
        "protocol",
        lambda use, port: use.http and port.protocol != "TCP",
        "must be TCP, because HTTP rules stand beside it",
    ),
    PortLimit(
        "port",
        lambda use, port: use.l7 and number_of(port) == 0,
        'must not be "0" beside L7 rules: list the ports',
    ),
    PortLimit(
        "endPort",
        lambda use, port: use.dns and (port.endPort or 0) > _number(port),
        "must be left out, because DNS rules stand beside it: list the ports one by one",
    ),
)


def l7_faults(use: PortUse, path: Path) -> Iterator[Fault]:
    """What is wrong with a ``toPorts`` item of an allow, its ports taken for legal."""
    if use.rule.rules is None and use.rule.serverNames is None and use.rule.listener is None:
        return
    for limit in LIMITS:
        if limit.broken(use):
            yield Fault(path + limit.path, limit.text)
    for index, port in enumerate(use.rule.ports or ()):
        for bound in PORT_LIMITS:
            if bound.broken(use, port):
                yield Fault((*path, "ports", index, bound.name), bound.text)
    for index, name in enumerate(use.rule.serverNames or ()):
        problem = name_problem(name, "matchPattern")
        if problem is not None:
            yield Fault((*path, "serverNames", index), f"{shown(name)} {problem}")
    if use.rule.listener is not None:
        yield from _listener(use.rule.listener, (*path, "listener"))
    if use.rule.rules is not None:
        yield from _rules(use.rule.rules, (*path, "rules"))


def _namespaced(listener: Listener | None) -> bool:
    return listener is not None and listener.envoyConfig.kind == "CiliumEnvoyConfig"


def _number(port: PortProtocol) -> int:
    """A range is one of numbers: beside a name no ``endPort`` is too large."""
    number = number_of(port)
    return 2**31 if number is None else number


def _listener(listener: Listener, path: Path) -> Iterator[Fault]:
    for steps, name in ((("name",), listener.name), (("envoyConfig", "name"), listener.envoyConfig.name)):
        if not name:
            yield Fault((*path, *steps), "must not be empty")
    if listener.priority is not None and listener.priority not in PRIORITIES:
        text = f"must be between {PRIORITIES[0]} and {PRIORITIES[-1]}, not {listener.priority}"
        yield Fault((*path, "priority"), text)


def _rules(rules: L7Rules, path: Path) -> Iterator[Fault]:
    removed = [name for name in REMOVED if getattr(rules, name) is not None]
    for name in removed:
        text = "is no field since Cilium 1.20, which knows http and dns: without it the ports are allowed as a whole"
        yield Fault((*path, name), text)
    given = [name for name in KINDS if getattr(rules, name) is not None]
    if len(given) > 1:
        yield Fault(path, "must not have http and dns together: make them two items of toPorts")
    elif not given and not removed:
        yield Fault(path, "must have either http or dns: leave rules out to allow the ports as a whole")
    for index, request in enumerate(rules.http or ()):
        yield from _http(request, (*path, "http", index))
    for index, query in enumerate(rules.dns or ()):
        yield from fqdn_faults(query, (*path, "dns", index))


def _http(rule: HTTPRule, path: Path) -> Iterator[Fault]:
    for name in PATTERNS:
        problem = regex_problem(getattr(rule, name))
        if problem is not None:
            yield Fault((*path, name), f"{shown(getattr(rule, name))} {problem}")
    for index, match in enumerate(rule.headerMatches):
        place = (*path, "headerMatches", index)
        if not match.name:
            yield Fault((*place, "name"), "must not be empty")
        if match.secret is not None and not match.secret.name:
            yield Fault((*place, "secret", "name"), "must not be empty")
