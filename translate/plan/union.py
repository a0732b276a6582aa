"""The allows that one form of policies has and another lacks, added to that: neither is wider than the input, so what
they allow together is not either.

An allow goes to the policy that stands for the same policy of the input and the same pods, beside a rule that it may
join; where there is none, to a policy of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Place
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule, Section, Subject
from translate.plan.context import Pass, Target
from translate.plan.passes import limits, merge, names, repeats

CLOSING: tuple[Pass, ...] = (merge.PASS, repeats.PASS, names.PASS, limits.PASS)
"""What is done again once rules were added: they may join others, and a policy that was added needs a name."""

RuleIndex: TypeAlias = tuple[int, Direction, int]
"""Which policy of a set, which direction of it, which rule."""
PolicyKey: TypeAlias = tuple[Place, Subject, str]
"""What two forms of a policy have in common: where it stands in the input, whom it governs, and its tier."""


class Addition(Struct, frozen=True):
    """An allow of one peer, of a ``policy`` of another form."""

    policy: Policy
    direction: Direction
    rule: Rule


class Union(Struct, frozen=True):
    """A set with allows that were ``added`` to ``base``; ``fresh``: the numbers of policies that have nothing but
    these.
    """

    base: PolicySet
    policies: PolicySet
    added: frozenset[RuleIndex]
    fresh: frozenset[int] = frozenset()

    def without(self, spots: Collection[RuleIndex]) -> PolicySet:
        """The set without some rules; what they isolate stays isolated, but by no policy that is left with nothing."""
        drafts = [_draft(policy) for policy in self.policies.policies]
        for number, draft in enumerate(drafts):
            for direction, rules in draft.rules.items():
                draft.rules[direction] = [one for at, one in enumerate(rules) if (number, direction, at) not in spots]
        kept = [one for number, one in enumerate(drafts) if number not in self.fresh or any(one.rules.values())]
        return replace(self.policies, policies=tuple(map(_finished, kept)))

    def moved(self, spot: RuleIndex) -> RuleIndex:
        """Where a rule of ``base`` stands now."""
        number, direction, at = spot
        mine = [one for one in range(len(self.policies.policies)) if one not in self.fresh][number]
        section = self.policies.policies[mine].section(direction)
        count = len(section.rules) if section is not None else 0
        return mine, direction, [one for one in range(count) if (mine, direction, one) not in self.added][at]


class _Draft(Struct):
    """A policy and its rules, each with whether it was added."""

    policy: Policy
    rules: dict[Direction, list[tuple[Rule, bool]]]
    is_fresh: bool = False


def lacking(base: PolicySet, other: PolicySet) -> tuple[Addition, ...]:
    """The allows of ``other``, peer by peer, as far as ``base`` does not have them for the same pods; none of tiers
    that ``base`` has not.
    """
    has = {
        (home(policy), direction, peer, item)
        for policy, direction, rule in allows(base)
        for peer in rule.peers
        for item in rule.traffic
    }
    tiers = {policy.tier for policy in base.policies}
    found: list[Addition] = []
    for policy, direction, rule in allows(other):
        for peer in rule.peers if policy.tier in tiers else ():
            keys = [(home(policy), direction, peer, item) for item in rule.traffic]
            traffic = tuple(key[-1] for key in dict.fromkeys(keys) if key not in has)
            has.update(keys)
            if traffic:
                found.append(Addition(policy, direction, replace(rule, peers=(peer,), traffic=traffic)))
    return tuple(found)


def with_added(base: PolicySet, additions: Iterable[Addition]) -> Union:
    """The set with more allows."""
    drafts = [_draft(policy) for policy in base.policies]
    # What stands for a policy: of several the last, as allows stand behind denies.
    places: dict[tuple[PolicyKey, Direction], _Draft] = {}
    for draft in drafts:
        places |= {(home(draft.policy), direction): draft for direction in draft.rules}
    for one in additions:
        place = places.get((home(one.policy), one.direction)) or _fresh(one, drafts)
        rules = places.setdefault((home(one.policy), one.direction), place).rules[one.direction]
        last = max((number for number, (rule, _) in enumerate(rules) if _joins(rule, one.rule)), default=-1)
        # Behind what denies, as all that is added.
        alike = last >= 0 and all(rule.action is Action.ALLOW for rule, _ in rules[last + 1 :])
        rules.insert(last + 1 if alike else len(rules), (one.rule, True))
    added = frozenset(
        (number, direction, at)
        for number, draft in enumerate(drafts)
        for direction, rules in draft.rules.items()
        for at, (_, is_added) in enumerate(rules)
        if is_added
    )
    fresh = frozenset(number for number, draft in enumerate(drafts) if draft.is_fresh)
    return Union(base, replace(base, policies=tuple(map(_finished, drafts))), added, fresh)


def unmarked(policies: PolicySet, other: PolicySet) -> PolicySet:
    """The set in which a policy that says what ``other`` says without a cut is not marked as cut any more."""
    whole = {(*home(policy), policy.ingress, policy.egress) for policy in other.policies if not policy.metadata.cut}

    def told(policy: Policy) -> Policy:
        is_whole = policy.metadata.cut and (*home(policy), policy.ingress, policy.egress) in whole
        return replace(policy, metadata=replace(policy.metadata, cut=False)) if is_whole else policy

    return replace(policies, policies=tuple(map(told, policies.policies)))


def closed(policies: PolicySet, target: Target, report: Report) -> PolicySet:
    """The set as it will be written, once rules were added."""
    found = policies.policies
    for step in CLOSING:
        found = step.run(found, target, report)
    return replace(policies, policies=found)


def allows(policies: PolicySet) -> Iterator[tuple[Policy, Direction, Rule]]:
    """All rules that allow, each with its policy and direction."""
    for policy in policies.policies:
        for direction in Direction:
            section = policy.section(direction)
            for rule in section.rules if section is not None else ():
                if rule.action is Action.ALLOW:
                    yield policy, direction, rule


def home(policy: Policy) -> PolicyKey:
    """What an addition to one form of a policy is told by in another."""
    return policy.origin.place, policy.subject, policy.tier


def _draft(policy: Policy) -> _Draft:
    sections = ((direction, policy.section(direction)) for direction in Direction)
    return _Draft(
        policy, {d: [(rule, False) for rule in section.rules] for d, section in sections if section is not None}
    )


def _finished(draft: _Draft) -> Policy:
    def section(direction: Direction) -> Section | None:
        found = draft.policy.section(direction)
        if found is None:
            return None
        rules = tuple(rule for rule, _ in draft.rules.get(direction, ()))
        return found if rules == found.rules else replace(found, rules=rules)

    return replace(draft.policy, ingress=section(Direction.INGRESS), egress=section(Direction.EGRESS))


def _fresh(one: Addition, drafts: list[_Draft]) -> _Draft:
    """A policy of its own for the policy of an addition, behind what else stands for that, among ``drafts``."""
    rest = [draft.policy for draft in drafts if draft.policy.origin.place == one.policy.origin.place]
    at = max((number for number, draft in enumerate(drafts) if draft.policy in rest), default=len(drafts) - 1)
    other = Direction.EGRESS if one.direction is Direction.INGRESS else Direction.INGRESS
    identity = rest[0].identity if rest else one.policy.identity
    section = one.policy.section(one.direction)
    assert section is not None
    fresh = replace(
        one.policy, identity=identity, **{other.value: None, one.direction.value: replace(section, rules=())}
    )
    drafts.insert(at + 1, _Draft(fresh, {one.direction: []}, is_fresh=True))
    return drafts[at + 1]


def _joins(rule: Rule, added: Rule) -> bool:
    """Whether an added rule may become one with another."""
    return rule.action is Action.ALLOW and (rule.traffic == added.traffic or rule.peers == added.peers)
