"""``policy.networking.k8s.io``: ClusterNetworkPolicy v1beta1 and v1alpha2, AdminNetworkPolicy and its baseline twin
v1alpha1.

Both channels are read: what the experimental one adds (nodes, domainNames, namedPort of v1alpha1) is accepted.
Source: CRDs of network-policy-api v0.2.0 and v0.1.7 (docs/dialects/kubernetes.md). Decode with ``Nulls.SCHEMA``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, field

from translate.dialects.kubernetes.manifest import LabelSelector
from translate.dialects.objects import Manifest, ObjectMeta

Port: TypeAlias = Annotated[int, Meta(ge=1, le=65_535)]
Priority: TypeAlias = Annotated[int, Meta(ge=0, le=1_000)]
RuleName: TypeAlias = Annotated[str, Meta(max_length=100)]
Networks: TypeAlias = Annotated[tuple[Annotated[str, Meta(max_length=43)], ...], Meta(min_length=1, max_length=25)]
DomainNames: TypeAlias = Annotated[tuple[str, ...], Meta(min_length=1, max_length=25)]


class NamespacedPod(Manifest, frozen=True):
    """Pods in namespaces; without ``namespaceSelector`` in all of them."""

    podSelector: LabelSelector
    namespaceSelector: LabelSelector = field(default_factory=LabelSelector)


class Subject(Manifest, frozen=True):
    """Exactly one field: whole namespaces, or pods in them."""

    namespaces: LabelSelector | None = None
    pods: NamespacedPod | None = None


class EgressPeer(Manifest, frozen=True):
    """Exactly one field; only v1alpha1 and the experimental channel know ``nodes`` and ``domainNames``."""

    namespaces: LabelSelector | None = None
    pods: NamespacedPod | None = None
    networks: Networks | None = None
    nodes: LabelSelector | None = None
    domainNames: DomainNames | None = None


class PortRange(Manifest, frozen=True):
    """From ``start`` to ``end``, which must be larger."""

    start: Port
    end: Port


class DestinationPort(Manifest, frozen=True):
    """Exactly one field."""

    number: Port | None = None
    range: PortRange | None = None


class ProtocolPorts(Manifest, frozen=True):
    """What is matched of one protocol; the CRD refuses an empty object."""

    destinationPort: DestinationPort | None = None


class Protocol(Manifest, frozen=True):
    """Exactly one field; a port name has the protocol of the container port."""

    tcp: ProtocolPorts | None = None
    udp: ProtocolPorts | None = None
    sctp: ProtocolPorts | None = None
    destinationNamedPort: str | None = None


Protocols: TypeAlias = Annotated[tuple[Protocol, ...], Meta(min_length=1, max_length=25)]


class ClusterIngressRule(Manifest, frozen=True):
    """Without ``protocols``: all traffic."""

    action: Literal["Accept", "Deny", "Pass"]
    from_: Annotated[tuple[Subject, ...], Meta(min_length=1, max_length=25)] = field(name="from")
    protocols: Protocols | None = None
    name: RuleName = ""


class ClusterEgressRule(Manifest, frozen=True):
    """Without ``protocols``: all traffic."""

    action: Literal["Accept", "Deny", "Pass"]
    to: Annotated[tuple[EgressPeer, ...], Meta(min_length=1, max_length=25)]
    protocols: Protocols | None = None
    name: RuleName = ""


class ClusterNetworkPolicySpec(Manifest, frozen=True):
    """Ordered rules of one tier; the lower ``priority`` goes first."""

    tier: Literal["Admin", "Baseline"]
    priority: Priority
    subject: Subject
    ingress: Annotated[tuple[ClusterIngressRule, ...], Meta(max_length=25)] = ()
    egress: Annotated[tuple[ClusterEgressRule, ...], Meta(max_length=25)] = ()


class ClusterNetworkPolicy(Manifest, frozen=True):
    """v1beta1, and v1alpha2, which is the same; ``status`` is the server's."""

    apiVersion: Literal["policy.networking.k8s.io/v1beta1", "policy.networking.k8s.io/v1alpha2"]
    kind: Literal["ClusterNetworkPolicy"]
    metadata: ObjectMeta
    spec: ClusterNetworkPolicySpec
    status: Any = None


class AdminNamespacedPod(Manifest, frozen=True):
    """Pods in namespaces; v1alpha1 wants both selectors."""

    namespaceSelector: LabelSelector
    podSelector: LabelSelector


