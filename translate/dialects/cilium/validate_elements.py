"""One element of ``ingress``, ``ingressDeny``, ``egress`` or ``egressDeny``: what may stand together in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from translate.core.names import shown
from translate.core.origin import Path
from translate.dialects.cilium.manifest import (
    Element,
    ICMPField,
    ICMPRule,
    IngressDenyRule,
    IngressRule,
    PortDenyRule,
    PortRule,
)
from translate.dialects.cilium.manifest_values import ICMP_TYPES, ICMP_UNSPELLABLE
from translate.dialects.cilium.validate_l7 import PortUse, l7_faults
from translate.dialects.cilium.validate_peers import EGRESS_PEERS, INGRESS_PEERS
from translate.dialects.cilium.validate_ports import port_faults
from translate.dialects.objects import Fault

MOST_FIELDS = 40
LAST_ICMP_TYPE = 255


class RuleScope(NamedTuple):
    """What the rule around an element is: of nodes, of the whole cluster, for an agent with labels of nodes."""

    host: bool
    clusterwide: bool
    node_selector_labels: bool


def element_faults(element: Element, path: Path, context: RuleScope) -> Iterator[Fault]:
    """What is wrong with one element, its peers and its ports."""
    ingress = isinstance(element, IngressRule | IngressDenyRule)
    side, peers = ("from", INGRESS_PEERS) if ingress else ("to", EGRESS_PEERS)
    given = [name for name in peers if getattr(element, name, None)]
    if len(given) > 1:
        names = f"{', '.join(given[:-1])} and {given[-1]}"
        yield Fault(path, f"must not have {names} together: make them {len(given)} items of the list")
    for name in given:
        for index, item in enumerate(getattr(element, name)):
            yield from peers[name](item, (*path, name, index))
    yield from _requires(element, side, path)
    if f"{side}Nodes" in given and not context.node_selector_labels:
        text = "is refused by agents without the option enable-node-selector-labels"
        yield Fault((*path, f"{side}Nodes"), text)
    if element.icmps and element.toPorts:
        yield Fault(path, "must not have icmps and toPorts together: make them two items of the list")
    rules: tuple[PortRule | PortDenyRule, ...] = element.toPorts or ()
    for index, rule in enumerate(rules):
        place = (*path, "toPorts", index)
        yield from port_faults(rule.ports or (), (*place, "ports"))
        if isinstance(rule, PortRule):
            yield from l7_faults(PortUse(rule, ingress, context.host, context.clusterwide), place)
    for index, icmp in enumerate(element.icmps or ()):
        yield from _icmp(icmp, (*path, "icmps", index, "fields"))


def _requires(element: Element, side: str, path: Path) -> Iterator[Fault]:
    name = f"{side}Requires"
    if getattr(element, name):
        text = f"must be left out since Cilium 1.19: add its labels to every selector of {side}Endpoints"
        yield Fault((*path, name), text)


def _icmp(rule: ICMPRule, path: Path) -> Iterator[Fault]:
    if len(rule.fields) > MOST_FIELDS:
        yield Fault(path, f"must have no more than {MOST_FIELDS} items, not {len(rule.fields)}: make them two of icmps")
    for index, field in enumerate(rule.fields):
        problem = _icmp_problem(field)
        if problem is not None:
            yield Fault((*path, index, "type"), problem)


def _icmp_problem(field: ICMPField) -> str | None:
    if isinstance(field.type, int) or (field.type.isascii() and field.type.isdigit()):
        known = str(field.type) == str(int(field.type)) and int(field.type) in range(LAST_ICMP_TYPE + 1)
        return None if known else f"must be between 0 and {LAST_ICMP_TYPE}, not {field.type}"
    number = ICMP_TYPES[field.family].get(field.type)
    if number is not None and field.type == ICMP_UNSPELLABLE:
        return f"must not be {shown(field.type)}, a name that the schema of Cilium does not know: write {number}"
    if number is not None:
        return None
    other = next((family for family, names in ICMP_TYPES.items() if field.type in names), None)
    advice = f": it is one of {other}, so write family: {other} beside it" if other else ""
    return f"must be a number or the name of an {field.family} type, like EchoRequest, not {shown(field.type)}{advice}"
