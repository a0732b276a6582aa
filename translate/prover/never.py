"""Rules and policies of a set that never do anything, with the reason: nothing meets them, or all that does is decided
before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from translate.core.origin import Origin, Place
from translate.model.edit import rules_of
from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import Peer
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule
from translate.model.semantics import Semantics
from translate.prover.budget import MAX_STEPS, UNFINISHED, Budget
from translate.prover.empty_rules import Why, governs_nobody, may_be_nobody, why_empty
from translate.prover.interpretations import interpretations_of

if TYPE_CHECKING:
    from translate.prover.forestalled import Decider, DecisionList, Position

_Stated: TypeAlias = Callable[[Sequence[Peer]], Why | None]
_Positions: TypeAlias = "dict[tuple[Place, Place], list[Position]]"


class Never(Struct, frozen=True):
    """A rule that no packet is decided by, or with ``rule`` None a policy that governs no pod; with ``peer`` that peer
    of a rule.

    ``why``: no packet is what it asks for. Else ``by`` decides its packets first, with ``more`` besides that is not
    looked for; where neither is there, the engine does without asking policies.
    """

    policy: Policy
    rule: Rule | None
    direction: Direction | None = None
    why: Why | None = None
    by: tuple[Decider, ...] = ()
    more: bool = False
    peer: Peer | None = None

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        if self.peer is not None:
            return self.peer.origin
        return self.policy.subject.origin if self.rule is None else self.rule.origin


def never_matching(
    policies: PolicySet, facts: Facts = NO_FACTS, *, steps: int = MAX_STEPS, explained: int = 10
) -> tuple[Never, ...]:
    """What of ``policies`` decides no packet on any day, as far as ``steps`` suffice to see it; for the first
    ``explained`` of those that others forestall it is said by what.
    """
    if policies.unknown:
        return ()
    budget = Budget(steps)
    found: list[Never] = []
    try:
        found += _of_nothing(policies, budget)
        found += _of_peers(policies, facts, found, budget)
        if _has_sequence(policies):
            for direction in Direction:
                found += _forestalled(policies, direction, facts, budget, explained - len(found))
    except UNFINISHED:
        pass
    return tuple(found)


def _has_sequence(policies: PolicySet) -> bool:
    """Whether anything but an allow stands before anything else, and it is known where."""
    tiers = {policy.tier for policy in policies.policies}
    if len(tiers) > 1 and (policies.assumed or _passes_by_tie(policies)):
        return False
    rules = (rule for policy in policies.policies for rule in rules_of(policy))
    return len(tiers) > 1 or any(rule.action.cuts for rule in rules)


def _passes_by_tie(policies: PolicySet) -> bool:
    """Whether it is left to how ties are broken what leaves a tier."""
    places = Counter((policy.tier, policy.order) for policy in policies.policies)
    return any(
        places[policy.tier, policy.order] > 1 and any(rule.action is Action.PASS for rule in rules_of(policy))
        for policy in policies.policies
    )


def _of_nothing(policies: PolicySet, budget: Budget) -> Iterator[Never]:
    """What can be met by nothing, each rule once; one that is lifted to several must be so in all of them."""
    kinds: dict[tuple[Place, ...], list[Never | None]] = {}
    for policy in policies.policies:
        if governs_nobody(policy, policies, budget):
            yield Never(policy, None, why=Why.SUBJECT)
            continue
        for direction, rule in _rules(policy):
            why = why_empty(policy, rule, direction, policies, budget)
            one = Never(policy, rule, direction, why) if why is not None else None
            kinds.setdefault((policy.origin.place, rule.origin.place), []).append(one)
    yield from _in_all(kinds)


def _of_peers(policies: PolicySet, facts: Facts, told: list[Never], budget: Budget) -> Iterator[Never]:
    """The peers that mean nobody, of rules that mean somebody by others, or would in another cluster."""
    stated, least = _stated(policies.semantics, facts), 1 if _states_ranges(facts) else 2
    known = {one.origin.place for one in told}
    kinds: dict[tuple[Place, ...], list[Never | None]] = {}
    rules = ((policy, direction, rule) for policy in policies.policies for direction, rule in _rules(policy))
    for policy, direction, rule in rules:
        # A rule of one peer was looked at already, but for what is stated.
        if len(rule.peers) < least or policy.subject.origin.place in known or rule.origin.place in known:
            continue
        for place, peers in _suspects(rule, stated).items():
            why = stated(peers)
            if why is None and len(peers) < len(rule.peers):
                why = why_empty(policy, replace(rule, peers=tuple(peers)), direction, policies, budget)
            one = Never(policy, rule, direction, why, peer=peers[0]) if why is not None else None
            kinds.setdefault((policy.origin.place, rule.origin.place, place), []).append(one)
    yield from _in_all(kinds)


def _stated(semantics: Semantics, facts: Facts) -> _Stated:
    """Tells why facts leave nobody that is one of some peers."""
    if not _states_ranges(facts):
        return lambda peers: None
    from translate.prover.stated_ranges import why_stated  # only where ranges are stated

    return lambda peers: why_stated(peers, semantics, facts)


def _states_ranges(facts: Facts) -> bool:
    return bool(facts.services or facts.pods or facts.nodes)


def _suspects(rule: Rule, stated: _Stated) -> dict[Place, list[Peer]]:
    """The peers of a rule that may mean nobody, by their places: one that is written may be lifted to several."""
    apart: dict[Place, list[Peer]] = {}
    for peer in rule.peers:
        if may_be_nobody(peer) or stated((peer,)) is not None:
            apart[peer.origin.place] = []
    for peer in rule.peers if apart else ():
        if peer.origin.place in apart:
            apart[peer.origin.place].append(peer)
    return apart


def _rules(policy: Policy) -> Iterator[tuple[Direction, Rule]]:
    for direction in Direction:
        section = policy.section(direction)
        yield from ((direction, rule) for rule in (section.rules if section is not None else ()))


def _in_all(kinds: Mapping[tuple[Place, ...], list[Never | None]]) -> Iterator[Never]:
    """The first of each kind of which all are told."""
    for ones in kinds.values():
        told = [one for one in ones if one is not None]
        if len(told) == len(ones):
            yield told[0]


def _forestalled(
    policies: PolicySet, direction: Direction, facts: Facts, budget: Budget, explained: int
) -> Iterator[Never]:
    """The rules that are forestalled however the policies are read."""
    from translate.prover.forestalled import DecisionList  # only where the list has something that cuts

    made = (DecisionList(policies, direction, one, facts, budget) for one in interpretations_of(policies, direction))
    first = next(made)
    others = ((one, _by_place(one)) for one in made)
    elsewhere: list[tuple[DecisionList, _Positions]] = []
    count = 0
    for key, positions in _by_place(first).items():
        if first.are_first(positions):
            continue
        position = _forestalled_of(first, positions)
        if position is None:
            continue
        elsewhere += others
        if any(_forestalled_of(one, found[key]) is None for one, found in elsewhere):
            continue
        clause = first.clause(position)
        told = Never(clause.policy, clause.rule, direction)
        if first.is_impossible(position):
            told = replace(told, why=Why.STATED)
        elif count < explained:
            by, more = first.by(position)
            told = replace(told, by=by, more=more)
        count += 1
        yield told


def _by_place(found: DecisionList) -> _Positions:
    """Where the rules of a list stand, by the places of policy and rule: some are lifted to several."""
    positions: _Positions = {}
    for position, clause in found.rules():
        assert clause.rule is not None
        positions.setdefault((clause.policy.origin.place, clause.rule.origin.place), []).append(position)
    return positions


def _forestalled_of(found: DecisionList, positions: list[Position]) -> Position | None:
    """One of ``positions`` that is forestalled, if no packet gets as far as any of them. Raises OutOfBudget."""
    answers = {position: found.is_forestalled(position) for position in positions}
    if False in answers.values():
        return None
    return next((position for position, answer in answers.items() if answer), None)
