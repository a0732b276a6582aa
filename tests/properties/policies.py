"""Random policy sets as values of the model: every kind of peer, traffic and rule that a dialect may lift to."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from tests.properties.packets import traffic
from tests.properties.strategies import BLOCKS, HOLES, KEYS, NAMESPACES, VALUES, some
from tests.semantics import CALICO, CILIUM, KUBERNETES
from translate.dialects.calico.unknowns import ServiceEndpoints, UnseenSets
from translate.model.peers import (
    OWN_NAMESPACE,
    Anyone,
    Both,
    Cidr,
    Except,
    Fqdn,
    Kind,
    Kinds,
    Nodes,
    Opaque,
    Peer,
    Reach,
    Workloads,
)
from translate.model.policy import (
    DEFAULT_TIER,
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
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    SERVICE_ACCOUNT_NAME,
    Contains,
    EndsWith,
    Exists,
    In,
    Label,
    Not,
    Scope,
    StartsWith,
    conjunction,
    disjunction,
)
from translate.model.semantics import Semantics
from translate.model.traffic import ICMP, ICMPV6, SCTP, TCP, UDP

POD_LABELS = tuple(Label(Scope.POD, key) for key in KEYS)
ENV, TEAM, ZONE = Label(Scope.NAMESPACE, "env"), Label(Scope.SERVICE_ACCOUNT, "team"), Label(Scope.NODE, "zone")
SERVICES = tuple(ServiceEndpoints("x", "web", with_ports) for with_ports in (False, True))
UNSEEN = tuple(UnseenSets("NetworkSets", text) for text in ("", "app == 'a'"))
PATTERNS = ("a.example", "*.example")
REACHES = {KUBERNETES: Reach.OPEN, CALICO: Reach.ADDRESS, CILIUM: Reach.OUTSIDE}

NAMES = st.builds(
    lambda names, positive: In(NAMESPACE_NAME, tuple(names)) if positive else Not(In(NAMESPACE_NAME, tuple(names))),
    st.lists(st.sampled_from(NAMESPACES), min_size=1, max_size=2),
    st.booleans(),
)


@cache
def selectors(*labels: Label, patterns: bool = False) -> st.SearchStrategy[Any]:
    """Boolean expressions over ``labels``."""
    label, value = st.sampled_from(labels), st.sampled_from(VALUES)
    wanted = st.lists(value, min_size=1, max_size=2).map(tuple)
    atom: st.SearchStrategy[Any] = st.builds(In, label, wanted) | st.builds(Exists, label)
    if patterns:
        text = st.sampled_from(["a", "b", "ab", "ba"])
        atom |= st.one_of(*(st.builds(kind, label, text) for kind in (StartsWith, EndsWith, Contains)))
    tree = st.recursive(
        atom,
        lambda inner: st.one_of(
            st.builds(Not, inner), st.builds(conjunction, inner, inner), st.builds(disjunction, inner, inner)
        ),
        max_leaves=3,
    )
    return st.just(EVERYTHING) | tree


@cache
def of_pods(engine: Semantics, patterns: bool) -> st.SearchStrategy[Any]:
    """What is asked of a pod: its labels; but for Kubernetes, also its namespace and its service account."""
    own = selectors(*POD_LABELS, patterns=patterns)
    if engine is KUBERNETES:
        return own
    accounts = selectors(SERVICE_ACCOUNT_NAME, TEAM)
    return st.one_of(own, own, accounts, selectors(*POD_LABELS, ENV, NAMESPACE_NAME, TEAM))


@cache
def of_namespaces(patterns: bool) -> st.SearchStrategy[Any]:
    """What is asked of a namespace; sets in none of them have no name, and so may tell."""
    return st.one_of(selectors(ENV, patterns=patterns), NAMES, st.sampled_from([Exists(NAMESPACE_NAME)]))


@cache
@st.composite
def ranges(draw: st.DrawFn, reach: Reach) -> Cidr:
    """An IP range."""
    cidr = draw(st.sampled_from(BLOCKS))
    holes = draw(st.sets(st.sampled_from(HOLES[cidr]), max_size=2)) if cidr in HOLES else ()
    return Cidr(cidr, tuple(sorted(holes)), reach)


@cache
def workloads(engine: Semantics, patterns: bool) -> st.SearchStrategy[Workloads]:
    """Pods, with Calico also address sets."""
    spaces = st.just(OWN_NAMESPACE) | of_namespaces(patterns)
    sets: st.SearchStrategy[Any] = st.none()
    unseen: st.SearchStrategy[Any] = st.none()
    if engine is CALICO:
        unseen |= st.sampled_from(UNSEEN)
        sets |= selectors(*POD_LABELS, ENV, NAMESPACE_NAME, patterns=patterns) | st.just(Not(Exists(NAMESPACE_NAME)))
    return st.builds(Workloads, spaces, of_pods(engine, patterns), sets, unseen=unseen)


def composed(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Peers of which several must hold, or of which one must not."""
    return st.recursive(
        leaves,
        lambda inner: st.builds(lambda items: Both(tuple(items)), some(inner, 0, 3)) | st.builds(Except, inner),
        max_leaves=3,
    )


@cache
def model_peers(engine: Semantics, patterns: bool) -> st.SearchStrategy[Any]:
    """Any peer of a rule."""
    plain = st.one_of(
        st.just(Anyone()), workloads(engine, patterns), workloads(engine, patterns), ranges(REACHES[engine])
    )
    if engine is KUBERNETES:
        return plain
    rare = st.one_of(
        some(st.sampled_from(Kind), 1, 3).map(lambda kinds: Kinds(tuple(kinds))),
        st.builds(Nodes, selectors(ZONE)),
        st.builds(Fqdn, st.sampled_from(PATTERNS)),
        st.sampled_from(SERVICES).map(Opaque),
    )
    return plain | rare | composed(plain | rare)


