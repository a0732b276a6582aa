"""Who is at the other end of a Cilium rule: the peers of one element (Cilium documentation, layer 3 policies)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from translate.core.names import block
from translate.core.origin import Origin
from translate.dialects.base import BeyondError
from translate.dialects.cilium.lift_objects import cidr_rule
from translate.dialects.cilium.manifest import Element, Group, IngressDenyRule, IngressRule, Selector, Service
from translate.dialects.cilium.manifest_l7 import FQDNSelector
from translate.dialects.cilium.scope import (
    NOWHERE,
    OF_PODS,
    RESERVED,
    Term,
    negated,
    of_cluster,
    of_pods,
    terms,
    together,
)
from translate.dialects.cilium.settings import CiliumSettings
from translate.dialects.cilium.unknowns import AGGREGATES, CloudGroups, behind, canonical, described
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
    OwnNamespace,
    Peer,
    Reach,
    Workloads,
)
from translate.model.rewrite import relabel
from translate.model.selectors import EVERYTHING, NOTHING, Exists, Label, Scope
from translate.model.selectors import Selector as ModelSelector
from translate.model.unknowns import Labelled
from translate.tables import load
from translate.tables.records import Entity, Meaning

NOT_PODS = tuple(kind for kind in Kind if kind is not Kind.PODS)
NOBODY = Kinds(())
"""No peer that a policy of pods is judged by."""

EMPTY_IS_NONE = ("Endpoints", "Nodes", "Entities", "CIDR", "CIDRSet")
"""Lists that select nobody when they are there and empty; the others are then as absent ones."""


class PeerContext(Struct, frozen=True):
    """What the meaning of a peer depends on: the policy is cluster-wide, its subject may be initializing, its element
    has ports, it denies; and how the agent is set up.
    """

    clusterwide: bool
    initializing: bool
    with_ports: bool
    denies: bool
    cilium: CiliumSettings

    @property
    def addressed(self) -> tuple[Kind, ...]:
        """Who may be found by an address."""
        nodes = (Kind.OWN_NODE, Kind.OTHER_NODES) if self.cilium.ranges_hold_nodes else ()
        return (*((Kind.PODS,) if self.cilium.ranges_hold_pods else ()), *nodes, Kind.OUTSIDE)


def lift_peers(element: Element, context: PeerContext, place: Origin) -> tuple[Peer, ...]:
    """Everyone who may be meant. Without a list of peers that is everyone, if there are ports, else nobody."""
    side = "from" if isinstance(element, IngressRule | IngressDenyRule) else "to"
    if any(getattr(element, side + name) == () for name in EMPTY_IS_NONE):
        return ()
    found: list[Peer] = []
    for name, lift in LISTS.items():
        where = place.at(side + name)
        for index, item in enumerate(getattr(element, side + name, None) or ()):
            found += lift(item, context, where.at(index))
    services = getattr(element, "toServices", None)
    if services and not context.denies:
        found.append(_services(services, context, place.at("toServices")))
    return tuple(found) or ((Anyone(place),) if context.with_ports and not _has_items(element, side) else ())


def _has_items(element: Element, side: str) -> bool:
    """Whether a list has items though nobody is meant; Services of a deny are never looked up, and count as absent."""
    return any(getattr(element, side + name, None) for name in LISTS)


def lift_endpoints(selector: Selector, context: PeerContext, place: Origin) -> Iterator[Peer]:
    """Pods, and where no positive term confines the selector to pods, whoever else fits.

    Without a key of namespaces only those of the own namespace are meant, or all of a cluster-wide policy; without a
    key of clusters only those of the local one, unless the agent is set up otherwise. A reserved key makes an end of
    both.
    """
    found = terms(selector, place)
    wanted = of_pods(found)
    unscoped = any(term.source == RESERVED for term in found)
    names_namespace = any(term.means is Meaning.NAMESPACE_NAME for term in found)
    given = context.initializing if context.clusterwide else bool(wanted.namespaces)
    local = context.cilium.confines_selectors and not any(term.means is Meaning.CLUSTER_NAME for term in found)
    confined = not unscoped and (local or not (names_namespace or given))
    everywhere = unscoped or context.clusterwide or bool(wanted.namespaces)
    namespaces: ModelSelector | OwnNamespace = together(wanted.namespaces) if everywhere else OWN_NAMESPACE
    pods = Workloads(namespaces, together(wanted.pods), origin=place)
    others = [] if confined else list(_others(found, place))
    if NOTHING not in (pods.namespaces, pods.pods) or not unscoped:
        yield Both((pods, *wanted.clusters), place) if wanted.clusters else pods
    elif not others:
        yield Both((NOBODY, Opaque(Labelled(described(selector)), place)), place)
    yield from others
    if not confined and all(term.negative for term in found):
        yield Both((Kinds((Kind.PODS, Kind.OUTSIDE)), Opaque(AGGREGATES)), place)


def _others(found: tuple[Term, ...], place: Origin) -> Iterator[Peer]:
    """Who fits besides pods; kinds with equal conditions together."""
    groups: dict[tuple[Opaque | Except, ...], list[Kind]] = {}
    for kind in NOT_PODS:
        conditions = [_condition(term, kind) for term in found]
        if False not in conditions:
            unknown = tuple(part for part in conditions if not isinstance(part, bool))
            groups.setdefault(unknown, []).append(kind)
    for unknown, kinds in groups.items():
        who = Kinds(tuple(kinds), place)
        yield Both((who, *unknown), place) if unknown else who


def _condition(term: Term, kind: Kind) -> bool | Opaque | Except:
    """Whether ``term`` holds for something of ``kind``, as far as that is known."""
    if term.source not in (*OF_PODS, *NOWHERE, RESERVED):
        raise BeyondError(f"a label of the source {term.source} where others than pods may be meant", term.test.origin)
    label = load.entities().label(term.key) if term.source in ("any", RESERVED) else None
    if label is None and term.source == RESERVED:
        raise BeyondError(f"the label reserved:{term.key}", term.test.origin)
    if label is None or not (isinstance(term.test, Exists) or "" in term.test.values):
        return term.negative
    if kind in label.always:
        return not term.negative
    if kind not in label.sometimes:
        return term.negative
    unknown = Opaque(Labelled(label.when))
    return Except(unknown) if term.negative else unknown


def _entity(name: str, _context: PeerContext, place: Origin) -> Iterator[Peer]:
    found = load.entities().entity(name)
    if found is None:
        raise BeyondError(f"the entity {name}", place)
    yield from _members(found, place)


def _members(found: Entity, place: Origin) -> Iterator[Peer]:
    """Who an entity is; of nobody the name stays."""
    if len(found.always) == len(Kind):
        yield Anyone(place)
        return
    if found.always:
        yield Kinds(found.always, place)
    if found.sometimes or not found.always:
        kinds = Kinds(found.sometimes, place)
        yield Both((kinds, Opaque(Labelled(found.when), place)), place)


def _cidr(text: str, _context: PeerContext, place: Origin) -> Iterator[Peer]:
    # Releases up to 1.20 take a bare address as a range of one.
    whole = block(text)
    if whole is not None:
        yield Cidr(whole.canonical, (), Reach.OUTSIDE, place)


def _fqdn(item: FQDNSelector, _context: PeerContext, place: Origin) -> Iterator[Peer]:
    yield Fqdn(name_pattern(item), place)


def name_pattern(item: FQDNSelector) -> str:
    """Names in the form in which the agent compares them: lower case, without the dot at the end."""
    text = (item.matchName or item.matchPattern or "").lower().rstrip(".")
    return "*" if text and not text.strip("*") else text


def _nodes(selector: Selector, _context: PeerContext, place: Origin) -> Iterator[Peer]:
    """Nodes other than the subject's own, which is the entity host (its labels cannot be selected)."""
    labels: list[ModelSelector] = []
    unknown: list[Peer] = []
    for term in terms(selector, place):
        found = _of_node(term)
        if isinstance(found, bool):
            labels.append(EVERYTHING if found else NOTHING)
        elif isinstance(found, (Opaque, Except)):
            unknown.append(found)
        else:
            labels.append(found)
    others = Kinds((Kind.OTHER_NODES,), place)
    yield Both((Nodes(together(labels), place), others, *unknown), place)


