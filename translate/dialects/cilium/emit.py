"""Spells policies as ``cilium.io/v2`` CiliumNetworkPolicies.

Isolation without rules is one empty element, everyone is ``[all]``, and a peer of other namespaces always carries a
positive namespace key: a selector of negative terms alone would match the world on some releases.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from translate.dialects.base import Draft, Emitted
from translate.dialects.cilium.manifest import API_VERSION
from translate.dialects.cilium.ports import spell_ports
from translate.dialects.cilium.scope import NAMESPACE
from translate.dialects.spelling import UnfitError, label_selector, sections, start
from translate.model.peers import Anyone, Cidr, OwnNamespace, Peer, Workloads
from translate.model.policy import Action, Policy, Rule, Section
from translate.model.selectors import NAMESPACE_NAME, And, Exists, In, Label, Scope, Selector, conjunction
from translate.model.traffic import Traffic
from translate.tables import load

NAMESPACE_KEY = f"k8s:{NAMESPACE}"
NAMESPACE_LABELS = "k8s:io.cilium.k8s.namespace.labels."


def emit(policies: Iterable[Policy], *, traced: bool = False) -> list[Emitted]:
    """One CiliumNetworkPolicy per policy, in their order."""
    return [Emitted(_policy(policy, traced), (policy,)) for policy in policies]


def key_of(label: Label) -> str:
    """The selector key of a label: namespace names and labels under Cilium's own keys."""
    if label.scope is not Scope.NAMESPACE:
        return label.key
    return NAMESPACE_KEY if label == NAMESPACE_NAME else f"{NAMESPACE_LABELS}{label.key}"


def _policy(policy: Policy, traced: bool) -> Draft:
    draft = start(API_VERSION, "CiliumNetworkPolicy", policy, traced)
    spec = draft.value["spec"]
    spec["endpointSelector"] = label_selector(draft, policy.subject.pods, key_of)
    draft.mark(spec, "endpointSelector", policy.subject.origin)
    for side, section in sections(policy):
        spec[side.field] = _elements(draft, section, side.peers)
        draft.mark(spec, side.field, section.origin)
    return draft


def _elements(draft: Draft, section: Section, side: str) -> list[dict[str, Any]]:
    elements: list[dict[str, Any]] = []
    for rule in section.rules:
        elements.append(_element(draft, rule, side))
        draft.mark(elements, len(elements) - 1, rule.origin)
    return elements or [{}]


def _element(draft: Draft, rule: Rule, side: str) -> dict[str, Any]:
    if rule.action is not Action.ALLOW or len(set(map(type, rule.peers))) != 1 or not rule.traffic:
        raise UnfitError(f"{rule} is no element")
    element: dict[str, Any] = {}
    any_traffic = None in [traffic.protocol for traffic in rule.traffic]
    first = rule.peers[0]
    if not isinstance(first, Anyone):
        key, value = _peers(draft, rule, side)
        element[key] = value
        draft.mark(element, key, rule.origin, side)
    elif any_traffic:
        element[f"{side}Entities"] = ["all"]
        draft.mark(element, f"{side}Entities", rule.origin)
    if not any_traffic:
        element["toPorts"] = _ports(draft, rule.traffic)
        draft.mark(element, "toPorts", rule.origin, "ports")
    return element


def _peers(draft: Draft, rule: Rule, side: str) -> tuple[str, list[Any]]:
    if not isinstance(rule.peers[0], Cidr):
        key = f"{side}Endpoints"
    else:
        key = f"{side}CIDRSet" if any(isinstance(p, Cidr) and p.excluding for p in rule.peers) else f"{side}CIDR"
    values: list[Any] = []
    for peer in rule.peers:
        if isinstance(peer, Workloads):
            values.append(_endpoints(draft, peer))
        elif isinstance(peer, Cidr):
            values.append(peer.block if key.endswith("CIDR") else _cidr_set(draft, peer))
        if draft.marks is not None:
            _mark_peer(draft, values, peer)
    return key, values


def _mark_peer(draft: Draft, values: list[Any], peer: Peer) -> None:
    if isinstance(peer, Cidr):
        draft.mark(values, len(values) - 1, peer.origin, "cidr")
    draft.mark(values, len(values) - 1, peer.origin)


def _cidr_set(draft: Draft, peer: Cidr) -> dict[str, Any]:
    value: dict[str, Any] = {"cidr": peer.block}
    draft.mark(value, "cidr", peer.origin, "cidr")
    if peer.excluding:
        value["except"] = list(peer.excluding)
        draft.mark(value, "except", peer.holes)
        for index in range(len(peer.excluding)):
            draft.mark(value["except"], index, peer.holes, index)
    return value


def _endpoints(draft: Draft, peer: Workloads) -> dict[str, Any]:
    if isinstance(peer.namespaces, OwnNamespace):
        return label_selector(draft, peer.pods, key_of)
    pinned = (
        peer.namespaces if _names_a_namespace(peer.namespaces) else conjunction(Exists(NAMESPACE_NAME), peer.namespaces)
    )
    return label_selector(draft, conjunction(pinned, peer.pods), key_of)


def _names_a_namespace(namespaces: Selector) -> bool:
    """Whether some term is true only for identities that have a namespace."""
    terms = namespaces.terms if isinstance(namespaces, And) else (namespaces,)
    return not {In, Exists}.isdisjoint(map(type, terms))


def _ports(draft: Draft, traffic: tuple[Traffic, ...]) -> list[dict[str, Any]]:
    """``toPorts`` elements of at most as many ports as Cilium takes."""
    most = load.capabilities()["cilium"].most_ports
    chunks: list[dict[str, Any]] = []
    for begin in range(0, len(traffic), most):
        chunk = traffic[begin : begin + most]
        ports = [spell_ports(item) for item in chunk]
        if draft.marks is not None:
            _mark_ports(draft, ports, chunk)
        chunks.append({"ports": ports})
    return chunks


def _mark_ports(draft: Draft, ports: list[dict[str, Any]], traffic: tuple[Traffic, ...]) -> None:
    for index, item in enumerate(traffic):
        draft.mark(ports, index, item.origin)
        if item.port is not None:
            draft.mark(ports[index], "port", item.origin, "port")
