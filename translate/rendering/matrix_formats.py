"""Who may reach whom, for programs and pages: JSON, CSV, Markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from translate.api.matrix import Matrix
from translate.prover.matrix.told import Access, MatrixCell, MatrixGroup
from translate.rendering.difference_formats import escaped, harmless
from translate.rendering.json import refusal
from translate.rendering.matrix_words import counted, left_out, text_of

SCHEMA = "netpol-translate/matrix/v1"
COLUMNS = ("from", "to", "access", "always", "sometimes", "depends_on")
BEFORE = tuple(f"before_{name}" for name in COLUMNS[2:])


def as_json(found: Matrix) -> str:
    """The document ``netpol-translate/matrix/v1``: within v1 fields are only ever added."""
    return json.dumps(document(found), indent=2, ensure_ascii=True) + "\n"


def document(found: Matrix) -> dict[str, Any]:
    """The same as a value."""
    return {
        "schema": SCHEMA,
        "decided": found.is_decided,
        "reason": found.reason,
        "groups": [_group(group) for group in found.groups],
        "cells": [_pair(found, *pair) for pair in found.pairs],
        "focus": [{"asked": text, "groups": list(names)} for text, names in found.asked],
        "left_out": found.left_out,
        "unpeopled": found.unpeopled,
        "assumptions": [str(one) for one in found.assumptions],
        "notes": list(found.notes),
        "refusals": [refusal(one) for one in found.refusals],
    }


def _group(group: MatrixGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "kind": group.kind.value,
        "namespace": group.namespace,
        "text": group.text,
        "members": list(group.members),
    }


def _pair(found: Matrix, source: int, destination: int) -> dict[str, Any]:
    pair = {"from": found.groups[source].name, "to": found.groups[destination].name}
    told = pair | _cell(found.cells[source][destination])
    return told | {"before": _cell(found.before[source][destination])} if found.before else told


def _cell(cell: MatrixCell) -> dict[str, Any]:
    return {
        "access": cell.access.value,
        "always": cell.always,
        "sometimes": cell.sometimes,
        "rests_on": list(cell.rests_on),
    }


def as_csv(found: Matrix) -> str:
    """A header and a row for each pair of groups; no cell is a formula to a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow((*COLUMNS, *(BEFORE if found.before else ())))
    for i, j in found.pairs:
        cells = [found.cells[i][j], *([found.before[i][j]] if found.before else [])]
        texts = (found.groups[i].name, found.groups[j].name, *(text for cell in cells for text in _texts(cell)))
        writer.writerow(map(harmless, texts))
    return stream.getvalue()


def _texts(cell: MatrixCell) -> Iterable[str]:
    return cell.access.value, cell.always, cell.sometimes, "; ".join(cell.rests_on)


def as_markdown(found: Matrix) -> str:
    """A page with the groups, and who reaches whom; with two inputs, what changes."""
    texts = [f"**{escaped(counted(found))}**", ""]
    if found.reason:
        texts += [f"**? undecided: {escaped(found.reason)}**", ""]
    texts += ["## Groups", "", "| group | who exactly | known to be in it |", "|---|---|---|"]
    texts += [_row(group.name, group.text, ", ".join(group.members)) for group in found.groups]
    texts += ["", *(_changes(found) if found.before else _reached(found)), ""]
    texts += [f"- {escaped(text)}" for text in (*left_out(found), *(f"note: {note}" for note in found.notes))]
    texts += [f"- assumes: {escaped(str(one))}" for one in found.assumptions]
    return "\n".join(texts).rstrip() + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"


def _reached(found: Matrix) -> Iterator[str]:
    yield from (
        "## Who reaches whom",
        "",
        f"Of {len(found.pairs)} pairs of groups, nothing else gets through between any.",
        "",
    )
    yield from ("| from | to | on | depending on |", "|---|---|---|---|")
    together: dict[tuple[int, MatrixCell], list[str]] = {}
    for i, j in found.pairs:
        if found.cells[i][j].access is not Access.NOTHING:
            together.setdefault((i, found.cells[i][j]), []).append(found.groups[j].name)
    for (i, cell), names in together.items():
        yield _row(found.groups[i].name, ", ".join(names), text_of(cell), "; ".join(cell.rests_on))


def _changes(found: Matrix) -> Iterator[str]:
    yield from ("## What changes", "")
    if not found.changes:
        yield f"None of {len(found.pairs)} pairs of groups."
        return
    yield from ("| from | to | was | is | depending on |", "|---|---|---|---|---|")
    for i, j in found.changes:
        was, now = found.before[i][j], found.cells[i][j]
        rests = "; ".join(dict.fromkeys((*was.rests_on, *now.rests_on)))
        yield _row(found.groups[i].name, found.groups[j].name, text_of(was), text_of(now), rests)
