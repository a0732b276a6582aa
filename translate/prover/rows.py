"""Every difference of two sets as rows: who reaches whom on what, what was decided and what is, each with one packet.

The rows are disjoint, and together all that is decided otherwise, as far as the steps suffice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, product

from msgspec.structs import replace

from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Direction, PolicySet
from translate.prover.budget import MAX_ROWS, MAX_STEPS, PATIENCE, UNFINISHED, Budget, Patience, unfinished
from translate.prover.compare import TODAY
from translate.prover.differing import Differing
from translate.prover.endpoints import governed_alike
from translate.prover.parts import Part, Rank, parts_of, rank
from translate.prover.point import Others, PeerClass
from translate.prover.proof import Counterexample, Proof, Verdict
from translate.prover.questions import Question, questions
from translate.prover.reduced import LOOSER, MAYBE_LOOSER, MAYBE_TIGHTER, MIXED, TIGHTER
from translate.prover.row_ends import peer_text, subject_text
from translate.prover.row_packets import packets_text
from translate.prover.sides import Sides, sides_of
from translate.prover.space import OTHERS_BIT
from translate.prover.witness import concretise

EFFECTS = {
    LOOSER: Verdict.LOOSER,
    MAYBE_LOOSER: Verdict.LOOSER,
    TIGHTER: Verdict.TIGHTER,
    MAYBE_TIGHTER: Verdict.TIGHTER,
    MIXED: Verdict.MIXED,
}
CERTAIN = (LOOSER, TIGHTER)
TRIES = 8
"""So many packets of a row are put to the plain interpreter, should it not confirm the first."""

SEARCH = "the search for differences"
UNCONFIRMED = "a plain interpreter does not confirm a difference that was found"


@dataclass(frozen=True, slots=True)
class DiffRow:
    """Packets that two sets decide differently, and alike among themselves.

    ``source`` to ``destination`` on ``packets``, in words. ``direction``: whether the policies of the destination
    (ingress) or of the source decide so. ``effect``: looser (denied before, allowed after) or tighter; mixed is one way
    for some who enforce it and the other way for others. ``depends``: whether it is so only for some of them, where an
    API leaves that open, or only for some sequence of policies of equal order. ``once``: what another policy has to do
    first; empty: it is so today. ``example``: one of the packets, which a plain interpreter confirms, with what decides
    on either side.
    """

    direction: Direction
    effect: Verdict
    source: str
    destination: str
    packets: str
    depends: bool
    once: tuple[Others, ...]
    example: Counterexample

    @property
    def was_allowed(self) -> bool | None:
        """What was decided before; None where that depends on what nobody has settled."""
        return None if self.effect is Verdict.MIXED else self.effect is Verdict.TIGHTER

    @property
    def is_allowed(self) -> bool | None:
        """What is decided after; None as above."""
        return None if self.effect is Verdict.MIXED else self.effect is Verdict.LOOSER


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a comparison, those of today first, the most general first within.

    ``left_out``: how many more there are at least. ``reason``: why there may be more than that, or why one is not
    certain; empty where these are all.
    """

    today: tuple[DiffRow, ...] = ()
    later: tuple[DiffRow, ...] = ()
    left_out: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Walked:
    """Where parts of the differences were found."""

    sides: Sides
    asked: tuple[Question, ...]
    differing: Differing
    endpoints: tuple[PeerClass, ...]
    """What the subjects are, where these are endpoints of an engine's own, not pods."""


@dataclass(slots=True)
class Found:
    """Parts that are not in words yet, of all directions and kinds of subjects; ``more`` were not looked at one by one,
    and ``reason`` says why there may be others.
    """

    today: list[tuple[Rank, Walked, Part]] = field(default_factory=list)
    later: list[tuple[Rank, Walked, Part]] = field(default_factory=list)
    more: int = 0
    reason: str = ""


def rows_of(
    before: PolicySet,
    after: PolicySet,
    proof: Proof,
    *,
    facts: Facts = NO_FACTS,
    steps: int = MAX_STEPS,
    most: int = MAX_ROWS,
    patience: Patience = PATIENCE,
) -> Rows:
    """The rows of two sets, read as ``proof`` reads them; ``steps`` bounds the work, ``most`` how many rows are told
    of today, and as many of later, ``patience`` says how the work is gone about.
    """
    found = look_through(before, after, proof, facts=facts, steps=steps, patience=patience)
    today = [_row(place, part, later=False) for _, place, part in found.today[:most]]
    later = [_row(place, part, later=True) for _, place, part in found.later[:most]]
    left = found.more + len(found.today) - len(today) + len(found.later) - len(later)
    certain = [tuple(row for row in rows if row is not None) for rows in (today, later)]
    reason = UNCONFIRMED if None in (*today, *later) else found.reason
    return Rows(certain[0], certain[1], left, reason)


