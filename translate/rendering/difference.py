"""What changes between two inputs, for people: a table that fits its terminal, and what is to be said of it."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import assert_never

from translate.api.difference import Difference
from translate.frontend.sources import Places
from translate.prover.point import Others
from translate.prover.proof import Verdict
from translate.prover.rows import DiffRow
from translate.rendering.table import NARROW, table
from translate.rendering.terminal import Terminal
from translate.rendering.text import refusals
from translate.rendering.witness import lines

HEADER = ("from", "to", "on", "was", "is", "judged")
WORDS = {True: "allowed", False: "denied", None: "open"}
SETTLED = (
    "--source-engine and --target-engine say who enforces the policies, --before-version and --after-version which "
    "release of it"
)
GRAVEST = (Verdict.LOOSER, Verdict.MIXED, Verdict.TIGHTER)
LONG_LIST = re.compile(r"(?:[^\s,]+, ){7,}[^\s,;]+")
MARGIN = "  "
KEPT = 4
"""So many items of a list of eight or more are shown in a table."""
STYLES = {Verdict.SAME: "green", Verdict.TIGHTER: "yellow", Verdict.UNDECIDED: "yellow"}


def rows(found: Difference, out: Terminal, *, verbose: int) -> None:
    """The tables: what differs in any case, where something is open, and once there is another policy."""
    told = sorted((*found.rows, *found.later), key=lambda row: (len(row.once), [x.name for x in row.once], row.depends))
    for (once, depends), group in groupby(told, key=lambda row: (row.once, row.depends)):
        heading = ", ".join(filter(None, (depending(found) if depends else "", when(once))))
        some = tuple(group)
        if some[0] is not told[0]:
            out.line("")
        if heading:
            for text in textwrap.wrap(f"only {heading}:", out.width):
                out.line(text, "bold")
        _rows(found, some, out, verbose)
    if not verbose and any(with_short_lists(text) != text for row in told for text in cells(row)):
        out.line("… stands for the rest of a list: -v tells it", "dim")
    if found.left_out:
        out.line(left_out(found), "yellow")


def preview(found: Difference, out: Terminal, command: str) -> None:
    """The first rows below a counterexample, and how to have all of them."""
    some = found.rows or found.later
    told = [row for row in some if row.depends is some[0].depends and row.once == some[0].once]
    if not told:
        return
    width = out.width - len(MARGIN)
    heading = ("what differs, the most general first", depending(found) if told[0].depends else "", when(told[0].once))
    out.line(MARGIN + ", ".join(filter(None, heading)))
    for text in table(HEADER, [[*map(with_short_lists, cells(row))] for row in told], width):
        out.line(f"{MARGIN}{text}".rstrip())
    more = found.left_out + len(found.rows) + len(found.later) - len(told)
    unknown = "more" if found.reason else ""
    rest = unknown or (f"{more} more" if more else "")
    if rest:
        out.line(f"{MARGIN}+ {rest}: {command}", "dim")


def _rows(found: Difference, some: Sequence[DiffRow], out: Terminal, verbose: int) -> None:
    if verbose:
        for row in some:
            for text in table(HEADER, [cells(row)], out.width, lists=True):
                out.line(text)
            for text in _example(row, found.verification.before_places, found.verification.after_places):
                out.line(text, "dim")
            if row != some[-1]:
                out.line("")
        return
    for number, text in enumerate(table(HEADER, [[*map(with_short_lists, cells(row))] for row in some], out.width)):
        out.line(text, "" if number or out.width < NARROW else "bold")


def _example(row: DiffRow, before: Places, after: Places) -> list[str]:
    return ["  one packet of these", *("  " + text for text in lines(row.example, before, after))]


def cells(row: DiffRow) -> tuple[str, ...]:
    """A row of the table."""
    ends = (row.source, row.destination, row.packets)
    return (*ends, WORDS[row.was_allowed], WORDS[row.is_allowed], row.direction.value)


def with_short_lists(text: str) -> str:
    """``text`` with just the first of the items of each long list in it."""

    def first(found: re.Match[str]) -> str:
        items = found[0].split(", ")
        end = ")" if items[-1].endswith(")") else ""
        return f"{', '.join(items[:KEPT])}, … {len(items) - KEPT} more{end}"

    return LONG_LIST.sub(first, text)


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


def depending(found: Difference) -> str:
    """On what rows rest that not every reading shows."""
    texts = ("for some who enforce it", "for some sequence of policies of equal order")
    told = [text for text, varies in zip(texts, found.varies, strict=True) if varies]
    return " or ".join(told or texts)


def left_out(found: Difference) -> str:
    """How many rows are not told."""
    told = len(found.rows) + len(found.later)
    return f"+ {found.left_out} more: these are the {told} most general rows (--max-rows tells more)"


def summary(found: Difference, out: Terminal, *, verbose: int, tells_left_out: bool = False) -> None:
    """What is to be said of the tables: the verdict, what it rests on, and what is missing."""
    refusals(found.verification.refusals, out)
    for note in found.verification.notes:
        out.prose(f"note: {note.message}", "dim")
    out.prose(headline(found, hints=not verbose), STYLES.get(found.verdict, "red"))
    if found.reason and (found.rows or found.later or found.verdict is not Verdict.UNDECIDED):
        out.prose(f"? not all: {found.reason}", "yellow")
    if any(row.depends for row in (*found.rows, *found.later)):
        out.prose(f"some rows hold only {depending(found)}; {SETTLED}", "dim")
    if found.left_out and tells_left_out:
        out.prose(left_out(found), "yellow")
    for assumption in found.proof.assumptions:
        if verbose or assumption.about.shown:
            out.prose(f"assumes: {assumption}", "dim", indent=2)


def headline(found: Difference, *, hints: bool = True) -> str:
    """The verdict in one line, with as many rows as are told, and where the assumptions are that are not."""
    proof, hidden = found.proof, sum(not one.about.shown for one in found.proof.assumptions)
    rests = f" ({hidden} assumption{'s' * (hidden != 1)}; -v lists them)" if hidden and hints else ""
    later = f"; {_counted(found.later)} once another policy is added" if found.later else ""
    match found.verdict:
        case Verdict.UNDECIDED if found.rows or found.later:
            return f"✘ NOT the same: {_counted(found.rows)}{later}"
        case Verdict.UNDECIDED:
            return f"? undecided: {found.reason}"
        case Verdict.SAME if found.is_same:
            day = ", whatever policy is added later" if proof.later is not None else ""
            return f"✔ no difference: proved the same{day}{rests}"
        case Verdict.SAME:
            return f"✘ no difference today{later}{rests}"
        case Verdict.TIGHTER | Verdict.LOOSER | Verdict.MIXED:
            mark = "!" if found.verdict is Verdict.TIGHTER else "✘"
            return f"{mark} {found.verdict}: {_counted(found.rows)}{later}{rests}"
        case never:
            assert_never(never)


def _counted(some: Iterable[DiffRow]) -> str:
    """``3 rows (2 looser, 1 tighter)``."""
    effects = Counter(row.effect for row in some)
    total = sum(effects.values())
    parts = [f"{effects[effect]} {effect}" for effect in GRAVEST if effects[effect]]
    return f"{total} row{'s' * (total != 1)}" + (f" ({', '.join(parts)})" if len(parts) > 1 else "")
