"""``cilium.io/v2`` CiliumNetworkPolicy, field by field as the CRD spells it (Cilium documentation, policy language).

``None`` is an absent list, ``()`` an empty one: in Cilium an empty list of peers matches nothing, an absent one
anything.
Constructs that are refused by name are held as plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import UNSET, UnsetType, field

from translate.dialects.decode import Int32
from translate.dialects.objects import Manifest, ObjectMeta

API_VERSION = "cilium.io/v2"


class Requirement(Manifest, frozen=True):
    """One of ``matchExpressions``."""

    key: str
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: tuple[str, ...] = ()


class Selector(Manifest, frozen=True):
    """A selector over identities; keys may begin with a source (``k8s:``, ``any:``, ``reserved:``)."""

    matchLabels: Mapping[str, str] = field(default_factory=dict)
    matchExpressions: tuple[Requirement, ...] = ()


class CIDRRule(Manifest, frozen=True):
    """One of ``cidr``, ``cidrGroupRef``, ``cidrGroupSelector``, and what is cut out of it."""

    cidr: str | None = None
    cidrGroupRef: str | None = None
    cidrGroupSelector: Any = None
    except_: tuple[str, ...] = field(default=(), name="except")


class PortProtocol(Manifest, frozen=True):
    """A port: a number or name as text, ``"0"`` for every port of the protocol."""

    port: str | None = None
    endPort: Int32 | None = None
    protocol: Literal["TCP", "UDP", "SCTP", "VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH", "ANY"] | None = None


class PortRule(Manifest, frozen=True):
    """Ports, and what else must hold for their traffic."""

    ports: tuple[PortProtocol, ...] | None = None
    terminatingTLS: Any = None
    originatingTLS: Any = None
    serverNames: Any = None
    listener: Any = None
    rules: Any = None


class IngressRule(Manifest, frozen=True):
    """One element: its peers and its ports must both match."""

    fromEndpoints: tuple[Selector, ...] | None = None
    fromCIDR: tuple[str, ...] | None = None
    fromCIDRSet: tuple[CIDRRule, ...] | None = None
    fromEntities: tuple[str, ...] | None = None
    fromGroups: Any = None
    fromNodes: Any = None
    fromRequires: Any = None
    toPorts: tuple[PortRule, ...] | None = None
    icmps: Any = None
    authentication: Any = None


class EgressRule(Manifest, frozen=True):
    """One element: its peers and its ports must both match."""

    toEndpoints: tuple[Selector, ...] | None = None
    toCIDR: tuple[str, ...] | None = None
    toCIDRSet: tuple[CIDRRule, ...] | None = None
    toEntities: tuple[str, ...] | None = None
    toServices: Any = None
    toFQDNs: Any = None
    toGroups: Any = None
    toNodes: Any = None
    toRequires: Any = None
    toPorts: tuple[PortRule, ...] | None = None
    icmps: Any = None
    authentication: Any = None


class DefaultDeny(Manifest, frozen=True):
    """Whether the rules of a direction isolate; absent: they do."""

    ingress: bool | None = None
    egress: bool | None = None


class Rule(Manifest, frozen=True):
    """One ``spec``: who it selects and what it says."""

    endpointSelector: Selector | UnsetType = UNSET
    nodeSelector: Any = None
    ingress: tuple[IngressRule, ...] = ()
    ingressDeny: Any = None
    egress: tuple[EgressRule, ...] = ()
    egressDeny: Any = None
    enableDefaultDeny: DefaultDeny | None = None
    labels: Any = None
    description: str = ""
    log: Any = None


class CiliumNetworkPolicy(Manifest, frozen=True):
    """The object: ``spec`` and ``specs`` are read as independent rules."""

    apiVersion: Literal["cilium.io/v2"]
    kind: Literal["CiliumNetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: Rule | None = None
    specs: tuple[Rule, ...] = ()
    status: Any = None
