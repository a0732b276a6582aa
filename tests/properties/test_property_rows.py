"""The rows of a difference are disjoint and together all of it: what they say of a point is what a plain interpreter says."""

from __future__ import annotations

import random
from collections.abc import Iterable

from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

import translate
from tests import semantics
from tests.properties.policies import policy_sets
from tests.properties.situations import points
from tests.properties.strategies import Document, effort, mutated, network_policies
from tests.properties.test_property_brute_force import tiny_sets, universe
from tests.properties.test_property_closed_worlds import WORLDS, is_there
from tests.properties.test_property_prover import effects
from tests.semantics import CALICO, CILIUM
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import PolicySet
from translate.model.semantics import Semantics
from translate.prover.budget import PATIENCE, Patience
from translate.prover.compare import prove
from translate.prover.parts import Part
from translate.prover.point import Others, Point
from translate.prover.proof import Proof, Verdict
from translate.prover.questions import questions
from translate.prover.rows import EFFECTS, Found, Walked, look_through, rows_of

DICE = st.integers(0, 1 << 32).map(random.Random)
ENGINES = st.sampled_from(semantics.ENGINES)


def holds(place: Walked, part: Part, point: Point) -> bool:
    """Whether a point is in a part."""
    space = place.sides.space
    if point.direction is not space.direction or place.endpoints:
        return False
    atoms = space.atoms(point)
    return sum(all(atoms[axis] & mask for axis, mask in box.items()) for box in part.boxes) == 1


def told(found: Found, point: Point) -> list[Verdict]:
    """The effects of all parts that a point is in."""
    parts = found.today if point.others is Others.NOTHING else found.later
    return [EFFECTS[part.effect] for _, place, part in parts if holds(place, part, point)]


def expected(before: PolicySet, after: PolicySet, point: Point, proof: Proof, facts: Facts) -> list[Verdict]:
    """How the sets differ about a point; later only where it is otherwise than today."""
    asked = next(some for some in questions(before, after, facts) if some[0].after is proof.reading)
    ways = effects(before, after, point, asked)
    if point.others is not Others.NOTHING and ways == effects(
        before, after, replace(point, others=Others.NOTHING), asked
    ):
        return []
    return [Verdict.MIXED] if len(ways) == 2 else list(ways)


def check(
    before: PolicySet, after: PolicySet, some: Iterable[Point], facts: Facts = NO_FACTS, patience: Patience = PATIENCE
) -> None:
    """Each point is in as many rows as it should be, and the rows bear out the proof."""
    proof = prove(before, after, facts=facts)
    if proof.verdict is Verdict.UNDECIDED:
        return
    found = look_through(before, after, proof, facts=facts, patience=patience)
    assert (found.more, found.reason) == (0, "")
    spaces = {place.sides.space.direction: place.sides.space for _, place, _ in (*found.today, *found.later)}
    for point in some:
        space = spaces.get(point.direction)
        # Endpoints of an engine's own that no rule of the direction names are no peers of the space.
        if space is None or point.peer_class in space.classes:
            assert told(found, point) == expected(before, after, point, proof, facts), point
    rows = rows_of(before, after, proof, facts=facts, patience=patience)
    event(f"{min(len(rows.today), 20)} rows today")
    assert not rows.reason
    assert verdict_of(row.effect for row in rows.today) is proof.verdict
    if proof.later is not None:
        assert verdict_of(row.effect for row in (*rows.today, *rows.later)) is proof.later
    for row, (_, place, part) in zip((*rows.today, *rows.later), (*found.today, *found.later), strict=True):
        shown = row.example
        assert holds(place, part, shown.point)
        assert shown.before.allowed is not shown.after.allowed
        assert row.effect in (shown.effect, Verdict.MIXED)
        assert shown.point.others in (row.once or (Others.NOTHING,))


def verdict_of(effects: Iterable[Verdict]) -> Verdict:
    found = set(effects)
    if len(found) > 1 or Verdict.MIXED in found:
        return Verdict.MIXED
    return next(iter(found), Verdict.SAME)


@effort(60)
@given(st.data(), ENGINES, ENGINES)
def test_a_mutation_is_told_whole(data: st.DataObject, first: Semantics, second: Semantics) -> None:
    """Before and after a small change, also under two engines."""
    documents: list[Document] = data.draw(network_policies())
    changed = data.draw(mutated(documents))
    before = translate.load(documents, source_engine=first.name)
    after = translate.load(changed, source_engine=second.name)
    check(before, after, points(data.draw(DICE), 60, before, after))


@effort(30)
@given(policy_sets(CALICO), policy_sets(CALICO), DICE)
def test_two_ordered_sets_are_told_whole(before: PolicySet, after: PolicySet, dice: random.Random) -> None:
    """Allow, Deny, Pass and Log in tiers."""
    check(before, after, points(dice, 60, before, after))


@effort(25)
@given(policy_sets(CILIUM), policy_sets(CALICO), DICE)
def test_two_engines_are_told_whole(before: PolicySet, after: PolicySet, dice: random.Random) -> None:
    """Denies of one against the order of the other."""
    check(before, after, points(dice, 60, before, after))


@effort(25)
@given(tiny_sets(), tiny_sets(), WORLDS)
def test_a_closed_world_is_told_whole(before: PolicySet, after: PolicySet, facts: Facts) -> None:
    """Facts rule points out; a row may hold such, and no point that is possible is in two."""
    check(before, after, (point for point in universe() if is_there(point, facts)), facts)


@effort(25)
@given(policy_sets(CALICO), policy_sets(CALICO), DICE)
def test_port_by_port_it_is_told_whole(before: PolicySet, after: PolicySet, dice: random.Random) -> None:
    """Where rules overlap so much that the walk asks for each block of ports."""
    check(before, after, points(dice, 60, before, after), patience=Patience(always=-1, each=0))
