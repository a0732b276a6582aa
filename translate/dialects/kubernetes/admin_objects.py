"""From plain YAML values to legal cluster-wide policies: kinds that few clusters have, so few runs load this."""

from __future__ import annotations

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

KINDS: dict[str, type[AdminPolicy]] = {
    "ClusterNetworkPolicy": ClusterNetworkPolicy,
    "AdminNetworkPolicy": AdminNetworkPolicy,
    "BaselineAdminNetworkPolicy": BaselineAdminNetworkPolicy,
}


def read_admin(item: Object) -> AdminPolicy:
    """Decode one of ``KINDS`` and validate it. Raises InputError with every problem."""

    def rules(policy: AdminPolicy) -> list[Problem]:
        return admin_problems(policy, item.origin, strict=False)

    found = decode(item.value, KINDS[item.value["kind"]], item.origin, nulls=Nulls.SCHEMA, rules=rules)
    if faults := rules(found):
        raise InputError(faults)
    return found
