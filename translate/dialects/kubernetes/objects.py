"""From plain YAML values to legal objects of the Kubernetes API, with what its server fills in."""

from __future__ import annotations

from typing import TypeAlias

from translate.core.diagnostics import InputError, Problem
from translate.dialects.base import Object
from translate.dialects.decode import Nulls, decode
from translate.dialects.kubernetes.admin_manifest import (
    AdminNetworkPolicy,
    AdminPolicy,
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
)
from translate.dialects.kubernetes.admin_validate import admin_problems
from translate.dialects.kubernetes.defaults import defaulted
from translate.dialects.kubernetes.manifest import NetworkPolicy
from translate.dialects.kubernetes.validate import problems

KubernetesObject: TypeAlias = NetworkPolicy | AdminPolicy

ADMIN_KINDS: dict[str, type[AdminPolicy]] = {
    "ClusterNetworkPolicy": ClusterNetworkPolicy,
    "AdminNetworkPolicy": AdminNetworkPolicy,
    "BaselineAdminNetworkPolicy": BaselineAdminNetworkPolicy,
}


def read(item: Object) -> KubernetesObject:
    """Decode, default and validate as the API server does, or an older one. Raises InputError with every problem."""
    kind = ADMIN_KINDS.get(str(item.value.get("kind")))
    if kind is not None:

        def admin_rules(policy: AdminPolicy) -> list[Problem]:
            return admin_problems(policy, item.origin, strict=False)

        admin = decode(item.value, kind, item.origin, nulls=Nulls.SCHEMA, rules=admin_rules)
        return _legal(admin, admin_rules(admin))

    def rules(policy: NetworkPolicy) -> list[Problem]:
        return problems(defaulted(policy), item.origin, host_bits=True)

    policy = defaulted(decode(item.value, NetworkPolicy, item.origin, rules=rules))
    return _legal(policy, problems(policy, item.origin, host_bits=True))


def _legal(found: KubernetesObject, faults: list[Problem]) -> KubernetesObject:
    if faults:
        raise InputError(faults)
    return found
