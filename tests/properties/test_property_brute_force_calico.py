"""On a universe small enough to try every point, the prover is right about all that Calico's rules can say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from tests.properties.policies import composed, not_own
from tests.properties.strategies import effort, some
from tests.properties.test_property_prover import effects, tried
from tests.semantics import CALICO
from translate.dialects.calico.unknowns import ServiceEndpoints
from translate.model.conditions import Condition
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Kind, Kinds, Opaque, Reach, Workloads
from translate.model.policy import (
    Action,
    AddressSet,
    Direction,
    Identity,
    Policy,
    PolicySet,
    Rule,
    Section,
    Subject,
    Tier,
)
from translate.model.selectors import EVERYTHING, NAMESPACE_NAME, SERVICE_ACCOUNT_NAME, Exists, In, Label, Not, Scope
from translate.model.traffic import ICMP, TCP, UDP, IcmpType, NamedPort, PortRange, Traffic
from translate.prover.compare import prove
from translate.prover.point import PODS, PeerClass, Pod, Point
from translate.prover.questions import questions

ASKED = Condition("c")

APP = Label(Scope.POD, "app")
SETS = (
    AddressSet(Identity("GlobalNetworkSet", None, "g"), (("app", "a"),), ("10.1.0.0/16",)),
    AddressSet(Identity("NetworkSet", "x", "s"), (), ("8.8.8.0/24", "fd00::/8"), ()),
)
PACKETS: tuple[tuple[int, int | None, frozenset[tuple[int, str]], int | None, tuple[int, int] | None], ...] = (
    *(
        (TCP, port, names, source, None)
        for port, names, source in itertools.product((80, 9), (frozenset(), frozenset({(TCP, "http")})), (1000, 2000))
    ),
    (UDP, 9, frozenset(), 2000, None),
    (UDP, 9, frozenset({(UDP, "http")}), 2000, None),
    (ICMP, None, frozenset(), None, (8, 0)),
    (ICMP, None, frozenset(), None, (8, 1)),
    (ICMP, None, frozenset(), None, (0, 0)),
    (47, None, frozenset(), None, None),
)
ADDRESSES = (
    *itertools.product(("10.1.0.1", "10.2.9.9", "8.8.8.8"), ("10.2.0.1", "10.3.0.1", "9.9.9.9")),
    ("fd00::1", "fd00::2"),
)
"""Of the peer and of the subject."""
SERVICE = ServiceEndpoints("x", "web", with_ports=False)

LABELS: st.SearchStrategy[Any] = st.sampled_from([EVERYTHING, In(APP, ("a",)), Not(In(APP, ("a",)))])
"""Two kinds of pods are all that these tell apart: with another value is as without the label."""
PEOPLE = LABELS | st.sampled_from([In(SERVICE_ACCOUNT_NAME, ("s",)), Not(In(SERVICE_ACCOUNT_NAME, ("s",)))])
SPACES = st.sampled_from([OWN_NAMESPACE, EVERYTHING, In(NAMESPACE_NAME, ("x",)), Not(Exists(NAMESPACE_NAME))])
FOUND = st.builds(Workloads, SPACES, PEOPLE, st.none() | LABELS, unseen=st.none() | st.just(SERVICE))
RANGES = st.sampled_from(
    [
        Cidr("10.0.0.0/8", (), Reach.ADDRESS),
        Cidr("0.0.0.0/0", ("10.2.0.0/16",), Reach.ADDRESS),
        Cidr("::/0", (), Reach.ADDRESS),
    ]
)
LEAVES = st.one_of(
    FOUND,
    RANGES,
    st.sampled_from([Anyone(), Opaque(SERVICE), Kinds((Kind.PODS,)), Kinds((Kind.OUTSIDE, Kind.OTHER_NODES))]),
)
SIMPLE = [
    Traffic(),
    Traffic(TCP),
    Traffic(TCP, PortRange(80, 80)),
    Traffic(None, NamedPort("http")),
    Traffic(TCP, source=PortRange(1000, 1999)),
    Traffic(ICMP, icmp=IcmpType(8)),
    Traffic(ICMP, icmp=IcmpType(8, 0)),
    Traffic(family=4),
    Traffic(condition=ASKED),
]
TRAFFIC = st.sampled_from(SIMPLE) | st.builds(
    lambda whole, inner: Traffic(whole, excluding=tuple(inner)),
    st.sampled_from([None, TCP, ICMP]),
    some(st.sampled_from(SIMPLE[1:]), 1, 2),
)
RULES = st.builds(
    Rule,
    st.sampled_from(list(Action)),
    some(composed(LEAVES), 1, 2).map(tuple),
    some(TRAFFIC, 1, 2).map(tuple),
    subject=st.none() | some(composed(FOUND | RANGES), 1, 2).map(tuple),
)


@st.composite
def small_sets(draw: st.DrawFn) -> PolicySet:
    """One to three policies, of namespace x or cluster-wide, in two tiers."""
    early = Tier("early", 1.0, draw(st.sampled_from([Action.DENY, Action.PASS])))
    policies = []
    for number in range(draw(st.integers(1, 3))):
        rules = draw(some(RULES, 0, 2))
        wide = draw(st.booleans())
        if wide:
            rules = [
                Rule(
                    rule.action,
                    tuple(not_own(peer) for peer in rule.peers),
                    rule.traffic,
                    subject=None if rule.subject is None else tuple(not_own(peer) for peer in rule.subject),
                )
                for rule in rules
            ]
        policies.append(
            Policy(
                Identity("NetworkPolicy", None if wide else "x", f"p{number}"),
                Subject(EVERYTHING if wide else OWN_NAMESPACE, draw(LABELS)),
                Section(True, tuple(rules)),
                None,
                tier=draw(st.sampled_from(["early", "default"])),
                order=draw(st.sampled_from([None, 1.0])),
            )
        )
    return PolicySet(CALICO, tuple(policies), (early,), SETS)


@cache
def universe() -> tuple[Point, ...]:
    """Every ingress point that the constants above can tell apart."""
    return tuple(_universe())


def _universe() -> Iterator[Point]:
    for name, app, peer_class in itertools.product("xy", (None, "a"), PeerClass):
        for own in (None, "s"):
            subject = pod(name, app, own)
            for peer in ends(subject, peer_class):
                for (address, mine), packet in itertools.product(ADDRESSES, PACKETS):
                    for opaque, conditions in itertools.product((frozenset(), {SERVICE}), (frozenset(), {ASKED})):
                        protocol, port, names, source_port, icmp = packet
                        yield Point(
                            Direction.INGRESS,
                            subject,
                            peer_class,
                            peer,
                            address,
                            protocol,
                            port,
                            names,
                            source_port=source_port,
                            icmp=icmp,
                            subject_address=mine,
                            opaque=frozenset(opaque),
                            conditions=frozenset(conditions),
                        )


def pod(namespace: str, app: str | None, account: str | None) -> Pod:
    """A pod with the labels that are given."""
    accounts = (("projectcalico.org/name", account),) if account else ()
    return Pod(namespace, (), (("app", app),) if app else (), accounts)


def ends(subject: Pod, peer_class: PeerClass) -> list[Pod | None]:
    """Every peer of a class."""
    if peer_class not in PODS:
        return [None]
    same = peer_class is PeerClass.POD_SAME
    name = subject.namespace if same else {"x": "y", "y": "x"}[subject.namespace]
    names = [name] if same else [name, "z"]
    return [pod(name, app, account) for name, app, account in itertools.product(names, (None, "a"), (None, "s"))]


@effort(4)
@given(small_sets(), small_sets())
def test_the_verdict_is_that_of_trying_everything(before: PolicySet, after: PolicySet) -> None:
    """Sound and complete: no difference is missed, none is made up."""
    expected = tried(before, after, universe)
    event(expected.value)
    proof = prove(before, after)
    assert proof.verdict is expected, proof
    (asked,) = questions(before, after)
    assert all(x.effect in effects(before, after, x.point, asked) for x in proof.counterexamples)
