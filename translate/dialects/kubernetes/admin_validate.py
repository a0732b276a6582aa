"""What the CRDs of ``policy.networking.k8s.io`` refuse beyond the types of ``admin_manifest`` (kubernetes.md 4.2).

Selectors are held to the rules of NetworkPolicy: the CRDs let wrong ones pass and leave them to implementations.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from translate.core.diagnostics import Problem
from translate.core.names import HOST_BITS, block, cidr_problem, placeholder_remark, shown
from translate.core.origin import NOWHERE, Origin, Path
from translate.core.patterns import pattern
from translate.dialects.kubernetes.admin_manifest import (
    AdminEgressPeer,
    AdminPolicy,
    AdminPort,
    AdminSubject,
    BaselineAdminNetworkPolicy,
    BaselineEgressPeer,
    ClusterEgressRule,
    DestinationPort,
    EgressPeer,
    PortRange,
    Protocol,
    ProtocolPorts,
    Subject,
)
from translate.dialects.kubernetes.manifest import LabelSelector
from translate.dialects.kubernetes.validate import PolicyCheck
from translate.dialects.objects import metadata_faults, problems_at

_Choice = (Subject, EgressPeer, DestinationPort, Protocol, AdminSubject, AdminEgressPeer, BaselineEgressPeer, AdminPort)

# The range A-z is the CRD's own slip: it lets [ \ ] ^ _ ` begin a label.
_DOMAIN = pattern(r"(?:\*\.)?(?:[A-z0-9](?:[-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[A-z0-9](?:[-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?")


def admin_problems(policy: AdminPolicy, origin: Origin = NOWHERE, *, strict: bool = True) -> list[Problem]:
    """Every reason why a server that has the CRD refuses ``policy``, in the order of its fields; ``strict``: beyond the
    CRD, keys of selectors that are no label keys.
    """
    check = PolicyCheck(any_keys=not strict)
    check.found += metadata_faults(policy.metadata, namespaced=False)
    if isinstance(policy, BaselineAdminNetworkPolicy) and policy.metadata.name != "default":
        check.note(("metadata", "name"), f'must be "default", not {shown(policy.metadata.name)}: there is one baseline')
    _walk(policy.spec, ("spec",), check)
    return problems_at(check.found, origin)


def _walk(value: Struct, path: Path, check: PolicyCheck) -> None:
    """Check one struct, then what is inside."""
    if isinstance(value, LabelSelector):
        check.selector(value, path)
        return
    given = _given(value)
    if isinstance(value, _Choice) and len(given) != 1:
        names = ", ".join(field.encode_name for field in _fields(type(value)))
        found = " and ".join(given) or "none"
        check.note(path, f"must have exactly one of {names}; here is {found}")
    if isinstance(value, ProtocolPorts) and not given:
        check.note(path, "must not be empty: for every port write destinationPort: {range: {start: 1, end: 65535}}")
    if isinstance(value, PortRange) and value.start >= value.end:
        check.note(path, f"must start below its end: for the one port write number: {value.start}")
    if isinstance(value, EgressPeer | AdminEgressPeer | BaselineEgressPeer):
        _names(value, path, check)
    if isinstance(value, ClusterEgressRule):
        _unnamed(value, path, check)
    for name, item in given.items():
        if isinstance(item, Struct):
            _walk(item, (*path, name), check)
        elif isinstance(item, tuple):
            for index, part in enumerate(item):
                if isinstance(part, Struct):
                    _walk(part, (*path, name, index), check)


def _given(value: Struct) -> dict[str, object]:
    """The fields that were written, by their name in the API."""
    given = ((field.encode_name, getattr(value, field.name)) for field in _fields(type(value)))
    return {name: item for name, item in given if item is not None}


@cache
def _fields(kind: type[Struct]) -> tuple[FieldInfo, ...]:
    """The fields of ``kind``, kept: msgspec works out their types at every call."""
    return fields(kind)


def _names(peer: EgressPeer | AdminEgressPeer | BaselineEgressPeer, path: Path, check: PolicyCheck) -> None:
    """IP ranges and domain names of a peer."""
    for index, text in enumerate(peer.networks or ()):
        fault = _network_problem(text) or _repeated(text, (peer.networks or ())[:index])
        if fault is not None:
            check.note((*path, "networks", index), f"{shown(text)} {fault}")
    domains = () if isinstance(peer, BaselineEgressPeer) else peer.domainNames or ()
    for index, text in enumerate(domains):
        fault = _domain_problem(text) or _repeated(text, domains[:index])
        if fault is not None:
            check.note((*path, "domainNames", index), f"{shown(text)} {fault}")


def _network_problem(text: str) -> str | None:
    """``isCIDR`` of CEL: host bits are accepted, zeros in front and IPv4 written as IPv6 are not."""
    found = block(text)
    clean = found is not None and set(found.flaws) <= {HOST_BITS}
    return None if clean else cidr_problem(text)


def _domain_problem(text: str) -> str | None:
    if _DOMAIN.fullmatch(text):
        return None
    return f"must be a domain name with at least one dot, and '*.' only in front{placeholder_remark(text)}"


def _repeated(text: str, before: tuple[str, ...]) -> str | None:
    return "must not stand in the list twice" if text in before else None


def _unnamed(rule: ClusterEgressRule, path: Path, check: PolicyCheck) -> None:
    """Nodes and domain names have no port names (experimental channel)."""
    if not any(protocol.destinationNamedPort is not None for protocol in rule.protocols or ()):
        return
    if any(peer.nodes is not None or peer.domainNames is not None for peer in rule.to):
        check.note(path, "must not combine destinationNamedPort with nodes or domainNames: they have no port names")
