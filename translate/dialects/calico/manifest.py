"""The policies of ``projectcalico.org/v3``, field by field as the API spells them (Calico API reference).

``crd.projectcalico.org/v1`` is the same shape under another name. Empty text and empty lists mean the same as absent
ones, but for ``types`` (which must not be empty) and for the two lists of rules: where ``types`` is absent, one way of
storing a policy asks whether they were given, another whether they hold anything (docs/dialects/calico.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import field

from translate.dialects.decode import Int32
from translate.dialects.objects import Manifest, ObjectMeta

ApiVersion: TypeAlias = Literal["projectcalico.org/v3", "crd.projectcalico.org/v1"]
PolicyType: TypeAlias = Literal["Ingress", "Egress"]
StagedAction: TypeAlias = Literal["Set", "Delete", "Learn", "Ignore"]


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

    annotations: Mapping[str, str] = field(default_factory=dict)


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
    """``types`` absent is ``None`` and defaulted; ``order`` absent is behind every order.

    ``given_ingress`` and ``given_egress`` are the lists of rules as they were given: ``None`` where they are absent.
    """

    tier: str = ""
    order: float | None = None
    selector: str = ""
    serviceAccountSelector: str = ""
    types: tuple[PolicyType, ...] | None = None
    given_ingress: tuple[Rule, ...] | None = field(default=None, name="ingress")
    given_egress: tuple[Rule, ...] | None = field(default=None, name="egress")
    performanceHints: tuple[str, ...] = ()

    @property
    def ingress(self) -> tuple[Rule, ...]:
        """The rules for incoming traffic; none where the field is absent."""
        return self.given_ingress or ()

    @property
    def egress(self) -> tuple[Rule, ...]:
        """The rules for outgoing traffic; none where the field is absent."""
        return self.given_egress or ()


class GlobalNetworkPolicySpec(NetworkPolicySpec, frozen=True):
    """The same for all namespaces, or those of ``namespaceSelector``, and for host endpoints."""

    namespaceSelector: str = ""
    doNotTrack: bool = False
    preDNAT: bool = False
    applyOnForward: bool = False


class StagedNetworkPolicySpec(NetworkPolicySpec, frozen=True):
    """A policy to be, and what is to be done with it."""

    stagedAction: StagedAction = "Set"


class StagedGlobalNetworkPolicySpec(GlobalNetworkPolicySpec, frozen=True):
    """A global policy to be, and what is to be done with it."""

    stagedAction: StagedAction = "Set"


class NetworkPolicy(Manifest, frozen=True):
    """A policy for pods of its namespace."""

    apiVersion: ApiVersion
    kind: Literal["NetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: NetworkPolicySpec = field(default_factory=NetworkPolicySpec)


class GlobalNetworkPolicy(Manifest, frozen=True):
    """A policy for pods of all namespaces and for host endpoints."""

    apiVersion: ApiVersion
    kind: Literal["GlobalNetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: GlobalNetworkPolicySpec = field(default_factory=GlobalNetworkPolicySpec)


class StagedNetworkPolicy(Manifest, frozen=True):
    """A NetworkPolicy that is not enforced."""

    apiVersion: ApiVersion
    kind: Literal["StagedNetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: StagedNetworkPolicySpec = field(default_factory=StagedNetworkPolicySpec)


class StagedGlobalNetworkPolicy(Manifest, frozen=True):
    """A GlobalNetworkPolicy that is not enforced."""

    apiVersion: ApiVersion
    kind: Literal["StagedGlobalNetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: StagedGlobalNetworkPolicySpec = field(default_factory=StagedGlobalNetworkPolicySpec)


CalicoPolicy: TypeAlias = NetworkPolicy | GlobalNetworkPolicy | StagedNetworkPolicy | StagedGlobalNetworkPolicy
