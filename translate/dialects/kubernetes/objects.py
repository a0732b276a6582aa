"""From plain YAML values to legal objects of the Kubernetes API, with what its server fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from translate.core.diagnostics import InputError, Problem
from translate.dialects.base import Object
from translate.dialects.decode import decode
from translate.dialects.kubernetes.defaults import defaulted
from translate.dialects.kubernetes.manifest import NetworkPolicy
from translate.dialects.kubernetes.validate import problems

if TYPE_CHECKING:
    from translate.dialects.kubernetes.admin_manifest import AdminPolicy

ADMIN_KINDS = ("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy")
KubernetesObject: TypeAlias = "NetworkPolicy | AdminPolicy"


def read(item: Object) -> KubernetesObject:
    """Decode, default and validate as the API server does, or an older one. Raises InputError with every problem."""
    if item.value.get("kind") in ADMIN_KINDS:
        from translate.dialects.kubernetes.admin_objects import read_admin  # for kinds that few clusters have

        return read_admin(item)

    def rules(policy: NetworkPolicy) -> list[Problem]:
        return problems(defaulted(policy), item.origin, host_bits=True)

    policy = defaulted(decode(item.value, NetworkPolicy, item.origin, rules=rules))
    if faults := problems(policy, item.origin, host_bits=True):
        raise InputError(faults)
    return policy


def read_again(item: Object) -> KubernetesObject:
    """The same of an object that ``read`` has taken before."""
    if item.value.get("kind") in ADMIN_KINDS:
        return read(item)
    return defaulted(decode(item.value, NetworkPolicy, item.origin))
