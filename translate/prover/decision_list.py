"""Every engine as a decision list: levels of rules, the first level that matches decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain, count, groupby
from typing import assert_never

from msgspec.structs import replace as altered

from translate.model.conditions import Proxy
from translate.model.ordering import policy_order, tier_order
from translate.model.policy import (
    DEFAULT_TIER,
    Action,
    Direction,
    Identity,
    Policy,
    PolicySet,
    Rule,
    Subject,
)
from translate.model.selectors import EVERYTHING
from translate.model.semantics import Combining, Enforcement, OwnNode, Semantics, TieBreak
from translate.model.ties import FOR_EACH_PACKET
from translate.model.traffic import Traffic
from translate.prover.any_first import Listed, any_first
from translate.prover.interpretations import WITH_OWN_NODE, Interpretation
from translate.prover.point import Others

EVERY_POD = Policy(Identity("", None, ""), Subject(EVERYTHING, EVERYTHING), None, None)
"""Stands where an engine isolates pods that no policy selects."""


@dataclass(frozen=True, slots=True)
class OwnNodeClause:
    """The subject's own node, whatever it sends; with ``policy`` only where that selects the subject."""

    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class OthersClause:
    """Packets to which policies that are not given do one of ``others``; with ``own_node`` only the own node's."""

    others: tuple[Others, ...]
    own_node: bool = False