class AdminSubject(Manifest, frozen=True):
    """Exactly one field: whole namespaces, or pods in them."""

    namespaces: LabelSelector | None = None
    pods: AdminNamespacedPod | None = None


class AdminEgressPeer(Manifest, frozen=True):
    """Exactly one field."""

    namespaces: LabelSelector | None = None
    pods: AdminNamespacedPod | None = None
    networks: Networks | None = None
    nodes: LabelSelector | None = None
    domainNames: DomainNames | None = None


class BaselineEgressPeer(Manifest, frozen=True):
    """Exactly one field; the baseline has no ``domainNames``."""

    namespaces: LabelSelector | None = None
    pods: AdminNamespacedPod | None = None
    networks: Networks | None = None
    nodes: LabelSelector | None = None


class AdminPortNumber(Manifest, frozen=True):
    """One port; the CRD takes any text as protocol."""

    port: Port
    protocol: str = "TCP"


class AdminPortRange(Manifest, frozen=True):
    """Ports from ``start`` to ``end``; the CRD lets an empty range pass, and any text as protocol."""

    start: Port
    end: Port
    protocol: str = "TCP"


class AdminPort(Manifest, frozen=True):
    """Exactly one field."""

    portNumber: AdminPortNumber | None = None
    portRange: AdminPortRange | None = None
    namedPort: str | None = None


AdminPorts: TypeAlias = Annotated[tuple[AdminPort, ...], Meta(max_length=100)]
AdminSources: TypeAlias = Annotated[tuple[AdminSubject, ...], Meta(min_length=1, max_length=100)]


class AdminIngressRule(Manifest, frozen=True):
    """Without ``ports``: all traffic."""

    action: Literal["Allow", "Deny", "Pass"]
    from_: AdminSources = field(name="from")
    ports: AdminPorts | None = None
    name: RuleName = ""


class AdminEgressRule(Manifest, frozen=True):
    """Without ``ports``: all traffic."""

    action: Literal["Allow", "Deny", "Pass"]
    to: Annotated[tuple[AdminEgressPeer, ...], Meta(min_length=1, max_length=100)]
    ports: AdminPorts | None = None
    name: RuleName = ""


class BaselineIngressRule(Manifest, frozen=True):
    """Without ``ports``: all traffic; nothing is below the baseline, so there is no Pass."""

    action: Literal["Allow", "Deny"]
    from_: AdminSources = field(name="from")
    ports: AdminPorts | None = None
    name: RuleName = ""


class BaselineEgressRule(Manifest, frozen=True):
    """Without ``ports``: all traffic; nothing is below the baseline, so there is no Pass."""

    action: Literal["Allow", "Deny"]
    to: Annotated[tuple[BaselineEgressPeer, ...], Meta(min_length=1, max_length=100)]
    ports: AdminPorts | None = None
    name: RuleName = ""


class AdminNetworkPolicySpec(Manifest, frozen=True):
    """Ordered rules before all NetworkPolicies; the lower ``priority`` goes first."""

    priority: Priority
    subject: AdminSubject
    ingress: Annotated[tuple[AdminIngressRule, ...], Meta(max_length=100)] = ()
    egress: Annotated[tuple[AdminEgressRule, ...], Meta(max_length=100)] = ()


class AdminNetworkPolicy(Manifest, frozen=True):
    """v1alpha1; ``status`` is the server's."""

    apiVersion: Literal["policy.networking.k8s.io/v1alpha1"]
    kind: Literal["AdminNetworkPolicy"]
    metadata: ObjectMeta
    spec: AdminNetworkPolicySpec
    status: Any = None


class BaselineAdminNetworkPolicySpec(Manifest, frozen=True):
    """Ordered rules behind all NetworkPolicies."""

    subject: AdminSubject
    ingress: Annotated[tuple[BaselineIngressRule, ...], Meta(max_length=100)] = ()
    egress: Annotated[tuple[BaselineEgressRule, ...], Meta(max_length=100)] = ()


class BaselineAdminNetworkPolicy(Manifest, frozen=True):
    """v1alpha1, the one object called ``default``; ``status`` is the server's."""

    apiVersion: Literal["policy.networking.k8s.io/v1alpha1"]
    kind: Literal["BaselineAdminNetworkPolicy"]
    metadata: ObjectMeta
    spec: BaselineAdminNetworkPolicySpec
    status: Any = None


AdminPolicy: TypeAlias = ClusterNetworkPolicy | AdminNetworkPolicy | BaselineAdminNetworkPolicy
