"""``networking.k8s.io/v1`` NetworkPolicy, field by field as the API spells it (API reference, NetworkPolicy v1).

``()`` stands for a list that is absent, null or empty: the API makes no difference (semantics/kubernetes.md 1.1, 1.3).
``None`` and an empty selector are two things: a peer without ``podSelector`` and one that takes every pod.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct, field

from translate.dialects.decode import Int32

API_VERSION = "networking.k8s.io/v1"
OLD_API_VERSION = "extensions/v1beta1"
"""Not served since Kubernetes 1.16; the same shape and, since 1.7, the same meaning (semantics/kubernetes.md 1.10)."""


class Manifest(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Base of all structs here: unknown fields are errors, as with ``fieldValidation=Strict``."""


class ObjectMeta(Manifest):
    """Metadata of any object; what only a server sets is accepted without a look (``kubectl get -o yaml``)."""

    name: str = ""
    generateName: str = ""
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    uid: Any = None
    resourceVersion: Any = None
    generation: Any = None
    creationTimestamp: Any = None
    deletionTimestamp: Any = None
    deletionGracePeriodSeconds: Any = None
    finalizers: Any = None
    managedFields: Any = None
    ownerReferences: Any = None
    selfLink: Any = None


class Requirement(Manifest):
    """One of ``matchExpressions``; an absent operator is ``""``, which validation refuses."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


class LabelSelector(Manifest):
    """All of its terms must hold; without terms it selects everything."""

    matchLabels: Mapping[str, str] = field(default_factory=dict)
    matchExpressions: tuple[Requirement, ...] = ()


class IPBlock(Manifest):
    """The addresses of ``cidr`` that are in none of ``except``."""

    cidr: str = ""
    except_: tuple[str, ...] = field(default=(), name="except")


class NetworkPolicyPeer(Manifest):
    """Pods by selectors, or an ``ipBlock``; never both, never neither."""

    podSelector: LabelSelector | None = None
    namespaceSelector: LabelSelector | None = None
    ipBlock: IPBlock | None = None


class NetworkPolicyPort(Manifest):
    """Destination ports: a number, a range from ``port`` to ``endPort``, a name, or all of ``protocol``."""

    protocol: str | None = None
    port: Int32 | str | None = None
    endPort: Int32 | None = None


class NetworkPolicyIngressRule(Manifest):
    """``()`` in ``from_`` is anyone, ``()`` in ``ports`` is every port of every protocol."""

    from_: tuple[NetworkPolicyPeer, ...] = field(default=(), name="from")
    ports: tuple[NetworkPolicyPort, ...] = ()


class NetworkPolicyEgressRule(Manifest):
    """``()`` in ``to`` is anyone, ``()`` in ``ports`` is every port of every protocol."""

    to: tuple[NetworkPolicyPeer, ...] = ()
    ports: tuple[NetworkPolicyPort, ...] = ()


class NetworkPolicySpec(Manifest):
    """``()`` in ``policyTypes`` is defaulted; ``()`` in a direction it lists allows nothing."""

    podSelector: LabelSelector = field(default_factory=LabelSelector)
    policyTypes: tuple[str, ...] = ()
    ingress: tuple[NetworkPolicyIngressRule, ...] = ()
    egress: tuple[NetworkPolicyEgressRule, ...] = ()


Rule: TypeAlias = NetworkPolicyIngressRule | NetworkPolicyEgressRule


class NetworkPolicy(Manifest):
    """The object; ``status`` was a field from 1.24 to 1.27 and means nothing, so what servers wrote there is let pass."""

    apiVersion: Literal["networking.k8s.io/v1", "extensions/v1beta1"]
    kind: Literal["NetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: NetworkPolicySpec = field(default_factory=NetworkPolicySpec)
    status: Any = None
