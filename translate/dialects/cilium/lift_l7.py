"""What a Cilium rule asks beyond ports, as conditions: canonical texts, any of which is enough (Cilium documentation,
layer 7 policies, mutual authentication).

The items of a list are alternatives, and so are lists of several rules: each item is a condition of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import to_builtins

from translate.dialects.cilium.l7_words import words
from translate.dialects.cilium.manifest import PortRule
from translate.dialects.cilium.manifest_l7 import FQDNSelector, HTTPRule
from translate.model.conditions import Condition, Proxy

DISABLED = "disabled"
"""The authentication that asks nothing."""
EVERY_NAME = "*"
"""The pattern that all DNS names fit."""


def conditions(rule: PortRule | None, mode: str) -> tuple[Condition | None, ...]:
    """One of these must hold; None always does. ``mode``: of authentication."""
    always: dict[str, Any] = {"authentication": mode} if mode not in ("", DISABLED) else {}
    if rule is None:
        return (_condition(always),)
    for name in ("terminatingTLS", "originatingTLS", "listener"):
        given = getattr(rule, name)
        if given is not None:
            always[name] = to_builtins(given)
    found = [always | said for said in _alternatives(rule)]
    if rule.serverNames:
        found = [said | {"serverName": name.lower().rstrip(".")} for said in found for name in rule.serverNames]
    return tuple(dict.fromkeys(map(_condition, found)))


def _condition(said: Mapping[str, Any]) -> Condition | None:
    """A plain allow frees a packet of what a proxy reads in it (7.2), not of TLS, a listener or authentication. What
    lets everything of its protocol pass asks nothing: the engine makes just that of a plain allow.
    """
    if not said:
        return None
    return Condition(
        json.dumps(said, sort_keys=True),
        _proxy(said),
        said.get("authentication", ""),
        always_holds=said in ({"http": {}}, {"dns": EVERY_NAME}),
        stays=not said.keys() <= {"http", "dns", "serverName"},
        words=words(said),
    )


def _proxy(said: Mapping[str, Any]) -> Proxy | None:
    """Which proxy looks at the traffic, TLS where it looks at no more than the handshake."""
    found = next((proxy for proxy in (Proxy.HTTP, Proxy.DNS, Proxy.LISTENER) if proxy in said), None)
    return found or (Proxy.TLS if {"serverName", "terminatingTLS", "originatingTLS"} & said.keys() else None)


def _alternatives(rule: PortRule) -> list[dict[str, Any]]:
    """An empty list asks nothing, and an item without constraints nothing but that the proxy understands."""
    rules = rule.rules
    if rules is None or not (rules.http or rules.dns):
        return [{}]
    if rules.http:
        return [{"http": _http(item)} for item in rules.http]
    return [{"dns": _dns(item)} for item in rules.dns or ()]


def _http(item: HTTPRule) -> Mapping[str, Any]:
    said: dict[str, Any] = to_builtins(item)
    if item.headers:
        said["headers"] = sorted(item.headers)
    return said


def _dns(item: FQDNSelector) -> str:
    return (item.matchName or item.matchPattern or "").lower().rstrip(".")
