"""Ordered policies as a union of allows: what each rule lets through when all that is decided before it is taken out.

An allow keeps its packets but for those that an earlier Deny stops or an earlier Pass sends on, and has to get through
the tiers before its own. What was allowed before is allowed anyway, so it stays in. Denies at the end of a tier are
there for the pods that a policy of the tier selects.

Where denies beat allows the Deny rules may stay instead: each then stops what no rule before it lets through, and cuts
no allow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace
from msgspec.structs import replace as replaced

from translate.model.facts import NO_FACTS, Facts
from translate.model.ordering import numbers_in_order, tier_order
from translate.model.peers import Kind
from translate.model.policy import DEFAULT_TIER, Action, Direction, Policy, PolicySet, Rule, Section
from translate.plan import layer7
from translate.plan.regions.boxes import Box, TooManyBoxesError, inside, meet, tidy
from translate.plan.regions.cut import Cut
from translate.plan.regions.decode import Decoded, as_decided, decode
from translate.plan.regions.encode import ADDRESSES, KINDS, kinds, pods_line, subject
from translate.plan.regions.encodings import Encodings
from translate.plan.regions.index import SideIndex, TidyBoxes
from translate.plan.regions.leaving import Tiers, outside
from translate.plan.regions.sequence import SequencedRule, TierRules, isolates, tiers_of
from translate.plan.regions.sets import IntervalSet

_Made = tuple[Box | None, Rule]
"""A box of a rule, None for all of it."""

MOST_PIECES = 10_000
"""So many boxes altogether are put together again to fewer."""


def flattened(
    policies: PolicySet,
    *,
    open_sections: bool = True,
    denies: bool = False,
    facts: Facts = NO_FACTS,
    cut: Cut = Cut.BY_PEER,
    encodings: Encodings | None = None,
) -> PolicySet:
    """Policies that only allow, or with ``denies`` also deny whatever allows, and let through the same. Raises
    TooManyBoxesError.

    Each policy keeps its name and goes on isolating; what concerns only some of its pods stands in a policy beside it.
    Without ``open_sections`` every policy isolates: what one that does not isolate allows, it allows the pods that
    others do. ``cut``: into which pieces an allow falls that a Deny cuts. ``encodings``: what was encoded before.
    """
    closing = {tier.name for tier in tier_order(policies) if tier.default_action is Action.DENY}
    asks = policies.semantics.denies_override
    closed = [_closed(policy, closing, denies=not denies, asks=asks) for policy in policies.policies]
    made: dict[int, dict[Direction, list[_Made]]] = {}
    many = 0
    encodings = encodings or Encodings()
    for direction in Direction:
        tiers = tiers_of(policies, direction, encodings)
        for listed, boxes in (_decided if denies else _allowed)(policies, tiers, direction, cut):
            many += len(boxes)
            if many > MOST_PIECES:
                raise TooManyBoxesError(_cutting(listed, policies, tiers))
            if not open_sections and direction not in closed[listed.number]:
                others = [p for p, directions in zip(policies.policies, closed, strict=True) if direction in directions]
                boxes = [both for other in others for one in encodings.subject(other) for both in inside(boxes, one)]
            mine = made.setdefault(listed.number, {}).setdefault(direction, [])
            whole = boxes == listed.boxes
            mine += [(None, listed.rule)] if whole else [(box, listed.rule) for box in tidy(_known(boxes, facts))]
    result: list[Policy] = []
    for number in numbers_in_order(policies):
        result += _policies(policies.policies[number], made.get(number, {}), closed[number], open_sections)
    return replace(policies, policies=tuple(result), tiers=())


def _known(boxes: list[Box], facts: Facts) -> list[Box]:
    """Boxes in which addresses of pods are told from others, where it is stated which are theirs."""
    if not facts.pods:
        return boxes
    pods = pods_line(facts)
    found: list[Box] = []
    for box in boxes:
        where = box.get(ADDRESSES)
        if not isinstance(where, IntervalSet):
            found.append(box)
            continue
        free = {axis: side for axis, side in box.items() if axis != ADDRESSES}
        mine = meet(free, {KINDS: kinds(Kind.PODS)})
        inside_of = where.meet(pods)
        if mine is not None and not inside_of.is_empty:
            found.append(mine if inside_of == pods else {**mine, ADDRESSES: inside_of})
        others = meet(box, {KINDS: kinds(Kind.PODS).rest()})
        if others is not None:
            found.append(others)
    return found


def _closed(policy: Policy, closing: set[str], *, denies: bool, asks: bool) -> frozenset[Direction]:
    """The directions in which a policy isolates once order is worked out: with ``denies`` those in which it denies, and
    with ``asks`` those that deny what does not hold although another rule would allow it.
    """
    return frozenset(
        direction
        for direction in Direction
        if (s := policy.section(direction)) is not None
        and (
            (policy.tier in closing and s.isolates)
            or any(_may_deny(rule, denies=denies, asks=asks) for rule in s.rules)
        )
    )


def _may_deny(rule: Rule, *, denies: bool, asks: bool) -> bool:
    """Whether packets that a rule meets may be denied there."""
    return (denies and rule.action is Action.DENY) or (asks and any(layer7.stays(item) for item in rule.traffic))


def _allowed(
    policies: PolicySet, tiers: list[TierRules], direction: Direction, cut: Cut
) -> Iterator[tuple[SequencedRule, list[Box]]]:
    """What each allow lets through, and what gets through by Pass alone."""
    around = Tiers(tiers, cut)
    for number, (_, rules, _) in enumerate(tiers):
        decided = TidyBoxes()
        for listed in rules:
            if listed.rule.action.lets_on:
                try:
                    boxes = _got_through(listed, decided, around, number, cut)
                except TooManyBoxesError:
                    raise TooManyBoxesError(_cutting(listed, policies, tiers)) from None
                if boxes:
                    yield listed, boxes
            if listed.rule.action.cuts:
                decided.add(listed.boxes)
    for about, rules, _ in tiers:
        yield from _left_open(rules, around, direction, passes=about.default_action is Action.PASS)


def _decided(
    policies: PolicySet, tiers: list[TierRules], direction: Direction, cut: Cut
) -> Iterator[tuple[SequencedRule, list[Box]]]:
    """What each rule decides where denies beat allows: an allow is cut by no Deny, a Deny by the allows before it."""
    passing = [tier._replace(rules=[listed for listed in tier.rules if not listed.denies]) for tier in tiers]
    around = Tiers(passing, cut)
    allowed = SideIndex()
    for number, (_, rules, _) in enumerate(tiers):
        passed = TidyBoxes()
        for listed in rules:
            try:
                boxes = _got_through(listed, passed, around, number, cut)
                if listed.denies:
                    before = tidy(allowed.boxes[one] for one in allowed.meeting(boxes))
                    boxes = outside(boxes, SideIndex(before), cut)
            except TooManyBoxesError:
                raise TooManyBoxesError(_cutting(listed, policies, tiers)) from None
            if boxes:
                yield listed, boxes
            match listed.rule.action:
                case Action.PASS:  # is decided later
                    passed.add(listed.boxes)
                case Action.ALLOW:
                    for box in boxes:
                        allowed.add(box)
                case Action.DENY | Action.LOG:
                    pass
                case never:
                    assert_never(never)


def _got_through(listed: SequencedRule, decided: TidyBoxes, tiers: Tiers, number: int, cut: Cut) -> list[Box]:
    """What a rule of tier ``number`` lets through of what is not ``decided`` there before it."""
    boxes = tiers.before(outside(listed.boxes, decided.index, cut), number)
    return tiers.behind(boxes, number) if listed.rule.action is Action.PASS else boxes


def _cutting(listed: SequencedRule, policies: PolicySet, tiers: list[TierRules]) -> tuple[Policy, ...]:
    """The policy of a rule, then those that deny or pass on what it matches, the one with the most such rules first."""
    counts: Counter[int] = Counter()
    for _, rules, _ in tiers:
        for other in rules:
            if other.rule.action is not Action.ALLOW and any(inside(listed.boxes, box) for box in other.boxes):
                counts[other.number] += 1
    others = sorted(counts.keys() - {listed.number}, key=lambda number: (-counts[number], number))
    return listed.policy, *(policies.policies[number] for number in others)


def _left_open(
    rules: list[SequencedRule], tiers: Tiers, direction: Direction, *, passes: bool
) -> Iterator[tuple[SequencedRule, list[Box]]]:
    """A policy that denies where nobody isolates: its pods are closed now, so all else that gets through is allowed."""
    seen: set[int] = set()
    for listed in rules:
        policy = listed.policy
        if not listed.denies or listed.number in seen or not (passes or not isolates(policy, direction)):
            continue
        seen.add(listed.number)
        boxes = tiers.all(subject(policy))
        if boxes:
            # More than the rule says: it only lends its place.
            yield replaced(listed, rule=replace(listed.rule, action=Action.ALLOW), boxes=[]), boxes


def _policies(
    policy: Policy,
    decided: dict[Direction, list[_Made]],
    closed: frozenset[Direction],
    open_sections: bool,
) -> Iterator[Policy]:
    """The policy with what it decides for all of its pods, and one for each group of pods it decides more for;
    ``closed``: the directions in which it isolates.
    """
    whole: dict[Direction, list[Rule]] = {}
    parts: dict[Decoded, dict[Direction, list[Rule]]] = {}
    for direction, found in decided.items():
        for box, rule in found:
            who, made = (None, as_decided(rule)) if box is None else decode(box, rule, policy)
            target = whole if who is None else parts.setdefault(who, {})
            target.setdefault(direction, []).append(made)
    directions = frozenset(Direction)
    yield _with(policy, whole, closed if open_sections else directions, directions if open_sections else closed)
    for who, rules in parts.items():
        some = replace(policy, subject=replace(policy.subject, namespaces=who.namespaces, pods=who.pods))
        yield _with(some, rules, closed if open_sections else directions, frozenset())


def _with(
    policy: Policy, rules: dict[Direction, list[Rule]], closed: frozenset[Direction], kept: frozenset[Direction]
) -> Policy:
    """The policy with other rules; sections of the directions ``kept`` stay without rules as well."""

    def section(direction: Direction) -> Section | None:
        found = policy.section(direction)
        mine = tuple(rules.get(direction, ()))
        if found is None or not (mine or direction in kept):
            return None
        return replace(found, rules=mine, isolates=direction in closed)

    return replace(policy, ingress=section(Direction.INGRESS), egress=section(Direction.EGRESS), tier=DEFAULT_TIER)
