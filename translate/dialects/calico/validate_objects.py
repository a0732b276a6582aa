"""What Calico refuses in tiers, sets, host endpoints and staged Kubernetes policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from translate.core.addresses import is_address
from translate.core.names import (
    HOST_BITS,
    block,
    cidr_problem,
    dns_label_problem,
    dns_subdomain_problem,
    port_name_problem,
    shown,
)
from translate.core.origin import Path
from translate.core.patterns import pattern
from translate.dialects.calico.manifest_objects import (
    EndpointPort,
    GlobalNetworkSet,
    HostEndpoint,
    NetworkSet,
    Profile,
    StagedKubernetesNetworkPolicy,
    StagedKubernetesNetworkPolicySpec,
    Tier,
)
from translate.dialects.calico.tiers import BUILT_IN
from translate.dialects.calico.validate_check import ObjectCheck, has_ports
from translate.dialects.kubernetes.validate import PolicyCheck
from translate.dialects.objects import metadata_faults

FILLED_IN = (1_000_000, "Deny")
"""What a tier gets that does not say."""

RESERVED_LABEL = "projectcalico.org/namespace"
LAST_PORT = 65_535

_INTERFACE = pattern(r"[a-zA-Z0-9_.-]{1,15}")
_MASKS = (HOST_BITS, "an IPv4 address written as IPv6")


def check_tier(tier: Tier, check: ObjectCheck) -> None:
    """A tier has a plain name; those that Calico brings stay as they are."""
    meta, spec = tier.metadata, tier.spec
    check.faults(metadata_faults(meta, namespaced=False))
    name = meta.name or meta.generateName.rstrip("-")
    if name and dns_subdomain_problem(name) is None:
        check.named(name, dns_label_problem(name), ("metadata", "name" if meta.name else "generateName"))
    if meta.name not in BUILT_IN:
        return
    order, action = BUILT_IN[meta.name].order, BUILT_IN[meta.name].default_action.value
    if (FILLED_IN[0] if spec.order is None else spec.order) != order:
        check.note(("spec", "order"), f"must be {order:.0f}: Calico brings the tier {meta.name} and keeps it so")
    if (spec.defaultAction or FILLED_IN[1]) != action:
        check.note(("spec", "defaultAction"), f"must be {action}: Calico brings the tier {meta.name} and keeps it so")


def check_set(item: NetworkSet | GlobalNetworkSet, check: ObjectCheck) -> None:
    """Labels that are not Calico's own, addresses and ranges."""
    check.faults(metadata_faults(item.metadata, namespaced=isinstance(item, NetworkSet)))
    if RESERVED_LABEL in item.metadata.labels:
        check.note(("metadata", "labels"), f"must not have the key {shown(RESERVED_LABEL)}: Calico sets it itself")
    path: Path = ("spec", "nets")
    for index, text in enumerate(item.spec.nets):
        check.named(text, _range_problem(text), (*path, index))
    if check.strict:
        check.unlike(item.spec.nets, path)


def _range_problem(text: str) -> str | None:
    """A set takes single addresses and ranges with host bits."""
    if "/" not in text and is_address(text):
        return None
    found = block(text)
    if found is not None and set(found.flaws) <= set(_MASKS):
        return None
    return cidr_problem(text)


def check_host_endpoint(item: HostEndpoint, check: ObjectCheck) -> None:
    """A node, and an interface of it or its addresses."""
    spec = item.spec
    check.faults(metadata_faults(item.metadata, namespaced=False))
    if not spec.node:
        check.note(("spec", "node"), "is missing: write the name of the node")
    else:
        check.named(spec.node, dns_subdomain_problem(spec.node), ("spec", "node"))
    if spec.interfaceName not in ("", "*") and _INTERFACE.fullmatch(spec.interfaceName) is None:
        fault = "must be * or 1 to 15 letters, digits, '_', '.' and '-'"
        check.named(spec.interfaceName, fault, ("spec", "interfaceName"))
    if not spec.interfaceName and not spec.expectedIPs:
        check.note(("spec",), "must have interfaceName or expectedIPs; for all interfaces write interfaceName: '*'")
    for index, text in enumerate(spec.expectedIPs):
        if not is_address(text):
            check.named(text, "must be an IP address, without a prefix length", ("spec", "expectedIPs", index))
    check.unlike(spec.expectedIPs, ("spec", "expectedIPs"))
    for index, text in enumerate(spec.profiles):
        check.named(text, dns_subdomain_problem(text), ("spec", "profiles", index))
    check.unlike(spec.profiles, ("spec", "profiles"))
    for index, port in enumerate(spec.ports):
        _port(port, ("spec", "ports", index), check)


def check_profile(item: Profile, check: ObjectCheck) -> None:
    """Its name and labels; rules are not read."""
    check.faults(metadata_faults(item.metadata, namespaced=False))


def _port(port: EndpointPort, path: Path, check: ObjectCheck) -> None:
    check.named(port.name, port_name_problem(port.name), (*path, "name"))
    if not has_ports(port.protocol):
        text = shown(port.protocol) if isinstance(port.protocol, str) else str(port.protocol)
        check.note((*path, "protocol"), f"must be TCP, UDP or SCTP, not {text}")
    if not 1 <= port.port <= LAST_PORT:
        check.note((*path, "port"), f"must be between 1 and {LAST_PORT}, not {port.port}")


def check_staged_kubernetes(item: StagedKubernetesNetworkPolicy, check: ObjectCheck) -> None:
    """The rules of a Kubernetes NetworkPolicy; a staged deletion says nothing else."""
    check.faults(metadata_faults(item.metadata, namespaced=True))
    spec = item.spec
    if spec.stagedAction == "Delete":
        nothing = StagedKubernetesNetworkPolicySpec()
        for name in ("podSelector", "ingress", "egress", "policyTypes"):
            if getattr(spec, name) != getattr(nothing, name):
                check.note(("spec", name), "must be left out beside stagedAction Delete")
        return
    inside = PolicyCheck(strict_cidrs=False)
    inside.spec(spec)
    check.faults(inside.found)
    check.unlike(spec.policyTypes, ("spec", "policyTypes"))


VALIDATORS: Mapping[type, Callable[[Any, ObjectCheck], None]] = {
    StagedKubernetesNetworkPolicy: check_staged_kubernetes,
    Tier: check_tier,
    NetworkSet: check_set,
    GlobalNetworkSet: check_set,
    HostEndpoint: check_host_endpoint,
    Profile: check_profile,
}
