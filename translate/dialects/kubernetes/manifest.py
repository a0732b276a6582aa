"""``networking.k8s.io/v1`` NetworkPolicy, field by field as the API spells it (API reference, NetworkPolicy v1).

``()`` stands for a list that is absent, null or empty: the API makes no difference (docs/dialects/kubernetes.md).
``None`` and an empty selector are two things: a peer without ``podSelector`` and one that takes every pod.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from msgspec import field

from translate.dialects.decode import Int32
from translate.dialects.objects import Manifest, ObjectMeta

API_VERSION = "networking.k8s.io/v1"


class Requirement(Manifest, frozen=True):
    """One of ``matchExpressions``; an absent operator is ``""``, which validation refuses."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


class LabelSelector(Manifest, frozen=True):
    """All of its terms must hold; without terms it selects everything."""

    matchLabels: Mapping[str, str] = field(default_factory=dict)
    matchExpressions: tuple[Requirement, ...] = ()


class IPBlock(Manifest, frozen=True):
    """The addresses of ``cidr`` that are in none of ``except``."""

    cidr: str = ""
    except_: tuple[str, ...] = field(default=(), name="except")


class NetworkPolicyPeer(Manifest, frozen=True):
    """Pods by selectors, or an ``ipBlock``; never both, never neither."""

    podSelector: LabelSelector | None = None
    namespaceSelector: LabelSelector | None = None
    ipBlock: IPBlock | None = None


class NetworkPolicyPort(Manifest, frozen=True):
    """Destination ports: a number, a range from ``port`` to ``endPort``, a name, or all of ``protocol``."""

    protocol: str | None = None
    port: Int32 | str | None = None
    endPort: Int32 | None = None


class NetworkPolicyIngressRule(Manifest, frozen=True):
    """``()`` in ``from_`` is anyone, ``()`` in ``ports`` is every port of every protocol."""

    from_: tuple[NetworkPolicyPeer, ...] = field(default=(), name="from")
    ports: tuple[NetworkPolicyPort, ...] = ()


class NetworkPolicyEgressRule(Manifest, frozen=True):
    """``()`` in ``to`` is anyone, ``()`` in ``ports`` is every port of every protocol."""

    to: tuple[NetworkPolicyPeer, ...] = ()
    ports: tuple[NetworkPolicyPort, ...] = ()


class NetworkPolicySpec(Manifest, frozen=True):
    """``()`` in ``policyTypes`` is defaulted; ``()`` in a direction it lists allows nothing. ``given_egress``: the list
    as it was given, ``None`` where it is absent; once defaulted ``()`` only where that is why ``policyTypes`` lacks it.
    """

    podSelector: LabelSelector = field(default_factory=LabelSelector)
    policyTypes: tuple[str, ...] = ()
    ingress: tuple[NetworkPolicyIngressRule, ...] = ()
    given_egress: tuple[NetworkPolicyEgressRule, ...] | None = field(default=None, name="egress")

    @property
    def egress(self) -> tuple[NetworkPolicyEgressRule, ...]:
        """The rules for what the pods send."""
        return self.given_egress or ()


Rule: TypeAlias = NetworkPolicyIngressRule | NetworkPolicyEgressRule


class NetworkPolicy(Manifest, frozen=True):
    """The object; ``status`` was a field from 1.24 to 1.27 and means nothing: what servers wrote there is let pass."""

    # extensions/v1beta1: not served since Kubernetes 1.16; the same shape and, since 1.7, the same meaning
    # (docs/dialects/kubernetes.md).
    apiVersion: Literal["networking.k8s.io/v1", "extensions/v1beta1"]
    kind: Literal["NetworkPolicy"]
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: NetworkPolicySpec = field(default_factory=NetworkPolicySpec)
    status: Any = None
