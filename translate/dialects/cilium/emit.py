"""Spells policies as ``cilium.io/v2`` CiliumNetworkPolicies and CiliumClusterwideNetworkPolicies.

Isolation without rules is one empty element, everyone is ``[all]``, and a selector of other namespaces always carries a
positive namespace key: one of negative terms alone would match the world on some releases, and a cluster-wide subject
without it the endpoints that are Cilium's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from translate.core.origin import Path
from translate.dialects.base import Draft, Emitted
from translate.dialects.cilium.emit_peers import ENTITY, peer_list
from translate.dialects.cilium.emit_selector import key_of, pinned
from translate.dialects.cilium.endpoints import GOVERNED
from translate.dialects.cilium.ports import FAMILIES, spell_ports
from translate.dialects.cilium.semantics import API_VERSION
from translate.dialects.spelling import DirectionFields, UnfitError, label_selector, mark_rule, sides, start
from translate.model.peers import Anyone, Kind, OwnNamespace
from translate.model.policy import Action, Policy, Rule, Section
from translate.model.selectors import conjunction
from translate.model.traffic import Traffic
from translate.tables import load


def emit(policies: Iterable[Policy], *, traced: bool = False) -> list[Emitted]:
    """One object per policy, in their order; a CiliumClusterwideNetworkPolicy where it is cluster-wide."""
    return [Emitted(_policy(policy, traced), (policy,)) for policy in policies]


def _policy(policy: Policy, traced: bool) -> Draft:
    everywhere = policy.identity.namespace is None
    kind = "CiliumClusterwideNetworkPolicy" if everywhere else "CiliumNetworkPolicy"
    draft = start(API_VERSION, kind, policy, traced)
    spec = draft.value["spec"]
    spec.update(policy.metadata.extras)
    subject = policy.subject
    where = subject.namespaces
    if isinstance(where, OwnNamespace):
        pods = subject.pods
    else:
        pods = conjunction(where, subject.pods) if subject.endpoints else pinned(where, subject.pods)
    spec["endpointSelector"] = label_selector(draft, ("spec", "endpointSelector"), pods, key_of)
    if subject.endpoints:
        _leave_out(spec["endpointSelector"], subject.endpoints)
    draft.mark(("spec",), "endpointSelector", subject.origin)
    said = sides(policy)
    open_sides = {side.field: False for side, section in said if not section.isolates}
    if open_sides:
        spec["enableDefaultDeny"] = open_sides
    for side, section in said:
        _section(draft, spec, side, section)
    return draft


def _leave_out(selector: dict[str, Any], endpoints: tuple[Kind, ...]) -> None:
    """Say which of Cilium's own endpoints are not meant by a selector that would find them all."""
    for kind in GOVERNED:
        if kind not in endpoints:
            term = {"key": f"reserved:{ENTITY[kind]}", "operator": "DoesNotExist"}
            selector.setdefault("matchExpressions", []).append(term)


def _section(draft: Draft, spec: dict[str, Any], side: DirectionFields, section: Section) -> None:
    """Denies in a list of their own; what isolates without any element has an empty one."""
    denies = [rule for rule in section.rules if rule.action is Action.DENY]
    allows = [rule for rule in section.rules if rule.action is Action.ALLOW]
    if len(denies) + len(allows) != len(section.rules):
        raise UnfitError("a rule that neither allows nor denies")
    for field, rules in ((side.field, allows), (f"{side.field}Deny", denies)):
        elements: list[dict[str, Any]] = []
        for index, rule in enumerate(rules):
            elements.append(_element(draft, ("spec", field, index), rule, side.peers))
            mark_rule(draft, ("spec", field), index, rule)
        if elements:
            spec[field] = elements
            draft.mark(("spec",), field, section.origin)
    if not section.rules:
        spec[side.field] = [{}]
        draft.mark(("spec",), side.field, section.origin)


def _element(draft: Draft, at: Path, rule: Rule, side: str) -> dict[str, Any]:
    if not rule.traffic or rule.subject:
        raise UnfitError(f"{rule} is no element")
    element: dict[str, Any] = {}
    any_traffic = None in [traffic.protocol for traffic in rule.traffic]
    if not isinstance(rule.peers[0], Anyone):
        key, value = peer_list(draft, at, rule.peers, side)
        element[key] = value
        draft.mark(at, key, rule.origin, side)
    elif any_traffic or rule.traffic[0].icmp is not None or rule.traffic[0].family is not None:
        # Ports alone mean everyone; whether ICMP types alone do is not for a reader to wonder.
        element[f"{side}Entities"] = ["all"]
        draft.mark(at, f"{side}Entities", rule.origin)
    if not any_traffic:
        _packets(draft, at, element, rule)
    return element


def _packets(draft: Draft, at: Path, element: dict[str, Any], rule: Rule) -> None:
    messages = [item for item in rule.traffic if item.family is not None]
    if not messages:
        element["toPorts"] = _ports(draft, (*at, "toPorts"), rule.traffic)
        draft.mark(at, "toPorts", rule.origin, "ports")
        return
    if len(messages) != len(rule.traffic):
        raise UnfitError(f"{rule} has ports and ICMP types")
    element["icmps"] = [{"fields": [spell_icmp(item) for item in messages]}]


def spell_icmp(traffic: Traffic) -> dict[str, Any]:
    """One ``fields`` item; type 0 is every type of its family (cilium/cilium#41304)."""
    family = next(name for name, (number, _) in FAMILIES.items() if number == traffic.family)
    return {"family": family, "type": 0 if traffic.icmp is None else traffic.icmp.type}


def _ports(draft: Draft, at: Path, traffic: tuple[Traffic, ...]) -> list[dict[str, Any]]:
    """``toPorts`` elements of at most as many ports as Cilium takes."""
    most = load.capabilities()["cilium"].most_ports
    chunks: list[dict[str, Any]] = []
    for begin in range(0, len(traffic), most):
        chunk = traffic[begin : begin + most]
        ports = [spell_ports(item) for item in chunk]
        if draft.marks is not None:
            _mark_ports(draft, (*at, len(chunks), "ports"), chunk)
        chunks.append({"ports": ports})
    return chunks


def _mark_ports(draft: Draft, at: Path, traffic: tuple[Traffic, ...]) -> None:
    for index, item in enumerate(traffic):
        draft.mark(at, index, item.origin)
        if item.port is not None:
            draft.mark((*at, index), "port", item.origin, "port")
