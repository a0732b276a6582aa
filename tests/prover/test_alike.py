"""Rules that are written otherwise and mean the same, and rules that differ in one thing: level by level, no walk."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.semantics import CALICO, CILIUM, KUBERNETES
from translate.dialects.calico.unknowns import UnseenSets
from translate.model.facts import NO_FACTS
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Except, Kind, Kinds, Peer, Reach, Workloads
from translate.model.policy import Action, AddressSet, Direction, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING, And, In, Label, Not, Scope, Selector, conjunction, disjunction
from translate.model.semantics import Semantics
from translate.model.traffic import ANY_TRAFFIC, ICMP, SCTP, TCP, UDP, NamedPort, PortRange, Traffic
from translate.prover.budget import Budget
from translate.prover.compare import prove
from translate.prover.diagram import ALLOWED, DENIED
from translate.prover.interpretations import Interpretation
from translate.prover.proof import Verdict
from translate.prover.questions import Question, questions
from translate.prover.search import find
from translate.prover.sides import sides_of

APP, TIER = Label(Scope.POD, "app"), Label(Scope.POD, "tier")
A, B, WEB = In(APP, ("a",)), In(APP, ("b",)), In(TIER, ("web",))
HTTP, DNS = Traffic(TCP, PortRange(80, 80)), Traffic(UDP, PortRange(53, 53))
PODS = Workloads(OWN_NAMESPACE, A)


def allow(*peers: Peer, traffic: tuple[Traffic, ...] = (HTTP,), action: Action = Action.ALLOW) -> Rule:
    return Rule(action, peers, traffic)


def policy(
    *rules: Rule, name: str = "p", home: str | None = "x", pods: Selector = EVERYTHING, wide: bool = False
) -> Policy:
    subject = Subject(EVERYTHING if wide else OWN_NAMESPACE, pods)
    return Policy(Identity("NetworkPolicy", home, name), subject, Section(True, rules), None)


def of(*policies: Policy, engine: Semantics = CALICO) -> PolicySet:
    return PolicySet(engine, policies)


def alike(before: PolicySet, after: PolicySet) -> bool:
    """Whether all questions are answered level by level."""
    budget = Budget()
    sides = [sides_of(before, after, direction, budget, NO_FACTS, own_node_aside=False) for direction in Direction]
    return all(side.is_alike(question) for asked in questions(before, after) for question in asked for side in sides)


def addresses(block: str, *holes: str, reach: Reach = Reach.ADDRESS) -> Cidr:
    return Cidr(block, holes, reach)


def ports(first: int, last: int, protocol: int | None = TCP) -> Traffic:
    return Traffic(protocol, PortRange(first, last))


ONE_OF = In(APP, ("a", "b"))
SAME = {
    "rules of their own": (
        [policy(allow(PODS, Anyone(), traffic=(HTTP, DNS)))],
        [policy(allow(PODS), allow(Anyone(), traffic=(DNS, HTTP)), allow(PODS, traffic=(DNS,)))],
    ),
    "policies of their own": (
        [policy(allow(PODS), allow(Anyone(), traffic=(DNS,)))],
        [policy(allow(Anyone(), traffic=(DNS,)), name="b"), policy(allow(PODS), name="a")],
    ),
    "ranges in halves": (
        [policy(allow(addresses("10.0.0.0/8", "10.1.0.0/16")))],
        [policy(allow(addresses("10.0.0.0/9", "10.1.0.0/16")), allow(addresses("10.128.0.0/9")))],
    ),
    "a hole filled": (
        [policy(allow(addresses("10.0.0.0/8")))],
        [policy(allow(addresses("10.0.0.0/8", "10.1.0.0/16"), addresses("10.1.0.0/16")))],
    ),
    "a range in a range": (
        [policy(allow(addresses("10.0.0.0/8")), allow(addresses("10.1.0.0/16"), traffic=(DNS,)))],
        [
            policy(allow(addresses("10.1.0.0/16"), traffic=(HTTP, DNS)), allow(addresses("10.0.0.0/9"))),
            policy(allow(addresses("10.128.0.0/9")), name="q"),
        ],
    ),
    "ports in pieces": (
        [policy(allow(PODS, traffic=(ports(1, 100),)))],
        [policy(allow(PODS, traffic=(ports(0, 50), ports(51, 70), ports(60, 100))))],
    ),
    "all ports": (
        [policy(allow(PODS, traffic=(Traffic(TCP),)))],
        [policy(allow(PODS, traffic=(ports(1, 65535),)))],
    ),
    "ports of any protocol": (
        [policy(allow(PODS, traffic=(ports(80, 90, None),)))],
        [policy(allow(PODS, traffic=tuple(ports(80, 90, each) for each in (SCTP, TCP, UDP))))],
    ),
    "a port of what has none": ([policy(allow(PODS, traffic=(ports(80, 80, ICMP),)))], [policy()]),
    "all packets among others": (
        [policy(allow(PODS, traffic=(ANY_TRAFFIC,)))],
        [policy(allow(PODS, traffic=(HTTP, NAMED))) for NAMED in [Traffic(TCP, NamedPort("http"))]]
        + [policy(allow(PODS, traffic=(ANY_TRAFFIC,)), name="q")],
    ),
    "pods by value": (
        [policy(allow(PODS), pods=ONE_OF)],
        [policy(allow(PODS), pods=A), policy(allow(PODS), name="q", pods=B)],
    ),
    "peers by value": (
        [policy(allow(Workloads(EVERYTHING, conjunction(WEB, ONE_OF))))],
        [policy(allow(Workloads(EVERYTHING, disjunction(conjunction(A, WEB), conjunction(WEB, B)))))],
    ),
    "no value": (
        [policy(allow(Workloads(EVERYTHING, Not(ONE_OF))))],
        [policy(allow(Workloads(EVERYTHING, conjunction(Not(B), Not(A)))))],
    ),
    "no value at all": ([policy(allow(Workloads(EVERYTHING, In(APP, ()))))], [policy()]),
}


@pytest.mark.parametrize("case", SAME)
def test_another_spelling_is_shown_without_a_walk(case: str) -> None:
    before, after = (of(*policies) for policies in SAME[case])
    assert alike(before, after)
    assert prove(before, after).verdict is Verdict.SAME


DIFFERENT = {
    "a hole": (allow(addresses("10.0.0.0/8", "10.1.0.0/16")), allow(addresses("10.0.0.0/8"))),
    "a range": (allow(addresses("10.0.0.0/8")), allow(addresses("10.0.0.0/9"))),
    "what ranges reach": (allow(addresses("10.0.0.0/8")), allow(addresses("10.0.0.0/8", reach=Reach.OUTSIDE))),
    "whose namespace": (allow(PODS), allow(Workloads(EVERYTHING, A))),
    "a value": (allow(PODS), allow(Workloads(OWN_NAMESPACE, ONE_OF))),
    "a term": (allow(PODS), allow(Workloads(OWN_NAMESPACE, conjunction(A, WEB)))),
    "not": (allow(PODS), allow(Workloads(OWN_NAMESPACE, Not(A)))),
    "sets that are not seen": (allow(PODS), allow(replace(PODS, unseen=UnseenSets("NetworkSets", "")))),
    "which sets are not seen": tuple(allow(replace(PODS, unseen=UnseenSets("NetworkSets", x))) for x in ("a", "b")),
    "a condition on the subject": (allow(PODS), replace(allow(PODS), subject=(PODS,))),
    "which condition": tuple(replace(allow(PODS), subject=(Workloads(OWN_NAMESPACE, x),)) for x in (A, B)),
    "no subject": (allow(PODS), replace(allow(PODS), subject=())),
    "a port": (allow(PODS), allow(PODS, traffic=(ports(80, 81),))),
    "the last port": (allow(PODS, traffic=(Traffic(TCP),)), allow(PODS, traffic=(ports(1, 65534),))),
    "a protocol": (allow(PODS), allow(PODS, traffic=(ports(80, 80, UDP),))),
    "any protocol": (allow(PODS, traffic=(Traffic(TCP),)), allow(PODS, traffic=(ANY_TRAFFIC,))),
    "a name": (allow(PODS), allow(PODS, traffic=(HTTP, Traffic(TCP, NamedPort("http"))))),
    "where packets come from": tuple(allow(PODS, traffic=(Traffic(TCP, source=x),)) for x in (None, PortRange(1, 9))),
    "an action": (allow(PODS), allow(PODS, action=Action.DENY)),
    "a kind": (allow(Kinds((Kind.PODS,))), allow(Kinds((Kind.PODS, Kind.OTHER_NODES)))),
    "all but a kind": (allow(Anyone()), allow(Except(Kinds((Kind.OTHER_NODES,))))),
    "what is excepted": tuple(allow(Except(addresses(block))) for block in ("10.0.0.0/8", "10.0.0.0/9")),
    "no peer": (allow(PODS), allow()),
    "no packets": (allow(PODS), allow(PODS, traffic=())),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_differs_in_one_thing_is_left_to_the_walk(case: str) -> None:
    """Also where an equal policy beside it could hide that, in either direction of the comparison."""
    beside = policy(allow(Anyone(), traffic=(DNS,)), name="beside")
    one, other = (of(policy(rule), beside) for rule in DIFFERENT[case])
    assert not alike(one, other)
    assert not alike(other, one)
    assert prove(one, other).verdict in (Verdict.TIGHTER, Verdict.LOOSER, Verdict.MIXED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (policy(allow(PODS)), policy(allow(PODS), home="y")),
        (policy(allow(Anyone())), policy(allow(Anyone()), wide=True)),
        (policy(allow(PODS)), policy(allow(PODS), pods=A)),
        (policy(allow(PODS)), replace(policy(allow(PODS)), ingress=None, egress=policy(allow(PODS)).ingress)),
    ],
    ids=["another namespace", "all namespaces", "some pods", "the other direction"],
)
def test_whose_policy_it_is_counts(one: Policy, other: Policy) -> None:
    assert not alike(of(one), of(other))
    assert prove(of(one), of(other)).verdict in (Verdict.TIGHTER, Verdict.LOOSER, Verdict.MIXED)


def test_policies_of_one_name_are_all_compared() -> None:
    """An object may hold several."""
    before = of(policy(allow(PODS)), policy(allow(PODS), pods=A), engine=CILIUM)
    after = of(policy(allow(PODS)), policy(allow(PODS), pods=B), engine=CILIUM)
    assert not alike(of(policy(allow(PODS), pods=A), engine=CILIUM), of(policy(allow(PODS), pods=B), engine=CILIUM))
    assert alike(before, after), "all pods are governed already"


def test_what_another_level_hides_is_no_difference() -> None:
    """The parts differ, the lists do not: that is for the walk to say."""
    deny = policy(allow(Anyone(), traffic=(ANY_TRAFFIC,), action=Action.DENY), name="a")
    before, after = of(deny, policy(allow(PODS))), of(deny, policy(allow(PODS, Anyone())))
    assert not alike(before, after)
    assert prove(before, after).verdict is Verdict.SAME


def test_packets_of_rules_for_one_peer_add_up() -> None:
    """With those that no numbers say."""
    named = allow(PODS, traffic=(Traffic(TCP, NamedPort("http")),))
    before, after = of(policy(allow(PODS), named)), of(policy(allow(PODS), allow(PODS)))
    assert not alike(before, after)
    assert prove(before, after).verdict is Verdict.TIGHTER


def test_order_counts() -> None:
    rules = allow(PODS), allow(PODS, Anyone(), action=Action.DENY)
    before, after = of(policy(*rules)), of(policy(*rules[::-1]))
    assert not alike(before, after)
    assert prove(before, after).verdict is Verdict.TIGHTER


def test_open_ranges_are_read_as_either_side_is() -> None:
    """Where pods count for one engine and not for the other, equal text is not equal meaning."""
    open_range = policy(allow(addresses("10.0.0.0/8", reach=Reach.OPEN)))
    assert alike(of(open_range, engine=KUBERNETES), of(open_range, engine=KUBERNETES))
    closed = policy(allow(addresses("10.0.0.0/8", reach=Reach.OUTSIDE)))
    assert not alike(of(open_range, engine=KUBERNETES), of(closed, engine=KUBERNETES))


def test_an_equal_open_range_says_two_things_where_the_sides_are_read_in_two_ways() -> None:
    """With pods it allows more than without: one of two questions is shown, the other has a packet."""
    one = of(policy(allow(addresses("10.0.0.0/8", reach=Reach.OPEN))), engine=KUBERNETES)
    side = sides_of(one, one, Direction.INGRESS, Budget(), NO_FACTS, own_node_aside=False)
    least, most = Interpretation.LEAST, Interpretation.MOST
    for same in (least, most):
        assert [side.is_alike(Question(looser, same, same, None, (None, None))) for looser in (True, False)] == [
            True,
            True,
        ]
    for looser in (True, False):
        asked = [Question(looser, *readings, None, (None, None)) for readings in ((most, least), (least, most))]
        assert [side.is_alike(question) for question in asked] == [looser, not looser]
        assert [bool(side.points(question)) for question in asked] == [not looser, looser]


MORE = {
    "a peer": (allow(PODS), allow(PODS, Workloads(EVERYTHING, B))),
    "packets": (allow(PODS, traffic=(ports(80, 90),)), allow(PODS, traffic=(ports(70, 95), DNS))),
    "all packets": (allow(PODS), allow(PODS, traffic=(ANY_TRAFFIC,))),
    "addresses": (allow(addresses("10.1.0.0/16", "10.1.2.0/24")), allow(addresses("10.0.0.0/8"))),
    "addresses in pieces": (
        allow(addresses("10.0.0.0/8")),
        allow(addresses("10.0.0.0/9"), addresses("10.128.0.0/9", reach=Reach.ADDRESS), addresses("11.0.0.0/8")),
    ),
    "a hole of another range": (
        allow(addresses("10.0.0.0/8", "10.1.0.0/16")),
        allow(addresses("10.0.0.0/8", "10.1.2.0/24")),
    ),
    "pods as well": (allow(addresses("10.1.0.0/16", reach=Reach.OUTSIDE)), allow(addresses("10.0.0.0/8"))),
    "pods as well, in two pieces": (
        allow(addresses("10.0.0.0/8", reach=Reach.OUTSIDE)),
        allow(addresses("10.0.0.0/9"), addresses("10.128.0.0/9", reach=Reach.OUTSIDE), PODS),
    ),
    "pods in one union": (allow(PODS), allow(Workloads(OWN_NAMESPACE, disjunction(A, WEB)))),
}


def shown(before: PolicySet, after: PolicySet) -> list[bool]:
    """Whether it is shown that nothing gets looser, and that nothing gets tighter; asserts that what is shown is so."""
    side = sides_of(before, after, Direction.INGRESS, Budget(), NO_FACTS, own_node_aside=False)
    least = Interpretation.LEAST
    asked = [Question(looser, least, least, None, (None, None)) for looser in (True, False)]
    found = [side.is_alike(question) for question in asked]
    wanted = [(DENIED, ALLOWED) if looser else (ALLOWED, DENIED) for looser in (True, False)]
    walked = [find(side.diagram, *side.lowered(question), goal) for question, goal in zip(asked, wanted, strict=True)]
    assert not any(is_shown and path for is_shown, path in zip(found, walked, strict=True))
    return found


@pytest.mark.parametrize("behind", [Action.ALLOW, Action.DENY, Action.PASS])
@pytest.mark.parametrize("case", MORE)
def test_who_allows_more_is_shown_to_deny_less(case: str, behind: Action) -> None:
    """One direction only; a Deny that matches more is the other way round, and of a Pass nothing is shown."""
    less, more = (
        policy(replace(rule, action=behind), allow(Anyone(), traffic=(DNS,)), name="p") for rule in MORE[case]
    )
    assert shown(of(less), of(less)) == [True, True]
    match behind:
        case Action.ALLOW:
            assert [shown(of(less), of(more)), shown(of(more), of(less))] == [[False, True], [True, False]]
        case Action.DENY:
            assert [shown(of(less), of(more)), shown(of(more), of(less))] == [[True, False], [False, True]]
        case Action.PASS:
            assert [shown(of(less), of(more)), shown(of(more), of(less))] == [[False, False], [False, False]]
        case Action.LOG:
            raise AssertionError


def test_address_sets_are_left_to_the_walk() -> None:
    """Which of them a selector means is looked up where rules are lowered."""
    found = AddressSet(Identity("NetworkSet", "x", "s"), (("app", "a"),), ("10.0.0.0/8",))
    one = replace(of(policy(allow(replace(PODS, sets=A)))), sets=(found,))
    assert not alike(one, one)
    assert prove(one, one).verdict is Verdict.SAME


def test_selectors_of_too_many_conjunctions_are_kept_whole() -> None:
    """They are equal to themselves, and to another spelling by a walk over their namespace alone."""
    wide = conjunction(*(In(Label(Scope.POD, f"k{number}"), ("a", "b")) for number in range(5)))
    turned = And(wide.terms[::-1]) if isinstance(wide, And) else wide
    assert alike(of(policy(allow(PODS), pods=wide)), of(policy(allow(PODS), pods=wide, name="q")))
    assert alike(of(policy(allow(PODS), pods=wide)), of(policy(allow(PODS), pods=turned)))
