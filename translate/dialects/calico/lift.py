"""What a Calico policy means: an ordered list of rules whose first match decides (Calico API reference, NetworkPolicy,
GlobalNetworkPolicy).
"""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.dialects.base import Unread
from translate.dialects.calico import read_selector, scope
from translate.dialects.calico.lift_rule import lift_rule
from translate.dialects.calico.manifest import (
    CalicoPolicy,
    GlobalNetworkPolicySpec,
    NetworkPolicySpec,
)
from translate.dialects.calico.semantics import CRD_API_VERSION
from translate.dialects.objects import metadata
from translate.model.peers import OWN_NAMESPACE, OwnNamespace
from translate.model.policy import DEFAULT_TIER, Direction, Identity, Policy, Section, Subject
from translate.model.selectors import EVERYTHING, Scope, Selector, conjunction

NOT_READ = "NPT202"


def lift(policy: CalicoPolicy, origin: Origin, default_namespace: str, report: Report) -> Policy | None:
    """The meaning of a policy for pods, None if it has none; what is not modelled becomes a refusal in ``report``."""
    meta, spec = policy.metadata, policy.spec
    namespace = None if isinstance(spec, GlobalNetworkPolicySpec) else meta.namespace or default_namespace
    identity = Identity(policy.kind, namespace, meta.name or meta.generateName)
    place = origin.at("spec")
    types = _types(policy, identity, place, report)
    unread = Unread()
    subject = unread.part(_subject, spec, place)
    ingress = _section(spec, types, Direction.INGRESS, namespace is not None, place, unread)
    egress = _section(spec, types, Direction.EGRESS, namespace is not None, place, unread)
    if subject is None or unread.found:
        unread.refuse(NOT_READ, "Calico", identity, report)
        return None
    return Policy(
        identity=identity,
        subject=subject,
        ingress=ingress,
        egress=egress,
        tier=spec.tier or DEFAULT_TIER,
        order=spec.order,
        metadata=metadata(meta, tuple(_extras(spec))),
        origin=origin,
    )


def is_for_hosts_only(policy: CalicoPolicy) -> bool:
    """Whether no pod is ever judged by it (Calico API reference, ``doNotTrack``, ``preDNAT``)."""
    spec = policy.spec
    return isinstance(spec, GlobalNetworkPolicySpec) and (spec.doNotTrack or spec.preDNAT)


def _extras(spec: NetworkPolicySpec) -> Iterator[tuple[str, object]]:
    """Fields that say nothing of pods; they stay where the target is Calico."""
    if isinstance(spec, GlobalNetworkPolicySpec) and spec.applyOnForward:
        yield "applyOnForward", True
    if spec.performanceHints:
        yield "performanceHints", list(spec.performanceHints)


def _subject(spec: NetworkPolicySpec, place: Origin) -> Subject:
    """The pods; in a global policy host endpoints of such labels too.

    Calico replaces every ``all()`` of a global policy's subject by "is in a namespace" if there is a namespaceSelector,
    else by "has a service account" if there is a selector on these.
    """
    at = place.at("selector")
    own = read_selector.read(spec.selector, Scope.POD, at)
    account = place.at("serviceAccountSelector")
    terms: list[Selector] = [own]
    namespaces: Selector | OwnNamespace = OWN_NAMESPACE
    if isinstance(spec, GlobalNetworkPolicySpec):
        namespaces = EVERYTHING
        if spec.namespaceSelector:
            namespaces = read_selector.namespaces(spec.namespaceSelector, place.at("namespaceSelector"))
            terms = [read_selector.read(spec.selector, Scope.POD, at, read_selector.IN_A_NAMESPACE, as_written=True)]
        if spec.serviceAccountSelector:
            if not spec.namespaceSelector:
                terms = [read_selector.read(spec.selector, Scope.POD, at, read_selector.HAS_ACCOUNT, as_written=True)]
            terms.append(read_selector.accounts(spec.serviceAccountSelector, account, read_selector.HAS_ACCOUNT))
        hosts = scope.hosts(conjunction(namespaces, *terms))
        return Subject(namespaces, scope.pods(conjunction(*terms)), at, hosts)
    if spec.serviceAccountSelector:
        terms.append(read_selector.accounts(spec.serviceAccountSelector, account))
    return Subject(namespaces, scope.pods(conjunction(*terms)), at)


def _types(policy: CalicoPolicy, identity: Identity, place: Origin, report: Report) -> tuple[str, ...]:
    """``types`` as calicoctl and the API server fill them in (Calico API reference, ``types``).

    The CRDs of 3.32 look at which fields are there, not at what they hold; stored without ``types`` a policy is of
    both. Where these differ a note says so.
    """
    spec = policy.spec
    if spec.types:
        return spec.types
    if policy.apiVersion == CRD_API_VERSION:
        return ("Ingress", "Egress")
    if spec.egress:
        types: tuple[str, ...] = ("Ingress", "Egress") if spec.ingress else ("Egress",)
    else:
        types = ("Ingress",)
    given = {"Ingress": spec.given_ingress is not None, "Egress": spec.given_egress is not None}
    by_fields = tuple(name for name, there in given.items() if there) or ("Ingress",)
    if types != by_fields:
        report.note(
            f"{identity} has no types: read as {' and '.join(types)}, as calicoctl and the Calico API server do; "
            f"applied with kubectl to the CRDs of Calico 3.32 it is {' and '.join(by_fields)}: write types"
        )
    return types


def _section(
    spec: NetworkPolicySpec,
    types: tuple[str, ...],
    direction: Direction,
    namespaced: bool,
    place: Origin,
    unread: Unread,
) -> Section | None:
    if direction.capitalize() not in types:
        return None
    rules = spec.ingress if direction is Direction.INGRESS else spec.egress
    where = place.at(str(direction))
    lifted = [unread.part(lift_rule, rule, direction, namespaced, where.at(index)) for index, rule in enumerate(rules)]
    return Section(True, tuple(rule for rule in lifted if rule is not None), where)
