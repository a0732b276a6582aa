"""Label keys that the target cannot see, reads as something of its own, or finds too long.

A subject on such a label would select other pods, so the policy is refused. A peer on it is dropped: who could not be
named loses access.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from translate.core.diagnostics import Effect, Report
from translate.model.peers import OwnNamespace, Peer, Workloads
from translate.model.policy import Policy
from translate.model.selectors import NAMESPACE_NAME, Atom, Label, Scope, atoms
from translate.plan.context import Target
from translate.plan.edit import rules_of, with_peers
from translate.tables.records import ImplicitLabel

SUBJECT, PEER = "NPT212", "NPT503"
NAMESPACE_LABEL = "namespace label"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Refuse subjects and drop peers that mention a key the target has no honest form for."""
    dialects = {target.labels.unseen.dialect, *(record.dialect for record in target.labels.implicit)}
    if target.name not in dialects:
        return policies
    known: dict[Label, str | None] = {}

    def trouble(atom: Atom) -> str | None:
        if atom.label not in known:
            known[atom.label] = _trouble(atom.label, target)
        return known[atom.label]

    return tuple(_checked(p, trouble, target, report) if any(map(trouble, _all_atoms(p))) else p for p in policies)


def _checked(policy: Policy, trouble: Callable[[Atom], str | None], target: Target, report: Report) -> Policy:
    name = str(policy.identity)
    for atom in atoms(policy.subject.pods):
        why = trouble(atom)
        if why is not None:
            message = f"its subject asks for the label {atom.label.key}, which {why}: it would govern other pods"
            hint = "select the pods by a label of their workload"
            report.refuse(SUBJECT, message, origin=atom.origin, object=name, hint=hint)

    def kept(peer: Peer) -> Iterator[Peer]:
        for atom in _atoms(peer):
            why = trouble(atom)
            if why is not None:
                who = f"{name}: peers selected by the label {atom.label.key} lose access"
                message = f"{who}, because that label {why}"
                hint = "select the peers by a label of their workload"
                report.lose(PEER, Effect.TIGHTER, message, origin=atom.origin, object=name, hint=hint)
                return
        yield peer

    return with_peers(policy, kept)


def _all_atoms(policy: Policy) -> Iterator[Atom]:
    yield from atoms(policy.subject.pods)
    for rule in rules_of(policy):
        for peer in rule.peers:
            yield from _atoms(peer)


def _atoms(peer: Peer) -> Iterator[Atom]:
    if isinstance(peer, Workloads):
        yield from atoms(peer.pods)
        if not isinstance(peer.namespaces, OwnNamespace):
            yield from atoms(peer.namespaces)


def _trouble(label: Label, target: Target) -> str | None:
    if label.scope is Scope.NAMESPACE:
        return None if label == NAMESPACE_NAME else _too_long(_prefix(target), label.key, target)
    if label.scope is not Scope.POD:
        return None
    unseen = target.labels.unseen
    if unseen.dialect == target.name and unseen.hides(label.key):
        return f"is no part of an identity in {target.name}"
    meaning = target.labels.meaning(target.name, "pod", label.key)
    return f"means the {meaning[0].means} in {target.name}" if meaning is not None else None


def _prefix(target: Target) -> str:
    def fits(record: ImplicitLabel) -> bool:
        return record.dialect == target.name and record.means == NAMESPACE_LABEL

    return next((record.prefix for record in target.labels.implicit if fits(record)), "")


def _too_long(prefix: str, key: str, target: Target) -> str | None:
    longest = target.can.longest_label_name
    name = (prefix + key).rpartition("/")[2]
    if not longest or len(name) <= longest:
        return None
    return f"becomes the selector key {prefix}{key}, whose name is longer than {longest} characters"
