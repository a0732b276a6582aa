"""Calico: the policies of ``projectcalico.org/v3`` and ``crd.projectcalico.org/v1``, their tiers and sets."""

from __future__ import annotations

from translate.core.diagnostics import Report
from translate.dialects.base import Lifted, Object, Settings
from translate.dialects.calico.emit import beside, emit
from translate.dialects.calico.kubernetes_policies import READING
from translate.dialects.calico.lift import is_for_hosts_only
from translate.dialects.calico.lift import lift as lift_policy
from translate.dialects.calico.lift_objects import lift_host, lift_set, lift_tier, together, unjudged
from translate.dialects.calico.manifest import (
    GlobalNetworkPolicy,
    NetworkPolicy,
    StagedGlobalNetworkPolicy,
    StagedNetworkPolicy,
)
from translate.dialects.calico.manifest_objects import GlobalNetworkSet, HostEndpoint, NetworkSet, Tier
from translate.dialects.calico.objects import read
from translate.dialects.kubernetes_reading import KubernetesReading
from translate.model.settings import EngineSettings

__all__ = ["beside", "emit", "kubernetes_reading", "lift", "together"]


def kubernetes_reading(_engines: EngineSettings) -> KubernetesReading:
    """How Calico reads policies of the Kubernetes API."""
    return READING


def lift(item: Object, settings: Settings, report: Report) -> Lifted:
    """Decode and validate, then lift; constructs that are not modelled become refusals. Raises InputError."""
    found = read(item)
    match found:
        case Tier():
            return Lifted(tiers=(lift_tier(found),))
        case NetworkSet() | GlobalNetworkSet():
            return Lifted(sets=(lift_set(found, item.origin, settings.default_namespace),))
        case HostEndpoint():
            return Lifted(sets=(lift_host(found, item.origin, report),))
        case GlobalNetworkPolicy() if is_for_hosts_only(found):
            return Lifted(unjudged=(unjudged(found),))
        case StagedNetworkPolicy() | StagedGlobalNetworkPolicy() if not settings.staged:
            return Lifted()  # never enforced (Calico documentation, staged policies)
        case NetworkPolicy() | GlobalNetworkPolicy() | StagedNetworkPolicy() | StagedGlobalNetworkPolicy():
            policy = lift_policy(found, item.origin, settings.default_namespace, report)
            return Lifted() if policy is None else Lifted(policies=(policy,))
        case _:
            return Lifted()
