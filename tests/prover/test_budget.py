"""What is too much ends as undecided: within its steps, without a stack that overflows, never as same."""

from __future__ import annotations

import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.prover.symbolic import Symbolic
from tests.semantics import CALICO
from translate.model.peers import OWN_NAMESPACE, Anyone, Peer, Workloads
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import (
    EVERYTHING,
    Contains,
    In,
    Label,
    Not,
    Scope,
    Selector,
    conjunction,
    disjunction,
)
from translate.model.traffic import ANY_TRAFFIC
from translate.prover.allowance import PAGES, Allowance, Spent, allowed, current
from translate.prover.budget import Budget, OutOfBudget, in_proportion, unfinished
from translate.prover.compare import prove
from translate.prover.logging_proof import prove_logging
from translate.prover.proof import Verdict

MEGABYTE = 1 << 20
ROOT = Path(__file__).parents[2]


def label(key: str) -> Label:
    """A pod label."""
    return Label(Scope.POD, key)


def one_of(key: str, *values: str) -> Selector:
    """A label with one of some values."""
    return In(label(key), values)


def ingress(*selectors: Selector, subject: Selector = EVERYTHING) -> PolicySet:
    """Allows from pods of the own namespace, one rule per selector."""
    rules = [(Workloads(OWN_NAMESPACE, selector),) for selector in selectors]
    return of_rules([Rule(Action.ALLOW, peers, (ANY_TRAFFIC,)) for peers in rules], subject)


def of_rules(rules: list[Rule], subject: Selector = EVERYTHING) -> PolicySet:
    """One Calico policy."""
    identity = Identity("NetworkPolicy", "x", "p")
    section = Section(True, tuple(rules))
    return PolicySet(CALICO, (Policy(identity, Subject(OWN_NAMESPACE, subject), section, None),))


