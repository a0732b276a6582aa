"""What changes between two inputs, for people: a table that fits its terminal, and what is to be said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from translate.api.difference import Difference
from translate.frontend.sources import Places
from translate.prover.compare import Verdict
from translate.prover.point import Others
from translate.prover.rows import DiffRow
from translate.report.table import table
from translate.report.terminal import Terminal
from translate.report.text import refusals
from translate.report.witness import lines

HEADER = ("from", "to", "on", "change", "judged")
WORDS = {True: "allowed", False: "denied", None: "open"}
STYLES = {Verdict.SAME: "green", Verdict.TIGHTER: "yellow", Verdict.UNDECIDED: "yellow"}


def rows(found: Difference, out: Terminal, *, width: int, verbose: int) -> None:
    """The tables: what differs today, and what differs once there is another policy."""
    _rows(found, found.rows, out, width, verbose)
    for once, group in groupby(sorted(found.later, key=lambda row: len(row.once)), key=lambda row: row.once):
        out.line("")
        out.line(f"only {when(once)}:", "bold")
        _rows(found, tuple(group), out, width, verbose)
    if found.left_out:
        out.line("")
        out.line(left_out(found), "yellow")


def _rows(found: Difference, some: Sequence[DiffRow], out: Terminal, width: int, verbose: int) -> None:
    if not some:
        return
    if verbose:
        for row in some:
            for text in table(HEADER, [cells(row)], width):
                out.line(text)
            for text in _example(row, found.verification.before_places, found.verification.after_places):
                out.line(text, "dim")
            out.line("")
        return
    for number, text in enumerate(table(HEADER, [cells(row) for row in some], width)):
        out.line(text, "" if number else "bold")


def _example(row: DiffRow, before: Places, after: Places) -> list[str]:
    return ["  one packet of these", *("  " + text for text in lines(row.example, before, after))]


def cells(row: DiffRow) -> tuple[str, ...]:
    """A row of the table."""
    change = f"{WORDS[row.was_allowed]} → {WORDS[row.is_allowed]}"
    return row.source, row.destination, row.packets, change, row.direction.value


def when(once: tuple[Others, ...]) -> str:
    """What another policy has to do first; empty if nothing."""
    match once:
        case ():
            return ""
        case (Others.ISOLATE,):
            return "once another policy isolates the pod, and does not allow the packet"
        case (Others.ALLOW,):
            return "once another policy isolates the pod, and allows the packet"
        case _:
            return "once another policy isolates the pod"


def left_out(found: Difference) -> str:
    """How many rows are not told."""
    told = len(found.rows) + len(found.later)
    return f"+ {found.left_out} more: these are the {told} most general rows (--max-rows tells more)"


def summary(found: Difference, out: Terminal, *, verbose: int) -> None:
    """What is to be said of the tables: the verdict, what it rests on, and what is missing."""
    refusals(found.verification.refusals, out)
    for note in found.verification.notes:
        out.line(f"note: {note.message}", "dim")
    out.line(headline(found), STYLES.get(found.verdict, "red"))
    if found.reason and found.verdict is not Verdict.UNDECIDED:
        out.line(f"? not all: {found.reason}", "yellow")
    for assumption in found.proof.assumptions:
        if verbose or assumption.about.shown:
            out.line(f"  assumes: {assumption}", "dim")


def headline(found: Difference) -> str:
    """The verdict in one line, with as many rows as are told."""
    proof, hidden = found.proof, sum(not one.about.shown for one in found.proof.assumptions)
    rests = f" ({hidden} assumption{'s' * (hidden != 1)}; -v lists them)" if hidden else ""
    match found.verdict:
        case Verdict.UNDECIDED:
            return f"? undecided: {found.reason}"
        case Verdict.SAME if found.is_same:
            day = ", whatever policy is added later" if proof.later is not None else ""
            return f"✔ no difference: proved the same{day}{rests}"
        case Verdict.SAME:
            return f"✘ no difference today: {_counted(found.later)} once another policy is added{rests}"
        case Verdict.TIGHTER | Verdict.LOOSER | Verdict.MIXED:
            later = f"; {_counted(found.later)} once another policy is added" if found.later else ""
            return f"{'!' if found.verdict is Verdict.TIGHTER else '✘'} {_counted(found.rows)}{later}{rests}"


def _counted(some: Iterable[DiffRow]) -> str:
    """``3 rows: 2 looser, 1 tighter``."""
    effects = Counter(row.effect for row in some)
    total = sum(effects.values())
    words = {
        Verdict.LOOSER: "looser (denied before, allowed after)",
        Verdict.TIGHTER: "tighter (allowed before, denied after)",
        Verdict.MIXED: "mixed (either, by what is not settled)",
    }
    parts = ", ".join(f"{effects[effect]} {text}" for effect, text in words.items() if effects[effect])
    return f"{total} row{'s' * (total != 1)} differ{'s' * (total == 1)}: {parts}" if total else "it differs"
