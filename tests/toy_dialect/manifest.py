"""ToyPolicy of ``toy.example/v1``, field by field; peers and ports are borrowed from the API of Kubernetes."""

from typing import Literal

from msgspec import field

from translate.dialects.kubernetes.manifest import LabelSelector, NetworkPolicyPeer, NetworkPolicyPort
from translate.dialects.kubernetes.validate import PolicyCheck
from translate.dialects.objects import Fault, Manifest, ObjectMeta, metadata_faults


class ToyRule(Manifest, frozen=True):
    """Without ``who`` it is about anyone, without ``ports`` about every packet."""

    do: Literal["allow", "deny"]
    who: tuple[NetworkPolicyPeer, ...] = ()
    ports: tuple[NetworkPolicyPort, ...] = ()


class Spec(Manifest, frozen=True):
    """The lowest ``order`` is asked first; a direction that is left out is left alone, an empty one is closed."""

    pods: LabelSelector = field(default_factory=LabelSelector)
    order: float | None = None
    ingress: tuple[ToyRule, ...] | None = None
    egress: tuple[ToyRule, ...] | None = None


class ToyPolicy(Manifest, frozen=True):
    """The object."""

    apiVersion: Literal["toy.example/v1"]
    kind: Literal["ToyPolicy"]
    metadata: ObjectMeta
    spec: Spec


def faults(policy: ToyPolicy) -> list[Fault]:
    """Every reason why its server refuses it."""
    check = PolicyCheck()
    check.found += metadata_faults(policy.metadata, namespaced=True)
    check.selector(policy.spec.pods, ("spec", "pods"))
    for side, rules in (("ingress", policy.spec.ingress), ("egress", policy.spec.egress)):
        for index, rule in enumerate(rules or ()):
            check.rule(rule.ports, rule.who, ("spec", side, index), "who")
    return check.found