@cache
def conditions_on_subjects(engine: Semantics, patterns: bool) -> st.SearchStrategy[Any]:
    """What else a rule asks of its subject."""
    of_pods_and_sets = workloads(engine, patterns).map(lambda found: replace(found, unseen=None))
    return composed(of_pods_and_sets | ranges(Reach.ADDRESS))


@cache
def sections_of(
    engine: Semantics, protocols: tuple[int, ...], patterns: bool, actions: tuple[Action, ...]
) -> st.SearchStrategy[Section | None]:
    """What a policy says of one direction."""
    subjects: st.SearchStrategy[Any] = st.none()
    if engine is not KUBERNETES:
        subjects |= some(conditions_on_subjects(engine, patterns), 0, 2).map(tuple)
    rule = st.builds(
        Rule,
        st.sampled_from(actions),
        some(model_peers(engine, patterns), 0, 2).map(tuple),
        some(traffic(engine, protocols), 1, 2).map(tuple),
        subject=subjects,
    )
    isolates = st.booleans() if engine is CILIUM else st.just(True)
    return st.none() | st.builds(Section, isolates, some(rule, 0, 3).map(tuple))


ACTIONS = {
    KUBERNETES: (Action.ALLOW,),
    CALICO: tuple(Action),
    CILIUM: (Action.ALLOW, Action.ALLOW, Action.DENY),
}
JUDGES = (Action.ALLOW, Action.DENY, Action.PASS)
BLOCK_LISTS = st.lists(st.sampled_from(BLOCKS[1:]), max_size=2).map(tuple)


@st.composite
def address_sets(draw: st.DrawFn) -> AddressSet:
    """A set of addresses whose labels are all known."""
    kind, namespace = draw(st.sampled_from([("NetworkSet", "x"), ("NetworkSet", "y"), ("GlobalNetworkSet", None)]))
    labels = draw(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES)))
    env = draw(st.dictionaries(st.just("env"), st.sampled_from(VALUES)))
    inherited = None if namespace is None else tuple(env.items())
    name = draw(st.sampled_from(["s", "t"]))
    return AddressSet(Identity(kind, namespace, name), tuple(labels.items()), draw(BLOCK_LISTS), inherited)


@st.composite
def policy_sets(
    draw: st.DrawFn,
    engine: Semantics,
    protocols: tuple[int, ...] = (TCP, UDP, SCTP, ICMP, ICMPV6, 47),
    patterns: bool = True,
) -> PolicySet:
    """A few policies: ordered rules of every action in tiers for Calico, tiers around a union for Kubernetes, denies
    for Cilium.
    """
    patterns = patterns and engine is CALICO
    tiers: tuple[Tier, ...] = ()
    if engine is not CILIUM and draw(st.booleans()):
        order = st.sampled_from([1.0, 1e6, 2e6])
        ends = st.sampled_from([Action.DENY, Action.PASS] if engine is CALICO else [Action.PASS])
        tiers = tuple(Tier(name, draw(order), draw(ends)) for name in ("early", "late")[: draw(st.integers(1, 2))])
    pods = of_pods(engine, patterns)
    policies = []
    for number in range(draw(st.integers(1, 3))):
        tier = draw(st.sampled_from([*(tier.name for tier in tiers), DEFAULT_TIER]))
        admin = engine is KUBERNETES and tier != DEFAULT_TIER
        everywhere = admin or (engine is not KUBERNETES and draw(st.integers(0, 3)) == 0)
        # Rules of a cluster-wide policy have no namespace of their own.
        namespaces = draw(of_namespaces(patterns)) if everywhere else OWN_NAMESPACE
        section = sections_of(engine, protocols, patterns, JUDGES if admin else ACTIONS[engine])
        ingress, egress = (_made_fit(draw(section), everywhere=everywhere, admin=admin) for _ in Direction)
        policies.append(
            Policy(
                Identity("NetworkPolicy", None if everywhere else draw(st.sampled_from(NAMESPACES[:2])), f"p{number}"),
                Subject(namespaces, draw(pods)),
                ingress,
                egress,
                tier=tier,
                order=draw(st.sampled_from([None, -1.0, 1.0, 1.0, 2.0])),
            )
        )
    sets = draw(some(address_sets(), 0, 3)) if engine is CALICO else ()
    return PolicySet(engine, tuple(policies), tiers, tuple(sets))


def _made_fit(section: Section | None, *, everywhere: bool, admin: bool) -> Section | None:
    """What a cluster-wide policy, or one of an admin tier, may say."""
    if section is None:
        return None
    rules = section.rules
    if everywhere:
        rules = tuple(
            replace(
                rule,
                peers=tuple(map(not_own, rule.peers)),
                subject=None if rule.subject is None else tuple(map(not_own, rule.subject)),
            )
            for rule in rules
        )
    return Section(section.isolates and not admin, rules)


def not_own(peer: Peer) -> Peer:
    """The peer with "the own namespace" taken for "all namespaces"."""
    match peer:
        case Workloads(namespaces) if namespaces == OWN_NAMESPACE:
            return replace(peer, namespaces=EVERYTHING)
        case Both(peers):
            return Both(tuple(not_own(inner) for inner in peers))
        case Except(inner):
            return Except(not_own(inner))
        case _:
            return peer
