"""A matrix in words: groups by name, and of each two of them what gets through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from translate.model.unknowns import OwnNodeIn, PodIn, Unknown
from translate.prover.axes import LabelOf
from translate.prover.matrix.cells import KIND, READING, TIES, Through
from translate.prover.matrix.groups import GroupKind, Party
from translate.prover.matrix.names import names_of, namespace_of, text_of
from translate.prover.matrix.packets import ALL, NONE
from translate.prover.matrix.table import Table
from translate.prover.matrix.walk import BOTH, FROM, Key


class Access(StrEnum):
    """What of all packets gets through from one group to another."""

    ALL = "all"
    SOME = "some"
    NOTHING = "nothing"
    DEPENDS = "depends"
    UNDECIDED = "undecided"
    UNASKED = "not judged"
    NOBODY = "no such pair"


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """Whoever the policies treat alike. ``name``: short, and of one group only; a pod is in the group that names most
    of its labels. ``text``: exactly who is in it. ``namespace``: where, in words if that is several; empty for who is
    no pod. ``members``: the pods and workloads of the input and the facts that are in it.
    """

    name: str
    kind: GroupKind
    namespace: str
    text: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What gets through from one group to another, at both ends.

    ``always``: which packets, in words (``TCP 80, 443``, ``any``); empty: none. ``sometimes``: where it depends, those
    that get through in some case, the former included; ``rests_on``: on what.
    """

    access: Access
    always: str = ""
    sometimes: str = ""
    rests_on: tuple[str, ...] = ()


def groups_of(found: Table, members: Sequence[Sequence[str]]) -> tuple[MatrixGroup, ...]:
    """The groups in words; ``members`` of each."""
    names, space = names_of(found.space, found.parties, are_all=not found.left), found.space
    return tuple(
        MatrixGroup(name, party.kind, namespace_of(space, party), text_of(space, party), tuple(mine))
        for name, party, mine in zip(names, found.parties, members, strict=True)
    )


def cells_of(found: Table, number: int) -> tuple[tuple[MatrixCell, ...], ...]:
    """The cells of one set of policies in words."""
    known: dict[tuple[Through | None, str, str], MatrixCell] = {}
    homes = [namespace_of(found.space, party) if party.is_named else "" for party in found.parties]
    rows = []
    for source, row in enumerate(found.cells[number]):
        cells = []
        for destination, cell in enumerate(row):
            rests = cell is not None and bool(cell.rests)
            key = (cell, homes[source], homes[destination]) if rests else (cell, "", "")
            if key not in known:
                ends = (found.parties[source], found.parties[destination])
                known[key] = _cell(found, cell, ends, (homes[source], homes[destination]))
            cells.append(known[key])
        rows.append(tuple(cells))
    return tuple(rows)


def _cell(found: Table, cell: Through | None, ends: tuple[Party, Party], homes: tuple[str, str]) -> MatrixCell:
    if cell is None:
        return MatrixCell(Access.UNASKED)
    if not cell.possible:
        return MatrixCell(Access.NOBODY)
    if cell.undecided:
        return MatrixCell(Access.UNDECIDED)
    always, ever = found.packets.text(cell.always), found.packets.text(cell.ever)
    if cell.always == cell.ever:
        access = {ALL: Access.ALL, NONE: Access.NOTHING}.get(cell.always, Access.SOME)
        return MatrixCell(access, always, ever)
    rests = dict.fromkeys(text for key in cell.rests for text in _rests(found, key, ends, homes))
    return MatrixCell(Access.DEPENDS, always, ever, tuple(rests))


def _rests(found: Table, key: Key, ends: tuple[Party, Party], homes: tuple[str, str]) -> Iterator[str]:
    """What a cell rests on, in words that somebody who knows the cluster can check."""
    whose, number = key
    if whose == READING:
        yield "who enforces the policies"
    elif whose == TIES:
        yield "which of two policies of equal order is first"
    elif whose == KIND:
        named = any(party.kind is GroupKind.NAMED for party in ends)
        yield "whether it is a node or outside the cluster" if named else "whether both are in one namespace"
    else:
        end, at = ("source", homes[0]) if whose in (FROM, BOTH) else ("destination", homes[1])
        match found.space.axes[number]:
            case LabelOf(_, label):
                namespace = f"namespace {at}" if at else f"namespace of the {end}"
                yield f"the label {label.key} of the {namespace}"
            case PodIn() | OwnNodeIn() as told:
                yield f"whether {told}"
            case Unknown() as told:
                yield f"whether the {end} is among [{told}]"
            case _:
                yield f"the address of the {end}"
