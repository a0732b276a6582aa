"""``cilium.io/v2`` CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy and CiliumCIDRGroup, field by field as their
CRDs spell them (Cilium documentation, policy language).

``None`` is an absent list, ``()`` an empty one: in Cilium an empty list of peers matches nothing, an absent one
anything. A list that is null is absent, to the API server and to the agent. Lists whose absence means the same as
their emptiness are ``()`` in both cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from msgspec import UNSET, UnsetType, field

from translate.dialects.cilium.manifest_l7 import FQDNSelector, L7Rules, Listener, TLSContext
from translate.dialects.decode import Int32
from translate.dialects.objects import Manifest, ObjectMeta


class Requirement(Manifest, frozen=True):
    """One of ``matchExpressions``."""

    key: str
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: tuple[str, ...] = ()


class Selector(Manifest, frozen=True):
    """A selector over identities; keys may begin with a source (``k8s:``, ``any:``, ``reserved:``)."""

    matchLabels: Mapping[str, str] = field(default_factory=dict)
    matchExpressions: tuple[Requirement, ...] = ()

    def __hash__(self) -> int:
        return hash((frozenset(self.matchLabels.items()), self.matchExpressions))


class CIDRRule(Manifest, frozen=True):
    """One of ``cidr``, ``cidrGroupRef``, ``cidrGroupSelector``, and what is cut out of it."""

    cidr: str | None = None
    cidrGroupRef: str | None = None
    cidrGroupSelector: Selector | None = None
    except_: tuple[str, ...] = field(default=(), name="except")


class AWSGroup(Manifest, frozen=True):
    """Instances of AWS; each list is any of its items, the lists must all hold."""

    labels: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    securityGroupsIds: tuple[str, ...] = ()
    securityGroupsNames: tuple[str, ...] = ()


class Group(Manifest, frozen=True):
    """Addresses that a cloud provider knows."""

    aws: AWSGroup | None = None


class K8sService(Manifest, frozen=True):
    """A Service by name; without a namespace, those of every namespace."""

    serviceName: str = ""
    namespace: str = ""


class K8sServiceSelector(Manifest, frozen=True):
    """Services by their labels; without a namespace, those of every namespace."""

    selector: Selector
    namespace: str = ""


class Service(Manifest, frozen=True):
    """What is behind Services."""

    k8sService: K8sService | None = None
    k8sServiceSelector: K8sServiceSelector | None = None


class PortProtocol(Manifest, frozen=True):
    """A port: a number or name as text, ``"0"`` for every port of the protocol."""

    port: str | None = None
    endPort: Int32 | None = None
    protocol: Literal["TCP", "UDP", "SCTP", "VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH", "ANY"] | None = None


class PortRule(Manifest, frozen=True):
    """Ports, and what else must hold for their traffic."""

    ports: tuple[PortProtocol, ...] | None = None
    terminatingTLS: TLSContext | None = None
    originatingTLS: TLSContext | None = None
    serverNames: tuple[str, ...] | None = None
    listener: Listener | None = None
    rules: L7Rules | None = None


class PortDenyRule(Manifest, frozen=True):
    """Ports; a deny looks no deeper."""

    ports: tuple[PortProtocol, ...] | None = None


class ICMPField(Manifest, frozen=True):
    """A type of ICMP, as a number or by name (``ICMP_TYPES``)."""

    type: int | str
    family: Literal["IPv4", "IPv6"] = "IPv4"


class ICMPRule(Manifest, frozen=True):
    """Types of ICMP; without any it matches nothing."""

    fields: tuple[ICMPField, ...] = ()


class Authentication(Manifest, frozen=True):
    """Whether the peer must prove who it is."""

    mode: Literal["disabled", "required", "test-always-fail"]


class IngressCommonRule(Manifest, frozen=True):
    """Where traffic comes from; at most one of the lists may have items."""

    fromEndpoints: tuple[Selector, ...] | None = None
    fromCIDR: tuple[str, ...] | None = None
    fromCIDRSet: tuple[CIDRRule, ...] | None = None
    fromEntities: tuple[str, ...] | None = None
    fromGroups: tuple[Group, ...] | None = None
    fromNodes: tuple[Selector, ...] | None = None
    fromRequires: tuple[Any, ...] | None = None


class EgressCommonRule(Manifest, frozen=True):
    """Where traffic goes; at most one of the lists may have items."""

    toEndpoints: tuple[Selector, ...] | None = None
    toCIDR: tuple[str, ...] | None = None
    toCIDRSet: tuple[CIDRRule, ...] | None = None
    toEntities: tuple[str, ...] | None = None
    toServices: tuple[Service, ...] | None = None
    toGroups: tuple[Group, ...] | None = None
    toNodes: tuple[Selector, ...] | None = None
    toRequires: tuple[Any, ...] | None = None


class IngressRule(IngressCommonRule, frozen=True):
    """One element: its peers and its ports must both match."""

    toPorts: tuple[PortRule, ...] | None = None
    icmps: tuple[ICMPRule, ...] | None = None
    authentication: Authentication | None = None


class IngressDenyRule(IngressCommonRule, frozen=True):
    """One element: its peers and its ports must both match."""

    toPorts: tuple[PortDenyRule, ...] | None = None
    icmps: tuple[ICMPRule, ...] | None = None


class EgressRule(EgressCommonRule, frozen=True):
    """One element: its peers and its ports must both match."""

    toFQDNs: tuple[FQDNSelector, ...] | None = None
    toPorts: tuple[PortRule, ...] | None = None
    icmps: tuple[ICMPRule, ...] | None = None
    authentication: Authentication | None = None


class EgressDenyRule(EgressCommonRule, frozen=True):
    """One element: its peers and its ports must both match."""

    toPorts: tuple[PortDenyRule, ...] | None = None
    icmps: tuple[ICMPRule, ...] | None = None


Element: TypeAlias = IngressRule | IngressDenyRule | EgressRule | EgressDenyRule


class DefaultDeny(Manifest, frozen=True):
    """Whether the rules of a direction isolate; absent: they do."""

    ingress: bool | None = None
    egress: bool | None = None


class RuleLabel(Manifest, frozen=True):
    """A label of the rule itself, without any effect."""

    key: str
    value: str = ""
    source: str = ""


class Log(Manifest, frozen=True):
    """What Hubble shows with the traffic of the rule."""

    value: str = ""


class Rule(Manifest, frozen=True):
    """One ``spec``: who it selects and what it says."""

    endpointSelector: Selector | UnsetType = UNSET
    nodeSelector: Selector | None = None
    ingress: tuple[IngressRule, ...] = ()
    ingressDeny: tuple[IngressDenyRule, ...] = ()
    egress: tuple[EgressRule, ...] = ()
    egressDeny: tuple[EgressDenyRule, ...] = ()
    enableDefaultDeny: DefaultDeny | None = None
    labels: tuple[RuleLabel, ...] = ()
    description: str = ""
    log: Log | None = None


class CiliumNetworkPolicy(Manifest, frozen=True):
    """The object: ``spec`` and ``specs`` are read as independent rules."""

    apiVersion: Literal["cilium.io/v2"]
    kind: Literal["CiliumNetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: Rule | None = None
    specs: tuple[Rule, ...] = ()
    status: Any = None


class CiliumClusterwideNetworkPolicy(Manifest, frozen=True):
    """The object: as a CiliumNetworkPolicy, but of all namespaces, or of nodes (``nodeSelector``)."""

    apiVersion: Literal["cilium.io/v2"]
    kind: Literal["CiliumClusterwideNetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: Rule | None = None
    specs: tuple[Rule, ...] = ()
    status: Any = None


class CIDRGroupSpec(Manifest, frozen=True):
    """The ranges of a group; there may be none."""

    externalCIDRs: tuple[str, ...]


class CiliumCIDRGroup(Manifest, frozen=True):
    """The object: ranges that ``cidrGroupRef`` names and ``cidrGroupSelector`` finds by the labels of the object."""

    apiVersion: Literal["cilium.io/v2", "cilium.io/v2alpha1"]
    kind: Literal["CiliumCIDRGroup"]
    spec: CIDRGroupSpec
    metadata: ObjectMeta = field(default_factory=ObjectMeta)


CiliumPolicy: TypeAlias = CiliumNetworkPolicy | CiliumClusterwideNetworkPolicy
CiliumObject: TypeAlias = CiliumPolicy | CiliumCIDRGroup
