"""On a universe small enough to try every point, the prover says what trying every point says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache

from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.properties.strategies import effort
from tests.properties.test_property_prover import tried
from tests.semantics import CALICO, CILIUM, ENGINES, KUBERNETES
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Reach, Workloads
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING, NAMESPACE_NAME, Contains, EndsWith, Exists, In, Label, Not, Scope
from translate.model.traffic import ICMP, TCP, UDP, NamedPort, PortRange, Traffic
from translate.prover.compare import prove
from translate.prover.point import PODS, PeerClass, Pod, Point

APP, ENV = Label(Scope.POD, "app"), Label(Scope.NAMESPACE, "env")
ATOMS = (In(APP, ("a",)), Exists(APP), Contains(APP, "b"), EndsWith(APP, "a"))
APPS = (None, "a", "ba", "b", "c")
"""Every truth vector that a value can give to ATOMS; ``ab`` is as ``b``."""
PACKETS = (
    (TCP, 80, frozenset()),
    (TCP, 80, frozenset({(TCP, "http")})),
    (TCP, 9, frozenset()),
    (TCP, 9, frozenset({(TCP, "http")})),
    (UDP, 80, frozenset()),
    (ICMP, None, frozenset()),
)
ADDRESSES = ("10.1.0.1", "10.2.0.1", "8.8.8.8")

TERMS = st.one_of(st.just(EVERYTHING), st.sampled_from(ATOMS), st.sampled_from(ATOMS).map(Not))
SPACES = st.sampled_from(
    [
        OWN_NAMESPACE,
        EVERYTHING,
        Exists(ENV),
        Not(Exists(ENV)),
        In(NAMESPACE_NAME, ("x",)),
        Not(In(NAMESPACE_NAME, ("x",))),
    ]
)
TRAFFIC = st.sampled_from(
    [Traffic(), Traffic(TCP), Traffic(TCP, PortRange(80, 80)), Traffic(TCP, NamedPort("http")), Traffic(UDP)]
)


@st.composite
def tiny_sets(draw: st.DrawFn) -> PolicySet:
    """One to three policies of namespace x for one direction."""
    engine = draw(st.sampled_from(ENGINES))
    actions = {CALICO: [Action.ALLOW, Action.DENY, Action.PASS], CILIUM: [Action.ALLOW, Action.DENY]}
    reach = {KUBERNETES: Reach.OPEN, CALICO: Reach.ADDRESS, CILIUM: Reach.OUTSIDE}[engine]
    peers = st.one_of(
        st.just(Anyone()),
        st.builds(Workloads, SPACES, TERMS),
        st.sampled_from([Cidr("10.0.0.0/8", (), reach), Cidr("10.0.0.0/8", ("10.1.0.0/16",), reach)]),
    )
    rule = st.builds(
        Rule,
        st.sampled_from(actions.get(engine, [Action.ALLOW])),
        st.lists(peers, min_size=1, max_size=2).map(tuple),
        st.lists(TRAFFIC, min_size=1, max_size=2).map(tuple),
    )
    policies = []
    for number in range(draw(st.integers(1, 3))):
        section = Section(True, tuple(draw(st.lists(rule, max_size=2))))
        policies.append(
            Policy(
                Identity("NetworkPolicy", "x", f"p{number}"),
                Subject(OWN_NAMESPACE, draw(TERMS)),
                section,
                None,
                order=float(draw(st.integers(1, 2))),
            )
        )
    return PolicySet(engine, tuple(policies))


@cache
def universe() -> tuple[Point, ...]:
    """Every ingress point that the constants above can tell apart."""
    return tuple(point for point in every_point() if worth_asking(point))


def every_point(namespaces: tuple[str, ...] = ("x", "y")) -> Iterator[Point]:
    """Every ingress point of subjects in ``namespaces``, those that no policy can tell from others included."""
    for name, env, app in itertools.product(namespaces, (None, "e"), APPS):
        subject = pod(name, env, app)
        for peer_class in PeerClass:
            for peer in ends(subject, peer_class):
                for address, (protocol, port, names) in itertools.product(ADDRESSES, PACKETS):
                    yield Point(Direction.INGRESS, subject, peer_class, peer, address, protocol, port, names)


def pod(name: str, env: str | None, app: str | None) -> Pod:
    """A pod with the labels that are given."""
    return Pod(name, (("env", env),) if env else (), (("app", app),) if app else ())


def ends(subject: Pod, peer_class: PeerClass) -> list[Pod | None]:
    """Every peer of a class."""
    if peer_class not in PODS:
        return [None]
    if peer_class is PeerClass.POD_SAME:
        return [Pod(subject.namespace, subject.namespace_labels, pod("", None, app).labels) for app in APPS]
    names = [name for name in ("x", "y", "z") if name != subject.namespace]
    return [pod(name, env, app) for name, env, app in itertools.product(names, (None, "e"), APPS)]


def worth_asking(point: Point) -> bool:
    """Points of subjects that no policy can govern are all alike; one of them is enough."""
    return point.subject.namespace == "x" or point.subject.labels == ()


def judge(before: PolicySet, after: PolicySet) -> None:
    """Try every point, then ask the prover."""
    expected = tried(before, after, universe)
    event(expected.value)
    assert prove(before, after).verdict is expected


@effort(15)
@given(tiny_sets(), tiny_sets())
def test_the_verdict_is_that_of_trying_everything(before: PolicySet, after: PolicySet) -> None:
    """Sound and complete: no difference is missed, none is made up."""
    judge(before, after)


@effort(8)
@given(tiny_sets(), st.data())
def test_the_verdict_after_one_change_is_that_of_trying_everything(before: PolicySet, data: st.DataObject) -> None:
    """Near copies, where most verdicts are same, tighter or looser."""
    changed = list(before.policies)
    place = data.draw(st.integers(0, len(changed) - 1))
    section = changed[place].ingress
    assert section is not None
    rules = list(section.rules)
    if rules and data.draw(st.booleans()):
        rules.pop(data.draw(st.integers(0, len(rules) - 1)))
    else:
        rules.append(Rule(Action.ALLOW, (Workloads(OWN_NAMESPACE, data.draw(TERMS)),), (data.draw(TRAFFIC),)))
    changed[place] = replace(changed[place], ingress=Section(True, tuple(rules)))
    after = PolicySet(before.semantics, tuple(changed))
    judge(before, after)
