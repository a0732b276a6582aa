"""What the API server fills in before it stores a NetworkPolicy (API reference, ``SetDefaults_NetworkPolicy``)."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from translate.dialects.kubernetes.manifest import (
    NetworkPolicy,
    NetworkPolicyEgressRule,
    NetworkPolicyIngressRule,
    NetworkPolicyPort,
    NetworkPolicySpec,
)

_Rule = TypeVar("_Rule", NetworkPolicyIngressRule, NetworkPolicyEgressRule)


def defaulted(policy: NetworkPolicy) -> NetworkPolicy:
    """The policy with ``policyTypes`` and every ``protocol`` spelled out; the same object if they already were."""
    spec = policy.spec
    types = spec.policyTypes or _policy_types(spec)
    ingress = _rules(spec.ingress)
    # An empty list of egress rules could be meant for what is filled in, but not where that is given.
    egress = _rules(spec.egress) or (None if spec.policyTypes else spec.given_egress)
    if types is spec.policyTypes and ingress is spec.ingress and egress is spec.given_egress:
        return policy
    return replace(policy, spec=replace(spec, policyTypes=types, ingress=ingress, given_egress=egress))


def _policy_types(spec: NetworkPolicySpec) -> tuple[str, ...]:
    """Ingress always, Egress only where there are egress rules; ``ingress`` does not matter (NetworkPolicySpec)."""
    return ("Ingress", "Egress") if spec.egress else ("Ingress",)


def _rules(rules: tuple[_Rule, ...]) -> tuple[_Rule, ...]:
    if all(port.protocol is not None for rule in rules for port in rule.ports):
        return rules
    return tuple(replace(rule, ports=tuple(map(_port, rule.ports))) for rule in rules)


def _port(port: NetworkPolicyPort) -> NetworkPolicyPort:
    """TCP where no protocol is given; an empty one is given, and wrong (NetworkPolicyPort)."""
    return port if port.protocol is not None else replace(port, protocol="TCP")
