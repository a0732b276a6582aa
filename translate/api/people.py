"""Who is in the groups of a matrix by name, and who is asked for: pods, workloads, ends as ``explain`` has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from translate.core.diagnostics import InputError, Problem
from translate.core.names import shown
from translate.core.near import near
from translate.dialects.base import Object
from translate.frontend.connections import end_of
from translate.frontend.residents import Resident, Residents, residents
from translate.model.facts import Facts
from translate.model.selectors import Scope
from translate.model.semantics import Semantics
from translate.prover.addresses import place
from translate.prover.axes import DnsName
from translate.prover.connection import CLASSES, ConnectionEnd, EndKind
from translate.prover.dns import stands_for
from translate.prover.matrix.groups import GroupKind, Party
from translate.prover.matrix.pods import atoms_of
from translate.prover.matrix.table import Table
from translate.prover.matrix.told import MatrixGroup
from translate.prover.matrix.walk import Bits
from translate.prover.point import PeerClass
from translate.prover.space import Space

Pairs: TypeAlias = "tuple[tuple[str, str], ...] | None"
NODES = {
    EndKind.OWN_NODE: (PeerClass.OWN_NODE,),
    EndKind.NODE: (PeerClass.OWN_NODE, PeerClass.OTHER_NODE),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a pod; None: nobody told."""

    namespace: str
    labels: Pairs
    namespace_labels: Pairs
    account: str | None
    account_labels: Pairs

    def atoms(self, space: Space) -> Bits:
        """The same on the axes of a space."""
        scopes = {
            Scope.POD: self.labels,
            Scope.NAMESPACE: self.namespace_labels,
            Scope.SERVICE_ACCOUNT: self.account_labels,
        }
        known: Mapping[Scope, dict[str, str]] = {
            scope: dict(labels) for scope, labels in scopes.items() if labels is not None
        }
        return atoms_of(space, self.namespace, known, self.account)


@dataclass(frozen=True, slots=True)
class People:
    """``members``: the pods and workloads of the input and the facts, by what is known of them. ``asked``: each focus
    as it is written, with the end that it is, or why it is none.
    """

    members: Mapping[Known, tuple[str, ...]]
    asked: tuple[tuple[str, ConnectionEnd | InputError], ...]

    @property
    def pods(self) -> tuple[Known, ...]:
        """All pods whose groups are to be told."""
        ends = (_known(end) for _, end in self.asked if isinstance(end, ConnectionEnd) and end.is_pod)
        return tuple(dict.fromkeys((*self.members, *ends)))


def people_of(
    objects: Iterable[Object], facts: Facts, semantics: Semantics, default_namespace: str, focus: Sequence[str]
) -> People:
    """Who is in the input and the facts, and who is asked for."""
    here = residents(tuple(objects), facts, default_namespace)
    members: dict[Known, tuple[str, ...]] = {}
    for one in (*here.workloads, *here.pods):
        if one.name and not one.pod.on_node:
            known = _resident(one, here, facts)
            name = f"{one.pod.namespace}/{one.name}"
            members[known] = (*members.get(known, ()), f"{one.kind.lower()}/{name}" if one.kind else name)
    return People(members, tuple((text, _end(text, here, facts, semantics)) for text in dict.fromkeys(focus)))


def _resident(one: Resident, here: Residents, facts: Facts) -> Known:
    pod = one.pod
    stated = facts.labels_of(pod.namespace)
    labels = None if stated is None else tuple(stated.items())
    return Known(pod.namespace, pod.labels, labels, pod.account, here.accounts.get((pod.namespace, pod.account)))


def _known(end: ConnectionEnd) -> Known:
    return Known(end.namespace, end.labels, end.namespace_labels, end.account, end.account_labels)


def _end(text: str, here: Residents, facts: Facts, semantics: Semantics) -> ConnectionEnd | InputError:
    try:
        return end_of(text, here, facts, semantics)
    except InputError as error:
        return error


def focused(people: People, found: Table, groups: Sequence[MatrixGroup]) -> list[tuple[str, list[int]]]:
    """The groups, by number, of each focus. Raises InputError, one line for each that nobody is."""
    meant = dict(zip(people.pods, found.meant, strict=True))
    told: list[tuple[str, list[int]]] = []
    problems: list[Problem] = []
    for text, end in people.asked:
        numbers = _by_name(text, groups)
        if not numbers and isinstance(end, ConnectionEnd):
            numbers = (
                meant[_known(end)]
                if end.is_pod
                else [n for n, p in enumerate(found.parties) if _is(end, p, found.space)]
            )
        if numbers:
            told.append((text, numbers))
        else:
            problems.append(Problem(message=_nobody(text, end, groups)))
    if problems:
        raise InputError(problems)
    return told


def _by_name(text: str, groups: Sequence[MatrixGroup]) -> list[int]:
    """Groups of the name, or else of the namespace."""
    exact = [number for number, group in enumerate(groups) if text == group.name]
    return exact or [
        number for number, group in enumerate(groups) if group.namespace and text.rstrip("/") == group.namespace
    ]


def _nobody(text: str, end: ConnectionEnd | InputError, groups: Sequence[MatrixGroup]) -> str:
    names = [*(group.name for group in groups), *(group.namespace for group in groups if group.namespace)]
    remark = near(text, names)
    if not remark and isinstance(end, InputError) and "/" in text:
        return f"--focus: {end.problems[0].message}"
    return f"--focus: {shown(text)} is no group, no namespace and nobody of the input{remark}"


def _is(end: ConnectionEnd, party: Party, space: Space) -> bool:
    """Whether somebody who is no pod may be of a group."""
    if end.kind in NODES:
        return party.kind is GroupKind.NODES and bool(set(party.classes) & set(NODES[end.kind]))
    if end.kind in CLASSES:
        return party.kind is GroupKind.ENDPOINT and CLASSES[end.kind] in party.classes
    if end.dns:
        return isinstance(party.of, DnsName) and any(stands_for(party.of.pattern, name) for name in end.dns)
    return party.kind is GroupKind.OUTSIDE and (not end.addresses or _holds(party, end.addresses[0], space))


def _holds(party: Party, address: str, space: Space) -> bool:
    bit = 1 << space.address.atom(place(address))
    return any(bit & box.get(space.address_axis, bit) for box in party.boxes)
