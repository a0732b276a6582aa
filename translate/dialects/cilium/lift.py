"""What a Cilium policy means (Cilium documentation, policy language): denies beat allows, allows add up, any element of
a direction isolates unless ``enableDefaultDeny`` says no.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec import to_builtins
from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.dialects.base import BeyondError, Idle, Lifted, Settings, Unread
from translate.dialects.cilium import scope
from translate.dialects.cilium.clusters import supposing
from translate.dialects.cilium.endpoints import called, governed
from translate.dialects.cilium.left_out import left_out
from translate.dialects.cilium.lift_l7 import DISABLED
from translate.dialects.cilium.lift_objects import lift_group
from translate.dialects.cilium.lift_rule import lift_rule, mode_of
from translate.dialects.cilium.manifest import CiliumCIDRGroup, CiliumNetworkPolicy, CiliumObject, CiliumPolicy, Rule
from translate.dialects.cilium.manifest import Selector as ManifestSelector
from translate.dialects.cilium.settings import CiliumSettings
from translate.dialects.cilium.sides import DirectionRules, sides
from translate.dialects.cilium.unseen_labels import say_unseen
from translate.dialects.objects import Manifest, metadata
from translate.model.policy import Direction, Identity, Policy, Section, Unjudged

NOT_READ = "NPT202"


def lift_object(found: Manifest, origin: Origin, settings: Settings, report: Report) -> Lifted:
    """What an object means; constructs that are not modelled become refusals."""
    assert isinstance(found, CiliumObject)
    if isinstance(found, CiliumCIDRGroup):
        return Lifted(sets=(lift_group(found, origin),))
    return lift(found, origin, settings, report)


def lift(policy: CiliumPolicy, origin: Origin, settings: Settings, report: Report) -> Lifted:
    """One policy per rule of ``spec`` and ``specs``; what is not modelled becomes a refusal in ``report``."""
    meta = policy.metadata
    namespace = meta.namespace or settings.default_namespace if isinstance(policy, CiliumNetworkPolicy) else None
    identity = Identity(policy.kind, namespace, meta.name or meta.generateName)
    found: list[Policy] = []
    unjudged: list[Unjudged] = []
    idle: list[Idle] = []
    for rule, place in rules_of(policy, origin):
        unread = Unread()
        if unread.part(_is_of_no_pods, rule, place):
            said = json.dumps(to_builtins(rule), sort_keys=True)
            whose = called(_endpoints(rule), place.at("endpointSelector"))
            unjudged.append(Unjudged(identity, said, about=whose, origin=origin))
            continue
        lifted = _policy(rule, place, identity, policy, origin, settings.engines.of(CiliumSettings), unread)
        if lifted is None:
            unread.refuse(NOT_READ, "Cilium", identity, report)
            continue
        found.append(lifted)
        idle += left_out(rule, lifted, place)
        _remark(rule, identity, place, report)
        idle += say_unseen(rule, identity, place, report)
    return Lifted(policies=tuple(found), unjudged=tuple(unjudged), idle=tuple(idle))


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


def _policy(
    rule: Rule,
    place: Origin,
    identity: Identity,
    policy: CiliumPolicy,
    origin: Origin,
    cilium: CiliumSettings,
    unread: Unread,
) -> Policy | None:
    ingress, egress = sides(rule)
    clusterwide = identity.namespace is None
    selector, where = _endpoints(rule), place.at("endpointSelector")
    subject = unread.part(scope.subject, selector, identity.namespace, where)
    on_ingress = _section(ingress, rule, clusterwide, place, cilium, unread)
    on_egress = _section(egress, rule, clusterwide, place, cilium, unread)
    own = unread.part(governed, selector, where) if clusterwide else None
    supposed = unread.part(supposing, rule, selector, where, cilium)
    if subject is None or unread.found:
        return None
    return Policy(
        identity=identity,
        subject=subject if own is None else replace(subject, endpoints=own),
        ingress=on_ingress,
        egress=on_egress,
        metadata=metadata(policy.metadata, tuple(_extras(rule))),
        origin=origin,
        supposing=supposed or (),
    )


def _extras(rule: Rule) -> Iterator[tuple[str, object]]:
    """Fields that change no verdict; they stay where the target is Cilium."""
    if rule.description:
        yield "description", rule.description
    if rule.labels:
        yield "labels", list(to_builtins(rule.labels))
    if rule.log is not None and rule.log.value:
        yield "log", to_builtins(rule.log)


def _section(
    side: DirectionRules, rule: Rule, clusterwide: bool, place: Origin, cilium: CiliumSettings, unread: Unread
) -> Section | None:
    if not (side.denies or side.allows):
        return None
    subject = unread.part(scope.terms, _endpoints(rule), place.at("endpointSelector")) or ()
    initializing = any((term.source, term.key) == (scope.RESERVED, "init") for term in subject)
    lifted = []
    for name, elements in side.fields:
        for index, element in enumerate(elements):
            where = place.at(name, index)
            if not side.isolates and mode_of(element) not in ("", DISABLED):
                # Others get in without it, those whom the element names do not.
                what = "authentication in a direction that does not isolate"
                unread.found.append(BeyondError(what, where.at("authentication")))
            lifted.append(unread.part(lift_rule, element, clusterwide, initializing, where, cilium))
    name = next(name for name, elements in reversed(side.fields) if elements)
    return Section(side.isolates, tuple(found for found in lifted if found is not None), place.at(name))


def _remark(rule: Rule, identity: Identity, place: Origin, report: Report) -> None:
    for side in sides(rule):
        direction = side.direction
        if side.denies and side.isolates and not side.allows:
            report.note(
                f"{identity} only denies {direction}, and yet isolates: nothing else is let through either, unless "
                f"another policy allows it; enableDefaultDeny: {{{direction}: false}} would keep the rest open",
                origin=place.at(f"{direction}Deny"),
            )
        nodes = "fromNodes" if direction is Direction.INGRESS else "toNodes"
        if any(getattr(element, nodes) for element in side.denies + side.allows):
            report.note(f"{identity} has {nodes}, which only agents with the option enable-node-selector-labels take")
