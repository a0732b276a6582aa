"""Kubernetes: ``networking.k8s.io/v1`` NetworkPolicy."""

from __future__ import annotations

from translate.core.diagnostics import InputError, Report
from translate.dialects.base import Lifted, Object, Settings
from translate.dialects.decode import decode
from translate.dialects.kubernetes.defaults import defaulted
from translate.dialects.kubernetes.emit import emit
from translate.dialects.kubernetes.lift import lift as lift_policy
from translate.dialects.kubernetes.manifest import NetworkPolicy
from translate.dialects.kubernetes.validate import problems

__all__ = ["emit", "lift"]


def lift(item: Object, settings: Settings, report: Report) -> Lifted:
    """Decode, default and validate as the API server does, then lift. Raises InputError."""
    policy = defaulted(decode(item.value, NetworkPolicy, item.origin))
    found = problems(policy, item.origin)
    if found:
        raise InputError(found)
    return Lifted(policies=(lift_policy(policy, item.origin, settings.engine, settings.default_namespace),))
