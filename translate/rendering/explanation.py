"""An explanation for people: the verdict first, then the walk at each end, then the nearest miss."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from translate.api.explain import Explanation
from translate.core.origin import NOWHERE, Origin, spell
from translate.frontend.sources import Places
from translate.model.policy import DEFAULT_TIER, Action, Policy, Rule
from translate.prover.answers import Alternative, Answer, Supposition, Walk
from translate.prover.decision import Decision
from translate.prover.evaluator import UNJUDGED
from translate.prover.failing import PEER, SUBJECT, TRAFFIC, Miss
from translate.prover.near_miss import NearMiss
from translate.prover.trace import Fate, PolicyStep, RuleStep, TierStep
from translate.prover.words import packet as packet_words
from translate.prover.words import some
from translate.rendering.terminal import Terminal, safe

STYLE = {Answer.ALLOWED: "green", Answer.DENIED: "red", Answer.DEPENDS: "yellow", Answer.UNDECIDED: "yellow"}
LONG, SHOWN = 40, 3


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line, how deep it stands, and its colour."""

    text: str
    depth: int = 0
    style: str = ""


def explanation(found: Explanation, out: Terminal, *, verbose: int = 0) -> None:
    """The whole of it; on a terminal as wide as that."""
    for line in _lines(found, verbose):
        for text in _wrapped(line, out):
            out.line(text, line.style)


