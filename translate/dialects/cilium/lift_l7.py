"""What a Cilium rule asks beyond ports, as conditions: canonical texts, any of which is enough (Cilium documentation,
layer 7 policies, mutual authentication).

The items of a list are alternatives, and so are lists of several rules: each item is a condition of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import to_builtins

from translate.dialects.cilium.manifest import PortRule
from translate.dialects.cilium.manifest_l7 import FQDNSelector, HTTPRule

DISABLED = "disabled"
"""The authentication that asks nothing."""


def conditions(rule: PortRule | None, mode: str) -> tuple[str, ...]:
    """One of these must hold; the empty text always does. ``mode``: of authentication."""
    always: dict[str, Any] = {"authentication": mode} if mode not in ("", DISABLED) else {}
    if rule is None:
        return (_text(always),)
    for name in ("terminatingTLS", "originatingTLS", "listener"):
        given = getattr(rule, name)
        if given is not None:
            always[name] = to_builtins(given)
    found = [always | said for said in _alternatives(rule)]
    if rule.serverNames:
        found = [said | {"serverName": name.lower().rstrip(".")} for said in found for name in rule.serverNames]
    return tuple(dict.fromkeys(map(_text, found)))


def mode_in(condition: str) -> str:
    """The authentication that ``condition`` asks for."""
    return str(json.loads(condition).get("authentication", "")) if condition else ""


def parser_in(condition: str) -> str:
    """Which proxy looks at the traffic, ``tls`` where it looks at server names only."""
    said = json.loads(condition) if condition else {}
    found = next((name for name in ("http", "dns", "listener") if name in said), "")
    return found or ("tls" if {"serverName", "terminatingTLS", "originatingTLS"} & said.keys() else "")


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


def _text(said: Mapping[str, Any]) -> str:
    return json.dumps(said, sort_keys=True) if said else ""
