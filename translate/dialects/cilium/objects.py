"""Reading objects of ``cilium.io``: by kind, and only what Cilium would take."""

from __future__ import annotations

import re
from dataclasses import replace

from translate.core.diagnostics import InputError, Problem
from translate.core.names import shown
from translate.dialects.base import Object
from translate.dialects.cilium.manifest import (
    CiliumCIDRGroup,
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    CiliumObject,
)
from translate.dialects.cilium.validate import problems
from translate.dialects.decode import Nulls, decode

__all__ = ["KINDS", "CiliumObject", "read"]

KINDS: dict[str, type[CiliumObject]] = {
    "CiliumNetworkPolicy": CiliumNetworkPolicy,
    "CiliumClusterwideNetworkPolicy": CiliumClusterwideNetworkPolicy,
    "CiliumCIDRGroup": CiliumCIDRGroup,
}

ADVICE = (
    (r'unknown field "podSelector" in specs?(\[\d+\])?$', "pods are selected by endpointSelector"),
    (r'unknown field "auth" in ', "write authentication"),
    (r'unknown field "toFQDNs" in \S+Deny\[\d+\]$', "only egress names hosts, and a deny needs ranges, in toCIDR"),
    (r'unknown field "authentication" in \S+Deny\[\d+\]$', "only an allow asks for it"),
    (
        r'unknown field "(rules|listener|serverNames|\w+TLS)" in \S+Deny\[\d+\]\.toPorts\[\d+\]$',
        "a deny looks no deeper than ports",
    ),
    (r'\.protocol must be .* not the text "ICMP(v6)?"$', "write icmps, in an element without toPorts"),
)
"""What decoding says of a mistake that many make (up to its own advice), and the way out that it cannot know."""


def read(item: Object, *, node_selector_labels: bool = True) -> CiliumObject:
    """Decode and validate one object, or raise ``InputError`` with all its problems.

    What does not decode is told alone, as by the API server. ``node_selector_labels``: whether the agent has that
    option on, without which it refuses selectors of nodes.
    """
    kind = item.value.get("kind")
    struct = KINDS.get(kind) if isinstance(kind, str) else None
    if struct is None:
        message = f"kind must be {', '.join(KINDS)}, not {shown(str(kind))}"
        raise InputError([Problem(message=message, origin=item.origin.at("kind"))])
    try:
        value = decode(item.value, struct, item.origin, nulls=Nulls.SCHEMA)
    except InputError as error:
        raise InputError(map(_advised, error.problems)) from None
    found = problems(value, item.origin, node_selector_labels=node_selector_labels)
    if found:
        raise InputError(found)
    return value


def _advised(problem: Problem) -> Problem:
    said = problem.message.partition("; ")[0]
    advice = next((text for pattern, text in ADVICE if re.search(pattern, said)), None)
    return replace(problem, message=f"{said}; {advice}") if advice else problem
