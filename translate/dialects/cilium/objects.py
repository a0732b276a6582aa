"""Reading objects of ``cilium.io``: by kind, and only what Cilium would take."""

from __future__ import annotations

from collections.abc import Callable

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
from translate.dialects.decode import Misfit, Nulls, Reason, decode

__all__ = ["KINDS", "CiliumObject", "read", "read_again"]

KINDS: dict[str, type[CiliumObject]] = {
    "CiliumNetworkPolicy": CiliumNetworkPolicy,
    "CiliumClusterwideNetworkPolicy": CiliumClusterwideNetworkPolicy,
    "CiliumCIDRGroup": CiliumCIDRGroup,
}


LAYER_7 = ("rules", "listener", "serverNames", "terminatingTLS", "originatingTLS")
"""What the ports of an allow have beside numbers."""


def read(item: Object, *, node_selector_labels: bool = True) -> CiliumObject:
    """Decode and validate one object, or raise ``InputError`` with all its problems.

    ``node_selector_labels``: whether the agent has that
    option on, without which it refuses selectors of nodes.
    """

    def rules(value: CiliumObject) -> list[Problem]:
        return problems(value, item.origin, node_selector_labels=node_selector_labels)

    value = _decoded(item, rules)
    found = rules(value)
    if found:
        raise InputError(found)
    return value


def read_again(item: Object) -> CiliumObject:
    """The same of an object that ``read`` has taken before."""
    return _decoded(item)


def _decoded(item: Object, rules: Callable[[CiliumObject], list[Problem]] | None = None) -> CiliumObject:
    kind = item.value.get("kind")
    struct = KINDS.get(kind) if isinstance(kind, str) else None
    if struct is None:
        message = f"kind must be {', '.join(KINDS)}, not {shown(str(kind))}"
        raise InputError([Problem(message=message, origin=item.origin.at("kind"))])
    return decode(item.value, struct, item.origin, nulls=Nulls.SCHEMA, advise=_advised, rules=rules)


def _advised(misfit: Misfit) -> Misfit:
    advice = _way_out(misfit)
    return misfit._replace(advice=advice) if advice else misfit


def _way_out(misfit: Misfit) -> str | None:
    """What helps with a mistake that many make, and that the types cannot know."""
    match misfit.reason, misfit.path:
        case Reason.UNKNOWN_FIELD, ("spec", "podSelector") | ("specs", int(), "podSelector"):
            return "pods are selected by endpointSelector"
        case Reason.UNKNOWN_FIELD, (*_, "ingress" | "ingressDeny", int(), "endpointSelector"):
            return "peers are selected by fromEndpoints"
        case Reason.UNKNOWN_FIELD, (*_, "egress" | "egressDeny", int(), "endpointSelector"):
            return "peers are selected by toEndpoints"
        case Reason.UNKNOWN_FIELD, (*_, "auth"):
            return "write authentication"
        case Reason.UNKNOWN_FIELD, (*_, "ingressDeny" | "egressDeny", int(), "toFQDNs"):
            return "only egress names hosts, and a deny needs ranges, in toCIDR"
        case Reason.UNKNOWN_FIELD, (*_, "ingressDeny" | "egressDeny", int(), "authentication"):
            return "only an allow asks for it"
        case Reason.UNKNOWN_FIELD, (*_, "ingressDeny" | "egressDeny", int(), "toPorts", int(), str(name)):
            return "a deny looks no deeper than ports" if name in LAYER_7 else None
        case Reason.NO_CHOICE, (*_, "protocol") if misfit.given in ("ICMP", "ICMPv6"):
            return "write icmps, in an element without toPorts"
        case _:
            return None