ALLOWED_BY_OTHERS = OthersClause((Others.ALLOW,))
ISOLATED_BY_OTHERS = OthersClause((Others.ISOLATE, Others.ALLOW))
OWN_NODE_OF_OTHERS = replace(ISOLATED_BY_OTHERS, own_node=True)


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule of a policy, or with ``rule`` None everything that concerns the subject of the policy."""

    policy: Policy
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class Step:
    """Clauses of one action that stand at one place of the list; ``tier`` numbers the tiers in their sequence.

    ``part``: a part of the tier, of which just that is left by a Pass that ``leaves`` it.
    """

    action: Action
    tier: int
    clauses: tuple[Clause | OwnNodeClause | OthersClause, ...]
    part: int | None = None
    leaves: int | None = None

    @property
    def place(self) -> tuple[Action, int, int | None, int | None]:
        """What neighbours must have in common to be one step."""
        return self.action, self.tier, self.part, self.leaves


@dataclass(frozen=True, slots=True)
class LogWish:
    """Which denials should be logged; ``explicit_only``: those by a Deny rule, not those at the end of a tier.

    ``keep_logs``: the Log rules that are there already count as wanted.
    """

    directions: tuple[Direction, ...] = tuple(Direction)
    explicit_only: bool = False
    keep_logs: bool = False


class OthersPlace(Enum):
    """Where policies that are not given stand among those of equal order."""

    FIRST = "before them"
    LAST = "behind them"


def has_logs(policies: PolicySet) -> bool:
    """Whether any rule logs."""
    return any(
        rule.action is Action.LOG
        for policy in policies.policies
        for direction in Direction
        for rule in _rules(policy, direction)
    )


def verdict_steps(
    policies: PolicySet,
    direction: Direction,
    reading: Interpretation,
    place: OthersPlace | None = None,
    ties: TieBreak | None = None,
) -> list[Step]:
    """The list that decides whether a packet is let through; what no step matches is allowed.

    ``place``: where policies stand that are not given; None: there are none. ``ties``: how equal orders are told apart.
    """
    found = _steps(policies, direction, reading, place if policies.semantics.shared else None, ties)
    if own_node_rule(policies.semantics, direction, reading) is OwnNode.DROPPED:
        found = chain((Step(Action.DENY, 0, (OwnNodeClause(),)),), found)
    return _merged(step for step in found if step.action is not Action.LOG)


def log_steps(policies: PolicySet, direction: Direction, ties: TieBreak | None = None) -> list[Step]:
    """The list that decides whether a packet is logged: here Deny stands for "logged", Allow and no match for "not".

    A packet is logged if it meets a Log rule before anything decides it, so each Log rule decides here, and each
    deciding rule says "not logged".
    """
    steps = []
    for step in _steps(policies, direction, Interpretation.LEAST, ties=ties):
        match step.action:
            case Action.LOG:
                steps.append(replace(step, action=Action.DENY))
            case Action.PASS:
                steps.append(step)
            case Action.ALLOW | Action.DENY:
                steps.append(replace(step, action=Action.ALLOW))
            case never:
                assert_never(never)
    return _merged(steps)


def reach_steps(policies: PolicySet, direction: Direction, wanted: Policy, ties: TieBreak | None = None) -> list[Step]:
    """The list that says which packets meet a Log rule of ``wanted`` that nothing has decided or logged before, as in
    ``log_steps``.
    """
    steps = []
    for step in _steps(policies, direction, Interpretation.LEAST, ties=ties):
        mine = any(isinstance(clause, Clause) and clause.policy is wanted for clause in step.clauses)
        if step.action is not Action.PASS:
            step = replace(step, action=Action.DENY if mine and step.action is Action.LOG else Action.ALLOW)
        steps.append(step)
    return _merged(steps)


def wanted_log_steps(
    policies: PolicySet, direction: Direction, wish: LogWish, ties: TieBreak | None = None
) -> list[Step]:
    """The list that says which packets should be logged, as in ``log_steps``: what is denied, and with
    ``wish.keep_logs`` what the policies log already.
    """
    asked = direction in wish.directions
    steps = []
    for step in _steps(policies, direction, Interpretation.LEAST, ties=ties):
        match step.action:
            case Action.LOG:
                steps += [replace(step, action=Action.DENY)] if wish.keep_logs else []
            case Action.DENY:
                by_rule = any(isinstance(clause, Clause) and clause.rule is not None for clause in step.clauses)
                logged = asked and (by_rule or not wish.explicit_only)
                steps.append(step if logged else replace(step, action=Action.ALLOW))
            case Action.ALLOW | Action.PASS:
                steps.append(step)
            case never:
                assert_never(never)
    return _merged(steps)


def _steps(
    policies: PolicySet,
    direction: Direction,
    reading: Interpretation,
    place: OthersPlace | None = None,
    ties: TieBreak | None = None,
) -> Iterator[Step]:
    match policies.semantics.enforcement:
        case Enforcement.NOWHERE:
            return
        case Enforcement.SELECTED | Enforcement.EVERYWHERE:
            pass
        case never:
            assert_never(never)
    match policies.semantics.combining:
        case Combining.DENY_OVERRIDES:
            yield from _flat(policies, direction, reading, place)
        case Combining.FIRST_APPLICABLE:
            yield from _tiered(policies, direction, reading, place, ties, union=False)
        case Combining.PERMIT_UNION:
            yield from _tiered(policies, direction, reading, place, ties, union=True)
        case None:
            raise ValueError(f"nothing is known of how the rules of {policies.semantics.name} combine")
        case other:
            assert_never(other)


def own_node_rule(semantics: Semantics, direction: Direction, reading: Interpretation) -> OwnNode:
    """What is decided of the own node, with nothing left open: ``reading`` closes that."""
    found = semantics.from_own_node if direction is Direction.INGRESS else semantics.to_own_node
    if found is None:
        raise ValueError(f"nothing is known of what {semantics.name} does with the own node")
    if found is OwnNode.OPEN:
        return OwnNode.EXEMPT if reading in WITH_OWN_NODE else OwnNode.ASKED
    return found


def _tiered(
    policies: PolicySet,
    direction: Direction,
    reading: Interpretation,
    place: OthersPlace | None,
    ties: TieBreak | None,
    *,
    union: bool,
) -> Iterator[Step]:
    """Tier by tier; with ``union`` the allows of the default tier add up."""
    tiers = tier_order(policies)
    own = own_node_rule(policies.semantics, direction, reading)
    # Alone, an exemption goes first: there is nothing but allows before the isolation.
    first = own is OwnNode.EXEMPT and union and len(tiers) == 1
    within = own in (OwnNode.EXEMPT, OwnNode.UNLESS_DENIED) and not first
    if first or own is OwnNode.ALWAYS:
        yield Step(Action.ALLOW, 0, (OwnNodeClause(),))
    applying = [policy for policy in policy_order(policies, ties) if policy.section(direction) is not None]
    parts = count(len(tiers))
    for number, tier in enumerate(tiers):
        members = [policy for policy in applying if policy.tier == tier.name]
        rules = [Clause(policy, rule) for policy in members for rule in _rules(policy, direction)]
        others = place if tier.name == DEFAULT_TIER else None
        if union and tier.name == DEFAULT_TIER:
            yield Step(Action.ALLOW, number, (*rules, *((ALLOWED_BY_OTHERS,) if others else ())))
        elif ties in FOR_EACH_PACKET and others is None:
            groups = _by_order(members, direction)
            for one in (one for group in groups for one in any_first(group, ties, number, parts)):
                yield Step(one.action, number, (one.item,), one.part, one.leaves)
        else:
            before = len(rules) if others is None else _before_others(rules, policies.semantics, others)
            yield from (_one(clause, number) for clause in rules[:before])
            if others is not None:
                yield Step(Action.ALLOW, number, (ALLOWED_BY_OTHERS,))
            yield from (_one(clause, number) for clause in rules[before:])
        if tier.default_action is Action.DENY:
            isolated = _isolated(members, direction)
            if within:
                let_in = tuple(OwnNodeClause(clause.policy) for clause in isolated)
                yield Step(Action.ALLOW, number, (*let_in, *((OWN_NODE_OF_OTHERS,) if others else ())))
            everywhere = tier.name == DEFAULT_TIER and policies.semantics.enforcement is Enforcement.EVERYWHERE
            yield Step(Action.DENY, number, _closing(isolated, everywhere=everywhere, others=others is not None))


def _by_order(members: list[Policy], direction: Direction) -> Iterator[list[Listed[Clause]]]:
    """The rules of policies of one order, one after the other."""
    for _, group in groupby(members, key=lambda policy: policy.order):
        yield [[(rule.action, Clause(policy, rule)) for rule in _rules(policy, direction)] for policy in group]


def _closing(isolated: tuple[Clause, ...], *, everywhere: bool, others: bool) -> tuple[Clause | OthersClause, ...]:
    """Whoever is isolated at the end of a list."""
    by_engine = (Clause(EVERY_POD, None),) if everywhere else ()
    return (*isolated, *by_engine, *((ISOLATED_BY_OTHERS,) if others else ()))


def _one(clause: Clause, tier: int) -> Step:
    assert clause.rule is not None
    return Step(clause.rule.action, tier, (clause,))


def _before_others(rules: list[Clause], semantics: Semantics, place: OthersPlace) -> int:
    """How many of the rules of a tier stand before those of policies that are not given."""
    assert semantics.shared is not None
    limit = semantics.shared.order
    last = place is OthersPlace.LAST
    orders = (math.inf if clause.policy.order is None else clause.policy.order for clause in rules)
    return sum(order < limit or (last and order == limit) for order in orders)


def _flat(
    policies: PolicySet, direction: Direction, reading: Interpretation, place: OthersPlace | None
) -> Iterator[Step]:
    """Denies, then allows; the sequence means nothing."""
    everywhere = policies.semantics.enforcement is Enforcement.EVERYWHERE
    node = own_node_rule(policies.semantics, direction, reading)
    if node is OwnNode.ALWAYS:
        yield Step(Action.ALLOW, 0, (OwnNodeClause(),))
    applying = [policy for policy in policies.policies if policy.section(direction) is not None]
    denies: list[Clause] = []
    allows: list[Clause] = []
    for policy in applying:
        for rule in _rules(policy, direction):
            match rule.action:
                case Action.DENY:
                    denies.append(Clause(policy, rule))
                case Action.ALLOW:
                    allows.append(Clause(policy, rule))
                case Action.PASS | Action.LOG:
                    pass  # where the sequence means nothing there is nothing to pass on to, and no rule logs
                case never:
                    assert_never(never)
    yield Step(Action.DENY, 0, tuple(denies))
    own: tuple[OwnNodeClause | OthersClause, ...] = ()
    if node in (OwnNode.EXEMPT, OwnNode.UNLESS_DENIED):
        # Without any policy for a pod nothing lets its node in where all pods are isolated.
        own = tuple(OwnNodeClause(policy) for policy in applying) if everywhere else (OwnNodeClause(),)
        own = (*own, OWN_NODE_OF_OTHERS) if everywhere and place is not None else own
    others = place is not None
    asked, plain, last = _layer_7(allows)
    yield from asked
    yield Step(Action.ALLOW, 0, (*plain, *((ALLOWED_BY_OTHERS,) if others else ())))
    yield Step(Action.ALLOW, last, own)
    yield Step(Action.DENY, last, _closing(_isolated(applying, direction), everywhere=everywhere, others=others))


def _layer_7(allows: list[Clause]) -> tuple[list[Step], list[Clause], int]:
    """What stands before the union of allows, what is left of that, and the tier that comes behind it.

    Allows add up, so one that asks nothing frees a packet of what others ask, but for two things: what stays is asked
    all the same, and the DNS proxy knows of no allow but those of its own port. Policies that are not given are taken
    to allow packets by other ports: sets that differ by what is asked differ there.
    """
    staying = [part for clause in allows for part in _part(clause, _stays)]
    unasked = tuple(map(_unasked, staying))
    steps = [Step(Action.ALLOW, 0, tuple(staying)), Step(Action.DENY, 0, unasked)] if staying else []
    names = [part for clause in allows for part in _part(clause, _asks_for_names)]
    ports = {_port(item) for clause in names for item in _traffic(clause)}
    if names:
        of_them = [part for clause in allows for part in _part(clause, lambda x: not _stays(x) and _port(x) in ports)]
        # What nothing at that port frees passes over the other allows; only isolation denies it.
        steps += [Step(Action.ALLOW, 0, tuple(of_them)), Step(Action.PASS, 0, tuple(map(_unasked, names)))]
    if not steps:
        return [], allows, 0
    plain = [part for clause in allows for part in _part(clause, lambda x: not _stays(x) and _port(x) not in ports)]
    return steps, plain, 1 if names else 0


def _stays(item: Traffic) -> bool:
    return item.condition is not None and item.condition.stays


def _asks_for_names(item: Traffic) -> bool:
    asked = item.condition
    return asked is not None and asked.proxy is Proxy.DNS and not (asked.stays or asked.always_holds)


def _port(item: Traffic) -> tuple[object, ...]:
    """The port that a proxy is for, as its rule says it."""
    return item.protocol, item.port


def _traffic(clause: Clause) -> tuple[Traffic, ...]:
    return clause.rule.traffic if clause.rule is not None else ()


def _part(clause: Clause, wanted: Callable[[Traffic], bool]) -> Iterator[Clause]:
    assert clause.rule is not None
    traffic = tuple(item for item in clause.rule.traffic if wanted(item))
    if traffic:
        whole = len(traffic) == len(clause.rule.traffic)
        yield clause if whole else Clause(clause.policy, altered(clause.rule, traffic=traffic))


def _unasked(clause: Clause) -> Clause:
    """The same without its conditions."""
    assert clause.rule is not None
    traffic = tuple(altered(item, condition=None) for item in clause.rule.traffic)
    return Clause(clause.policy, altered(clause.rule, traffic=traffic))


def _rules(policy: Policy, direction: Direction) -> tuple[Rule, ...]:
    section = policy.section(direction)
    return section.rules if section else ()


def _isolated(policies: list[Policy], direction: Direction) -> tuple[Clause, ...]:
    return tuple(
        Clause(policy, None) for policy in policies if (s := policy.section(direction)) is not None and s.isolates
    )


def _merged(steps: Iterator[Step] | list[Step]) -> list[Step]:
    """Join neighbours of one action and tier; drop steps without clauses, so that equal lists get equal ranks."""
    merged: list[Step] = []
    for step in steps:
        if not step.clauses:
            continue
        if merged and merged[-1].place == step.place:
            merged[-1] = replace(step, clauses=merged[-1].clauses + step.clauses)
        else:
            merged.append(step)
    return merged
