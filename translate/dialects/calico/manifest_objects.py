"""What Calico has beside its own policies: tiers, sets of addresses, host endpoints, staged Kubernetes policies.

The API of Calico takes the ``spec`` of a Kubernetes NetworkPolicy from Kubernetes, and so does this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, field

from translate.dialects.calico.manifest import ApiVersion, StagedAction
from translate.dialects.decode import Int32
from translate.dialects.kubernetes.manifest import NetworkPolicySpec
from translate.dialects.objects import Manifest, ObjectMeta


class TierSpec(Manifest, frozen=True):
    """``None`` is absent: Calico then writes order 1000000 and Deny, the values of the tier ``default``."""

    order: float | None = None
    defaultAction: Literal["Deny", "Pass"] | None = None


class Tier(Manifest, frozen=True):
    """A stage that policies stand in; ``status`` is the server's."""

    apiVersion: ApiVersion
    kind: Literal["Tier"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: TierSpec = field(default_factory=TierSpec)
    status: Any = None


class NetworkSetSpec(Manifest, frozen=True):
    """Addresses and ranges, host bits allowed."""

    nets: tuple[str, ...] = ()


class NetworkSet(Manifest, frozen=True):
    """Addresses with labels, in a namespace."""

    apiVersion: ApiVersion
    kind: Literal["NetworkSet"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: NetworkSetSpec = field(default_factory=NetworkSetSpec)


class GlobalNetworkSet(Manifest, frozen=True):
    """Addresses with labels, in no namespace."""

    apiVersion: ApiVersion
    kind: Literal["GlobalNetworkSet"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: NetworkSetSpec = field(default_factory=NetworkSetSpec)


class EndpointPort(Manifest, frozen=True):
    """A port of a host that has a name."""

    name: str
    protocol: Int32 | str
    port: Int32


class HostEndpointSpec(Manifest, frozen=True):
    """An interface of a node; rule selectors match it by ``expectedIPs`` only."""

    node: str = ""
    interfaceName: str = ""
    expectedIPs: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    ports: tuple[EndpointPort, ...] = ()


class HostEndpoint(Manifest, frozen=True):
    """Interfaces of a node, with labels."""

    apiVersion: ApiVersion
    kind: Literal["HostEndpoint"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: HostEndpointSpec = field(default_factory=HostEndpointSpec)


class ProfileSpec(Manifest, frozen=True):
    """Rules for endpoints that no policy governs, and labels that they get."""

    ingress: tuple[Mapping[str, Any], ...] = ()
    egress: tuple[Mapping[str, Any], ...] = ()
    labelsToApply: Mapping[str, str] = field(default_factory=dict)


class Profile(Manifest, frozen=True):
    """What has the last word of an endpoint that names it; in Kubernetes Calico makes one of each Namespace."""

    apiVersion: ApiVersion
    kind: Literal["Profile"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: ProfileSpec = field(default_factory=ProfileSpec)


class StagedKubernetesNetworkPolicySpec(NetworkPolicySpec, frozen=True):
    """A Kubernetes policy to be, and what is to be done with it; ``policyTypes`` is absent, never empty."""

    policyTypes: Annotated[tuple[str, ...], Meta(min_length=1, max_length=2)] = ()
    stagedAction: StagedAction = "Set"


class StagedKubernetesNetworkPolicy(Manifest, frozen=True):
    """A Kubernetes NetworkPolicy that is not enforced."""

    apiVersion: ApiVersion
    kind: Literal["StagedKubernetesNetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: StagedKubernetesNetworkPolicySpec = field(default_factory=StagedKubernetesNetworkPolicySpec)
