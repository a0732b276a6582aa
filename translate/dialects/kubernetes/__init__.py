"""Kubernetes: ``networking.k8s.io/v1`` NetworkPolicy; the cluster-wide kinds of ``policy.networking.k8s.io`` for
comparisons.
"""

from __future__ import annotations

from translate.core.diagnostics import InputError, Report
from translate.dialects.base import BeyondError, JsonObject, Lifted, Object, Settings
from translate.dialects.decode import Nulls, decode
from translate.dialects.kubernetes.admin_lift import lift_admin
from translate.dialects.kubernetes.admin_manifest import (
    AdminNetworkPolicy,
    AdminPolicy,
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
)
from translate.dialects.kubernetes.admin_validate import admin_problems
from translate.dialects.kubernetes.defaults import defaulted
from translate.dialects.kubernetes.emit import emit
from translate.dialects.kubernetes.lift import lift as lift_policy
from translate.dialects.kubernetes.manifest import NetworkPolicy
from translate.dialects.kubernetes.validate import problems
from translate.dialects.kubernetes_reading import AS_THE_API_SAYS, KubernetesReading
from translate.model.facts import Facts
from translate.model.policy import PolicySet
from translate.model.settings import EngineSettings

__all__ = ["beside", "emit", "kubernetes_reading", "lift", "together"]

ADMIN_KINDS: dict[str, type[AdminPolicy]] = {
    "ClusterNetworkPolicy": ClusterNetworkPolicy,
    "AdminNetworkPolicy": AdminNetworkPolicy,
    "BaselineAdminNetworkPolicy": BaselineAdminNetworkPolicy,
}
NOT_READ = "NPT202"


def kubernetes_reading(_engines: EngineSettings) -> KubernetesReading:
    """Where no engine is named, what the API says."""
    return AS_THE_API_SAYS


def lift(item: Object, settings: Settings, report: Report) -> Lifted:
    """Decode, default and validate as the API server does, then lift. Raises InputError."""
    kind = ADMIN_KINDS.get(str(item.value.get("kind")))
    if kind is not None:
        return _lift_admin(item, kind, settings, report)
    policy = defaulted(decode(item.value, NetworkPolicy, item.origin))
    found = problems(policy, item.origin)
    if found:
        raise InputError(found)
    try:
        lifted = lift_policy(policy, item.origin, settings)
    except BeyondError as beyond:
        report.refuse(NOT_READ, beyond.message, origin=beyond.origin, object=f"NetworkPolicy/{policy.metadata.name}")
        return Lifted()
    return Lifted(policies=(lifted,))


def _lift_admin(item: Object, kind: type[AdminPolicy], settings: Settings, report: Report) -> Lifted:
    policy = decode(item.value, kind, item.origin, nulls=Nulls.SCHEMA)
    found = admin_problems(policy, item.origin)
    if found:
        raise InputError(found)
    try:
        return lift_admin(policy, item.origin, settings.kubernetes.admin)
    except BeyondError as beyond:
        report.refuse(NOT_READ, beyond.message, origin=beyond.origin, object=f"{policy.kind}/{policy.metadata.name}")
        return Lifted()


def together(policies: PolicySet, _facts: Facts, _report: Report) -> PolicySet:
    """NetworkPolicies add up, whatever stands beside them."""
    return policies


def beside(_policies: PolicySet) -> list[JsonObject]:
    """Nothing: these policies stand alone."""
    return []
