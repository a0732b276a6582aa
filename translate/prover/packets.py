"""What of a rule's traffic concerns the packet itself, as boxes of constraints."""

from __future__ import annotations

from translate.model.policy import Direction
from translate.model.traffic import WITH_PORTS, NamedPort, Traffic
from translate.prover.axes import Line, PortName
from translate.prover.budget import Budget
from translate.prover.constraints import complement, product
from translate.prover.diagram import Constraints
from translate.prover.space import POD_MASK, Space


def packets_of(item: Traffic, space: Space, budget: Budget) -> list[Constraints]:
    """The boxes of packets that ``item`` means. Raises OutOfBudget."""
    box: Constraints = {}
    if item.protocol is not None:
        box[space.protocol_axis] = space.protocol_mask(item.protocol)
    if item.family is not None:
        box[space.address_axis] = space.address.family(item.family)
    if item.icmp is not None:
        box[space.axis(Line.ICMP)] = space.icmp_mask(item.icmp)
    if item.condition is not None and not item.condition.always_holds:
        box[space.axis(item.condition)] = 2
    with_ports = sum(space.protocol_mask(protocol) for protocol in WITH_PORTS)
    boxes = [box]
    if item.source is not None:
        first = item.source.first if item.source.first > 1 else 0
        mask = space.lines[Line.SOURCE_PORT].mask(first, item.source.last)
        boxes = product(boxes, [{space.protocol_axis: with_ports, space.axis(Line.SOURCE_PORT): mask}])
    if isinstance(item.port, NamedPort):
        protocols = WITH_PORTS if item.protocol is None else (item.protocol,)
        boxes = product(boxes, [_named(space, protocol, item.port.name) for protocol in protocols])
    elif item.port is not None:
        boxes = product(boxes, [{space.protocol_axis: with_ports, space.port_axis: space.port_mask(item.port)}])
    for excluded in item.excluding:
        boxes = product(boxes, complement(packets_of(excluded, space, budget), space.full, budget))
    return boxes


def _named(space: Space, protocol: int, name: str) -> Constraints:
    """Only pods call a port by a name, so the destination must be one."""
    named = {space.protocol_axis: space.protocol_mask(protocol), space.axis(PortName(protocol, name)): 2}
    return named if space.direction is Direction.INGRESS else {0: POD_MASK, **named}
