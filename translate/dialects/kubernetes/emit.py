"""Spells policies as ``networking.k8s.io/v1`` NetworkPolicies, with ``policyTypes`` and every protocol written out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from translate.core.origin import Path
from translate.dialects.base import Draft, Emitted
from translate.dialects.kubernetes.manifest import API_VERSION
from translate.dialects.spelling import UnfitError, label_selector, mark_range, mark_rule, sections, start
from translate.model.peers import Anyone, Cidr, OwnNamespace, Peer, Workloads
from translate.model.policy import Action, Policy, Rule, Section
from translate.model.selectors import EVERYTHING, Label
from translate.model.traffic import PROTOCOL_NAMES, NamedPort, Traffic


def emit(policies: Iterable[Policy], *, traced: bool = False) -> list[Emitted]:
    """One NetworkPolicy per policy, in their order."""
    return [Emitted(_policy(policy, traced), (policy,)) for policy in policies]


def _policy(policy: Policy, traced: bool) -> Draft:
    draft = start(API_VERSION, "NetworkPolicy", policy, traced)
    spec = draft.value["spec"]
    if not isinstance(policy.subject.namespaces, OwnNamespace):
        raise UnfitError(f"{policy.identity} for some namespaces")
    spec["podSelector"] = label_selector(draft, ("spec", "podSelector"), policy.subject.pods, _key)
    draft.mark(("spec",), "podSelector", policy.subject.origin)
    directions = sections(policy)
    spec["policyTypes"] = [side.type for side, _ in directions]
    draft.mark(("spec",), "policyTypes", policy.origin, "spec", "policyTypes")
    for side, section in directions:
        if section.rules:
            spec[side.field] = _rules(draft, ("spec", side.field), section, side.peers)
            draft.mark(("spec",), side.field, section.origin)
    return draft


def _rules(draft: Draft, at: Path, section: Section, side: str) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    for index, rule in enumerate(section.rules):
        rules.append(_rule(draft, (*at, index), rule, side))
        mark_rule(draft, at, index, rule)
    return rules


def _rule(draft: Draft, at: Path, rule: Rule, side: str) -> dict[str, Any]:
    if rule.action is not Action.ALLOW or not rule.peers or not rule.traffic:
        raise UnfitError(f"{rule} is no allow rule")
    result: dict[str, Any] = {}
    if Anyone not in map(type, rule.peers):
        result[side] = [spelled_peer(draft, (*at, side, index), peer) for index, peer in enumerate(rule.peers)]
        _mark_items(draft, at, side, rule, rule.peers)
    if None not in [traffic.protocol for traffic in rule.traffic]:
        result["ports"] = [spelled_port(draft, (*at, "ports", index), item) for index, item in enumerate(rule.traffic)]
        _mark_items(draft, at, "ports", rule, rule.traffic)
    return result


def _mark_items(draft: Draft, at: Path, key: str, rule: Rule, items: tuple[Peer, ...] | tuple[Traffic, ...]) -> None:
    if draft.marks is not None:
        draft.mark(at, key, rule.origin, key)
        for index, item in enumerate(items):
            draft.mark((*at, key), index, item.origin)


def spelled_peer(draft: Draft, at: Path, peer: Peer) -> dict[str, Any]:
    """The NetworkPolicyPeer that is ``at`` a path of the object."""
    if isinstance(peer, Workloads):
        result: dict[str, Any] = {}
        if not isinstance(peer.namespaces, OwnNamespace):
            result["namespaceSelector"] = label_selector(draft, (*at, "namespaceSelector"), peer.namespaces, _key)
            draft.mark(at, "namespaceSelector", peer.origin, "namespaceSelector")
        if peer.pods != EVERYTHING or not result:
            result["podSelector"] = label_selector(draft, (*at, "podSelector"), peer.pods, _key)
            draft.mark(at, "podSelector", peer.origin, "podSelector")
        return result
    if not isinstance(peer, Cidr):
        raise UnfitError(f"{peer} among the peers of a rule")
    block: dict[str, Any] = {"cidr": peer.block}
    mark_range(draft, (*at, "ipBlock"), peer)
    if peer.excluding:
        block["except"] = list(peer.excluding)
    draft.mark(at, "ipBlock", peer.origin)
    return {"ipBlock": block}


def spelled_port(draft: Draft, at: Path, traffic: Traffic) -> dict[str, Any]:
    """The NetworkPolicyPort that is ``at`` a path of the object."""
    if traffic.protocol not in PROTOCOL_NAMES:
        raise UnfitError(f"protocol {traffic.protocol}")
    result: dict[str, Any] = {"protocol": PROTOCOL_NAMES[traffic.protocol]}
    draft.mark(at, "protocol", traffic.origin, "protocol")
    if isinstance(traffic.port, NamedPort):
        result["port"] = traffic.port.name
    elif traffic.port is not None:
        result["port"] = traffic.port.first
        if traffic.port.last != traffic.port.first:
            result["endPort"] = traffic.port.last
    if draft.marks is not None and traffic.port is not None:
        draft.mark(at, "port", traffic.origin, "port")
        draft.mark(at, "endPort", traffic.origin, "endPort")
    return result


def _key(label: Label) -> str:
    return label.key
