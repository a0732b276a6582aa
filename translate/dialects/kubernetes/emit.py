"""Spells policies as ``networking.k8s.io/v1`` NetworkPolicies, with ``policyTypes`` and every protocol written out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from translate.dialects.base import Draft, Emitted
from translate.dialects.kubernetes.manifest import API_VERSION
from translate.dialects.spelling import UnfitError, label_selector, sections, start
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
    spec["podSelector"] = label_selector(draft, policy.subject.pods, _key)
    draft.mark(spec, "podSelector", policy.subject.origin)
    directions = sections(policy)
    spec["policyTypes"] = [side.type for side, _ in directions]
    draft.mark(spec, "policyTypes", policy.origin, "spec", "policyTypes")
    for side, section in directions:
        if section.rules:
            spec[side.field] = _rules(draft, section, side.peers)
            draft.mark(spec, side.field, section.origin)
    return draft


def _rules(draft: Draft, section: Section, side: str) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    for rule in section.rules:
        rules.append(_rule(draft, rule, side))
        draft.mark(rules, len(rules) - 1, rule.origin)
    return rules


def _rule(draft: Draft, rule: Rule, side: str) -> dict[str, Any]:
    if rule.action is not Action.ALLOW or not rule.peers or not rule.traffic:
        raise UnfitError(f"{rule} is no allow rule")
    result: dict[str, Any] = {}
    if Anyone not in map(type, rule.peers):
        result[side] = [_peer(draft, peer) for peer in rule.peers]
        _mark_items(draft, result, side, rule, rule.peers)
    if None not in [traffic.protocol for traffic in rule.traffic]:
        result["ports"] = [_port(draft, traffic) for traffic in rule.traffic]
        _mark_items(draft, result, "ports", rule, rule.traffic)
    return result


def _mark_items(
    draft: Draft, result: dict[str, Any], key: str, rule: Rule, items: tuple[Peer, ...] | tuple[Traffic, ...]
) -> None:
    if draft.marks is not None:
        draft.mark(result, key, rule.origin, key)
        for index, item in enumerate(items):
            draft.mark(result[key], index, item.origin)


def _peer(draft: Draft, peer: Peer) -> dict[str, Any]:
    if isinstance(peer, Workloads):
        result: dict[str, Any] = {}
        if not isinstance(peer.namespaces, OwnNamespace):
            result["namespaceSelector"] = label_selector(draft, peer.namespaces, _key)
            draft.mark(result, "namespaceSelector", peer.origin, "namespaceSelector")
        if peer.pods != EVERYTHING or not result:
            result["podSelector"] = label_selector(draft, peer.pods, _key)
            draft.mark(result, "podSelector", peer.origin, "podSelector")
        return result
    if not isinstance(peer, Cidr):
        raise UnfitError(f"{peer} among the peers of a rule")
    block: dict[str, Any] = {"cidr": peer.block}
    draft.mark(block, "cidr", peer.origin, "cidr")
    if peer.excluding:
        block["except"] = list(peer.excluding)
        draft.mark(block, "except", peer.holes)
        for index in range(len(peer.excluding)):
            draft.mark(block["except"], index, peer.holes, index)
    result = {"ipBlock": block}
    draft.mark(result, "ipBlock", peer.origin)
    return result


def _port(draft: Draft, traffic: Traffic) -> dict[str, Any]:
    if traffic.protocol not in PROTOCOL_NAMES:
        raise UnfitError(f"protocol {traffic.protocol}")
    result: dict[str, Any] = {"protocol": PROTOCOL_NAMES[traffic.protocol]}
    draft.mark(result, "protocol", traffic.origin, "protocol")
    if isinstance(traffic.port, NamedPort):
        result["port"] = traffic.port.name
    elif traffic.port is not None:
        result["port"] = traffic.port.first
        if traffic.port.last != traffic.port.first:
            result["endPort"] = traffic.port.last
    if draft.marks is not None and traffic.port is not None:
        draft.mark(result, "port", traffic.origin, "port")
        draft.mark(result, "endPort", traffic.origin, "endPort")
    return result


def _key(label: Label) -> str:
    return label.key
