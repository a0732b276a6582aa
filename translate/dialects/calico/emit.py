"""Spells policies as ``projectcalico.org/v3`` NetworkPolicies and GlobalNetworkPolicies: tier, order and types always
written out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from translate.core.origin import Path
from translate.dialects.base import Draft, Emitted
from translate.dialects.calico.emit_rule import spell_rule
from translate.dialects.calico.emit_selector import TooLongError, own_subject_text, subject_texts
from translate.dialects.calico.semantics import API_VERSION
from translate.dialects.calico.tiers import BUILT_IN
from translate.dialects.spelling import INGRESS, DirectionFields, mark_rule, sections, start
from translate.model.peers import Cidr, Peer
from translate.model.policy import Action, Policy, PolicySet, Rule, Section
from translate.model.selectors import In, Label, Scope

PODS_ONLY = In(Label(Scope.POD, "projectcalico.org/orchestrator"), ("k8s",))
OWN_NAME = Label(Scope.NAMESPACE, "projectcalico.org/name")
ACTIONS = {action: action.value for action in Action}


def emit(policies: Iterable[Policy], *, traced: bool = False) -> list[Emitted]:
    """One NetworkPolicy or, where it is cluster-wide, GlobalNetworkPolicy per policy, in their order."""
    found = []
    for policy in policies:
        try:
            found.append(Emitted(_policy(policy, traced), (policy,)))
        except TooLongError as excess:
            found.append(Emitted(Draft({}), (policy,), (str(excess),)))
    return found


def beside(policies: PolicySet) -> list[dict[str, Any]]:
    """The tiers that the policies stand in, but for those that every cluster has."""
    return [
        {
            "apiVersion": API_VERSION,
            "kind": "Tier",
            "metadata": {"name": tier.name},
            "spec": {"order": _order(tier.order), "defaultAction": tier.default_action.value},
        }
        for tier in policies.tiers
        if tier.name not in BUILT_IN
    ]


def _order(order: float) -> int | float:
    return int(order) if order.is_integer() else order


def _policy(policy: Policy, traced: bool) -> Draft:
    everywhere = policy.identity.namespace is None
    draft = start(API_VERSION, "GlobalNetworkPolicy" if everywhere else "NetworkPolicy", policy, traced)
    spec = draft.value["spec"]
    spec["tier"] = policy.tier
    if policy.order is not None:
        spec["order"] = _order(policy.order)
    if everywhere:
        spec["selector"], where = subject_texts(policy.subject)
        if where:
            spec["namespaceSelector"] = where
    else:
        spec["selector"] = own_subject_text(policy.subject)
    draft.mark(("spec",), "selector", policy.subject.origin)
    spec.update(policy.metadata.extras)
    directions = sections(policy)
    spec["types"] = [side.type for side, _ in directions]
    draft.mark(("spec",), "types", policy.origin, "spec", "policyTypes")
    for side, section in directions:
        if section.rules:
            spec[side.field] = _rules(draft, section, side, everywhere)
            draft.mark(("spec",), side.field, section.origin)
    return draft


def _rules(draft: Draft, section: Section, side: DirectionFields, everywhere: bool) -> list[dict[str, Any]]:
    rules = [spell_rule(rule, side is INGRESS, everywhere) for rule in section.rules]
    if draft.marks is not None:
        at = ("spec", side.field)
        for index, rule in enumerate(section.rules):
            _mark(draft, (*at, index), rules[index], rule)
            mark_rule(draft, at, index, rule)
    return rules


def _mark(draft: Draft, at: Path, result: dict[str, Any], rule: Rule) -> None:
    """The places that the fields of a rule answer to: those of its peer, then those of its traffic."""
    peer = rule.peers[0]
    if "protocol" in result:
        draft.mark(at, "protocol", rule.traffic[0].origin)
    sides = [side for side in ("source", "destination") if side in result]
    for side in sides:
        _mark_entity(draft, (*at, side), result[side], rule.peers)
        ports = result[side].get("ports", ())
        for index, item in enumerate(rule.traffic[: len(ports)]):
            draft.mark((*at, side, "ports"), index, item.origin, "port")
            draft.mark((*at, side, "ports"), index, item.origin)
    for side in sides:
        draft.mark(at, side, peer.origin)
        draft.mark(at, side, rule.origin, side)


def _mark_entity(draft: Draft, at: Path, entity: dict[str, Any], peers: tuple[Peer, ...]) -> None:
    peer = peers[0]
    if "selector" in entity:
        draft.mark(at, "selector", peer.origin, "podSelector")
    if "namespaceSelector" in entity:
        draft.mark(at, "namespaceSelector", peer.origin, "namespaceSelector")
    if isinstance(peer, Cidr) and "nets" in entity:
        for index, item in enumerate(peers):
            draft.mark((*at, "nets"), index, item.origin, "cidr")
            if len(peers) > 1:
                draft.mark((*at, "nets"), index, item.origin)
        if peer.excluding:
            draft.mark(at, "notNets", peer.holes)
        for index in range(len(peer.excluding)):
            draft.mark((*at, "notNets"), index, peer.holes, index)
