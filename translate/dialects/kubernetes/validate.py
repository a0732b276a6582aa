"""Whether the API server would store a NetworkPolicy, and what to write where it would not.

Order and places are those of ``ValidateNetworkPolicy`` (docs/dialects/kubernetes.md); the words are ours.
"""

from __future__ import annotations

from msgspec import Struct, field

from translate.core.diagnostics import Problem
from translate.core.names import (
    HOST_BITS,
    block,
    cidr_problem,
    label_key_problem,
    label_value_problem,
    placeholder_remark,
    port_name_problem,
    shown,
)
from translate.core.origin import NOWHERE, Origin, Path
from translate.dialects.kubernetes.manifest import (
    IPBlock,
    LabelSelector,
    NetworkPolicy,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    NetworkPolicySpec,
    Requirement,
)
from translate.dialects.objects import Fault, labels_faults, metadata_faults, problems_at

PROTOCOLS = ("TCP", "UDP", "SCTP")
POLICY_TYPES = ("Ingress", "Egress")
LAST_PORT = 65_535


def problems(
    policy: NetworkPolicy, origin: Origin = NOWHERE, *, strict_cidrs: bool = True, host_bits: bool = False
) -> list[Problem]:
    """Every reason why a server refuses to create ``policy``, in its order; ``strict_cidrs``: as from 1.36 on, but for
    ``host_bits`` if these are taken.
    """
    check = PolicyCheck(strict_cidrs=strict_cidrs, host_bits=host_bits)
    check.found += metadata_faults(policy.metadata, namespaced=True)
    check.spec(policy.spec)
    return problems_at(check.found, origin)