def _of_node(term: Term) -> bool | Opaque | Except | ModelSelector:
    """What ``term`` asks of another node of the cluster."""
    if term.means is Meaning.CLUSTER_NAME:
        return not term.negative if isinstance(term.test, Exists) else of_cluster(term.test, term.negative)
    if term.source in ("node", "any"):
        test = relabel(term.test, Label(Scope.NODE, term.key))
        return negated(test) if term.negative else test
    return _condition(term, Kind.OTHER_NODES) if term.source == RESERVED else term.negative


def _group(item: Group, context: PeerContext, place: Origin) -> Iterator[Peer]:
    """Addresses that only a cloud provider knows."""
    yield Both((Kinds(context.addressed), Opaque(CloudGroups(canonical(item)), place)), place)


def _services(items: tuple[Service, ...], context: PeerContext, place: Origin) -> Peer:
    """What is behind Services: pods where they select some, else outside addresses.

    If there is no such Service no peer is left, and with ports that means everyone.
    """
    unknown = Opaque(behind(items, or_everyone=context.with_ports), place)
    return (
        unknown
        if context.with_ports
        else Both((Kinds(tuple(dict.fromkeys((Kind.PODS, *context.addressed)))), unknown), place)
    )


LISTS: Mapping[str, Callable[[Any, PeerContext, Origin], Iterator[Peer]]] = {
    "Endpoints": lift_endpoints,
    "Nodes": _nodes,
    "CIDR": _cidr,
    "CIDRSet": lambda item, context, place: cidr_rule(item, context.cilium, place),
    "Entities": _entity,
    "Groups": _group,
    "FQDNs": _fqdn,
}
"""The lists of peers, and how their items are lifted."""
