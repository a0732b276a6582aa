"""``python -m benchmarks.prover [--time]``: what proofs cost, in counts that are the same on every machine.

Axes of the space and the pieces that all of them are cut into, both directions together; nodes of the diagram; steps of
the budget. With ``--time`` the least CPU time of three runs stands behind.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import translate
from benchmarks.corpus import ENVIRONMENTS, NAMES, TIERS, policies, rewritten
from benchmarks.growth import one, tangled
from translate.model.facts import NO_FACTS, Facts, PodObject
from translate.model.policy import Direction, PolicySet
from translate.prover.budget import Budget
from translate.prover.compare import prove
from translate.prover.questions import questions
from translate.prover.sides import Sides

SAMPLES = Path(__file__).parents[1] / "samples"
STEPS = 1_000_000
RANGES = Facts(pods=("10.244.0.0/16",), nodes=("172.18.0.0/24",))


@dataclass(frozen=True, slots=True)
class Case:
    """Two sets to compare."""

    title: str
    before: PolicySet
    after: PolicySet
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class Cost:
    """What a proof took."""

    axes: int
    pieces: int
    nodes: int
    steps: int


def cases() -> Iterator[Case]:
    """From what people write to what nobody should."""
    tiers = SAMPLES / "seed" / "three-tiers"
    before = translate.load(tiers / "kubernetes.yaml")
    yield Case("seed/three-tiers, its Cilium output", before, translate.load(tiers / "cilium.yaml"))
    for count in (10, 100):
        originals = policies(count)
        before = translate.load(originals)
        yield Case(f"{count} policies, shuffled", before, translate.load(originals[::-1]))
        yield Case(f"{count} policies, rewritten", before, translate.load(rewritten(originals)))
    after = translate.load(rewritten(originals))
    yield Case("  the same, ranges of pods and nodes stated", before, after, RANGES)
    yield Case("  the same, and all of 100 Pods", before, after, with_pods(100))
    for count in (25, 50):
        result = translate.convert(one(tangled(count)), to="cilium", verify=False)
        assert result.before is not None
        yield Case(f"{count} rules that overlap at random, worked out", result.before, translate.load(result.text))
    for count in (4, 8, 12):
        yield pairs(f"{count} pairs of keys, side by side", [(f"k{n:02}a", f"k{n:02}z") for n in range(count)])
        yield pairs(f"{count} pairs of keys, far apart", [(f"a{n:02}", f"z{n:02}") for n in range(count)])
    for count in (4, 8):
        texts = [f"{chr(97 + n)}{n}" for n in range(count)]
        tests = [f"k contains '{text}'" for text in texts]
        yield Case(f"{count} substrings of one label", allowing(tests), allowing(tests[::-1]))


def with_pods(count: int) -> Facts:
    """Ranges, and pods over the namespaces of the policies."""
    dice = random.Random(3)
    keys = (("app.kubernetes.io/name", NAMES), ("tier", TIERS), ("env", ENVIRONMENTS))
    found = tuple(
        PodObject(
            f"team-{dice.randrange(10):04d}",
            tuple((key, dice.choice(values)) for key, values in keys),
            name=f"pod-{number}",
        )
        for number in range(count)
    )
    return Facts(RANGES.pods, RANGES.nodes, pod_objects=found, complete=("Pod",))


def pairs(title: str, keys: list[tuple[str, str]]) -> Case:
    """Allows for pods that have both labels of a pair; the last of them said twice, once with a third label."""
    rules = [f"{first} == '1' && {second} == '1'" for first, second in keys]
    return Case(title, allowing(rules[::-1]), allowing([*rules[:-1], f"{rules[-1]} && zz == '1'", rules[-1]]))


def allowing(selectors: list[str]) -> PolicySet:
    """A Calico policy that lets in pods of its namespace."""
    rules: list[dict[str, object]] = [{"action": "Allow", "source": {"selector": text}} for text in selectors]
    return translate.load(one(rules))


def cost(case: Case) -> Cost:
    """The counts of the proof that ``prove`` makes, up to the answer that the sets are the same; ValueError if not."""
    budget = Budget(STEPS)
    sides = [Sides(case.before, case.after, direction, budget, case.facts) for direction in Direction]
    for asked in questions(case.before, case.after):
        if not [point for side in sides for question in asked for point in side.points(question)]:
            break
    else:
        raise ValueError(f"{case.title}: the sets differ")
    return Cost(
        sum(len(side.space.axes) for side in sides),
        sum(mask.bit_length() for side in sides for mask in side.space.full),
        sum(len(side.diagram.tails) for side in sides),
        STEPS - budget.steps,
    )


def milliseconds(case: Case) -> float:
    """The least CPU time of a few proofs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        prove(case.before, case.after, facts=case.facts)
        times.append(time.process_time() - start)
    return min(times) * 1000


def main() -> None:
    """Print the table."""
    timed = "--time" in sys.argv[1:]
    print(f"{'proof':48}  axes  pieces  nodes  steps{'     ms' if timed else ''}")
    for case in cases():
        found = cost(case)
        line = f"{case.title:48}  {found.axes:4}  {found.pieces:6}  {found.nodes:5}  {found.steps:5}"
        print(f"{line}  {milliseconds(case):5.1f}" if timed else line, flush=True)


if __name__ == "__main__":
    main()
