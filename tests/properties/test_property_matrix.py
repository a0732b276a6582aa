"""A matrix says of every packet between two groups what a plain interpreter says, and every pod is in one group."""

from __future__ import annotations

import random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

import translate
from tests import semantics
from tests.properties.policies import policy_sets
from tests.properties.situations import points
from tests.properties.strategies import effort, network_policies
from tests.properties.test_property_brute_force import tiny_sets, universe
from tests.properties.test_property_closed_worlds import WORLDS, is_there
from tests.semantics import CALICO, CILIUM
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Direction, PolicySet
from translate.model.semantics import Semantics
from translate.model.unknowns import Unknown
from translate.prover.axes import DnsName
from translate.prover.budget import MAX_STEPS
from translate.prover.diagram import Constraints
from translate.prover.evaluator import decide
from translate.prover.matrix import pods
from translate.prover.matrix.groups import Party
from translate.prover.matrix.space import readings
from translate.prover.matrix.table import Looking, Table
from translate.prover.point import PODS, Others, Point
from translate.prover.space import CLASS_BIT

DICE = st.integers(0, 1 << 32).map(random.Random)
ENGINES = st.sampled_from(semantics.ENGINES)
HOME = {4: "10.1.2.4", 6: "fd00:1::1"}
"""Where a pod is of which nobody says it."""
MANY = 100_000
"""More groups than there are: all are told."""


def look(*sets: PolicySet, facts: Facts = NO_FACTS) -> Table:
    return Looking(sets, facts, MAX_STEPS).table((), MANY)


def is_in(found: Table, party: Party, point: Point, *, as_peer: bool) -> bool:
    """Whether the subject of a point, or its peer, is of a group."""
    space = found.space
    atoms = space.atoms(point)
    if party.is_pods:
        if as_peer:
            if point.peer is None:
                return False
            atoms = space.atoms(replace(point, subject=point.peer))
        boxes = sum(all(atoms[axis] & mask for axis, mask in box.items()) for box in party.boxes)
        assert boxes < 2
        return boxes == 1
    if not as_peer or point.peer_class not in party.classes:
        return False
    told = {n: mask for n, mask in party.peer.items() if isinstance(space.axes[n], DnsName | Unknown)}
    told |= {0: sum(CLASS_BIT[one] for one in party.classes)}
    return any(all(atoms[axis] & mask for axis, mask in {**box, **told}.items()) for box in party.boxes)


def group_of(found: Table, point: Point, *, as_peer: bool) -> int | None:
    """The one group; None for an address that several names stand for, of which none tells."""
    there = [n for n, party in enumerate(found.parties) if is_in(found, party, point, as_peer=as_peer)]
    assert len(there) < 2
    return there[0] if there else None


def mirrored(point: Point, other: Point) -> Point:
    """The same packet seen from the other pod."""
    assert point.peer is not None
    way = Direction.EGRESS if point.direction is Direction.INGRESS else Direction.INGRESS
    return replace(
        point,
        direction=way,
        subject=point.peer,
        peer=point.subject,
        address=point.subject_address or HOME[6 if ":" in point.address else 4],
        subject_address=point.address,
        opaque=other.opaque,
    )


def check(policies: PolicySet, some: list[Point], facts: Facts = NO_FACTS) -> None:
    found = look(policies, facts=facts)
    assert (found.left, found.reason) == (0, "")
    check_points(found, policies, some, facts)


def check_points(
    found: Table, policies: PolicySet, some: list[Point], facts: Facts = NO_FACTS, *, whole: bool = True
) -> None:
    """What is said of each point is what a plain interpreter says; every pod is in a group if these are the ``whole``."""
    for point, other in zip(some, reversed(some), strict=True):
        if point.peer_class not in found.space.classes:
            continue
        point = replace(point, others=Others.NOTHING)
        both = (point, mirrored(point, other)) if point.peer_class in PODS else (point,)
        if not all(is_there(one, facts) for one in both):
            continue
        subject, peer = group_of(found, point, as_peer=False), group_of(found, point, as_peer=True)
        assert not whole or (subject is not None and (peer is not None or point.peer_class not in PODS)), point
        if subject is None or peer is None:
            continue
        ends = (peer, subject) if point.direction is Direction.INGRESS else (subject, peer)
        cell = found.cells[0][ends[0]][ends[1]]
        assert cell is not None
        if cell.undecided:
            event("undecided")
            continue
        assert cell.possible
        verdicts = {
            all(decide(policies, one, reading, ties=ties).allowed for one in both)
            for reading, ties in readings(policies)
        }
        always, ever = (holds(found, node, point) for node in (cell.always, cell.ever))
        assert always <= ever
        if always:
            assert verdicts == {True}, (point, found.packets.text(cell.always))
        if not ever:
            assert verdicts == {False}, (point, found.packets.text(cell.ever))
    event(f"{min(len(found.parties), 40) // 5 * 5} groups")