def _wrapped(line: TextLine, out: Terminal) -> list[str]:
    """``line`` as lines that fit the terminal where its words allow that; what goes on stands deeper."""
    first, rest = "  " * line.depth, "  " * (line.depth + 1)
    text = safe(line.text)  # what a name holds must not be folded into blanks
    if not out.wraps:
        return [first + text if text else ""]
    return textwrap.wrap(
        text,
        out.width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def sent(found: Explanation) -> str:
    """The connection in one line."""
    ends = f"{found.connection.source.called} to {found.connection.destination.called}"
    return f"{ends} on {on(found)}"


def on(found: Explanation) -> str:
    """The packet: protocol, and port or message."""
    walk = next(iter(found.walks), None)
    if walk is not None:
        return packet_words(walk.trace.point)
    return "any packet"


def _lines(found: Explanation, verbose: int) -> Iterator[TextLine]:
    yield TextLine(f"{found.answer.value.capitalize()}: {sent(found)}", 0, STYLE[found.answer])
    if found.reason:
        yield TextLine(found.reason, 1)
    several = len(found.cases) > 1
    for case in found.cases if several else ():
        yield TextLine(f"{case.answer.value} if {_supposed(case.supposed)}", 1, STYLE[case.answer])
    ways = dict.fromkeys(one.way for case in found.cases for one in case.supposed if one.way) if several else {}
    for way in ways:
        yield TextLine(f"to settle it: {way}", 1, "dim")
    seen: list[Walk] = []
    for case in found.cases:
        if several:
            yield TextLine("")
            yield TextLine(f"if {_supposed(case.supposed)}: {case.answer.value}", 0, STYLE[case.answer])
        yield from _case(case, found.places, verbose, seen)
    for note in found.notes:
        yield TextLine("")
        yield TextLine(f"note: {note}", 0, "dim")


def _supposed(supposed: tuple[Supposition, ...]) -> str:
    return ", and ".join(one.sentence for one in supposed)


def _case(case: Alternative, places: Places, verbose: int, seen: list[Walk]) -> Iterator[TextLine]:
    """One case; a walk that is among those ``seen`` is not told again."""
    for walk in case.walks:
        yield TextLine("")
        again = any(_is_like(walk, other) for other in seen)
        as_above = " (as above)" if again else ""
        yield TextLine(f"{walk.direction.value} of {walk.pod}: {walk.answer.value}{as_above}", 0, STYLE[walk.answer])
        if not again:
            yield from _walk(walk, places, verbose)
        seen.append(walk)
    if case.answer is Answer.DENIED:
        yield from _near_misses(case, places)


def _is_like(walk: Walk, other: Walk) -> bool:
    mine, theirs = walk.trace, other.trace
    return walk.direction is other.direction and (mine.tiers, mine.decision) == (theirs.tiers, theirs.decision)


def _walk(walk: Walk, places: Places, verbose: int) -> Iterator[TextLine]:
    tiers = walk.trace.tiers
    told_apart = any(tier.tier.name != DEFAULT_TIER for tier in tiers)
    for tier in tiers:
        if told_apart:
            yield TextLine(f"tier {tier.tier.name}", 1)
        yield from _tier(tier, walk.trace.decision, places, 2 if told_apart else 1)
    if not tiers and walk.trace.decision.allowed and walk.trace.decision.policy is None:
        yield TextLine(_untouched(walk), 1)
    elif walk.trace.decision.rule is None:
        by = walk.trace.decision.policy
        yield TextLine(f"= {_outcome(walk)}: {walk.trace.decision.why}{f' ({by.identity})' if by else ''}", 1)
    yield from _unselecting(walk, verbose)
    if walk.unknown:
        yield TextLine(
            f"not known, and no matter to the answer: {some((one.question for one in walk.unknown), SHOWN)}", 1
        )


def _untouched(walk: Walk) -> str:
    """Why a pod that no policy governs is reached."""
    why = walk.trace.decision.why
    return f"no policy selects the pod for {walk.direction.value}" if why == UNJUDGED else why


def _outcome(walk: Walk) -> str:
    return "allowed" if walk.trace.decision.allowed else "denied"


def _tier(tier: TierStep, decision: Decision, places: Places, depth: int) -> Iterator[TextLine]:
    for step in tier.policies:
        yield from _policy(step, decision, places, depth)
    if tier.ending and tier.ending.startswith(("passed", "end of")):
        yield TextLine(tier.ending, depth)


def _policy(step: PolicyStep, decision: Decision, places: Places, depth: int) -> Iterator[TextLine]:
    yield TextLine(f"{step.policy.identity}  {where(step.policy.origin, places)}".rstrip(), depth)
    if not step.reached:
        yield TextLine("never reached", depth + 1, "dim")
        return
    if step.isolates:
        yield TextLine("isolates the pod: what nothing allows is denied", depth + 1, "dim")
    unreached = 0
    for rule in merged(step.rules):
        if rule.fate is Fate.UNREACHED:
            unreached += 1
            continue
        style = STYLE[Answer.ALLOWED if rule.rule.action is Action.ALLOW else Answer.DENIED]
        yield TextLine(_rule(rule, step.policy, places), depth + 1, style if rule.fate is Fate.DECIDES else "")
        if rule.fate is Fate.DECIDES and rule.rule.action is Action.ALLOW and not decision.allowed:
            yield TextLine(decision.why, depth + 2, "dim")
        yield from (TextLine(told(miss), depth + 2, "dim") for miss in rule.misses)
    if unreached:
        yield TextLine(f"{unreached} more rule{'s' * (unreached != 1)}, never reached", depth + 1, "dim")


RANK = tuple(Fate)


def merged(steps: tuple[RuleStep, ...]) -> list[RuleStep]:
    """The rules as they are written: what became several of one is told once, by what came nearest to deciding."""
    found: dict[object, RuleStep] = {}
    for step in steps:
        key = step.rule.origin.place if step.rule.origin is not NOWHERE else id(step.rule)
        other = found.setdefault(key, step)
        if (RANK.index(step.fate), len(step.misses)) < (RANK.index(other.fate), len(other.misses)):
            found[key] = step
    return list(found.values())


def _rule(step: RuleStep, policy: Policy, places: Places) -> str:
    place = in_brackets(step.rule, places, policy)
    return f"{step.rule.action.value} {name(step.rule, policy)}: {step.fate.value}{place}"


def in_brackets(rule: Rule, places: Places, policy: Policy | None = None) -> str:
    """Where a rule stands, as far as it is known; a long name of a file that ``policy`` tells is not told again."""
    found = where(rule.origin, places)
    if policy is not None and rule.origin.file == policy.origin.file and len(found) > LONG:
        found = f"line {found.rpartition(':')[2]}"
    return f" ({found})" if found else ""


def name(rule: Rule, policy: Policy) -> str:
    """The path of a rule inside its policy."""
    return spell(rule.origin.path[len(policy.origin.path) :]) or "a rule"


def where(origin: Origin, places: Places) -> str:
    """``file:line``, as far as it is known."""
    found = places.locate(origin)
    return f"{places.name(origin)}:{found[0]}" if found else ""


def _unselecting(walk: Walk, verbose: int) -> Iterator[TextLine]:
    others = [str(policy.identity) for policy in walk.trace.unselecting]
    if not others:
        return
    many = f"{len(others)} polic{'y does' if len(others) == 1 else 'ies do'} not select the pod"
    if verbose:
        yield TextLine(f"{many}: {', '.join(dict.fromkeys(others))}", 1, "dim")
    else:
        yield TextLine(f"{many} (-v names {'it' if len(others) == 1 else 'them'})", 1, "dim")


def _near_misses(case: Alternative, places: Places) -> Iterator[TextLine]:
    denied = [walk for walk in case.walks if walk.answer is Answer.DENIED]
    for walk in denied:
        yield TextLine("")
        yield TextLine("nearest miss" + (f", {walk.direction.value}" if len(denied) > 1 else ""))
        yield TextLine(nearest(walk, places), 1)


def nearest(walk: Walk, places: Places) -> str:
    """The nearest miss of a walk, in words."""
    miss, decided = walk.near_miss, walk.trace.decision.rule
    if miss is None and decided is not None and decided.action is Action.DENY:
        return "none: this deny beats every allow, whatever the sequence"
    if miss is None:
        return f"none: no rule allows any {walk.direction.value} of this pod"
    return f"{miss.policy.identity} {name(miss.rule, miss.policy)}{in_brackets(miss.rule, places)} {clauses(miss)}"


def clauses(miss: NearMiss) -> str:
    """What the rule does fit, and the conditions that fail."""
    about = {one.about for one in miss.misses}
    does = "would let it through" if miss.rule.action is Action.ALLOW else "would pass it on"
    if PEER not in about:
        does = "selects the peer"
    elif TRAFFIC not in about and SUBJECT not in about:
        does = "is for such packets"
    return f"{does}, but {', and '.join(told(one) for one in miss.misses)}"


def told(miss: Miss) -> str:
    """A condition as a clause of its own."""
    return f"its policy is not for this pod, which {miss.text}" if miss.about == SUBJECT else miss.text
