"""Spells policies as ``projectcalico.org/v3`` NetworkPolicies: tier, order and types always written out.

Selectors that stand for Kubernetes pods ask for them (``projectcalico.org/orchestrator == 'k8s'``), else address sets
with such labels would match too; that term is what Calico's own conversion of Kubernetes policies writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from translate.dialects.base import Draft, Emitted
from translate.dialects.calico.manifest import API_VERSION
from translate.dialects.calico.ports import spell_port, spell_protocol
from translate.dialects.calico.selector import print_selector
from translate.dialects.spelling import UnfitError, start
from translate.model.peers import Anyone, Cidr, Fqdn, Nodes, OwnNamespace, Peer, Workloads
from translate.model.policy import Direction, Policy, Rule, Section
from translate.model.rewrite import relabel, rewrite
from translate.model.selectors import NAMESPACE_NAME, Atom, Exists, In, Label, Scope, Selector, conjunction
from translate.model.traffic import Traffic
from translate.tables import load

PODS_ONLY = In(Label(Scope.POD, "projectcalico.org/orchestrator"), ("k8s",))
OWN_NAME = Label(Scope.NAMESPACE, "projectcalico.org/name")


class TooLongError(Exception):
    """A selector of more characters than Calico takes."""


def emit(policies: Iterable[Policy], *, traced: bool = False) -> list[Emitted]:
    """One NetworkPolicy per policy, in their order."""
    found = []
    for policy in policies:
        try:
            found.append(Emitted(_policy(policy, traced), (policy,)))
        except TooLongError as excess:
            found.append(Emitted(Draft({}), (policy,), (str(excess),)))
    return found


def _fitting(text: str) -> str:
    longest = load.capabilities()["calico"].longest_selector
    if len(text) > longest:
        raise TooLongError(f"a selector of {len(text)} characters, calico takes {longest}")
    return text


@lru_cache(maxsize=4096)
def subject_text(pods: Selector) -> str:
    """The ``selector`` of a policy for ``pods``."""
    return _fitting(print_selector(rewrite(pods, _own_keys)))


@lru_cache(maxsize=4096)
def peer_text(pods: Selector, sets: bool) -> str:
    """The ``selector`` of a rule for ``pods``; ``sets``: address sets with such labels match as well."""
    pods = rewrite(pods, _own_keys)
    return _fitting(print_selector(pods if sets else conjunction(PODS_ONLY, pods)))


@lru_cache(maxsize=4096)
def namespaces_text(namespaces: Selector) -> str:
    """The ``namespaceSelector`` of a rule: names of namespaces under Calico's own key."""
    # has(projectcalico.org/name) and all() are one thing in a namespaceSelector; people write the latter.
    return _fitting(print_selector(rewrite(namespaces, _by_name)).replace(f"has({OWN_NAME.key})", "all()"))


def _own_keys(atom: Atom) -> Selector:
    """Facts about the namespace under the keys that Calico gives them in a pod selector."""
    if atom.label.scope is not Scope.NAMESPACE:
        return atom
    is_name = atom.label == NAMESPACE_NAME
    key = "projectcalico.org/namespace" if is_name else f"pcns.{atom.label.key}"
    return relabel(atom, Label(Scope.POD, key))


def _by_name(atom: Atom) -> Selector:
    if isinstance(atom, In) and atom.label == NAMESPACE_NAME:
        return In(OWN_NAME, atom.values, atom.origin)
    return Exists(OWN_NAME) if atom == Exists(NAMESPACE_NAME) else atom


def _policy(policy: Policy, traced: bool) -> Draft:
    draft = start(API_VERSION, "NetworkPolicy", policy, traced)
    spec = draft.value["spec"]
    spec["tier"] = policy.tier
    if policy.order is not None:
        spec["order"] = int(policy.order) if policy.order.is_integer() else policy.order
    spec["selector"] = subject_text(policy.subject.pods)
    draft.mark(spec, "selector", policy.subject.origin)
    sections = [(d, s) for d in Direction if (s := policy.section(d)) is not None]
    spec["types"] = [direction.capitalize() for direction, _ in sections]
    draft.mark(spec, "types", policy.origin, "spec", "policyTypes")
    for direction, section in sections:
        if not section.isolates:
            raise UnfitError(f"{policy.identity} does not isolate")
        if section.rules:
            spec[str(direction)] = _rules(draft, section, direction)
            draft.mark(spec, str(direction), section.origin)
    return draft


def _rules(draft: Draft, section: Section, direction: Direction) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    for rule in section.rules:
        rules.append(_rule(draft, rule, direction))
        draft.mark(rules, len(rules) - 1, rule.origin)
    return rules


def _rule(draft: Draft, rule: Rule, direction: Direction) -> dict[str, Any]:
    protocol = rule.traffic[0].protocol
    if len(rule.peers) != 1 or any(traffic.protocol != protocol for traffic in rule.traffic[1:]):
        raise UnfitError(f"{rule} has more than one peer or protocol")
    result: dict[str, Any] = {"action": str(rule.action)}
    if protocol is not None:
        result["protocol"] = spell_protocol(protocol)
        draft.mark(result, "protocol", rule.traffic[0].origin)
    entity = _entity(draft, rule.peers[0])
    if direction is Direction.INGRESS:
        sides = {"source": entity, "destination": _ports(draft, rule.traffic)}
    else:
        entity.update(_ports(draft, rule.traffic))
        sides = {"destination": entity}
    for side, value in sides.items():
        if value:
            result[side] = value
            draft.mark(result, side, rule.peers[0].origin)
            draft.mark(result, side, rule.origin, side)
    return result


def _entity(draft: Draft, peer: Peer) -> dict[str, Any]:
    match peer:
        case Anyone():
            return {}
        case Workloads(namespaces=namespaces):
            entity: dict[str, Any] = {"selector": peer_text(peer.pods, peer.sets)}
            draft.mark(entity, "selector", peer.origin, "podSelector")
            if not isinstance(namespaces, OwnNamespace):
                entity["namespaceSelector"] = namespaces_text(namespaces)
                draft.mark(entity, "namespaceSelector", peer.origin, "namespaceSelector")
            return entity
        case Cidr(block, excluding):
            entity = {"nets": [block]}
            draft.mark(entity["nets"], 0, peer.origin, "cidr")
            if excluding:
                entity["notNets"] = list(excluding)
                draft.mark(entity, "notNets", peer.holes)
                for index in range(len(excluding)):
                    draft.mark(entity["notNets"], index, peer.holes, index)
            return entity
        case Nodes() | Fqdn():
            raise UnfitError(f"{peer} as a peer")


def _ports(draft: Draft, traffic: tuple[Traffic, ...]) -> dict[str, Any]:
    ports: list[int | str] = []
    for item in traffic:
        if item.port is None:
            return {}
        ports.append(spell_port(item.port))
        draft.mark(ports, len(ports) - 1, item.origin, "port")
        draft.mark(ports, len(ports) - 1, item.origin)
    return {"ports": ports}