class PolicyCheck(Struct):
    """One validation run: each method looks at one value and notes the problems found below ``path``.

    ``host_bits``: ranges may have bits beyond their length, which every engine masks. ``any_keys``: keys of selectors
    need not be keys of labels, as where a CRD does not look at them.
    """

    strict_cidrs: bool = True
    host_bits: bool = False
    any_keys: bool = False
    found: list[Fault] = field(default_factory=list)

    def note(self, path: Path, text: str) -> None:
        """Add one problem: ``text`` reads on from the spelled path."""
        self.found.append(Fault(path, text))

    def spec(self, spec: NetworkPolicySpec) -> None:
        """The pods, the rules of both directions whether listed in policyTypes or not, and policyTypes."""
        self.selector(spec.podSelector, ("spec", "podSelector"))
        for index, rule in enumerate(spec.ingress):
            path: Path = ("spec", "ingress", index)
            self.rule(rule.ports, rule.from_, path, "from")
        for index, out in enumerate(spec.egress):
            path = ("spec", "egress", index)
            self.rule(out.ports, out.to, path, "to")
        self._policy_types(spec.policyTypes, ("spec", "policyTypes"))

    def selector(self, selector: LabelSelector, path: Path) -> None:
        """Keys, values and operators (``ValidateLabelSelector``); faults of labels are told of the whole map."""
        if selector.matchLabels:
            self.found += labels_faults(selector.matchLabels, (*path, "matchLabels"), any_keys=self.any_keys)
        for index, requirement in enumerate(selector.matchExpressions):
            self._requirement(requirement, (*path, "matchExpressions", index))

    def _named(self, name: str, fault: str | None, path: Path) -> None:
        if fault is not None:
            self.note(path, f"{shown(name)} {fault}")

    def _requirement(self, requirement: Requirement, path: Path) -> None:
        operator = requirement.operator
        if operator in ("In", "NotIn"):
            if not requirement.values:
                self.note((*path, "values"), f"must list at least one value, because the operator is {operator}")
        elif operator in ("Exists", "DoesNotExist"):
            if requirement.values:
                self.note((*path, "values"), f"must be left out, because the operator is {operator}")
        else:
            self.note((*path, "operator"), _choice(operator, ("In", "NotIn", "Exists", "DoesNotExist")))
        if not self.any_keys:
            self._named(requirement.key, label_key_problem(requirement.key), (*path, "key"))
        for index, value in enumerate(requirement.values):
            self._named(value, label_value_problem(value), (*path, "values", index))

    def rule(
        self, ports: tuple[NetworkPolicyPort, ...], peers: tuple[NetworkPolicyPeer, ...], path: Path, side: str
    ) -> None:
        """The ports and peers of a rule; ``side`` is the field of the peers."""
        for index, port in enumerate(ports):
            if not _is_plain(port):
                self._port(port, (*path, "ports", index))
        for index, peer in enumerate(peers):
            self._peer(peer, (*path, side, index))

    def _port(self, port: NetworkPolicyPort, path: Path) -> None:
        if port.protocol is not None and port.protocol not in PROTOCOLS:
            self.note((*path, "protocol"), _choice(port.protocol, PROTOCOLS))
        end, place = port.endPort, (*path, "endPort")
        if isinstance(port.port, int):
            if not 1 <= port.port <= LAST_PORT:
                self.note((*path, "port"), f"must be between 1 and {LAST_PORT}, not {port.port}")
            if end is not None and end < port.port:
                self.note(place, f"must not be smaller than port: {end} is less than {port.port}")
            if end is not None and not 1 <= end <= LAST_PORT:
                self.note(place, f"must be between 1 and {LAST_PORT}, not {end}")
            return
        if end is not None and port.port is None:
            self.note(place, "must not stand without port: write the first port of the range there")
        if port.port is None:
            return
        if end is not None:
            self.note(
                place, f"must not stand beside a port name: a range needs a number in port, not {shown(port.port)}"
            )
        if port_name_problem(port.port) is not None:
            self.note((*path, "port"), _port_name(port.port))

    def _peer(self, peer: NetworkPolicyPeer, path: Path) -> None:
        if peer.podSelector is not None:
            self.selector(peer.podSelector, (*path, "podSelector"))
        if peer.namespaceSelector is not None:
            self.selector(peer.namespaceSelector, (*path, "namespaceSelector"))
        if peer.ipBlock is not None:
            self._ip_block(peer.ipBlock, (*path, "ipBlock"))
            if peer.podSelector is not None or peer.namespaceSelector is not None:
                self.note(path, "must not have an ipBlock together with a selector: make them two items of the list")
        elif peer.podSelector is None and peer.namespaceSelector is None:
            self.note(
                path, "must name a peer: podSelector, namespaceSelector or ipBlock; {} after a selector means all"
            )

    def _ip_block(self, ip_block: IPBlock, path: Path) -> None:
        if not ip_block.cidr:
            self.note((*path, "cidr"), "is missing: write an IP range like 10.9.8.0/24 or 2001:db8::/64")
            return
        whole = block(ip_block.cidr)
        self._named(ip_block.cidr, self._range_problem(ip_block.cidr), (*path, "cidr"))
        if whole is None:
            return
        for index, text in enumerate(ip_block.except_):
            place = (*path, "except", index)
            self._named(text, self._range_problem(text), place)
            hole = block(text)
            if hole is not None and not whole.strictly_contains(hole):
                self.note(place, f"{shown(text)} must be a smaller range inside the cidr {shown(ip_block.cidr)}")

    def _range_problem(self, text: str) -> str | None:
        found = block(text)
        masked = self.host_bits and found is not None and set(found.flaws) <= {HOST_BITS}
        return None if masked else cidr_problem(text, strict=self.strict_cidrs)

    def _policy_types(self, types: tuple[str, ...], path: Path) -> None:
        if len(types) > len(POLICY_TYPES):
            self.note(path, f"must have no more than two items, not {len(types)}")
            return
        for index, text in enumerate(types):
            if text not in POLICY_TYPES:
                self.note((*path, index), _choice(text, POLICY_TYPES))


def _is_plain(port: NetworkPolicyPort) -> bool:
    """Whether a port is one number of a known protocol, as most are: no place is made for a fault of it."""
    number = port.port
    return isinstance(number, int) and 1 <= number <= LAST_PORT and port.endPort is None and port.protocol in PROTOCOLS


def _choice(text: str, choices: tuple[str, ...]) -> str:
    """Refuse ``text`` where only ``choices`` are known, and point at the one it resembles but for its case."""
    alike = next((choice for choice in choices if choice.casefold() == text.casefold()), None)
    advice = f": write {alike}" if alike else placeholder_remark(text)
    return f"must be {', '.join(choices[:-1])} or {choices[-1]}, not {shown(text)}{advice}"


def _port_name(text: str) -> str:
    if text.isascii() and text.isdigit():
        return f"{shown(text)} is read as the name of a port, because it is in quotes: write {text} without them"
    return f"{shown(text)} is no port name: it {port_name_problem(text)}"
