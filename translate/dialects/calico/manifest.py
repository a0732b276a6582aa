"""``projectcalico.org/v3`` NetworkPolicy, field by field as the API spells it (Calico API reference, NetworkPolicy)."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import field

from translate.dialects.decode import Int32
from translate.dialects.objects import Manifest, ObjectMeta

API_VERSION = "projectcalico.org/v3"


class ICMP(Manifest, frozen=True):
    """``icmp`` and ``notICMP``."""

    type: Int32 | None = None
    code: Int32 | None = None


class ServiceAccountMatch(Manifest, frozen=True):
    """Pods by their service account."""

    names: tuple[str, ...] = ()
    selector: str = ""


class ServiceMatch(Manifest, frozen=True):
    """The endpoints of a Service."""

    name: str = ""
    namespace: str = ""


class EntityRule(Manifest, frozen=True):
    """One end of a rule: all given fields must match; without any, everything does."""

    nets: tuple[str, ...] = ()
    notNets: tuple[str, ...] = ()
    selector: str = ""
    notSelector: str = ""
    namespaceSelector: str = ""
    ports: tuple[Int32 | str, ...] = ()
    notPorts: tuple[Int32 | str, ...] = ()
    serviceAccounts: ServiceAccountMatch | None = None
    services: ServiceMatch | None = None


class HTTPPath(Manifest, frozen=True):
    """One of ``exact`` and ``prefix``."""

    exact: str = ""
    prefix: str = ""


class HTTPMatch(Manifest, frozen=True):
    """Methods and paths, for application layer policy."""

    methods: tuple[str, ...] = ()
    paths: tuple[HTTPPath, ...] = ()


class RuleMetadata(Manifest, frozen=True):
    """Annotations of a rule; no effect on matching."""

    annotations: dict[str, str] = field(default_factory=dict)


class Rule(Manifest, frozen=True):
    """One rule; all given fields must match."""

    action: Literal["Allow", "Deny", "Log", "Pass"]
    ipVersion: Int32 | None = None
    protocol: Int32 | str | None = None
    notProtocol: Int32 | str | None = None
    icmp: ICMP | None = None
    notICMP: ICMP | None = None
    source: EntityRule = field(default_factory=EntityRule)
    destination: EntityRule = field(default_factory=EntityRule)
    http: HTTPMatch | None = None
    metadata: RuleMetadata | None = None


class NetworkPolicySpec(Manifest, frozen=True):
    """``types`` empty is defaulted; ``order`` absent is behind every order."""

    tier: str = ""
    order: float | None = None
    selector: str = ""
    serviceAccountSelector: str = ""
    types: tuple[Literal["Ingress", "Egress"], ...] = ()
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = ()
    performanceHints: tuple[str, ...] = ()


class NetworkPolicy(Manifest, frozen=True):
    """The object."""

    apiVersion: Literal["projectcalico.org/v3"]
    kind: Literal["NetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: NetworkPolicySpec = field(default_factory=NetworkPolicySpec)
    status: Any = None
