"""Whether Calico would take an object, and what to write where it would not.

The rules are those of Calico's own validator and of the schema and the expressions in its CRDs, taken together: the
one is run by calicoctl and by Calico's API server, the other by a server that has the CRDs. The words are ours.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import fields

from translate.core.diagnostics import Problem
from translate.core.names import dns_subdomain_problem
from translate.core.origin import NOWHERE, Origin, Path
from translate.dialects.calico.manifest import (
    CalicoPolicy,
    GlobalNetworkPolicy,
    GlobalNetworkPolicySpec,
    NetworkPolicy,
    NetworkPolicySpec,
    StagedGlobalNetworkPolicy,
    StagedGlobalNetworkPolicySpec,
    StagedNetworkPolicy,
    StagedNetworkPolicySpec,
)
from translate.dialects.calico.validate_check import ObjectCheck, choice
from translate.dialects.calico.validate_rule import check_rule
from translate.dialects.objects import ObjectMeta, metadata_faults
from translate.tables import load

CONVERTED = ("knp.default.", "ossg.default.")
"""How Calico calls policies that it made of others: their names may have more than one dot."""

HINTS = ("AssumeNeededOnEveryNode",)
BESIDE_DELETE = ("tier", "types", "stagedAction")
NOTHING = StagedGlobalNetworkPolicySpec()
GENERATED = 58
"""The most characters of a ``generateName`` that the server keeps; it adds five more."""


def problems(item: Any, origin: Origin = NOWHERE, *, strict: bool = True, any_case: bool = False) -> list[Problem]:
    """Every reason why Calico refuses an object of its API, metadata first, then in the order of its fields.

    ``strict``: forms of ranges, too, that some releases have stored, as the CRDs alone did not refuse them.
    ``any_case``: protocols may be spelled as no more than the CRDs and the engine take them.
    """
    check = ObjectCheck(origin, strict=strict, any_case=any_case)
    if isinstance(item, NetworkPolicy | GlobalNetworkPolicy | StagedNetworkPolicy | StagedGlobalNetworkPolicy):
        _policy(item, check)
    else:
        from translate.dialects.calico.validate_objects import VALIDATORS  # for kinds of which there are few

        VALIDATORS[type(item)](item, check)
    return check.found


def _policy(policy: CalicoPolicy, check: ObjectCheck) -> None:
    namespaced = isinstance(policy, NetworkPolicy | StagedNetworkPolicy)
    check.faults(metadata_faults(policy.metadata, namespaced=namespaced))
    _name(policy.metadata, check, namespaced=namespaced)
    spec = policy.spec
    if isinstance(spec, StagedNetworkPolicySpec | StagedGlobalNetworkPolicySpec) and spec.stagedAction == "Delete":
        _deletion(spec, check)
    _spec(spec, check, namespaced=namespaced)


def _name(meta: ObjectMeta, check: ObjectCheck, *, namespaced: bool) -> None:
    """At most one dot, unless Calico itself made the name (names that are no names at all are told elsewhere)."""
    name = meta.name or meta.generateName[:GENERATED] + "00000"
    converted = namespaced and name.startswith(CONVERTED)
    if name.count(".") > 1 and not converted and dns_subdomain_problem(name) is None:
        step = "name" if meta.name else "generateName"
        check.named(
            meta.name or meta.generateName,
            "must not have more than one dot: Calico calls a policy name, or tier.name",
            ("metadata", step),
        )


def _deletion(spec: NetworkPolicySpec, check: ObjectCheck) -> None:
    """To stage a deletion says nothing of the policy; only ``types`` is let pass (it was filled in once)."""
    for field in fields(spec):
        name = field.encode_name
        if name not in BESIDE_DELETE and getattr(spec, field.name) != getattr(NOTHING, field.name):
            check.note(("spec", name), "must be left out beside stagedAction Delete: only the tier may be given")


def _spec(spec: NetworkPolicySpec, check: ObjectCheck, *, namespaced: bool) -> None:
    if spec.tier:
        check.named(spec.tier, dns_subdomain_problem(spec.tier), ("spec", "tier"))
    check.selector(spec.selector, ("spec", "selector"))
    check.selector(spec.serviceAccountSelector, ("spec", "serviceAccountSelector"))
    if isinstance(spec, GlobalNetworkPolicySpec):
        check.selector(spec.namespaceSelector, ("spec", "namespaceSelector"))
    _types(spec, check)
    for direction in ("ingress", "egress"):
        path: Path = ("spec", direction)
        rules = spec.ingress if direction == "ingress" else spec.egress
        check.most(rules, load.capabilities()["calico"].most_rules, path, ": make several policies of it")
        for index, rule in enumerate(rules):
            check_rule(rule, direction, (*path, index), check, namespaced=namespaced)
    for index, hint in enumerate(spec.performanceHints):
        if hint not in HINTS:
            check.note(("spec", "performanceHints", index), choice(hint, HINTS))
    check.unlike(spec.performanceHints, ("spec", "performanceHints"))
    if isinstance(spec, GlobalNetworkPolicySpec):
        _flags(spec, check)


def _types(spec: NetworkPolicySpec, check: ObjectCheck) -> None:
    path = ("spec", "types")
    if spec.types is None:
        return
    if not spec.types:
        check.note(path, "must not be empty: list Ingress, Egress or both, or leave it out to have it filled in")
    check.unlike(spec.types, path)


def _flags(spec: GlobalNetworkPolicySpec, check: ObjectCheck) -> None:
    """``doNotTrack`` and ``preDNAT`` are for the traffic of hosts and exclude each other."""
    if spec.doNotTrack and spec.preDNAT:
        check.note(("spec", "preDNAT"), "must not be true together with doNotTrack: make two policies of it")
    if spec.preDNAT and spec.egress:
        check.note(("spec", "egress"), "must have no rules beside preDNAT: it is for incoming traffic only")
    if spec.preDNAT and "Egress" in (spec.types or ()):
        check.note(("spec", "types"), "must not list Egress beside preDNAT: it is for incoming traffic only")
    for name in ("doNotTrack", "preDNAT"):
        if getattr(spec, name) and not spec.applyOnForward:
            check.note(("spec", name), "must not be true without applyOnForward: write applyOnForward: true beside it")
