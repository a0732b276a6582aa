"""Who may reach whom, for people: groups with numbers and a grid of marks, or lists where that does not fit."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from translate.api.matrix import Matrix
from translate.prover.matrix.groups import GroupKind
from translate.prover.matrix.told import Access, MatrixCell, MatrixGroup
from translate.rendering.matrix_words import Legend, counted, left_out, legend, members_of, text_of
from translate.rendering.table import table
from translate.rendering.terminal import Terminal, safe
from translate.rendering.text import refusals

COLUMN, MARGIN = 2, 5
SHOWN_MEMBERS = 3
UNJUDGED = (Access.UNASKED, Access.NOBODY)


def document(found: Matrix, out: Terminal, *, verbose: int) -> None:
    """What goes to stdout."""
    if not found.groups:
        return
    if found.before:
        _changes(found, out)
        return
    marks = legend(found)
    fits = MARGIN + COLUMN * len(found.groups) <= out.width and marks.is_short
    if found.focus or not fits:
        _lists(found, out, verbose)
        return
    _groups(found.groups, out, verbose)
    out.line("")
    _grid(found, marks, out)
    out.line("")
    _legend(marks, out)
    if verbose:
        out.line("")
        _lists(found, out, verbose)


def summary(found: Matrix, out: Terminal, *, verbose: int, quiet: bool) -> None:
    """What is to be said of it."""
    refusals(found.refusals, out)
    if found.reason:
        out.prose(f"? undecided: {found.reason}", "yellow")
    if quiet:
        return
    for text, names in found.asked:
        if names != (text,):
            out.prose(f"{text} is in {' or '.join(names)}", "dim")
    if found.groups:
        out.line(counted(found))
    for text in left_out(found):
        out.prose(text, "yellow")
    for note in found.notes:
        out.prose(f"note: {note}", "dim")
    for assumption in found.assumptions:
        if verbose or assumption.about.shown:
            out.prose(f"assumes: {assumption}", "dim", indent=2)


def _groups(groups: Sequence[MatrixGroup], out: Terminal, verbose: int) -> None:
    """The groups with their numbers, those of a namespace below its name."""
    home = ""
    for number, group in enumerate(groups, 1):
        if group.kind is GroupKind.PODS and group.namespace != home:
            out.line(f"    {group.namespace}", "bold")
        home = group.namespace
        name = group.name.removeprefix(f"{home}/") if home else group.name
        known = members_of(group, len(group.members) if verbose else SHOWN_MEMBERS)
        indent = "  " if home else ""
        _wrapped(f"{number:>3} {indent}", f"{name}  [{known}]" if known else name, out)
        if verbose and group.text not in (name, group.name):
            _wrapped(f"    {indent}  ", f"= {group.text}", out, "dim")


def _grid(found: Matrix, marks: Legend, out: Terminal) -> None:
    """Rows send, columns get; the numbers of the columns stand upright."""
    count = len(found.groups)
    digits = [f"{number:>{len(str(count))}}" for number in range(1, count + 1)]
    for place in range(len(str(count))):
        heading = "to" if place == len(str(count)) - 1 else "  "
        out.line(f"{heading:>{MARGIN - 1}} " + " ".join(text[place] for text in digits), "bold")
    for number, row in enumerate(found.cells, 1):
        cells = " ".join(marks.marks.get(cell, " ") for cell in row).rstrip()
        out.line(f"{number:>{MARGIN - 1}} {cells}".rstrip())


def _legend(marks: Legend, out: Terminal) -> None:
    for cell, mark in marks.marks.items():
        if mark.strip():
            _wrapped(f"  {mark}  ", f"{text_of(cell)}{_rests(cell)}", out)


def _rests(cell: MatrixCell) -> str:
    return f", depending on {' and '.join(cell.rests_on)}" if cell.rests_on else ""


def _lists(found: Matrix, out: Terminal, verbose: int) -> None:
    """One group after the other, with whom it reaches on what; those asked for with who reaches them, too."""
    shown = found.focus or tuple(range(len(found.groups)))
    first = True
    for number in shown:
        ways = [("reaches", [*found.cells[number]])]
        if found.focus:
            ways.append(("is reached by", [row[number] for row in found.cells]))
        for word, cells in ways:
            judged = [(other, cell) for other, cell in enumerate(cells) if cell.access not in UNJUDGED]
            if not judged:
                continue
            if not first:
                out.line("")
            first = False
            _wrapped("", f"{found.groups[number].name} {word}", out, "bold")
            for line in _by_cell(found, judged, out.width):
                out.line(line)


def _by_cell(found: Matrix, judged: Sequence[tuple[int, MatrixCell]], width: int) -> Iterator[str]:
    """Everybody of whom the same is said in one line; who is not reached at all is counted where others are."""
    together: dict[MatrixCell, list[str]] = {}
    for other, cell in judged:
        together.setdefault(cell, []).append(found.groups[other].name)
    told = sorted(together.items(), key=lambda item: (item[0].access is Access.NOTHING, item[0].access is Access.ALL))
    rows = []
    for cell, names in told:
        if cell.access is Access.NOTHING and len(together) > 1:
            whom = f"the other {len(names)}" if len(names) > 1 else names[0]
        elif len(names) == len(judged) and len(names) > 1:
            whom = f"all {len(names)} of them"
        else:
            whom = ", ".join(names)
        rows.append((whom, f"{text_of(cell)}{_rests(cell)}"))
    yield from (f"  {text}".rstrip() for text in table(("whom", "on"), rows, width - 2)[1:] if text.strip())


def _changes(found: Matrix, out: Terminal) -> None:
    """The cells that are not what they were; what they rest on stands below."""
    together: dict[tuple[int, MatrixCell, MatrixCell], list[str]] = {}
    for i, j in found.changes:
        together.setdefault((i, found.before[i][j], found.cells[i][j]), []).append(found.groups[j].name)
    rows = [
        (found.groups[i].name, ", ".join(names), text_of(was), text_of(now))
        for (i, was, now), names in together.items()
    ]
    if rows:
        for text in table(("from", "to", "was", "is"), rows, out.width):
            out.line(text)
        resting = dict.fromkeys(cell for _, *cells in together for cell in cells if cell.rests_on)
        if resting:
            out.line("")
        for cell in resting:
            _wrapped("", f"{text_of(cell)}: depending on {' and '.join(cell.rests_on)}", out, "dim")
        out.line("")
    count = len(found.changes)
    out.line(f"{count or 'none'} of {len(found.pairs)} pairs of groups {'change' if count > 1 else 'changes'}")


def _wrapped(start: str, text: str, out: Terminal, style: str = "") -> None:
    """A line that goes on below its own beginning."""
    lines = textwrap.wrap(safe(text), max(20, out.width - len(start)), break_on_hyphens=False) or [""]
    for number, line in enumerate(lines):
        out.line((start if not number else " " * len(start)) + line, style)
