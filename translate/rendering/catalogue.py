"""The tables as people read them: codes, and what each dialect supports."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from translate.rendering.terminal import Terminal
from translate.tables.records import Capabilities, Code, Feature, Support, Word

WIDTH = 100


def codes(known: Mapping[str, Code], out: Terminal) -> None:
    """One line per code."""
    for code, record in sorted(known.items()):
        out.line(f"{code}  {record.kind:<8} {'/'.join(record.effects) or '-':<14} {record.name}")


def code(code: str, record: Code, out: Terminal) -> None:
    """One code in full."""
    effects = f" ({', '.join(record.effects)})" if record.effects else ""
    out.line(f"{code} {record.name}: {record.kind}{effects}", "bold")
    for title, text in (("meaning", record.meaning), ("example", record.example), ("way out", record.way_out)):
        out.line("")
        out.line(title, "bold")
        for paragraph in text.strip().split("\n\n"):
            for line in _wrapped(paragraph):
                out.line(line)


def _wrapped(text: str, first: str = "  ") -> list[str]:
    """``text`` in lines, no name of anything broken."""
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent="  ", break_on_hyphens=False)


def words(known: Mapping[str, Word], out: Terminal) -> None:
    """The words that have an entry of their own."""
    out.line("")
    for line in _wrapped(f"words: {', '.join(known)}", first=""):
        out.line(line)


def word(name: str, record: Word, out: Terminal) -> None:
    """One word in full."""
    out.line(name, "bold")
    for line in _wrapped(record.meaning):
        out.line(line)


def features(rows: Sequence[Feature], names: Sequence[str], out: Terminal) -> None:
    """Construct by dialect; a dialect that says nothing of a construct has no word for it."""
    cells = [(row.id, *(_short(row.dialects.get(name)) for name in names)) for row in rows]
    head = ("construct", *names)
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    for number, line in enumerate([head, *cells]):
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        out.line(text, "" if number else "bold")


def dialect(name: str, can: Capabilities, rows: Sequence[Feature], out: Terminal) -> None:
    """One dialect: how each construct is spelled there."""
    out.line(can.title, "bold")
    for row in rows:
        support = row.dialects.get(name)
        spelled = "" if support is None else support.spelled
        out.line(f"  {row.id:<20} {_short(support):<14} {spelled}".rstrip())
        out.line(f"  {'':<20} {'':<14} {row.meaning}", "dim")


def _short(support: Support | None) -> str:
    if support is None:
        return "-"
    return " ".join(
        part for part in (support.support, support.code, f">= {support.since}" if support.since else "") if part
    )