@contextmanager
def memory(most: int) -> Iterator[None]:
    """Fails if more than ``most`` bytes are held at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def halves(count: int) -> tuple[PolicySet, PolicySet]:
    """The same meaning, said differently for every one of ``count`` keys."""
    left = ingress(*(one_of(f"k{number}", "a", "b") for number in range(count)))
    right = ingress(*(one_of(f"k{number}", value) for number in range(count) for value in ("a", "b")))
    return left, right


@pytest.mark.parametrize("steps", range(0, 120, 7))
def test_whatever_the_budget_the_answer_is_right_or_undecided(steps: int) -> None:
    """Never same or a wrong direction because steps ran out, and a reason with the number of steps."""
    left, right = halves(6)
    different = ingress(one_of("k0", "a"))
    for before, after, truth in ((left, right, Verdict.SAME), (left, different, Verdict.TIGHTER)):
        proof = prove(before, after, steps=steps)
        assert proof.verdict in (truth, Verdict.UNDECIDED)
        assert bool(proof.reason) is (proof.verdict is Verdict.UNDECIDED)
        assert proof.verdict is truth or str(steps) in proof.reason


def test_a_budget_decides_whether_there_is_an_answer() -> None:
    """Too few steps and enough of them."""
    left, right = halves(6)
    assert prove(left, right, steps=20).verdict is Verdict.UNDECIDED
    assert prove(left, right, steps=20_000).verdict is Verdict.SAME
    assert prove_logging(left, steps=3).holds is None


def test_many_policies_have_more_steps() -> None:
    """In proportion beyond a thousand of both sides, so that no cluster is too large for a proof."""
    assert [in_proportion(1_000_000, count) for count in (0, 1_000, 1_500, 28_000)] == [
        1_000_000,
        1_000_000,
        1_500_000,
        28_000_000,
    ]
    left, right = halves(6)
    copies = tuple(replace(p, identity=replace(p.identity, name=str(n))) for n in range(1_000) for p in left.policies)
    many = replace(left, policies=copies)
    assert prove(left, right, steps=20).reason == "the proof did not finish within 20 steps"
    assert prove(many, right, steps=200).verdict is Verdict.UNDECIDED
    assert prove(many, many, steps=20).verdict is Verdict.SAME


def test_nothing_is_spent_beyond_the_budget() -> None:
    """The last step is free to take, the one behind it is not."""
    budget = Budget(2)
    budget.spend(2)
    with pytest.raises(OutOfBudget):
        budget.spend()


def test_many_substrings_of_one_key() -> None:
    """Two to the power of twenty classes: undecided, soon and in little memory."""
    texts = [f"{chr(97 + number)}{number}" for number in range(20)]
    before = ingress(*(Contains(label("k"), text) for text in texts))
    after = ingress(*(Contains(label("k"), text) for text in texts[1:]))
    with memory(60 * MEGABYTE):
        proof = prove(before, after, steps=20_000)
    assert proof.verdict is Verdict.UNDECIDED
    assert proof.counterexamples == ()


def test_wide_disjunctions() -> None:
    """Thirty conjunctions of disjunctions multiply out to more boxes than there are steps."""
    wide = [disjunction(one_of(f"a{number}", "1"), one_of(f"b{number}", "1")) for number in range(30)]
    with memory(60 * MEGABYTE):
        proof = prove(ingress(conjunction(*wide)), ingress(conjunction(*wide[1:])), steps=20_000)
    assert proof.verdict is Verdict.UNDECIDED


def test_a_diagram_that_grows_with_every_key() -> None:
    """Pairs of keys in the worst order: the number of remainders doubles per key."""
    pairs = [conjunction(one_of(f"a{number:02}", "1"), one_of(f"z{number:02}", "1")) for number in range(24)]
    other = [*pairs[:-1], conjunction(one_of("a23", "1"), one_of("z23", "1"), one_of("zz", "1"))]
    proof = prove(ingress(*reversed(pairs)), ingress(*other, pairs[-1]), steps=5_000)
    assert proof.verdict in (Verdict.SAME, Verdict.UNDECIDED)
    assert prove(ingress(*pairs[:-1]), ingress(*other), steps=5_000).verdict in (Verdict.LOOSER, Verdict.UNDECIDED)


@pytest.mark.parametrize("keys", [200, 1100])
def test_hundreds_of_label_keys(keys: int) -> None:
    """The stack does not overflow, neither in one conjunction nor in a rule per key."""
    terms = [one_of(f"k{number:04}", "a") for number in range(keys)]
    for before, after in (
        (ingress(conjunction(*terms)), ingress(conjunction(*terms[1:]))),
        (ingress(*terms[1:]), ingress(*terms)),
    ):
        proof = prove(before, after)
        assert proof.verdict in (Verdict.LOOSER, Verdict.UNDECIDED)
        assert proof.verdict is Verdict.LOOSER or keys > 1000


@pytest.mark.parametrize("depth", [100, 3000])
def test_deep_selectors(depth: int) -> None:
    """A selector nested deeper than the stack is undecided as well."""
    deep: Selector = one_of("k", "a")
    for _ in range(depth):
        deep = Not(deep)
    assert prove(ingress(deep), ingress()).verdict in (Verdict.TIGHTER, Verdict.UNDECIDED)


def test_hundreds_of_rules_are_no_matter_of_depth() -> None:
    """Values of one key and namespaces of one set: wide, not deep."""
    rules = [one_of("k", f"v{number}") for number in range(400)]
    assert prove(ingress(*rules), ingress(*reversed(rules))).verdict is Verdict.SAME
    assert prove(ingress(*rules), ingress(*rules[1:])).verdict is Verdict.TIGHTER


def test_a_symbolic_engine_keeps_to_its_budget() -> None:
    """The reader of single points is bounded as proofs are."""
    wide = [disjunction(one_of(f"a{number}", "1"), one_of(f"b{number}", "1")) for number in range(20)]
    with pytest.raises(OutOfBudget):
        Symbolic(ingress(conjunction(*wide)), steps=1000)
    peers: tuple[Peer, ...] = (Anyone(),)
    assert Symbolic(of_rules([Rule(Action.ALLOW, peers, (ANY_TRAFFIC,))]), steps=1000)
    assert Direction.INGRESS is not Direction.EGRESS


def overlapping(*more: Rule) -> PolicySet:
    """Selectors over labels drawn at random: what is left of them has many rules, and is another each time."""
    dice = random.Random(1)
    rules = []
    for _ in range(300):
        wide, narrow = (one_of(f"k{dice.randrange(30):02}", f"v{dice.randrange(3)}") for _ in range(2))
        action = dice.choice((Action.ALLOW, Action.DENY))
        rules.append(Rule(action, (Workloads(OWN_NAMESPACE, conjunction(Not(wide), narrow)),), (ANY_TRAFFIC,)))
    return of_rules([*rules, *more])


def test_what_is_kept_for_each_step_is_bounded() -> None:
    """Few remainders of many rules each take as much memory as many of few rules."""
    with memory(50 * MEGABYTE):
        proof = prove(overlapping(), overlapping(OTHER), steps=20_000)
    assert (proof.verdict, proof.reason) == (Verdict.UNDECIDED, "the proof did not finish within 20000 steps")


OTHER = Rule(Action.ALLOW, (Workloads(OWN_NAMESPACE, one_of("k30", "v1")),), (ANY_TRAFFIC,))
STARVED = """
import resource
from tests.prover.test_budget import OTHER, overlapping
from translate.prover.compare import prove
sides = overlapping(), overlapping(OTHER)
with open("/proc/self/statm") as pages:
    taken = int(pages.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + (30 << 20),) * 2)
print(prove(*sides).reason)
"""


@pytest.mark.skipif(not PAGES.exists(), reason="the system does not tell how much memory a process has")
def test_memory_that_ends_is_no_defect() -> None:
    """It ends a proof as steps do, and what the proof took is free again when its answer is worded."""
    ran = subprocess.run([sys.executable, "-c", STARVED], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("the proof did not finish within the memory there is\n", "")


def test_a_run_takes_no_more_time_than_it_may() -> None:
    """However many proofs it makes: the second one is not begun anew."""
    for _ in range(2):
        with allowed(0.001, 2048):
            proofs = [prove(overlapping(), overlapping(OTHER)) for _ in range(2)]
        reason = "the proof did not finish within 0.001 s of CPU (--max-seconds allows more)"
        assert [(proof.verdict, proof.reason) for proof in proofs] == [(Verdict.UNDECIDED, reason)] * 2
    assert current() is None


def test_what_runs_within_a_run_has_no_allowance_of_its_own() -> None:
    with allowed(5, 100):
        outer = current()
        with allowed(0.001, 1):
            assert current() is outer
        assert current() is outer


@pytest.mark.skipif(not PAGES.exists(), reason="the system does not tell how much memory a process has")
def test_a_run_takes_no_more_memory_than_it_may() -> None:
    spent = Allowance(60, 7, time.thread_time() + 60, 1).spent()
    assert spent == Spent("7 MiB of memory", "--max-memory")
    with pytest.raises(OutOfBudget) as stopped:
        Budget(10_000, Allowance(60, 7, time.thread_time() + 60, 1)).spend(2_001)
    assert unfinished("the proof", 5, stopped.value).endswith("within 7 MiB of memory (--max-memory allows more)")
