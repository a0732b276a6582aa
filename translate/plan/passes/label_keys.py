"""Label keys that the target cannot see, reads as something of its own, or finds too long.

A subject on such a label would select other pods, so the policy is refused. A peer on it is dropped: who could not be
named loses access.
"""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.diagnostics import Effect, Report
from translate.model.edit import with_peers
from translate.model.peers import OwnNamespace, Peer, Workloads
from translate.model.policy import Policy
from translate.model.selectors import NAMESPACE_NAME, And, Atom, Exists, In, Label, Not, Or, Scope, Selector, atoms
from translate.plan.context import Pass, Target
from translate.tables.records import ImplicitLabel, Meaning

SUBJECT, PEER = "NPT212", "NPT503"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Refuse subjects and drop peers that mention a key the target has no honest form for."""
    if target.name not in _dialects(target):
        return policies
    troubles = _Troubles(target)
    return tuple([_checked(p, troubles, target, report) if troubles.any_in(p) else p for p in policies])


def _dialects(target: Target) -> set[str]:
    """The dialects that have labels of their own."""
    return {target.labels.unseen.dialect, *(record.dialect for record in target.labels.implicit)}


class _Troubles(dict[Label, str | None]):
    """What is wrong with a label on the target, None if nothing; remembered, since a few labels make up most files."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self.target = target

    def __missing__(self, label: Label) -> str | None:
        self[label] = why = _trouble(label, self.target)
        return why

    def any_in(self, policy: Policy) -> bool:
        """Whether a selector of the policy mentions a label with trouble."""
        if self._among(policy.subject.pods):
            return True
        for section in (policy.ingress, policy.egress):
            for rule in section.rules if section is not None else ():
                for peer in rule.peers:
                    if isinstance(peer, Workloads) and self._selects(peer):
                        return True
        return False

    def _selects(self, peer: Workloads) -> bool:
        return self._among(peer.pods) or (
            not isinstance(peer.namespaces, OwnNamespace) and self._among(peer.namespaces)
        )

    def _among(self, selector: Selector) -> bool:
        if isinstance(selector, (In, Exists)):
            return self[selector.label] is not None
        if isinstance(selector, (And, Or)):
            return any(map(self._among, selector.terms))
        return self._among(selector.term) if isinstance(selector, Not) else self[selector.label] is not None


def _checked(policy: Policy, troubles: _Troubles, target: Target, report: Report) -> Policy:
    about = policy.called
    for atom in atoms(policy.subject.pods):
        why = troubles[atom.label]
        if why is not None:
            message = f"its subject asks for the label {atom.label.key}, which {why}: it would govern other pods"
            hint = "select the pods by a label of their workload"
            report.refuse(SUBJECT, message, origin=atom.origin, about=about, hint=hint)

    def kept(peer: Peer) -> Iterator[Peer]:
        for atom in _atoms(peer):
            why = troubles[atom.label]
            if why is not None:
                who = f"{about}: peers selected by the label {atom.label.key} lose access"
                message = f"{who}, because that label {why}"
                hint = "select the peers by a label of their workload"
                report.lose(PEER, Effect.TIGHTER, message, origin=atom.origin, about=about, hint=hint)
                return
        yield peer

    return with_peers(policy, kept)


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
    meaning = target.labels.meaning(target.name, Scope.POD, label.key)
    return f"means the {meaning[0].means} in {target.name}" if meaning is not None else None


def _prefix(target: Target) -> str:
    def fits(record: ImplicitLabel) -> bool:
        return record.dialect == target.name and record.means is Meaning.NAMESPACE_LABEL

    return next((record.prefix for record in target.labels.implicit if fits(record)), "")


def _too_long(prefix: str, key: str, target: Target) -> str | None:
    longest = target.can.longest_label_name
    name = (prefix + key).rpartition("/")[2]
    if not longest or len(name) <= longest:
        return None
    return f"becomes the selector key {prefix}{key}, whose name is longer than {longest} characters"


def _broken(policy: Policy, target: Target) -> bool:
    return target.name in _dialects(target) and _Troubles(target).any_in(policy)


PASS = Pass(
    run,
    needs="selectors in their final shape",
    guarantees="no selector asks for a label that the target cannot see or reads otherwise",
    broken=_broken,
)
