"""Conditions of layer 7 that make no difference, for targets that cannot say them.

Allows add up: where rules that ask nothing let all the packets of an item through, nothing is lost without it. What
lets everything of its protocol pass is a plain allow. Whatever is left here makes a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.core.identity import Identity
from translate.model.conditions import Proxy
from translate.model.edit import rules_of
from translate.model.policy import Action, Direction, Policy, Rule, Section
from translate.model.traffic import Traffic
from translate.plan import layer7
from translate.plan.context import Pass, Target

if TYPE_CHECKING:
    from translate.plan.regions.boxes import Box

MAKES_NO_DIFFERENCE = "NPT310"


class FreeTraffic(Struct, frozen=True):
    """Packets that an item of a rule lets through without asking anything of them."""

    policy: Policy
    item: Traffic
    box: Box


class _AllFree:
    """All that is let through unasked in one direction."""

    def __init__(self, found: Iterable[FreeTraffic]) -> None:
        from translate.plan.regions.index import SideIndex  # only where something is asked of layer 7

        self._found = list(found)
        self._index = SideIndex([one.box for one in self._found])

    def near(self, boxes: Sequence[Box]) -> Iterator[FreeTraffic]:
        """What has anything in common with ``boxes``, in its sequence."""
        return (self._found[number] for number in self._index.meeting(boxes))


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Leave out what others let through unasked, and say plainly what asks nothing."""
    if target.name == target.source.name or not target.source.denies_override:
        return policies
    asking = [d for d in Direction if any(_asks(item) for policy in policies for item in _items(policy.section(d)))]
    everything = (*policies, *target.beside)
    free = {d: _AllFree(_free(everything, d) if d in asking else ()) for d in Direction}

    def plainly(policy: Policy, direction: Direction) -> Section | None:
        section = policy.section(direction)
        if section is None or not any(item.condition for item in _items(section)):
            return section
        rules = (_plainly(rule, policy, free[direction], target, report) for rule in section.rules)
        return replace(section, rules=tuple(rule for rule in rules if rule.traffic))

    return tuple(
        replace(policy, ingress=plainly(policy, Direction.INGRESS), egress=plainly(policy, Direction.EGRESS))
        for policy in policies
    )


def _items(section: Section | None) -> Iterator[Traffic]:
    return (item for rule in (section.rules if section is not None else ()) for item in rule.traffic)


def _asks(item: Traffic) -> bool:
    """Whether something is asked that another rule may make up for."""
    return not (layer7.asks_nothing(item) or layer7.stays(item))


def _free(policies: tuple[Policy, ...], direction: Direction) -> Iterator[FreeTraffic]:
    for policy in policies:
        section = policy.section(direction)
        for rule in section.rules if section is not None else ():
            for item in rule.traffic if rule.action is Action.ALLOW else ():
                if layer7.asks_nothing(item):
                    yield from (FreeTraffic(policy, item, box) for box in _boxes(rule, item, policy))


def _boxes(rule: Rule, item: Traffic, policy: Policy) -> list[Box]:
    """The packets that an item means, whatever is asked of them; none if they are more than can be looked at."""
    from translate.plan.regions.boxes import TooManyBoxesError  # only where something is asked of layer 7
    from translate.plan.regions.encode import rule_boxes

    try:
        return rule_boxes(replace(rule, traffic=(layer7.unasked(item),)), policy)
    except TooManyBoxesError:
        return []


def _plainly(rule: Rule, policy: Policy, free: _AllFree, target: Target, report: Report) -> Rule:
    """The rule without what makes no difference."""
    if rule.action is not Action.ALLOW or not any(item.condition for item in rule.traffic):
        return rule
    about = policy.called
    freeing = {port: _made_up_for(rule, item, policy, free) for port, item in _asked_ports(rule).items()}
    traffic: list[Traffic] = []
    for item in rule.traffic:
        plain = layer7.unasked(item)
        others = freeing.get((plain, layer7.asks_for_name(item)), "") if _asks(item) else ""
        if others:
            why = f"what {about} asks on layer 7 makes no difference: {others} lets the same packets through"
        elif item.condition is not None and layer7.asks_nothing(item):
            why = f"{about} lets every packet of its protocol pass the proxy: a {target.can.title} says so by ports"
            traffic.append(plain)
        else:
            traffic.append(item)
            continue
        _say(why, about, item, report)
    return replace(rule, traffic=tuple(dict.fromkeys(traffic)))


def _asked_ports(rule: Rule) -> dict[tuple[Traffic, bool], Traffic]:
    """An item for each of the ports of a rule at which something is asked, and whether that is a name."""
    asked = (item for item in rule.traffic if _asks(item))
    return {(layer7.unasked(item), layer7.asks_for_name(item)): item for item in asked}


def _made_up_for(rule: Rule, item: Traffic, policy: Policy, free: _AllFree) -> str:
    """The policies that together let all packets of an item through unasked; empty if some are left."""
    from translate.plan.regions.boxes import TooManyBoxesError, are_apart, without  # as above

    left = _boxes(rule, item, policy)
    names: dict[str, None] = {}
    for other in free.near(left):
        if layer7.asks_for_name(item) and layer7.port(other.item) != layer7.port(item):
            continue
        if all(are_apart(box, other.box) for box in left):
            continue
        names[str(other.policy.called)] = None
        try:
            left = without(left, other.box)
        except TooManyBoxesError:
            return ""
        if not left:
            return " with ".join(names)
    return ""


def _say(why: str, about: Identity, item: Traffic, report: Report) -> None:
    """Once for each item of ports: its alternatives stand at one place."""
    if item.condition is not None and item.condition.proxy is Proxy.DNS:
        why += "; addresses of DNS names are no longer learned from the answers"
    if not report.says_of_loss(why, item.origin):
        report.lose(MAKES_NO_DIFFERENCE, Effect.EXACT, why, origin=item.origin, about=about)


def _broken(policy: Policy, target: Target) -> bool:
    foreign = target.name != target.source.name and target.source.denies_override
    return foreign and any(
        item.condition is not None and item.condition.always_holds for rule in rules_of(policy) for item in rule.traffic
    )


PASS = Pass(
    run,
    needs="all allows of the source, as it evaluates them",
    guarantees="no condition that always holds is left for a target that has none",
    broken=_broken,
)