def look_through(
    before: PolicySet,
    after: PolicySet,
    proof: Proof,
    *,
    facts: Facts = NO_FACTS,
    steps: int = MAX_STEPS,
    patience: Patience = PATIENCE,
) -> Found:
    """The parts of the differences, those that every reading shows first, and the most general first among them."""
    budget, found = Budget(steps, patience=patience), Found()
    try:
        for mine, theirs, known, endpoints in _subjects(before, after, facts):
            asked = next((some for some in questions(mine, theirs, known) if some[0].after is proof.reading), ())
            for direction in Direction if asked else ():
                sides = sides_of(mine, theirs, direction, budget, known, own_node_aside=PeerClass.INIT in endpoints)
                place = Walked(sides, asked, _differing(sides, asked), endpoints)
                _add_parts(place, found, steps)
    except UNFINISHED as error:
        found.reason = unfinished(SEARCH, steps, error)
    for parts in (found.today, found.later):
        parts.sort(key=lambda one: one[0])
    return found


def _subjects(
    before: PolicySet, after: PolicySet, facts: Facts
) -> Iterator[tuple[PolicySet, PolicySet, Facts, tuple[PeerClass, ...]]]:
    """Pods, and each kind of endpoint of an engine's own that policies govern."""
    yield before, after, facts, ()
    for kinds, mine, theirs in governed_alike(before, after):
        yield mine, theirs, TODAY, kinds


def _differing(sides: Sides, asked: tuple[Question, ...]) -> Differing:
    """The sides of all questions in one walk, each once. Raises OutOfBudget."""
    places = {sides.impossible(): 0}
    numbered = []
    for question in asked:
        one, other = (places.setdefault(side, len(places)) for side in sides.lowered(question))
        numbered.append((question.looser, one, other))
    return Differing(sides.diagram, tuple(places), tuple(numbered))


def _add_parts(place: Walked, found: Found, steps: int) -> None:
    """Add what one walk found."""
    reduced = place.differing.reduced
    views = [(reduced.today, found.today)]
    if place.asked[0].place is not None:
        views.append((reduced.later, found.later))
    for view, into in views:
        parts, more = parts_of(place.differing, view)
        into += (((part.effect not in CERTAIN, rank(place.sides.space, part)), place, part) for part in parts)
        found.more += more
    if not place.differing.is_whole:
        found.reason = unfinished(SEARCH, steps)


def _row(place: Walked, part: Part, *, later: bool) -> DiffRow | None:
    """A part in words; None if no packet of it is confirmed."""
    space = place.sides.space
    doing = part.ends.get(space.others_axis, sum(OTHERS_BIT.values()) & ~OTHERS_BIT[Others.NOTHING])
    once = tuple(others for others in Others if later and doing & OTHERS_BIT[others])
    example = next(_examples(place, part, once or (Others.NOTHING,)), None)
    if example is None:
        return None
    subject = " and ".join(one.value for one in place.endpoints) or subject_text(space, part.ends)
    peer = peer_text(space, part.ends)
    source, destination = (peer, subject) if space.direction is Direction.INGRESS else (subject, peer)
    packets = packets_text(space, part.packets)
    depends = part.effect not in CERTAIN
    return DiffRow(space.direction, EFFECTS[part.effect], source, destination, packets, depends, once, example)


def _examples(place: Walked, part: Part, once: tuple[Others, ...]) -> Iterator[Counterexample]:
    """Packets of a part that a plain interpreter confirms, the plainest first."""
    sides, space = place.sides, place.sides.space
    for others, box in product(once, part.boxes):
        inside = {**box, space.others_axis: OTHERS_BIT[others]}
        for path in islice(chain([inside], place.differing.paths(inside, part.effect)), TRIES):
            point = replace(concretise(space, path), others=others)
            atoms = space.atoms(point)
            if not all(atoms[axis] & mask for axis, mask in inside.items()):
                continue  # the plainest value of one axis may fit none of another
            for question in place.asked:
                effect = Verdict.LOOSER if question.looser else Verdict.TIGHTER
                if EFFECTS[part.effect] in (effect, Verdict.MIXED) and sides.shows(question, point):
                    told = sides.told(point)
                    decisions, sorting = sides.decisions(question, told), sides.sorting(question, told)
                    told = replace(told, endpoint=next(iter(place.endpoints), None))
                    yield Counterexample(effect, told, *decisions, sorting=sorting)