def holds(found: Table, node: int, point: Point) -> bool:
    atoms = found.space.atoms(point)
    edge = found.space.protocol_axis
    boxes = sum(all(atoms[axis] & mask for axis, mask in box.items()) for box in found.packets.boxes(node))
    assert all(axis >= edge for box in found.packets.boxes(node) for axis in box)
    assert boxes < 2
    return boxes == 1


@effort(60)
@given(st.data(), ENGINES)
def test_network_policies_are_told_as_they_are_decided(data: st.DataObject, engine: Semantics) -> None:
    policies = translate.load(data.draw(network_policies()), source_engine=engine.name)
    check(policies, points(data.draw(DICE), 80, policies))


@effort(60)
@given(policy_sets(CALICO), DICE)
def test_ordered_policies_are_told_as_they_are_decided(policies: PolicySet, dice: random.Random) -> None:
    """Allow, Deny, Pass and Log in tiers, ties in any sequence."""
    check(policies, points(dice, 80, policies))


@effort(60)
@given(policy_sets(CILIUM), DICE)
def test_policies_with_denies_are_told_as_they_are_decided(policies: PolicySet, dice: random.Random) -> None:
    check(policies, points(dice, 80, policies))


@effort(40)
@given(tiny_sets(), WORLDS)
def test_a_closed_world_is_told_as_it_is_decided(policies: PolicySet, facts: Facts) -> None:
    """Facts rule points out: what is said of the others holds."""
    check(policies, [point for point in universe() if is_there(point, facts)][:400], facts)


@effort(40)
@given(policy_sets(CALICO), st.sampled_from((1, 2, 3)), DICE)
def test_where_groups_are_left_out_what_is_told_holds(policies: PolicySet, most: int, dice: random.Random) -> None:
    """Pods of many labels are in no group that is told then; nobody is in two."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pods, "MOST_PLAIN", 3)
        found = Looking((policies,), NO_FACTS, MAX_STEPS).table((), most)
    event("left out" if found.left else "whole")
    check_points(found, policies, points(dice, 60, policies), whole=not found.left)


@effort(10)
@given(tiny_sets())
def test_what_depends_goes_both_ways(policies: PolicySet) -> None:
    """Where all there is can be tried, something of what a cell says to depend gets through, and something does not."""
    found = look(policies)
    depending = any(cell is not None and cell.always != cell.ever for row in found.cells[0] for cell in row)
    event("depends" if depending else "does not depend")
    groups: dict[object, tuple[int | None, int | None]] = {}
    packets: dict[int, list[Constraints]] = {}
    seen: dict[tuple[object, ...], set[bool]] = {}
    for point in universe() if depending else ():
        ends = (point.subject, point.peer_class, point.peer, point.address)
        if ends not in groups:
            groups[ends] = group_of(found, point, as_peer=False), group_of(found, point, as_peer=True)
        receiver, sender = groups[ends]
        if receiver is None or sender is None or point.peer_class not in found.space.classes:
            continue
        cell = found.cells[0][sender][receiver]
        assert cell is not None
        if cell.always == cell.ever:
            continue
        atoms = found.space.atoms(point)
        always, ever = (
            any(all(atoms[axis] & mask for axis, mask in box.items()) for box in boxes)
            for boxes in (packets.setdefault(n, found.packets.boxes(n)) for n in (cell.always, cell.ever))
        )
        if ever and not always:
            ways = (decide(policies, point, reading, ties=ties).allowed for reading, ties in readings(policies))
            place = (sender, receiver, point.protocol, point.port, point.names)
            seen.setdefault(place, set()).update(ways)
    assert [place for place, ways in seen.items() if len(ways) < 2] == []
