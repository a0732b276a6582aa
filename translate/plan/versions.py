"""Older releases of the target: what they do not have is said another way where that is the same.

What has no other way is left as it is; it is refused by name where it is written (``mappings/versions.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.release import Release, release
from translate.model.edit import with_peers, with_rules
from translate.model.peers import Anyone, OwnNamespace, Peer, Workloads
from translate.model.policy import Action, Direction, Policy, Rule, Section
from translate.model.selectors import NAMESPACE_NAME, Exists, atoms, conjunction
from translate.model.traffic import ANY_TRAFFIC, PortRange, Traffic
from translate.plan.context import Pass, Target
from translate.tables import load

MOST_PORTS = 40
"""Ranges of so many ports are listed one by one; longer lists nobody reads."""


def lacks(dialect: str, gate: str, wanted: Release | None) -> bool:
    """Whether the release that the output is for does not have a feature yet."""
    if wanted is None or dialect not in load.versions():
        return False
    since = next((release(found.since) for found in load.versions()[dialect].gates if found.id == gate), None)
    return since is not None and wanted < since


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Say what the release of the target lacks in the way that older ones have for it."""
    if target.name != "cilium" or target.release is None:
        return policies
    if lacks("cilium", "default-deny-off", target.release):
        for direction in Direction:
            policies = tuple(_closed(policy, policies, direction, target, report) for policy in policies)
    if lacks("cilium", "end-port", target.release):
        policies = tuple(with_rules(policy, _listed) for policy in policies)
    if lacks("cilium", "namespace-labels", target.release):
        policies = tuple(with_peers(policy, _pinned) if policy.identity.namespace else policy for policy in policies)
    return policies


def _closed(
    policy: Policy, policies: tuple[Policy, ...], direction: Direction, target: Target, report: Report
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
        f"{policy.identity} lets everyone through whom it does not deny, as Cilium {target.release} has no "
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


PASS = Pass(
    run, needs="policies that the newest release takes", guarantees="what an older one says otherwise is so said"
)
