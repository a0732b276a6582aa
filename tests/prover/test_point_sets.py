"""What is decided at all points at once is what a diagram decides point by point."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

import translate
from tests.prover.test_search import rules
from translate.model.facts import NO_FACTS
from translate.model.policy import Direction, PolicySet
from translate.prover.budget import Budget, OutOfBudget, Patience
from translate.prover.compare import prove
from translate.prover.diagram import ALLOWED, DENIED, Diagram, Tails
from translate.prover.point_sets import both_sides
from translate.prover.port_by_port import port_by_port
from translate.prover.proof import Verdict
from translate.prover.questions import questions
from translate.prover.search import find_some
from translate.prover.sides import sides_of

GOALS = (None, (DENIED, ALLOWED), (ALLOWED, DENIED), (ALLOWED, ALLOWED), (DENIED, DENIED))


def rule(dice: random.Random) -> dict[str, Any]:
    """Some pods and some ports, few of which are told apart."""
    source = dice.choice([{"selector": "app == 'a'"}, {"selector": "app in {'a', 'b'}"}, {"selector": "!has(app)"}, {}])
    first = dice.randrange(1, 9)
    ports = {"ports": [f"{first}:{first + dice.randrange(4)}"]}
    action = dice.choice(["Allow", "Deny", "Pass", "Allow"])
    return {"action": action, "protocol": "TCP", "source": source, "destination": ports}


def tiered(count: int, seed: int) -> PolicySet:
    """Policies of two tiers, some of whose rules pass on."""
    dice = random.Random(seed)
    kind = {"apiVersion": "projectcalico.org/v3"}
    tier: dict[str, Any] = {**kind, "kind": "Tier", "metadata": {"name": "first"}, "spec": {"order": 1}}
    policies = []
    for number, name in enumerate(["first", "default", "first"]):
        spec = {"tier": name, "order": number, "selector": dice.choice(["all()", "app == 'a'"]), "types": ["Ingress"]}
        metadata = {"name": f"{name}.p{number}", "namespace": "x"}
        some = [rule(dice) for _ in range(count)]
        policies.append({**kind, "kind": "NetworkPolicy", "metadata": metadata, "spec": spec | {"ingress": some}})
    return translate.load([tier, *policies])


def lowered(before: PolicySet, after: PolicySet) -> tuple[Diagram, Tails, Tails]:
    """Both sides as the first question reads them."""
    sides = sides_of(before, after, Direction.INGRESS, Budget(10_000_000), NO_FACTS, False)
    return sides.diagram, *sides.lowered(questions(before, after)[0][0])


def points(diagram: Diagram, tails: Tails, ports: int, domains: dict[int, int]) -> Iterator[dict[int, int]]:
    """An atom of each part of each axis that the tails tell apart, at a block of ports and within ``domains``."""
    masks: dict[int, set[int]] = {}
    left = list(tails)
    while left:
        tail = left.pop()
        if tail >= 0:
            axis, mask, following = diagram.tails[tail]
            masks.setdefault(axis, set()).add(mask)
            left += following
    full = diagram.space.full
    parts: dict[int, dict[tuple[bool, ...], int]] = {axis: {} for axis in range(len(full))}
    for axis, found in parts.items():
        for number in (n for n in range(full[axis].bit_length()) if domains.get(axis, full[axis]) >> n & 1):
            found.setdefault(tuple(bool(mask >> number & 1) for mask in sorted(masks.get(axis, ()))), 1 << number)
    parts[diagram.space.port_axis] = {(): ports & -ports}
    return (dict(enumerate(atoms)) for atoms in product(*(found.values() for found in parts.values())))


SETS = [tiered(3, seed) for seed in range(8)]


@pytest.mark.parametrize("seed", range(len(SETS)))
def test_what_holds_at_a_block_of_ports_holds_at_a_point_of_it(seed: int) -> None:
    """With tiers, and rules that pass on: some blocks of some parts of the space, each goal, all points one by one."""
    diagram, before, after = lowered(SETS[seed], SETS[seed - 1])
    dice = random.Random(seed)
    seen: set[tuple[object, bool]] = set()
    blocks = [ports for ports, _ in port_by_port(diagram, (before, after))]
    for number, ports in enumerate(dice.choices(blocks, k=30)):
        free = dice.sample(range(len(diagram.space.full)), 4)
        atoms_of = {axis: 1 << dice.randrange(full.bit_length()) for axis, full in enumerate(diagram.space.full)}
        domains = {axis: atom for axis, atom in atoms_of.items() if number and axis not in free}
        both = both_sides(diagram, before, after, diagram.space.port_axis, domains)
        assert both is not None
        decided = set()
        for atoms in points(diagram, before | after, ports, domains):
            decided.add(tuple(diagram.verdict(side, atoms) for side in (before, after)))
        for goal in GOALS:
            wanted = goal and tuple(one == ALLOWED for one in goal)
            expected = any(one != other for one, other in decided) if wanted is None else wanted in decided
            assert both.hold(ports, goal) is expected
            seen.add((goal, expected))
    assert {goal for goal, expected in seen if expected} >= {(ALLOWED, ALLOWED), (DENIED, DENIED)}
    assert len({expected for _, expected in seen}) == 2


def test_only_what_is_possible_of_an_axis_counts() -> None:
    """Where the sides differ only for what cannot be, nothing holds."""
    diagram, before, after = lowered(SETS[0], SETS[1])
    axis = diagram.space.port_axis
    whole = both_sides(diagram, before, after, axis, {})
    none = both_sides(diagram, before, after, axis, {0: 0})
    assert whole is not None
    assert none is not None
    blocks = [ports for ports, _ in port_by_port(diagram, (before, after))]
    assert any(whole.hold(ports, None) for ports in blocks)
    assert not any(none.hold(ports, goal) for ports in blocks for goal in GOALS)


def test_too_many_points_are_left_to_the_walk() -> None:
    """Thirty labels, each by itself: more points than are decided at once. Those at a block of ports are few enough."""
    some = [one | {"source": {"selector": f"has(own{at % 30})"}} for at, one in enumerate(rules(120, 3))]
    spec = {"selector": "all()", "types": ["Ingress"]}
    head = {"apiVersion": "projectcalico.org/v3", "kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": "x"}}
    without = [*some[:60], *some[61:]]
    assert some[60]["action"] == "Allow"
    before, less = (translate.load([head | {"spec": spec | {"ingress": listed}}]) for listed in (some, without))
    diagram, mine, theirs = lowered(before, less)
    assert both_sides(diagram, mine, theirs, diagram.space.port_axis, {}) is None
    none = Patience(always=0, each=0)
    assert prove(before, less, patience=none).verdict is Verdict.TIGHTER
    assert prove(less, before, patience=none).verdict is Verdict.LOOSER


def test_work_on_points_is_bounded() -> None:
    diagram, before, after = lowered(SETS[0], SETS[1])
    both = both_sides(diagram, before, after, diagram.space.port_axis, {})
    assert both is not None
    blocks = [ports for ports, _ in port_by_port(diagram, (before, after))]
    diagram.budget.renew(len(blocks) - 1)
    found = (both.hold(ports, None) for ports in blocks)
    with pytest.raises(OutOfBudget):
        list(found)


@pytest.mark.parametrize("seed", range(10))
def test_ports_fall_into_the_blocks_that_no_rule_tells_apart(seed: int) -> None:
    """In the sequence in which one mask after the other cuts them: what is shown first depends on it."""
    diagram, before, after = lowered(tiered(3, seed), tiered(2, seed + 50))
    axis = diagram.space.port_axis
    masks = {mask for at, mask, _ in diagram.tails if at == axis}
    blocks = [diagram.space.full[axis]]
    for mask in sorted(masks):
        blocks = [part for block in blocks for part in (block & mask, block & ~mask) if part]
    assert [ports for ports, _ in port_by_port(diagram, (before, after))] == blocks
    some = blocks[::3]
    assert [ports for ports, _ in port_by_port(diagram, (before, after), some.__contains__)] == some


@pytest.mark.parametrize("patience", [Patience(always=0, each=0), Patience(always=1 << 30, each=0)])
def test_what_was_looked_for_in_vain_is_not_looked_for_again(patience: Patience) -> None:
    """Not at all: no step is taken. Nor is it forgotten how it was asked."""
    diagram, before, after = lowered(SETS[0], SETS[0])
    diagram.budget.patience = patience
    after |= {max(before)}
    less = before - {max(before)}
    for sides, goal in (((before, less), (ALLOWED, ALLOWED)), ((before, after), None)):
        once = find_some(diagram, *sides, goal, most=1)
        tangled, steps = diagram.is_tangled, diagram.budget.steps
        diagram.is_tangled = False
        assert find_some(diagram, *sides, goal, most=1) == once
        if not once:
            assert diagram.budget.steps == steps
            assert diagram.is_tangled is tangled
