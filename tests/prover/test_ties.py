"""Policies of equal order: every sequence that an engine may have is asked, where it tells packets apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.strategies import effort
from tests.semantics import CALICO, KUBERNETES
from translate.api.support import load
from translate.model.common_subjects import asked_values, may_share_subjects
from translate.model.facts import NO_FACTS
from translate.model.ordering import policy_order
from translate.model.peers import OWN_NAMESPACE, Workloads
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule, Section, Subject, Tier
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    And,
    Exists,
    In,
    Label,
    Not,
    Or,
    Scope,
    Selector,
    StartsWith,
)
from translate.model.semantics import TieBreak
from translate.model.ties import tell, telling_pairs
from translate.model.traffic import ANY_TRAFFIC
from translate.prover.budget import Budget
from translate.prover.compare import prove
from translate.prover.decision_list import verdict_steps
from translate.prover.diagram import Diagram
from translate.prover.evaluator import decide
from translate.prover.evaluator_match import selects, selects_namespace
from translate.prover.interpretations import Interpretation
from translate.prover.lower import Lowering
from translate.prover.point import PeerClass, Pod, Point
from translate.prover.proof import Verdict
from translate.prover.questions import tie_breaks
from translate.prover.space import Space

BY_NAME, BY_NAMESPACE = CALICO.ties
ALLOW, DENY, PASS = "{action: Allow, protocol: TCP}", "{action: Deny}", "{action: Pass}"


def policy(
    name: str,
    rules: str,
    *,
    namespace: str = "",
    order: str = "",
    types: str = "Ingress",
    tier: str = "",
    pods: str = "all()",
) -> str:
    """A policy of Calico, cluster-wide without a namespace."""
    where, kind = (f", namespace: {namespace}", "NetworkPolicy") if namespace else ("", "GlobalNetworkPolicy")
    more = (f", order: {order}" if order else "") + (f", tier: {tier}" if tier else "")
    spec = f'{{selector: "{pods}", types: [{types}], {types.lower()}: [{rules}]{more}}}'
    return f"---\napiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata: {{name: {name}{where}}}\nspec: {spec}\n"


OPEN = policy("deny", DENY) + policy("web", ALLOW, namespace="aaa")
TELLING = [
    (OPEN, True),
    (policy("deny", DENY, order="5") + policy("web", ALLOW, namespace="aaa", order="5"), True),
    (policy("deny", PASS) + policy("web", ALLOW, namespace="aaa"), True),
    # "-" comes before "/" and behind nothing, so that only the old key has the shorter name first
    (policy("a", DENY, namespace="aaa") + policy("a-b", ALLOW, namespace="aaa"), True),
    # the same sequence on all releases
    (policy("deny", DENY) + policy("web", ALLOW, namespace="shop"), False),
    (policy("web", DENY) + policy("deny", ALLOW, namespace="aaa"), False),
    (policy("a", DENY, namespace="aaa") + policy("b", ALLOW, namespace="aaa"), False),
    (policy("a", DENY) + policy("b", ALLOW), False),
    # other pods, another direction, tier or order; the same action
    (policy("a", DENY, namespace="zzz") + policy("b", ALLOW, namespace="aaa"), False),
    (policy("deny", DENY, types="Egress") + policy("web", ALLOW, namespace="aaa"), False),
    (policy("deny", DENY, order="5") + policy("web", ALLOW, namespace="aaa"), False),
    (policy("deny", ALLOW) + policy("web", ALLOW, namespace="aaa"), False),
    (policy("deny", DENY) + policy("web", DENY, namespace="aaa"), False),
    (policy("deny", DENY) + policy("web", "", namespace="aaa"), False),
    # pods that cannot be the same, or can
    *(
        (policy("deny", DENY, pods=one) + policy("web", ALLOW, namespace="aaa", pods=other), expected)
        for one, other, expected in (
            ("a == 'x'", "a == 'y'", False),
            ("a == 'x' && b == 'z'", "a in {'y', 'z'}", False),
            ("a in {'x', 'y'}", "a in {'y', 'z'}", True),
            ("a == 'x'", "b == 'y'", True),
            ("a == 'x'", "a != 'x'", False),
            ("a == 'x'", "!has(a)", False),
            ("has(a)", "!has(a)", False),
            ("a != 'x'", "!has(a)", True),
            ("a == 'x' || b == 'y'", "a == 'z'", True),
            ("a == 'x' || a == 'y'", "a == 'z'", False),
            ("a starts with 'x'", "a in {'y', 'z'}", False),
            ("a starts with 'x'", "a in {'y', 'xz'}", True),
            ("projectcalico.org/namespace == 'bbb'", "all()", False),
            ("projectcalico.org/namespace == 'aaa'", "all()", True),
        )
    ),
]


@pytest.mark.parametrize(("documents", "expected"), TELLING)
def test_where_a_sequence_tells(documents: str, expected: bool) -> None:
    policies = load(documents)
    assert tell(policies) is expected
    assert bool(list(telling_pairs(policies))) is tell(policies)


def test_the_pair_is_named() -> None:
    names = [{str(one.identity) for one in pair} for pair in telling_pairs(load(OPEN))]
    assert names == [{"GlobalNetworkPolicy/deny", "NetworkPolicy/aaa/web"}]


def test_a_kubernetes_policy_has_the_prefix_of_the_converter() -> None:
    """Up to 3.31 it is ``knp.default.NAME``, which comes behind ``default.NAME`` of the same namespace."""
    kubernetes = (
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shop}\n"
        "spec: {podSelector: {}, ingress: [{}]}\n"
    )
    policies = load(kubernetes + policy("b", DENY, namespace="shop", order="1000"))
    sequences = {ties: [one.identity.name for one in policy_order(policies, ties)] for ties in CALICO.ties}
    assert sequences == {BY_NAME: ["a", "b"], BY_NAMESPACE: ["b", "a"]}
    assert tell(policies)


def test_both_sequences_must_hold() -> None:
    given_, as_newer = (
        load(OPEN),
        load(policy("deny", DENY, order="1") + policy("web", ALLOW, namespace="aaa", order="2")),
    )
    as_older = load(policy("deny", DENY, order="2") + policy("web", ALLOW, namespace="aaa", order="1"))
    found = prove(given_, as_newer)
    assert found.verdict is Verdict.TIGHTER
    assert found.counterexamples[0].sorting == CALICO.sentences.ties[1:]
    assert prove(given_, as_older).verdict is Verdict.LOOSER
    assert prove(as_newer, given_).verdict is Verdict.LOOSER
    for ties, same, other in ((BY_NAME, as_newer, as_older), (BY_NAMESPACE, as_older, as_newer)):
        known = PolicySet(CALICO.told_by(ties), given_.policies)
        assert prove(known, same).verdict is Verdict.SAME
        assert prove(known, other).verdict is not Verdict.SAME


def test_one_engine_sorts_both_sides_alike() -> None:
    given_ = load(OPEN)
    assert tie_breaks(given_, given_) == [(BY_NAME, BY_NAME), (BY_NAMESPACE, BY_NAMESPACE)]
    assert prove(given_, given_).verdict is Verdict.SAME
    older = PolicySet(CALICO.told_by(BY_NAMESPACE), given_.policies)
    assert tie_breaks(older, given_) == [(None, BY_NAME), (None, BY_NAMESPACE)]
    assert prove(older, given_).verdict is Verdict.TIGHTER


def test_nothing_is_asked_twice_where_no_sequence_tells() -> None:
    harmless = load(policy("a", DENY) + policy("b", ALLOW))
    assert tie_breaks(harmless, harmless) == [(None, None)]
    assert tie_breaks(load(OPEN), harmless) == [(BY_NAME, None), (BY_NAMESPACE, None)]


ADMIN = Tier("admin", 0.0, Action.PASS)
COLOR = Label(Scope.POD, "color")
COLORS = ("r", "g", "b")
RULES = st.lists(
    st.tuples(
        st.sampled_from((Action.ALLOW, Action.DENY, Action.PASS)),
        st.sets(st.sampled_from(COLORS), min_size=1).map(lambda found: tuple(sorted(found))),
    ),
    max_size=3,
)
GROUPS = st.lists(st.tuples(st.sampled_from((1.0, 2.0)), RULES), min_size=1, max_size=4)


def admin(listed: list[tuple[float, list[tuple[Action, tuple[str, ...]]]]]) -> PolicySet:
    """Admin policies for everybody, with rules by the color of the peer, and a policy that isolates behind them."""
    made = []
    for number, (priority, rules) in enumerate(listed):
        section = Section(
            False,
            tuple(Rule(action, (Workloads(EVERYTHING, In(COLOR, names)),), (ANY_TRAFFIC,)) for action, names in rules),
        )
        identity = Identity("AdminNetworkPolicy", None, f"p{number}")
        made.append(Policy(identity, Subject(EVERYTHING, EVERYTHING), section, None, "admin", priority))
    green = Section(True, (Rule(Action.ALLOW, (Workloads(EVERYTHING, In(COLOR, ("g",))),), (ANY_TRAFFIC,)),))
    last = Policy(Identity("NetworkPolicy", None, "last"), Subject(EVERYTHING, EVERYTHING), green, None)
    return PolicySet(KUBERNETES, (*made, last), (ADMIN,))


def points() -> Iterator[Point]:
    """One packet from a pod of each color."""
    for color in COLORS:
        peer = Pod("x", (), (("color", color),))
        yield Point(Direction.INGRESS, Pod("x", (), ()), PeerClass.POD_SAME, peer, "10.244.0.1", 6, 80)


def by_trying(policies: PolicySet, point: Point) -> set[bool]:
    """What every sequence of the policies of one priority makes of a packet."""
    *some, last = policies.policies
    found = set()
    for order in itertools.permutations(some):
        ranked = [
            Policy(p.identity, p.subject, p.ingress, p.egress, p.tier, (p.order or 0) + place / 100)
            for place, p in enumerate(order)
        ]
        found.add(decide(PolicySet(KUBERNETES, (*ranked, last), (ADMIN,)), point).allowed)
    return found


@effort(60)
@given(GROUPS)
def test_any_of_one_priority_may_be_first(listed: list[tuple[float, list[tuple[Action, tuple[str, ...]]]]]) -> None:
    """The least and the most that the two interpreters let through are those of all sequences."""
    policies = admin(listed)
    budget = Budget()
    space = Space((policies,), Direction.INGRESS, budget, NO_FACTS)
    lowering = Lowering(Diagram(space, budget))
    for ties, bound in ((TieBreak.DENY_FIRST, min), (TieBreak.ALLOW_FIRST, max)):
        steps = verdict_steps(policies, Direction.INGRESS, Interpretation.LEAST, None, ties)
        tails = lowering.lower(steps, Interpretation.LEAST)
        for point in points():
            right = bound(by_trying(policies, point))
            assert decide(policies, point, ties=ties).allowed is right
            assert lowering.diagram.verdict(tails, space.atoms(point)) is right


def cluster_wide(name: str, priority: int, action: str) -> str:
    return (
        "---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\n"
        f"metadata: {{name: {name}}}\nspec: {{priority: {priority}, subject: {{namespaces: {{}}}}, "
        f"ingress: [{{action: {action}, from: [{{namespaces: {{}}}}]}}]}}\n"
    )


EQUAL = cluster_wide("one", 5, "Allow") + cluster_wide("two", 5, "Deny")
PRIORITIES = [
    # before, after, what is proved
    (EQUAL, EQUAL, Verdict.SAME),
    (EQUAL, cluster_wide("zz", 5, "Allow") + cluster_wide("two", 5, "Deny"), Verdict.SAME),
    (EQUAL, cluster_wide("one", 4, "Allow") + cluster_wide("two", 5, "Deny"), Verdict.LOOSER),
    (EQUAL, cluster_wide("one", 6, "Allow") + cluster_wide("two", 5, "Deny"), Verdict.TIGHTER),
    (cluster_wide("one", 4, "Allow") + cluster_wide("two", 5, "Deny"), EQUAL, Verdict.TIGHTER),
    (EQUAL, cluster_wide("one", 5, "Pass") + cluster_wide("two", 5, "Deny"), Verdict.SAME),
    (cluster_wide("a", 5, "Pass") + cluster_wide("b", 5, "Allow"), cluster_wide("c", 1, "Allow"), Verdict.SAME),
]


@pytest.mark.parametrize(("before", "after", "expected"), PRIORITIES)
def test_of_equal_priorities_no_name_decides(before: str, after: str, expected: Verdict) -> None:
    assert prove(load(before), load(after)).verdict is expected


A, B = Label(Scope.POD, "a"), Label(Scope.POD, "b")
ATOMS: st.SearchStrategy[Selector] = st.one_of(
    st.builds(In, st.sampled_from([A, B]), st.lists(st.sampled_from("xyz"), max_size=2).map(tuple)),
    st.builds(Exists, st.sampled_from([A, B])),
    st.builds(StartsWith, st.sampled_from([A, B]), st.sampled_from("xy")),
)
WHO = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
SPACES = st.sampled_from([OWN_NAMESPACE, EVERYTHING, In(NAMESPACE_NAME, ("s",)), Not(In(NAMESPACE_NAME, ("s",)))])
GOVERNING = st.builds(
    lambda space, who, where: Policy(
        Identity("P", where if space is OWN_NAMESPACE else None, "p"), Subject(space, who), ingress=None, egress=None
    ),
    SPACES,
    WHO,
    st.sampled_from(["s", "t"]),
)


@effort(300)
@given(GOVERNING, GOVERNING)
def test_policies_that_are_said_to_share_no_pod_share_none(one: Policy, other: Policy) -> None:
    """Every pod of two labels and two namespaces is tried; of many equal orders the same is found by an index."""

    def governs(policy: Policy, pod: Pod) -> bool:
        where = policy.subject.namespaces
        inside = pod.namespace == policy.identity.namespace if where is OWN_NAMESPACE else selects_namespace(where, pod)
        return inside and selects(policy.subject.pods, pod)

    values = [None, "x", "y", "z", "xx"]
    found = [
        Pod(namespace, labels=tuple((key, value) for key, value in zip("ab", pair, strict=True) if value is not None))
        for namespace in "st"
        for pair in itertools.product(values, values)
    ]
    if any(governs(one, pod) and governs(other, pod) for pod in found):
        assert may_share_subjects(one, other)
        asked, others = asked_values(one), asked_values(other)
        assert all(asked[label] & others[label] for label in asked.keys() & others.keys())


IN = "{matchLabels: {kubernetes.io/metadata.name: %s}}"
SHOP, DATA = f"{{namespaces: {IN % 'shop'}}}", f"{{pods: {{namespaceSelector: {IN % 'data'}, podSelector: {{}}}}}}"


def test_equal_priorities_of_other_pods_leave_nothing_open() -> None:
    one = cluster_wide("one", 5, "Allow").replace("{namespaces: {}}, ingress", f"{SHOP}, ingress")
    two = cluster_wide("two", 5, "Deny").replace("{namespaces: {}}, ingress", f"{DATA}, ingress")
    assert [one.about for one in prove(load(one + two), load(one + two)).assumptions if one.about.shown] == []
    both = two.replace(DATA, SHOP)
    assert [str(one.about) for one in prove(load(one + both), load(one + both)).assumptions if one.about.shown] != []


def test_what_is_left_open_on_both_sides_is_said() -> None:
    told = [one for one in prove(load(EQUAL), load(EQUAL)).assumptions if one.about.shown]
    assert [str(one) for one in told] == [
        "the API leaves open which of AdminNetworkPolicy/two and AdminNetworkPolicy/one is applied, of equal priority; "
        "an engine that goes by their names may change with these"
    ]
