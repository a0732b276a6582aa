"""The prover against random policies: it agrees with the plain interpreter, with itself, and with points at random."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

import translate
from tests import semantics
from tests.properties.policies import policy_sets
from tests.properties.situations import is_there, points, today
from tests.properties.strategies import Document, effort, mutated, network_policies
from tests.prover.symbolic import Symbolic
from tests.semantics import CALICO, CILIUM
from translate.model.policy import PolicySet
from translate.model.semantics import Semantics
from translate.prover.budget import Patience
from translate.prover.compare import WORTH, prove
from translate.prover.evaluator import decide
from translate.prover.interpretations import Interpretation
from translate.prover.logging_proof import prove_logging
from translate.prover.point import Others, Point
from translate.prover.proof import Counterexample, Proof, Verdict
from translate.prover.questions import Question, questions
from translate.prover.steps import OthersPlace

DICE = st.integers(0, 1 << 32).map(random.Random)
ENGINES = st.sampled_from(semantics.ENGINES)


def effects(before: PolicySet, after: PolicySet, point: Point, asked: tuple[Question, ...]) -> set[Verdict]:
    """In which ways the two sets differ about ``point``."""
    found = set()
    for question in asked:
        last = question.place is OthersPlace.LAST
        verdicts = (
            decide(before, point, question.before, others_last=last).allowed,
            decide(after, point, question.after, others_last=last).allowed,
        )
        if verdicts == (not question.looser, question.looser):
            found.add(Verdict.LOOSER if question.looser else Verdict.TIGHTER)
    return found


def tried(before: PolicySet, after: PolicySet, some: Callable[[], Iterable[Point]]) -> Verdict:
    """The verdict of trying every point: of the kinds of engine that the output may be for, the best."""
    found = []
    for asked in questions(before, after):
        seen: set[Verdict] = set()
        for point in some():
            if not is_there(point.peer_class, before, after):
                continue
            seen |= effects(before, after, point, asked)
            if len(seen) == 2:
                break
        found.append(Verdict.MIXED if len(seen) == 2 else next(iter(seen), Verdict.SAME))
    return min(found, key=WORTH.index)


def admitted(verdict: Verdict) -> set[Verdict]:
    """The effects that a verdict owns up to."""
    if verdict in (Verdict.MIXED, Verdict.UNDECIDED):
        return {Verdict.LOOSER, Verdict.TIGHTER}
    return {verdict} - {Verdict.SAME}


def check(before: PolicySet, after: PolicySet, some: list[Point]) -> Proof:
    """Nothing that the proof denies is found, and what it shows is so."""
    proof = prove(before, after)
    event(proof.verdict.value)
    assert proof.verdict is not Verdict.UNDECIDED, proof.reason
    assert proof.later is not None
    for verdict, tries in ((proof.verdict, today(some)), (proof.later, some)):
        ways = [[effects(before, after, point, asked) for point in tries] for asked in questions(before, after)]
        assert any(all(way <= admitted(verdict) for way in found) for found in ways), ways
    shown: list[Counterexample] = [*proof.counterexamples, *proof.later_counterexamples]
    assert {x.effect for x in proof.counterexamples} == admitted(proof.verdict)
    assert {x.effect for x in shown} == admitted(proof.later)
    assert {x.point.others for x in proof.counterexamples} <= {Others.NOTHING}
    assert Others.NOTHING not in {x.point.others for x in proof.later_counterexamples}
    for x in shown:
        assert any(x.effect in effects(before, after, x.point, asked) for asked in questions(before, after))
        assert x.before.allowed != x.after.allowed
    return proof


@pytest.mark.parametrize("engine", semantics.ENGINES, ids=lambda one: one.name)
def test_the_symbolic_engine_agrees_with_the_plain_one(engine: Semantics) -> None:
    """For every point and reading."""

    @effort(40)
    @given(policy_sets(engine), DICE)
    def run(policies: PolicySet, dice: random.Random) -> None:
        symbolic = Symbolic(policies)
        for point in points(dice, 40, policies):
            for reading in Interpretation:
                for place in OthersPlace:
                    plain = decide(policies, point, reading, others_last=place is OthersPlace.LAST)
                    assert symbolic.allows(point, reading, place) == plain.allowed, point

    run()


@pytest.mark.parametrize("engine", semantics.ENGINES, ids=lambda one: one.name)
def test_a_set_is_the_same_as_itself_and_as_its_shuffled_copy(engine: Semantics) -> None:
    """Where order means nothing the copy is shuffled; in Calico order is part of the policies, not of the input."""

    @effort(20)
    @given(policy_sets(engine), DICE)
    def run(policies: PolicySet, dice: random.Random) -> None:
        shuffled = list(policies.policies)
        dice.shuffle(shuffled)
        assert prove(policies, policies).verdict is Verdict.SAME
        assert prove(policies, replace(policies, policies=tuple(shuffled))).verdict is Verdict.SAME

    run()


@effort(30)
@given(network_policies(), ENGINES, DICE)
def test_rewriting_what_means_nothing_keeps_it_the_same(
    documents: list[Document], engine: Semantics, dice: random.Random
) -> None:
    """Rules of their own policies, prefixes and port ranges in pieces, everything shuffled."""
    copy = [piece for document in documents for piece in in_pieces(document, dice)]
    dice.shuffle(copy)
    before, after = (translate.load(item, source_engine=engine.name) for item in (documents, copy))
    proof = prove(before, after)
    assert proof.verdict is Verdict.SAME, proof


def in_pieces(document: Document, dice: random.Random) -> Iterator[Document]:
    """One policy per rule of either direction, all of them isolating as the whole did."""
    spec, meta = document["spec"], document["metadata"]
    whole = {key: value for key, value in spec.items() if key in ("podSelector", "policyTypes")}
    yield {**document, "spec": whole}
    for direction, word in (("ingress", "from"), ("egress", "to")):
        for number, rule in enumerate(spec.get(direction, [])):
            rules = [{**rule, **part} for part in halved(rule, word)]
            dice.shuffle(rules)
            name = f"{meta['name']}-{direction}-{number}"
            yield {**document, "metadata": {**meta, "name": name}, "spec": {**whole, direction: rules}}


def halved(rule: Document, word: str) -> list[dict[str, Any]]:
    """The rule once per port and peer, ranges cut in two."""
    peers = [[piece] for peer in rule.get(word, []) for piece in halves(peer)] or [None]
    ports = [[piece] for port in rule.get("ports", []) for piece in cut(port)] or [None]
    return [{**({word: peer} if peer else {}), **({"ports": port} if port else {})} for peer in peers for port in ports]


def halves(peer: Document) -> list[Document]:
    """An IP range in two, each with the exceptions inside it."""
    block = peer.get("ipBlock")
    if block is None or block["cidr"].endswith(("/32", "/128")):
        return [peer]
    parts = []
    for half in ip_network(block["cidr"]).subnets():
        holes = [text for text in block.get("except", []) if ip_network(text).subnet_of(half)]  # type: ignore[arg-type]
        if str(half) not in holes:
            parts.append({"ipBlock": {"cidr": str(half), **({"except": holes} if holes else {})}})
    return parts


def cut(port: Document) -> list[Document]:
    """A port range in two."""
    if "endPort" not in port:
        return [port]
    first, last = port["port"], port["endPort"]
    middle = (first + last) // 2
    return [{**port, "endPort": middle}, {**port, "port": middle + 1, "endPort": last}]


@effort(60)
@given(st.data(), ENGINES, ENGINES)
def test_a_mutation_is_judged_rightly(data: st.DataObject, first: Semantics, second: Semantics) -> None:
    """Before and after a small change, also under two engines."""
    documents = data.draw(network_policies())
    changed = data.draw(mutated(documents))
    before = translate.load(documents, source_engine=first.name)
    after = translate.load(changed, source_engine=second.name)
    check(before, after, points(data.draw(DICE), 60, before, after))


@effort(40)
@given(policy_sets(CALICO), policy_sets(CALICO), DICE)
def test_two_ordered_sets_are_judged_rightly(before: PolicySet, after: PolicySet, dice: random.Random) -> None:
    """Allow, Deny, Pass and Log in tiers."""
    check(before, after, points(dice, 60, before, after))


@effort(30)
@given(policy_sets(CILIUM), policy_sets(CALICO), DICE)
def test_two_engines_are_judged_rightly(before: PolicySet, after: PolicySet, dice: random.Random) -> None:
    """Denies of one against the order of the other."""
    check(before, after, points(dice, 60, before, after))


@effort(40)
@given(policy_sets(CALICO), DICE)
def test_logging_is_judged_rightly(policies: PolicySet, dice: random.Random) -> None:
    """Either a packet is logged if and only if it is denied, or one is shown that is not."""
    proof = prove_logging(policies)
    event(str(proof.holds))
    if proof.holds:
        assert all(
            found.allowed != found.logged
            for found in (decide(policies, point) for point in today(points(dice, 60, policies)))
        )
    else:
        assert proof.holds is False
        assert proof.point is not None
        found = decide(policies, proof.point)
        assert found.allowed == found.logged


@pytest.mark.parametrize("first", [CALICO, CILIUM], ids=lambda one: one.name)
@pytest.mark.parametrize("second", semantics.ENGINES, ids=lambda one: one.name)
def test_port_by_port_the_answer_is_that_of_a_walk_from_axis_to_axis(first: Semantics, second: Semantics) -> None:
    """Also where no rule tells ports apart, and where a port has no difference that another one has."""

    @effort(25)
    @given(policy_sets(first), st.data())
    def run(before: PolicySet, data: st.DataObject) -> None:
        other = replace(before, policies=before.policies[1:]) if data.draw(st.booleans()) else before
        after = replace(other, semantics=second) if second is not first else data.draw(policy_sets(second))
        answers = [prove(before, after, patience=Patience(always=always, each=0)) for always in (0, 1 << 30)]
        event(f"{answers[0].verdict}")
        assert len({(one.verdict, one.later) for one in answers}) == 1

    run()
