"""Calico: ``projectcalico.org/v3`` NetworkPolicy."""

from __future__ import annotations

from translate.core.diagnostics import InputError, Report
from translate.dialects.base import Lifted, Object, Settings
from translate.dialects.calico.emit import emit
from translate.dialects.calico.lift import lift as lift_policy
from translate.dialects.calico.manifest import NetworkPolicy
from translate.dialects.decode import Nulls, decode
from translate.dialects.objects import metadata_faults, problems_at

__all__ = ["emit", "lift"]


def lift(item: Object, settings: Settings, report: Report) -> Lifted:
    """Decode, then lift; constructs beyond the part that is read become refusals. Raises InputError."""
    policy = decode(item.value, NetworkPolicy, item.origin, nulls=Nulls.SCHEMA)
    found = problems_at(metadata_faults(policy.metadata, namespaced=True), item.origin)
    if found:
        raise InputError(found)
    return Lifted(policies=(lift_policy(policy, item.origin, settings.default_namespace, report),))
