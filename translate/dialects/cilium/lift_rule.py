"""What one element of a Cilium policy matches: its peers on its ports (Cilium documentation, policy language)."""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.origin import Origin
from translate.dialects.cilium.lift_l7 import conditions
from translate.dialects.cilium.lift_peers import PeerContext, lift_peers
from translate.dialects.cilium.manifest import (
    EgressRule,
    Element,
    IngressDenyRule,
    IngressRule,
    PortDenyRule,
    PortRule,
)
from translate.dialects.cilium.ports import lift_icmp, lift_ports
from translate.dialects.cilium.settings import CiliumSettings
from translate.model.conditions import Condition
from translate.model.policy import Action
from translate.model.policy import Rule as ModelRule
from translate.model.traffic import Traffic


def mode_of(element: Element) -> str:
    """The authentication that an element asks for by name."""
    given = element.authentication if isinstance(element, IngressRule | EgressRule) else None
    return given.mode if given is not None else ""


def lift_rule(
    element: Element, clusterwide: bool, initializing: bool, place: Origin, cilium: CiliumSettings
) -> ModelRule | None:
    """The meaning of ``element``, None if it matches nothing. Raises BeyondError for what is not modelled."""
    denies = not isinstance(element, IngressRule | EgressRule)
    with_ports = bool(element.toPorts or element.icmps)
    mode = mode_of(element)
    peers = lift_peers(element, PeerContext(clusterwide, initializing, with_ports, denies, cilium), place)
    traffic = tuple(_traffic(element, mode, place))
    if not peers or not traffic:
        return None
    return ModelRule(Action.DENY if denies else Action.ALLOW, peers, traffic, place)


def _traffic(element: Element, mode: str, place: Origin) -> Iterator[Traffic]:
    """Items without ports match nothing; no item at all matches every protocol."""
    if not (element.toPorts or element.icmps):
        yield from (Traffic(origin=place, condition=condition) for condition in conditions(None, mode))
        return
    incoming = isinstance(element, IngressRule | IngressDenyRule)
    rules: tuple[PortRule | PortDenyRule, ...] = element.toPorts or ()
    for index, rule in enumerate(rules):
        asked = conditions(rule if isinstance(rule, PortRule) else None, mode)
        for number, port in enumerate(rule.ports or ()):
            yield from lift_ports(port, incoming, place.at("toPorts", index, "ports", number), asked)
    for index, icmp in enumerate(element.icmps or ()):
        for number, field in enumerate(icmp.fields):
            found = lift_icmp(field, place.at("icmps", index, "fields", number))
            for condition in conditions(None, mode):
                yield _asking(found, condition)


def _asking(traffic: Traffic, condition: Condition | None) -> Traffic:
    return Traffic(traffic.protocol, None, traffic.origin, traffic.family, icmp=traffic.icmp, condition=condition)
