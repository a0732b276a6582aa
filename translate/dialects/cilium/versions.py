"""What the table of Cilium's releases cannot say: peers of namespaces and of Services; and what older releases do not
have, said another way where that is the same.

What has no other way is left as it is; it is refused by name where it is written (``mappings/versions.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Path
from translate.core.release import Release
from translate.dialects.cilium.scope import NAMESPACE
from translate.dialects.cilium.validate_selectors import NAMESPACE_LABELS
from translate.dialects.gates import Gates, ObjectValue, below, elements, lacks
from translate.model.edit import with_peers, with_rules
from translate.model.peers import Anyone, OwnNamespace, Peer, Workloads
from translate.model.policy import Action, Direction, Policy, Rule, Section
from translate.model.selectors import NAMESPACE_NAME, Exists, atoms, conjunction
from translate.model.traffic import ANY_TRAFFIC, PortRange, Traffic

MOST_PORTS = 40
"""Ranges of so many ports are listed one by one; longer lists nobody reads."""


def namespace_labels(value: ObjectValue) -> Iterator[Path]:
    """Peers of a policy of one namespace by labels of namespaces, without a key of their name."""
    if value.get("kind") != "CiliumNetworkPolicy":
        return
    for where, element in elements(value):
        for path, selector in below(element, ["fromEndpoints|toEndpoints", "*"], where):
            keys = {key.removeprefix("k8s:").removeprefix("any:") for key in _keys(selector)}
            if NAMESPACE not in keys and any(key.startswith(NAMESPACE_LABELS) for key in keys):
                yield path


def negative_namespaces(value: ObjectValue) -> Iterator[Path]:
    """Peers that leave out namespaces and ask for nothing; without a key of namespaces one of these is asked for."""
    alone = (NAMESPACE, NAMESPACE_LABELS) if value.get("kind") == "CiliumNetworkPolicy" else (NAMESPACE,)
    for where, element in elements(value):
        for path, selector in below(element, ["fromEndpoints|toEndpoints", "*"], where):
            keys = [key.removeprefix("k8s:").removeprefix("any:") for key in _keys(selector)]
            if any(key.startswith(alone) for key in keys) and not any(_asks(selector)):
                yield path


def _asks(selector: Any) -> Iterator[bool]:
    """What of a selector something without labels does not have."""
    yield from (bool(labels) for _, labels in below(selector, ["matchLabels"], ()))
    for _, operator in below(selector, ["matchExpressions", "*", "operator"], ()):
        yield operator in ("In", "Exists")


def _keys(selector: Any) -> Iterator[str]:
    for _, labels in below(selector, ["matchLabels"], ()):
        yield from map(str, labels)
    for _, key in below(selector, ["matchExpressions", "*", "key"], ()):
        yield str(key)


def services_with_ports(value: ObjectValue) -> Iterator[Path]:
    """Elements with both."""
    for path, element in elements(value):
        if element.get("toServices") and element.get("toPorts"):
            yield (*path, "toServices")


def older(policies: tuple[Policy, ...], wanted: Release, report: Report) -> tuple[Policy, ...]:
    """Say what the release of the target lacks in the way that older ones have for it."""
    if lacks("cilium", "default-deny-off", wanted):
        for direction in Direction:
            policies = tuple(_closed(policy, policies, direction, wanted, report) for policy in policies)
    if lacks("cilium", "end-port", wanted):
        policies = tuple(with_rules(policy, _listed) for policy in policies)
    if lacks("cilium", "namespace-labels", wanted):
        policies = tuple(with_peers(policy, _pinned) if policy.identity.namespace else policy for policy in policies)
    return policies


def _closed(
    policy: Policy, policies: tuple[Policy, ...], direction: Direction, wanted: Release, report: Report
) -> Policy:
    """A policy that does not isolate, as one that does and lets everyone in whom it does not deny: the same where no
    other policy isolates its pods.
    """
    section = policy.section(direction)
    if section is None or section.isolates or any(_isolates(other, policy, direction) for other in policies):
        return policy
    denies = tuple(rule for rule in section.rules if rule.action is Action.DENY)
    everyone = Rule(Action.ALLOW, (Anyone(section.origin),), (ANY_TRAFFIC,), section.origin)
    report.note(
        f"{policy.identity} lets everyone through whom it does not deny, as Cilium {wanted} has no "
        "enableDefaultDeny: a policy that is added later can no longer close these pods",
        origin=section.origin,
    )
    changed = Section(True, (*denies, everyone), section.origin)
    if direction is Direction.INGRESS:
        return replace(policy, ingress=changed)
    return replace(policy, egress=changed)


def _isolates(other: Policy, policy: Policy, direction: Direction) -> bool:
    """Whether ``other`` may isolate pods of ``policy``: both are of one namespace, or one is of all."""
    section = other.section(direction)
    if section is None or not section.isolates or any(_is_for_all(rule) for rule in section.rules):
        return False
    return None in (other.identity.namespace, policy.identity.namespace) or (
        other.identity.namespace == policy.identity.namespace
    )


def _is_for_all(rule: Rule) -> bool:
    """Whether a rule allows everything."""
    everyone = any(isinstance(peer, Anyone) for peer in rule.peers) and rule.subject is None
    return rule.action is Action.ALLOW and everyone and any(item.protocol is None for item in rule.traffic)


def _listed(rule: Rule) -> Iterable[Rule]:
    """Short ranges of ports one by one."""
    traffic = tuple(single for item in rule.traffic for single in _singles(item))
    yield rule if traffic == rule.traffic else replace(rule, traffic=tuple(dict.fromkeys(traffic)))


def _singles(item: Traffic) -> Iterator[Traffic]:
    port = item.port
    if isinstance(port, PortRange) and port.first < port.last < port.first + MOST_PORTS:
        for number in range(port.first, port.last + 1):
            yield replace(item, port=PortRange(number, number))
    else:
        yield item


def _pinned(peer: Peer) -> Iterable[Peer]:
    """Pods of namespaces by label: with a key of their name, without which an own namespace would be meant."""
    if (
        not isinstance(peer, Workloads)
        or isinstance(peer.namespaces, OwnNamespace)
        or any(atom.label == NAMESPACE_NAME for atom in atoms(peer.namespaces))
    ):
        yield peer
    else:
        yield replace(peer, namespaces=conjunction(Exists(NAMESPACE_NAME), peer.namespaces))


GATES = Gates(
    tests={test.__name__: test for test in (namespace_labels, negative_namespaces, services_with_ports)}, older=older
)
