"""Cilium: the policies and CIDR groups of ``cilium.io``."""

from __future__ import annotations

from translate.core.diagnostics import Report
from translate.dialects.base import JsonObject, Lifted, Object, Settings
from translate.dialects.cilium.emit import emit
from translate.dialects.cilium.kubernetes_policies import reading
from translate.dialects.cilium.lift import lift as lift_policy
from translate.dialects.cilium.lift_conflicts import check
from translate.dialects.cilium.lift_objects import lift_group, resolve_groups
from translate.dialects.cilium.manifest import CiliumCIDRGroup
from translate.dialects.cilium.objects import read
from translate.dialects.cilium.services import resolved
from translate.dialects.kubernetes_reading import KubernetesReading
from translate.model.facts import Facts
from translate.model.policy import PolicySet
from translate.model.settings import EngineSettings

__all__ = ["beside", "emit", "kubernetes_reading", "lift", "together"]


def kubernetes_reading(engines: EngineSettings) -> KubernetesReading:
    """How Cilium, set up as stated, reads policies of the Kubernetes API."""
    return reading(engines.cilium)


def lift(item: Object, settings: Settings, report: Report) -> Lifted:
    """Decode and validate, then lift; constructs that are not modelled become refusals. Raises InputError."""
    found = read(item)
    if isinstance(found, CiliumCIDRGroup):
        return Lifted(sets=(lift_group(found, item.origin),))
    return lift_policy(found, item.origin, settings, report)


def together(policies: PolicySet, facts: Facts, report: Report) -> PolicySet:
    """The policies with the ranges of the CIDR groups beside them and the pods behind Services; conditions that do not
    add up are refused.
    """
    check(policies, report)
    return resolved(resolve_groups(policies, report), facts)


def beside(_policies: PolicySet) -> list[JsonObject]:
    """Nothing: these policies stand alone."""
    return []
