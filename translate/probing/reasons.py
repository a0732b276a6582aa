"""Why something is not tried by any probe, and what would make it possible."""

from __future__ import annotations

from translate.model.policy import Action, Direction
from translate.probing.bench import Bench, Judged
from translate.probing.explore import Explorer
from translate.probing.hits import Aim
from translate.probing.values import Aspect

NOT_LOOKED_AT = ("the search ended before it", "--max-seconds allows more of it")
RANGES = "state the ranges of pods and nodes (--pods, --nodes)"
OF_PORTS = "say it behind --from"
OF_ENDS = ("say ", "name a Node", "add the Pod with its nodeName")
"""How ways to tell the ends of a connection begin, which are the plan's own here."""


def why_untested(aim: Aim, explorer: Explorer, bench: Bench) -> tuple[str, str]:
    """The reason and the way out of what no try is for."""
    if aim in explorer.reasons:
        reason = explorer.reasons[aim]
        return reason.text, reason.way
    if aim not in explorer.tries:
        return NOT_LOOKED_AT
    judged = [bench.judged(trial) for trial in explorer.tries[aim]]
    depending = next((one for one in judged if one.allowed is None), None)
    if depending is not None:
        found = bench.suppositions(depending.trial)
        sentences = " and ".join(one.sentence for one in found) or "more is open than can be tried"
        ways = dict.fromkeys(_way(one.way) for one in found)
        return f"it depends on what nobody told, as whether {sentences}", "; ".join(filter(None, ways))
    if not judged:
        return "no packet that it is about can be sent by a probe", ""
    return _decided_otherwise(aim, explorer, judged[0]), ""


def _way(text: str) -> str:
    """The way of ``explain`` as a way here: no probe chooses the port it comes from."""
    if text.startswith(OF_PORTS):
        return ""
    return RANGES if text.startswith(OF_ENDS) else text


def _decided_otherwise(aim: Aim, explorer: Explorer, one: Judged) -> str:
    """What keeps tries from showing what they are for."""
    _, direction, _, aspect, _ = aim
    rule = explorer.purposes[aim].rule
    denied_there = [other for other in one.deniers if other is not direction]
    if aspect in (Aspect.PEER, Aspect.PACKET):
        if denied_there:
            return f"nobody gets that far: {_end(direction, other=True)} denies it ({one.why})"
        if rule is not None and rule.action is Action.PASS:
            return f"something else decides before it ({one.why})"
        return f"something else decides what it is about ({one.why})"
    if rule is not None and rule.action is Action.DENY:
        return f"what is next to it is denied as well ({one.why})"
    if one.deniers:
        return f"what is next to it is denied for more than that ({one.why})"
    return f"what is next to it gets through by something else ({one.why})"


def _end(direction: Direction, *, other: bool) -> str:
    outgoing = (direction is Direction.EGRESS) is not other
    return f"the {'sender' if outgoing else 'receiver'}"
