"""The trace, and what is supposed of the unknown, against the plain interpreter on points at random."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterator
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.policies import policy_sets
from tests.properties.situations import points, today
from tests.properties.strategies import effort
from tests.prover.test_trace_vectors import faults
from tests.semantics import ENGINES
from translate.model.facts import NO_FACTS
from translate.model.policy import Direction, PolicySet
from translate.model.semantics import Semantics
from translate.model.traffic import WITH_PORTS
from translate.prover.answers import Answer, cases_of
from translate.prover.asking import Granted
from translate.prover.budget import OutOfBudget
from translate.prover.connection import Connection, ConnectionEnd, EndKind
from translate.prover.evaluator import applying_to, decide
from translate.prover.interpretations import interpretations
from translate.prover.judge import Judge
from translate.prover.point import PeerClass, Pod, Point
from translate.prover.settings_of import settings_of
from translate.prover.trace import Trace

DICE = st.integers(0, 1 << 32).map(random.Random)


def governed(policies: PolicySet, dice: random.Random, many: int) -> Iterator[Point]:
    """Of so many situations at random those that some policy is about."""
    return (point for point in today(points(dice, many, policies)) if any(True for _ in applying_to(policies, point)))


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@effort(25)
@given(st.data(), DICE)
def test_the_trace_ends_where_the_interpreter_does(engine: Semantics, data: st.DataObject, dice: random.Random) -> None:
    policies = data.draw(policy_sets(engine))
    for point in governed(policies, dice, 100):
        for reading in interpretations(policies):
            assert list(faults(policies, point, reading)) == [], point


KINDS = {PeerClass.OUTSIDE: EndKind.OUTSIDE, PeerClass.OTHER_NODE: EndKind.NODE, PeerClass.OWN_NODE: EndKind.OWN_NODE}


def known(pod: Pod, called: str, address: str) -> ConnectionEnd:
    """A pod of which all is told but its ports."""
    return ConnectionEnd(
        EndKind.POD,
        called,
        pod.namespace,
        labels=pod.labels,
        namespace_labels=pod.namespace_labels,
        account=dict(pod.account_labels).get("projectcalico.org/name"),
        account_labels=pod.account_labels,
        addresses=(address,) if address else (),
    )


def asked(point: Point) -> Connection | None:
    """The connection that ``point`` is one packet of, with less told: no names, no unknown sets, no conditions."""
    subject = known(point.subject, "subject", point.subject_address)
    if point.peer is not None:
        peer = known(point.peer, "peer", point.address)
    elif point.peer_class in KINDS:
        labels = point.node_labels if point.peer_class is not PeerClass.OUTSIDE else None
        peer = ConnectionEnd(KINDS[point.peer_class], "peer", addresses=(point.address,), node_labels=labels)
    else:
        peer = ConnectionEnd(EndKind[point.peer_class.name], "peer", addresses=(point.address,))
    source, destination = (peer, subject) if point.direction is Direction.INGRESS else (subject, peer)
    if (":" in point.subject_address) != (":" in point.address) or (point.protocol == 1) == (":" in point.address):
        return None
    ports = point.source_port if point.protocol in WITH_PORTS else None
    return Connection(source, destination, point.protocol, point.port, None, point.icmp, ports)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@effort(25)
@given(st.data(), DICE)
def test_what_is_answered_of_a_connection_holds_for_its_packets(
    engine: Semantics, data: st.DataObject, dice: random.Random
) -> None:
    """An answer that depends on nothing is that of every packet, whatever names, sets and conditions it has."""
    policies = data.draw(policy_sets(engine))
    for point in governed(policies, dice, 400):
        connection = asked(point)
        if connection is None:
            continue
        judge = Judge(policies, connection, NO_FACTS)
        judge.ends = {point.direction: judge.ends[point.direction]}
        try:
            cases = cases_of(judge)
        except OutOfBudget:
            continue
        allowed = {decide(policies, point, reading).allowed for reading in interpretations(policies)}
        answers = {case.answer is Answer.ALLOWED for case in cases}
        assert allowed <= answers, (point, answers)
        for case in cases:
            (walk,) = case.walks
            assert walk.answer is case.answer
            assert walk.trace.decision.allowed is (case.answer is Answer.ALLOWED)


def fates(walk: Trace) -> Hashable:
    """What a walk came to, and what became of every rule on the way."""
    steps = (step for one in walk.steps for step in one.rules)
    return walk.decision, tuple((step.fate, *(miss.about for miss in step.misses)) for step in steps)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@effort(25)
@given(st.data(), DICE)
def test_what_looks_alike_to_an_end_ends_alike(engine: Semantics, data: st.DataObject, dice: random.Random) -> None:
    """Of settings that rules are said not to tell apart each is walked by itself."""
    policies = data.draw(policy_sets(engine))
    for point in governed(policies, dice, 100):
        connection = asked(point)
        if connection is None:
            continue
        source, destination = (replace(end, addresses=()) for end in (connection.source, connection.destination))
        judge = Judge(policies, replace(connection, source=source, destination=destination), NO_FACTS)
        found: dict[Hashable, Hashable] = {}
        for setting in islice(settings_of(judge), 60):
            for direction in judge.ends:
                granted: Granted = {}
                walk = judge.walk(direction, setting, {}, granted)
                if not granted:
                    assert found.setdefault(judge.seen(direction, setting), fates(walk)) == fates(walk), setting
