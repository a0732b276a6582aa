"""What a Cilium policy means (Cilium documentation, policy language): denies beat allows, allows add up, any element of
a direction isolates unless ``enableDefaultDeny`` says no.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec import to_builtins

from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.dialects.base import BeyondError, Lifted
from translate.dialects.cilium import scope
from translate.dialects.cilium.lift_l7 import DISABLED
from translate.dialects.cilium.lift_rule import lift_rule, mode_of
from translate.dialects.cilium.manifest import CiliumNetworkPolicy, CiliumPolicy, Element, Rule
from translate.dialects.cilium.manifest import Selector as ManifestSelector
from translate.dialects.objects import metadata
from translate.model.policy import Direction, Identity, Policy, Section

NOT_READ = "NPT202"


def lift(policy: CiliumPolicy, origin: Origin, default_namespace: str, report: Report) -> Lifted:
    """One policy per rule of ``spec`` and ``specs``; what is not modelled becomes a refusal in ``report``."""
    meta = policy.metadata
    namespace = meta.namespace or default_namespace if isinstance(policy, CiliumNetworkPolicy) else None
    identity = Identity(policy.kind, namespace, meta.name or meta.generateName)
    found: list[Policy] = []
    unjudged: list[str] = []
    for rule, place in rules_of(policy, origin):
        try:
            if _is_of_no_pods(rule, place):
                unjudged.append(f"{identity} {json.dumps(to_builtins(rule), sort_keys=True)}")
                continue
            found.append(_policy(rule, place, identity, policy, origin))
        except BeyondError as beyond:
            message = f"{beyond.message} is beyond the part of Cilium that is read"
            report.refuse(NOT_READ, message, origin=beyond.origin, object=str(identity))
            continue
        _remark(rule, identity, place, report)
    return Lifted(policies=tuple(found), unjudged=tuple(unjudged))


def rules_of(policy: CiliumPolicy, origin: Origin) -> Iterator[tuple[Rule, Origin]]:
    """The rules of ``spec`` and ``specs``, which are read as independent ones."""
    if policy.spec is not None:
        yield policy.spec, origin.at("spec")
    for index, rule in enumerate(policy.specs):
        yield rule, origin.at("specs", index)


def _is_of_no_pods(rule: Rule, place: Origin) -> bool:
    """Whether a rule governs nodes, or endpoints of Cilium's own."""
    return rule.nodeSelector is not None or scope.is_no_pod(_endpoints(rule), place.at("endpointSelector"))


def _endpoints(rule: Rule) -> ManifestSelector:
    return rule.endpointSelector if isinstance(rule.endpointSelector, ManifestSelector) else ManifestSelector()


def _policy(rule: Rule, place: Origin, identity: Identity, policy: CiliumPolicy, origin: Origin) -> Policy:
    return Policy(
        identity=identity,
        subject=scope.subject(_endpoints(rule), identity.namespace, place.at("endpointSelector")),
        ingress=_section(rule, Direction.INGRESS, identity, place),
        egress=_section(rule, Direction.EGRESS, identity, place),
        metadata=metadata(policy.metadata, tuple(_extras(rule))),
        origin=origin,
    )


def _extras(rule: Rule) -> Iterator[tuple[str, object]]:
    """Fields that change no verdict; they stay where the target is Cilium."""
    if rule.description:
        yield "description", rule.description
    if rule.labels:
        yield "labels", to_builtins(rule.labels)
    if rule.log is not None and rule.log.value:
        yield "log", to_builtins(rule.log)


def elements_of(rule: Rule, direction: Direction) -> list[tuple[Element, str, int]]:
    """The elements of one direction, denies first, and where they stand."""
    denies: tuple[Element, ...] = rule.ingressDeny if direction is Direction.INGRESS else rule.egressDeny
    allows: tuple[Element, ...] = rule.ingress if direction is Direction.INGRESS else rule.egress
    return [
        (element, name, index)
        for name, elements in ((f"{direction}Deny", denies), (str(direction), allows))
        for index, element in enumerate(elements)
    ]


def isolates(rule: Rule, direction: Direction) -> bool:
    """Whether what the rule does not allow in ``direction`` is denied; without elements it says nothing of it."""
    given = rule.enableDefaultDeny
    said = None if given is None else given.ingress if direction is Direction.INGRESS else given.egress
    return said is not False


def _section(rule: Rule, direction: Direction, identity: Identity, place: Origin) -> Section | None:
    elements = elements_of(rule, direction)
    if not elements:
        return None
    keeps_open = not isolates(rule, direction)
    initializing = any(
        (term.source, term.key) == (scope.RESERVED, "init")
        for term in scope.terms(_endpoints(rule), place.at("endpointSelector"))
    )
    lifted = []
    for element, name, index in elements:
        where = place.at(name, index)
        if keeps_open and mode_of(element) not in ("", DISABLED):
            # Others get in without it, those whom the element names do not.
            raise BeyondError("authentication in a direction that does not isolate", where.at("authentication"))
        found = lift_rule(element, identity.namespace is None, initializing, where)
        if found is not None:
            lifted.append(found)
    return Section(
        not keeps_open, tuple(lifted), place.at(str(direction) if lists(rule, direction) else f"{direction}Deny")
    )


def lists(rule: Rule, direction: Direction) -> bool:
    """Whether the rule has allows in ``direction``."""
    return bool(rule.ingress if direction is Direction.INGRESS else rule.egress)


def _remark(rule: Rule, identity: Identity, place: Origin, report: Report) -> None:
    for direction in Direction:
        elements = elements_of(rule, direction)
        if elements and isolates(rule, direction) and not lists(rule, direction):
            report.note(
                f"{identity} only denies {direction}, and yet isolates: nothing else is let through either, unless "
                f"another policy allows it; enableDefaultDeny: {{{direction}: false}} would keep the rest open",
                origin=place.at(f"{direction}Deny"),
            )
        nodes = "fromNodes" if direction is Direction.INGRESS else "toNodes"
        if any(getattr(element, nodes) for element, _, _ in elements):
            report.note(f"{identity} has {nodes}, which only agents with the option enable-node-selector-labels take")
