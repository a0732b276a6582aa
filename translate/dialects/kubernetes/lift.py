"""What a NetworkPolicy means: every allow is a union, isolation is per pod and direction (API reference,
NetworkPolicySpec).

The engine that enforces the policy settles what the API leaves open: the reach of an ``ipBlock``, and on Cilium the
rules of a direction that ``policyTypes`` does not list.
"""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.names import block
from translate.core.origin import NOWHERE, Origin
from translate.dialects.base import BeyondError, Engine, Settings
from translate.dialects.kubernetes.manifest import (
    LabelSelector,
    NetworkPolicy,
    NetworkPolicyIngressRule,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    Rule,
)
from translate.dialects.objects import metadata
from translate.model.peers import (
    OWN_NAMESPACE,
    Anyone,
    Both,
    Cidr,
    Kind,
    Kinds,
    Opaque,
    OwnNamespace,
    Peer,
    Reach,
    Workloads,
)
from translate.model.policy import (
    Action,
    Direction,
    Identity,
    Policy,
    Section,
    Subject,
)
from translate.model.policy import Rule as ModelRule
from translate.model.rewrite import relabel, rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    And,
    Atom,
    Exists,
    In,
    Label,
    Not,
    Scope,
    Selector,
)
from translate.model.traffic import ANY_TRAFFIC, PROTOCOL_NUMBERS, NamedPort, PortRange, Traffic
from translate.model.unknowns import AGGREGATES
from translate.tables import load

REACH = {Engine.KUBERNETES: Reach.OPEN, Engine.CALICO: Reach.ADDRESS, Engine.CILIUM: Reach.OUTSIDE}
SPELLED = {direction: (str(direction), direction.capitalize()) for direction in Direction}
"""The field of a direction, and its name among ``policyTypes``."""
KUBERNETES_ORDER = 1000.0
"""Where Calico places Kubernetes policies among its own (Calico documentation, policy order)."""
TIE = "KubernetesNetworkPolicy"
"""What Calico calls the kind where it breaks ties of equal order."""


def lift(policy: NetworkPolicy, origin: Origin, settings: Settings) -> Policy:
    """The meaning of a defaulted, valid NetworkPolicy under the engine of ``settings``."""
    meta, spec = policy.metadata, policy.spec
    namespace = meta.namespace or settings.default_namespace
    place = origin.at("spec")
    pods = place.at("podSelector")
    return Policy(
        identity=Identity("NetworkPolicy", namespace, meta.name or meta.generateName),
        subject=Subject(OWN_NAMESPACE, _pods(spec.podSelector, pods, settings.engine), pods),
        ingress=_section(policy, Direction.INGRESS, place, settings),
        egress=_section(policy, Direction.EGRESS, place, settings),
        order=KUBERNETES_ORDER,
        metadata=metadata(meta),
        origin=origin,
        tie=TIE,
    )


def _section(policy: NetworkPolicy, direction: Direction, place: Origin, settings: Settings) -> Section | None:
    spec = policy.spec
    name, listed_as = SPELLED[direction]
    rules: tuple[Rule, ...] = spec.ingress if direction is Direction.INGRESS else spec.egress
    listed = listed_as in spec.policyTypes
    # Cilium reads policyTypes only where a rule list is empty: rules of an unlisted direction apply there.
    if not listed and not (settings.engine is Engine.CILIUM and rules):
        return None
    where = place.at(name)
    return Section(True, tuple([_rule(rule, where.at(i), settings) for i, rule in enumerate(rules)]), where)


def _rule(rule: Rule, place: Origin, settings: Settings) -> ModelRule:
    if isinstance(rule, NetworkPolicyIngressRule):
        peers, side = rule.from_, "from"
    else:
        peers, side = rule.to, "to"
    lifted: tuple[Peer, ...] = tuple([_peer(peer, place.at(side, i), settings.engine) for i, peer in enumerate(peers)])
    if settings.engine is Engine.CILIUM and not settings.cilium.confines_selectors:
        lifted += tuple([stray for i, peer in enumerate(peers) for stray in _strays(peer, place.at(side, i))])
    traffic = tuple([_traffic(port, place.at("ports", i)) for i, port in enumerate(rule.ports)])
    return ModelRule(Action.ALLOW, lifted or (Anyone(place.at(side)),), traffic or (ANY_TRAFFIC,), place)


