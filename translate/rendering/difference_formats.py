"""What changes between two inputs, for programs and pages: JSON, CSV, Markdown."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterable
from typing import Any

from translate.api.difference import Difference
from translate.core.origin import Origin
from translate.frontend.sources import Places
from translate.model.policy import Direction
from translate.prover.decision import Decision
from translate.prover.rows import DiffRow
from translate.rendering.difference import WORDS, depending, headline, left_out, when
from translate.rendering.findings import place
from translate.rendering.json import counterexample, of_verification
from translate.rendering.terminal import safe
from translate.rendering.witness import ends, packet

SCHEMA = "netpol-translate/diff/v1"
COLUMNS = (
    *("effect", "direction", "from", "to", "on", "before", "after", "depends", "once"),
    *("example_from", "example_to", "example_on", "before_by", "before_at", "after_by", "after_at"),
)
MARKDOWN = re.compile(r"([\\`*_\[\]|~#])")


def as_json(found: Difference) -> str:
    """The document ``netpol-translate/diff/v1``: within v1 fields are only ever added."""
    return json.dumps(document(found), indent=2, ensure_ascii=True) + "\n"


def document(found: Difference) -> dict[str, Any]:
    """The same as a value."""
    verified, places = of_verification(found.verification), _places(found)
    return {
        "schema": SCHEMA,
        "verdict": found.verdict.value,
        "later": None if found.proof.later is None else found.proof.later.value,
        "complete": found.is_whole,
        "left_out": found.left_out,
        "reason": found.reason,
        "rows": [_row(row, places) for row in found.rows],
        "later_rows": [_row(row, places) for row in found.later],
        "assumptions": [str(one) for one in found.proof.assumptions],
        "refusals": verified["refusals"],
        "notes": [note.message for note in found.verification.notes],
    }


def _places(found: Difference) -> tuple[Places, Places]:
    return found.verification.before_places, found.verification.after_places


def _row(row: DiffRow, places: tuple[Places, Places]) -> dict[str, Any]:
    return {
        "effect": row.effect.value,
        "direction": row.direction.value,
        "from": row.source,
        "to": row.destination,
        "on": row.packets,
        "before": WORDS[row.was_allowed],
        "after": WORDS[row.is_allowed],
        "depends": row.depends,
        "once": [others.name.lower() for others in row.once],
        "example": counterexample(row.example, *places),
    }


def as_csv(found: Difference) -> str:
    """A header and a row for each row, today's first; no cell is a formula to a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in (*found.rows, *found.later):
        writer.writerow(map(harmless, _cells(row, _places(found))))
    return stream.getvalue()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet takes for text, control characters escaped."""
    text = safe(cell)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text


def _cells(row: DiffRow, places: tuple[Places, Places]) -> Iterable[str]:
    yield from (row.effect.value, row.direction.value, row.source, row.destination, row.packets)
    yield from (WORDS[row.was_allowed], WORDS[row.is_allowed])
    yield from ("yes" if row.depends else "", when(row.once))
    yield from (*ends(row.example.point), packet(row.example.point))
    for decision, known in zip((row.example.before, row.example.after), places, strict=True):
        yield from _decided(decision, known)


def _decided(decision: Decision, places: Places) -> tuple[str, str]:
    """Who decides, and where that is written; in words if it is no policy."""
    if decision.policy is None:
        return decision.why, ""
    origin: Origin = decision.rule.origin if decision.rule else decision.policy.origin
    return str(decision.policy.identity), place(origin, places)


def as_markdown(found: Difference) -> str:
    """A page with the verdict and a table for today, and one for what differs later."""
    texts = [f"**{escaped(headline(found, hints=False))}**", ""]
    texts += _table(found, found.rows, "What differs today")
    texts += _table(found, found.later, "What differs once there is another policy")
    if found.left_out:
        texts += [escaped(left_out(found)), ""]
    texts += [f"- assumes: {escaped(str(one))}" for one in found.proof.assumptions]
    return "\n".join(texts).rstrip() + "\n"


def _table(found: Difference, rows: tuple[DiffRow, ...], title: str) -> list[str]:
    if not rows:
        return []
    lines = [f"## {title}", "", "| from | to | on | was | is | judged | decided by |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        decided = zip((row.example.before, row.example.after), _places(found), strict=True)
        by = " → ".join(" ".join(filter(None, _decided(*one))) for one in decided)
        once = ", ".join(filter(None, (WORDS[row.is_allowed], depending(found) if row.depends else "", when(row.once))))
        ends_and_packets = (row.source, row.destination, row.packets)
        texts = (*ends_and_packets, WORDS[row.was_allowed], once, _judged(row), by)
        lines.append(f"| {' | '.join(map(escaped, texts))} |")
    return [*lines, ""]


def _judged(row: DiffRow) -> str:
    return f"{row.direction.value} of the {'receiver' if row.direction is Direction.INGRESS else 'sender'}"


def escaped(text: str) -> str:
    """Text that Markdown and HTML show as it is, on one line."""
    return MARKDOWN.sub(r"\\\1", html.escape(safe(text), quote=False))
