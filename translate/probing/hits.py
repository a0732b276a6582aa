"""Which rules a walk tries: those that its packet meets, and those that it misses by one thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from translate.model.peers import Anyone
from translate.model.policy import Action, Direction, PolicySet, Rule
from translate.model.traffic import ANY_TRAFFIC
from translate.probing.values import Aspect
from translate.prover.evaluator import view_of
from translate.prover.evaluator_match import View, rule_matches
from translate.prover.failing import PEER, TRAFFIC
from translate.prover.interpretations import Interpretation
from translate.prover.trace import Fate, PolicyStep, RuleStep, Trace

Aim: TypeAlias = tuple[int, Direction, int, Aspect, int]
"""A purpose by numbers: of its policy, its rule (-1: none) and its item."""
HitRank: TypeAlias = tuple[int, int]
"""How well something is tried, the least first: whether the other end might have decided it, and how much else did."""
BEST: HitRank = (0, 0)
NO_RULE = -1


@dataclass(frozen=True, slots=True)
class FoundHits:
    """What the walks of a connection try, the ends that deny it, and what decides, in words."""

    aims: dict[Aim, HitRank]
    deniers: tuple[Direction, ...]
    why: str


def hits(
    policies: PolicySet,
    walks: Mapping[Direction, Trace],
    reading: Interpretation,
    numbers: Mapping[int, int],
    *,
    is_sure: bool,
) -> FoundHits:
    """What a connection tries; ``numbers``: of policies by id, ``is_sure``: nothing was granted to the walks."""
    deniers = tuple(direction for direction, walk in walks.items() if not walk.decision.allowed)
    aims: dict[Aim, HitRank] = {}
    view = view_of(policies.semantics, reading)
    for direction, walk in walks.items():
        others = [one for one in deniers if one is not direction]
        blurred = 1 if others or not is_sure else 0
        found = _Walked(policies, walk, view, numbers)
        for aim, rank in found.aims(gets_through=not deniers):
            aims[aim] = min(aims.get(aim, (9, 9)), (blurred, rank))
    return FoundHits(aims, deniers, _why(walks, deniers))


def _why(walks: Mapping[Direction, Trace], deniers: tuple[Direction, ...]) -> str:
    texts = []
    for direction in deniers or tuple(walks):
        decided = walks[direction].decision
        by = f" ({decided.policy.identity})" if decided.policy is not None else ""
        texts.append(f"{direction.value}: {decided.why}{by}")
    return "; ".join(texts)


@dataclass(frozen=True, slots=True)
class _Walked:
    """One end of a connection."""

    policies: PolicySet
    walk: Trace
    view: View
    numbers: Mapping[int, int]

    def aims(self, *, gets_through: bool) -> Iterator[tuple[Aim, int]]:
        """What this end tries, and how much else does the same."""
        allowed = self.walk.decision.allowed
        met = sum(one.fate in (Fate.DECIDES, Fate.ALSO) for step in self.walk.steps for one in step.rules)
        for step in self.walk.steps:
            policy = self.numbers[id(step.policy)]
            if step.isolates and not allowed and self.walk.decision.rule is None:
                yield (policy, self.walk.point.direction, NO_RULE, Aspect.ISOLATION, 0), 0
            for number, asked in enumerate(step.rules):
                for aspect, item, rank in self._of_rule(step, asked, met, gets_through):
                    yield (policy, self.walk.point.direction, number, aspect, item), rank

    def _of_rule(
        self, step: PolicyStep, asked: RuleStep, met: int, gets_through: bool
    ) -> Iterator[tuple[Aspect, int, int]]:
        match asked.fate:
            case Fate.FAILS:
                yield from self._missed(asked, gets_through)
            case Fate.DECIDES | Fate.ALSO if asked.rule.action is Action.ALLOW and gets_through:
                yield from self._items(step, asked.rule, met - 1)
            case Fate.DECIDES if asked.rule.action is Action.DENY and not self.walk.decision.allowed:
                yield from self._items(step, asked.rule, 0)
            case Fate.PASSES:
                yield from self._items(step, asked.rule, 0)
            case Fate.DECIDES | Fate.ALSO | Fate.LOGS | Fate.OVERRULED | Fate.UNREACHED:
                return
            case never:
                assert_never(never)

    def _missed(self, asked: RuleStep, gets_through: bool) -> Iterator[tuple[Aspect, int, int]]:
        """A rule that is missed by its peer or its packet alone, where the outcome is not what the rule does."""
        about = {miss.about for miss in asked.misses}
        match asked.rule.action:
            case Action.DENY:
                told = gets_through
            case Action.ALLOW | Action.PASS:
                told = not self.walk.decision.allowed
            case Action.LOG:
                told = False
            case never:
                assert_never(never)
        by_rule = 0 if gets_through or self.walk.decision.rule is None else 5
        if told and about == {PEER}:
            yield Aspect.OTHER_PEER, 0, len(asked.misses) - 1 + by_rule
        if told and about == {TRAFFIC}:
            yield Aspect.OTHER_PACKET, 0, len(asked.misses) - 1 + by_rule

    def _items(self, step: PolicyStep, rule: Rule, rank: int) -> Iterator[tuple[Aspect, int, int]]:
        """Which of the peers and packets of a rule that is met are the ones."""
        bare = Rule(rule.action, (Anyone(),), (ANY_TRAFFIC,))
        for number, peer in enumerate(rule.peers):
            if len(rule.peers) == 1 or self._is_met(replace(bare, peers=(peer,)), step):
                yield Aspect.PEER, number, rank
        for number, item in enumerate(rule.traffic):
            if len(rule.traffic) == 1 or self._is_met(replace(bare, traffic=(item,)), step):
                yield Aspect.PACKET, number, rank

    def _is_met(self, asked: Rule, step: PolicyStep) -> bool:
        return rule_matches(asked, step.policy, self.walk.point, self.view, self.policies.sets)