def _peer(peer: NetworkPolicyPeer, place: Origin, engine: Engine) -> Peer:
    if peer.ipBlock is not None:
        holes = tuple([_canonical(hole) for hole in peer.ipBlock.except_])
        return Cidr(
            _canonical(peer.ipBlock.cidr), holes, REACH[engine], place.at("ipBlock"), place.at("ipBlock", "except")
        )
    namespaces: Selector | OwnNamespace = OWN_NAMESPACE
    if peer.namespaceSelector is not None:
        namespaces = selector(peer.namespaceSelector, Scope.NAMESPACE, place.at("namespaceSelector"))
    pods: Selector = EVERYTHING
    if peer.podSelector is not None:
        pods = _pods(peer.podSelector, place.at("podSelector"), engine)
    return Workloads(namespaces, pods, origin=place)


def _strays(peer: NetworkPolicyPeer, place: Origin) -> Iterator[Peer]:
    """Whom Cilium means besides pods where no positive term is left and it does not add its own cluster."""
    asked = [found for found in (peer.namespaceSelector, peer.podSelector) if found is not None]
    terms = [term for found in asked for term in found.matchExpressions]
    named = peer.namespaceSelector is not None and (
        peer.namespaceSelector.matchLabels or peer.namespaceSelector.matchExpressions
    )
    if not named or any(found.matchLabels for found in asked) or any(t.operator in ("In", "Exists") for t in terms):
        return
    yield Kinds((Kind.OWN_NODE, Kind.OTHER_NODES, Kind.OUTSIDE), place)
    yield Both((Kinds((Kind.PODS, Kind.OUTSIDE)), Opaque(AGGREGATES)), place)


def _pods(terms: LabelSelector, place: Origin, engine: Engine) -> Selector:
    """A selector of pods as the engine reads it."""
    found = selector(terms, Scope.POD, place)
    return rewrite(found, _as_cilium) if engine is Engine.CILIUM else found


def _as_cilium(atom: Atom) -> Selector:
    """A pod label as Cilium knows it: some are no part of identities, some keys are facts of its own."""
    table = load.labels()
    found = table.meaning("cilium", "pod", atom.label.key) if atom.label.scope is Scope.POD else None
    if found is None:
        hidden = atom.label.scope is Scope.POD and table.unseen.hides(atom.label.key)
        return NOTHING if hidden else atom
    record, rest = found
    match record.means:
        case "namespace name":
            return relabel(atom, NAMESPACE_NAME)
        case "namespace label":
            return relabel(atom, Label(Scope.NAMESPACE, rest))
        case "cluster name" if isinstance(atom, Exists):
            return EVERYTHING
        case _:
            raise BeyondError(f"a selector on the {record.means} under Cilium is not read", atom.origin)


def _canonical(text: str) -> str:
    found = block(text)
    assert found is not None, "validation has let a bad CIDR through"
    return found.canonical


def _traffic(port: NetworkPolicyPort, place: Origin) -> Traffic:
    protocol = PROTOCOL_NUMBERS[port.protocol or "TCP"]
    if port.port is None:
        return Traffic(protocol, None, place)
    if isinstance(port.port, str):
        return Traffic(protocol, NamedPort(port.port), place)
    return Traffic(protocol, PortRange(port.port, port.endPort or port.port), place)


def selector(terms: LabelSelector, scope: Scope, place: Origin = NOWHERE) -> Selector:
    """All terms of a LabelSelector; without terms it selects everything (API reference, LabelSelector)."""
    file, document, path = place.file, place.document, (*place.path, "matchLabels")
    found: list[Selector] = [
        In(Label(scope, key), (value,), Origin(file, document, (*path, key)))
        for key, value in terms.matchLabels.items()
    ]
    for index, term in enumerate(terms.matchExpressions):
        where = place.at("matchExpressions", index)
        label = Label(scope, term.key)
        match term.operator:
            case "In":
                found.append(In(label, tuple(term.values), where))
            case "NotIn":
                found.append(Not(In(label, tuple(term.values), where)))
            case "Exists":
                found.append(Exists(label, where))
            case _:
                found.append(Not(Exists(label, where)))
    return found[0] if len(found) == 1 else And(tuple(found))
