"""What a Cilium rule says and lifting leaves out, as it has no effect: found by comparing what is written with what was
lifted of it (Cilium documentation, policy language).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from translate.core.origin import Origin, Path
from translate.dialects.base import Idle
from translate.dialects.cilium.lift_peers import EMPTY_IS_NONE, LISTS
from translate.dialects.cilium.manifest import (
    DefaultDeny,
    EgressDenyRule,
    Element,
    PortDenyRule,
    PortRule,
    Rule,
)
from translate.dialects.cilium.sides import DirectionRules, sides
from translate.model.peers import is_nobody
from translate.model.policy import Direction, Policy
from translate.model.policy import Rule as ModelRule

NOBODY = "none"
"""The entity that nobody is."""
WHY = {
    "Endpoints": "nobody has these labels together",
    "CIDRSet": "except leaves nothing of it",
    "Entities": f"nobody is the entity {NOBODY}",
}
"""Why an item of a list of peers means nobody; of the other lists each means somebody."""

SERVICES = "Services"
FIELDS = {side: tuple(side + name for name in (*LISTS, SERVICES)) for side in ("from", "to")}
"""The lists of peers of a direction."""
NAMES = {side + name: name for side in FIELDS for name in (*LISTS, SERVICES)}
"""What they are called in both directions."""

_Reason: TypeAlias = tuple[Path, str]
"""Where something is left out, from the element or the rule that it is a part of, and why."""


def left_out(rule: Rule, policy: Policy, place: Origin) -> Iterator[Idle]:
    """What of ``rule``, which stands at ``place``, is not in ``policy``, which was lifted of it."""
    said = rule.enableDefaultDeny or DefaultDeny()
    for side in sides(rule):
        section = policy.section(side.direction)
        if section is None:
            if getattr(said, side.direction):
                why = f"it is about {side.direction} rules, and there is none ({side.direction}: [{{}}] would isolate)"
                yield Idle(policy.identity, place.at("enableDefaultDeny", str(side.direction)), why, "has no effect")
            continue
        lifted = {one.origin.path: one for one in section.rules}
        for steps, why in _of_side(side, lifted, place.path):
            yield Idle(policy.identity, place.at(*steps), why)


def _of_side(side: DirectionRules, lifted: Mapping[Path, ModelRule], place: Path) -> Iterator[_Reason]:
    prefix = "from" if side.direction is Direction.INGRESS else "to"
    for name, elements in side.fields:
        # One that names nobody at all is how people say that a direction is isolated, if nothing else there says so.
        others = len(elements) > 1 or (name != side.direction and side.allows)
        for index, element in enumerate(elements):
            written = _written(element, prefix)
            if not _is_bare(element, written):
                found = _of_element(element, written, lifted.get((*place, name, index)))
            elif others or not side.isolates:
                found = [((), _why_bare(written, prefix))]
            else:
                continue
            yield from (((name, index, *steps), why) for steps, why in found)


def _written(element: Element, prefix: str) -> dict[str, Sequence[object]]:
    """The lists of peers that are there."""
    lists = ((field, getattr(element, field, None)) for field in FIELDS[prefix])
    return {field: items for field, items in lists if items is not None}


def _is_bare(element: Element, written: Mapping[str, Sequence[object]]) -> bool:
    """Whether an element asks for no ports, and names nobody or only the entity that nobody is."""
    if element.toPorts or element.icmps:
        return False
    return all(item == NOBODY for items in written.values() for item in items)


def _why_bare(written: Mapping[str, Sequence[object]], prefix: str) -> str:
    if any(written.values()):
        return WHY["Entities"]
    empty = next(iter(written), "")
    return f"{empty} is an empty list" if empty else f"it names nobody (everybody is {prefix}Entities: [all])"


def _of_element(element: Element, written: Mapping[str, Sequence[object]], rule: ModelRule | None) -> Iterable[_Reason]:
    for field, items in written.items():
        if not items and NAMES[field] in EMPTY_IS_NONE:
            return [((), f"{field} is an empty list, which means nobody, whatever stands beside it")]
    without = list(_without_ports(element))
    if without and len(without) == len(element.toPorts or ()) + len(element.icmps or ()):
        return [((), without[0][1])]
    return [*without, *_of_services(element), *_of_items(written, rule)]


def _of_items(written: Mapping[str, Sequence[object]], rule: ModelRule | None) -> Iterator[_Reason]:
    """The items of lists of peers that nobody stands for; Services stand together."""
    meant = set() if rule is None else {peer.origin.path[-2:] for peer in rule.peers if not is_nobody(peer)}
    for field, items in written.items():
        if NAMES[field] != SERVICES:
            missing = (index for index in range(len(items)) if (field, index) not in meant)
            yield from (((field, index), WHY.get(NAMES[field], "it means nobody")) for index in missing)


def _without_ports(element: Element) -> Iterator[_Reason]:
    """The items that say which packets are meant, and name none."""
    rules: tuple[PortRule | PortDenyRule, ...] = element.toPorts or ()
    for index, rule in enumerate(rules):
        if not rule.ports:
            yield ("toPorts", index), "an item of toPorts without ports means no packet, not every packet"
    for index, icmp in enumerate(element.icmps or ()):
        if not icmp.fields:
            yield ("icmps", index), "an item of icmps without fields means no packet, not every packet"


def _of_services(element: Element) -> Iterator[_Reason]:
    if not (isinstance(element, EgressDenyRule) and element.toServices):
        return
    why = "a deny does not look Services up"
    if element.toPorts or element.icmps:
        yield ("toServices",), f"{why}, and this one denies its ports to everybody"
    else:
        yield (), f"{why}, and without ports it denies nothing"
