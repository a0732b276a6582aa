"""Two policy sets in one diagram, for one direction: what a proof asks its questions of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Action, Direction, PolicySet
from translate.model.semantics import OwnNode, Semantics, TieBreak
from translate.prover.alike import Alike
from translate.prover.budget import Budget
from translate.prover.concerned import Apart
from translate.prover.decision import Decision
from translate.prover.decision_list import verdict_steps
from translate.prover.interpretations import Interpretation
from translate.prover.point import Others, PeerClass, Point
from translate.prover.questions import Question
from translate.prover.settled import settled
from translate.prover.steps import OthersPlace, Step, own_node_rule

if TYPE_CHECKING:
    from translate.prover.diagram import Constraints, Diagram, Tails
    from translate.prover.lower import Lowering
    from translate.prover.space import Space

LET_IN = (OwnNode.ALWAYS, OwnNode.EXEMPT, OwnNode.UNLESS_DENIED)
AS_SUPPOSED = {**dict.fromkeys(LET_IN, OwnNode.ALWAYS), OwnNode.OPEN: OwnNode.ASKED}
"""What comes to the same for pods that other policies isolate; what is left to the engine is asked, as engines do."""

_Lowered: TypeAlias = "dict[tuple[bool, Interpretation, OthersPlace | None, TieBreak | None], Tails]"
"""What each side is lowered to, the set before where it begins with True."""


class _Base(Struct, frozen=True):
    """A space, what is lowered into it, which points no cluster has, and which of all points are left out."""

    space: Space
    lowering: Lowering
    impossible: Tails
    out: Tails


class Sides:
    """The sets ``before`` and ``after``; points that no cluster of ``facts`` has, and those ``aside``, are equal."""

    def __init__(
        self,
        before: PolicySet,
        after: PolicySet,
        direction: Direction,
        budget: Budget,
        facts: Facts,
        aside: tuple[Constraints, ...] = (),
    ) -> None:
        self.before, self.after, self.direction = before, after, direction
        self.budget, self.facts, self.aside = budget, facts, aside
        self._settled = [settled(one) for one in (before, after)]
        self._alike = Alike(self._settled, direction, budget)
        self._base: _Base | None = None
        self._lent: Sides | None = None
        self._shown: dict[Question, bool] = {}
        self._tails: _Lowered = {}
        self._apart: tuple[Apart, Apart] | None = None
        self._of: dict[str, tuple[PolicySet, PolicySet]] = {}
        self._lists: dict[tuple[bool, OwnNode, OthersPlace | None, TieBreak | None], list[Step]] = {}

    def nothing_left(self) -> str:
        """Why no answer can be had in a cluster of the facts; empty where one can. Raises OutOfBudget."""
        if self.facts == NO_FACTS:
            return ""
        from translate.prover.vacuity import nothing_left  # only where facts are stated

        return nothing_left(self.base.lowering, self.base.impossible, self.facts)

    def is_alike(self, question: Question) -> bool:
        """Whether it is shown, without a walk over all of both sides, that no packet says yes. Raises OutOfBudget."""
        found = self._shown.get(question)
        if found is None:
            mine = self._steps(True, question.before, question.place, question.ties[0])
            theirs = self._steps(False, question.after, question.place, question.ties[1])
            found = self._alike.shows(mine, theirs, question[1:3], looser=question.looser)
            self._shown[question] = found
        return found

    @property
    def base(self) -> _Base:
        """What both sides are lowered into, made when it is asked for first. Raises OutOfBudget."""
        if self._base is None and self._lent is not None:
            self._base, self._tails = self._borrowed(self._lent)
        if self._base is None:
            # What is shown level by level, as most is, needs none of these.
            from translate.prover.diagram import Diagram
            from translate.prover.lower import Lowering
            from translate.prover.space import Space
            from translate.prover.world_constraints import impossible

            space = Space(self._settled, self.direction, self.budget, self.facts)
            lowering = Lowering(Diagram(space, self.budget), self._alike.runs)
            engines = self.before.semantics, self.after.semantics
            ruled_out = lowering.ruled_out(impossible(space, self.facts))
            aside = lowering.ruled_out([*self.aside, *_of_the_engines(*engines, self.direction, space)])
            self._base = _Base(space, lowering, ruled_out, ruled_out | aside)
        return self._base

    def about(self, after: PolicySet) -> Sides:
        """The same questions of another set ``after`` of the same engine. What was lowered serves for it as well, if it
        mentions just what these sides do: then it is lowered into the same diagram.
        """
        found = Sides(self.before, after, self.direction, self.budget, self.facts, self.aside)
        found._lent = self if self.after.semantics == after.semantics else None
        return found

    def tell_of(self, after: PolicySet) -> None:
        """Name the policies of ``after`` in what is told to people: a set that is read as the one that was lowered."""
        self.after, self._apart = after, None
        self._of.clear()

    def _borrowed(self, lent: Sides) -> tuple[_Base | None, _Lowered]:
        """What is lowered of ``lent``, and its set before, if its space is the one that these sides would have."""
        base = lent._base
        if base is None:
            return None, {}
        from translate.prover.space import Space  # only where something was lowered

        if not base.space.is_cut_like(Space(self._settled, self.direction, self.budget, self.facts)):
            return None, {}
        return base, {key: tails for key, tails in lent._tails.items() if key[0]}

    def begin_anew(self) -> None:
        """Walk from axis to axis again, also where the last question was asked port by port."""
        if self._base is not None:
            self._base.lowering.diagram.is_tangled = False

    @property
    def space(self) -> Space:
        """The space of both sides. Raises OutOfBudget."""
        return self.base.space

    def points(self, question: Question, others: Others | None = None, *, most: int = 1) -> list[Point]:
        """Up to ``most`` packets that say yes to ``question`` if policies that are not given do ``others`` (None:
        whatever they do). Raises OutOfBudget.
        """
        if self.is_alike(question):
            return []
        from translate.prover.diagram import ALLOWED, DENIED  # only where it is not shown level by level, like the next
        from translate.prover.search import find_some
        from translate.prover.space import OTHERS_BIT

        wanted = (DENIED, ALLOWED) if question.looser else (ALLOWED, DENIED)
        before, after = self.lowered(question)
        diagram = self.diagram
        if others is not None:
            bit = OTHERS_BIT[others]
            before, after = diagram.supposing(before, bit), diagram.supposing(after, bit)
        paths = find_some(diagram, before, after, wanted, most=most, both_ways=True)
        if not paths:
            return []
        from translate.prover.witness import concretise  # only where something differs, like what decides it

        points = (concretise(self.space, path) for path in paths)
        return [point if others is None else replace(point, others=others) for point in points]

    @property
    def diagram(self) -> Diagram:
        """The diagram that both sides are lowered into."""
        return self.base.lowering.diagram

    def lowered(self, question: Question) -> tuple[Tails, Tails]:
        """Both sides as ``question`` reads them. Raises OutOfBudget."""
        return (
            self._read(True, question.before, question.place, question.ties[0]),
            self._read(False, question.after, question.place, question.ties[1]),
        )

    def impossible(self) -> Tails:
        """A side that allows just the points that no cluster of the facts has."""
        from translate.prover.diagram import Level  # as above

        return self.base.impossible | {self.diagram.terminal(Level(0, Action.DENY))}

    def shows(self, question: Question, point: Point) -> bool:
        """Whether a plain interpreter agrees that ``point`` says yes."""
        from translate.prover.world_constraints import possible  # only where something differs, like the next

        verdicts = tuple(decision.allowed for decision in self.decisions(question, point))
        return verdicts == (not question.looser, question.looser) and possible(point, self.facts, self.space)

    def told(self, point: Point) -> Point:
        """``point`` in words of the cluster, as far as facts tell of it."""
        from translate.prover.world_constraints_pods import as_told

        return as_told(point, self.facts, self.space)

    def decisions(self, question: Question, point: Point) -> tuple[Decision, Decision]:
        """What a plain interpreter makes of ``point`` on either side."""
        from translate.prover.evaluator import decide

        last, (before, after) = question.place is OthersPlace.LAST, self._near(point.subject.namespace)
        return (
            decide(before, point, question.before, others_last=last, ties=question.ties[0]),
            decide(after, point, question.after, others_last=last, ties=question.ties[1]),
        )

    def _near(self, namespace: str) -> tuple[PolicySet, PolicySet]:
        """The sides with the policies that may govern a pod of a namespace: there may be thousands of others."""
        if self._apart is None:
            self._apart = Apart(self.before), Apart(self.after)
        found = self._of.get(namespace)
        if found is None:
            before, after = self._apart
            found = self._of[namespace] = before.governing(namespace), after.governing(namespace)
        return found

    def sorting(self, question: Question, point: Point) -> tuple[str, ...]:
        """Who tells equal orders apart as ``question`` supposes, if ``point`` has another answer otherwise."""
        if question.ties == (None, None):
            return ()
        found = []
        answers = self.decisions(question, point)
        for side, one in enumerate((self.before, self.after)):
            ways = one.semantics.ties if question.ties[side] is not None else ()
            others = [question._replace(ties=(ties, ties)) for ties in ways if ties is not question.ties[side]]
            if any(self.decisions(other, point)[side].allowed is not answers[side].allowed for other in others):
                found.append(one.semantics.sentences.ties[ways.index(question.ties[side])])
        return tuple(dict.fromkeys(found))

    def _read(
        self, is_before: bool, reading: Interpretation, place: OthersPlace | None, ties: TieBreak | None
    ) -> Tails:
        """A side, lowered once for each reading."""
        base = self.base  # brings what is lent
        found = self._tails.get((is_before, reading, place, ties))
        if found is None:
            steps = self._steps(is_before, reading, place, ties)
            found = base.out | base.lowering.lower(steps, reading, self._settled[not is_before].sets)
            self._tails[is_before, reading, place, ties] = found
        return found

    def _steps(
        self, is_before: bool, reading: Interpretation, place: OthersPlace | None, ties: TieBreak | None
    ) -> list[Step]:
        """A side as a decision list, made once for all readings that tell it nothing new."""
        policies = self._settled[not is_before]
        own_node = own_node_rule(policies.semantics, self.direction, reading)
        found = self._lists.get((is_before, own_node, place, ties))
        if found is None:
            found = verdict_steps(policies, self.direction, reading, place, ties)
            self._lists[is_before, own_node, place, ties] = found
        return found


def _of_the_engines(before: Semantics, after: Semantics, direction: Direction, space: Space) -> Iterator[Constraints]:
    """What policies that are not given do about the own node, if the engines differ in that: no matter of the sets."""
    rules = {(one.from_own_node if direction is Direction.INGRESS else one.to_own_node) for one in (before, after)}
    if len({AS_SUPPOSED.get(rule, rule) for rule in rules if rule is not None}) > 1:
        from translate.prover.space import CLASS_BIT, OTHERS_BIT  # loaded with the space

        closed = OTHERS_BIT[Others.ISOLATE] | OTHERS_BIT[Others.ALLOW]
        yield {0: CLASS_BIT[PeerClass.OWN_NODE], space.others_axis: closed}


def sides_of(
    before: PolicySet, after: PolicySet, direction: Direction, budget: Budget, facts: Facts, own_node_aside: bool
) -> Sides:
    """Both sets for one direction; ``own_node_aside``: but for what a pod's own node sends to it."""
    aside: tuple[Constraints, ...] = ()
    if own_node_aside and direction is Direction.INGRESS:
        from translate.prover.space import CLASS_BIT  # only where there is an own node to leave aside

        aside = ({0: CLASS_BIT[PeerClass.OWN_NODE]},)
    return Sides(before, after, direction, budget, facts, aside)
