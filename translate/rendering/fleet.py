"""Many clusters as one table: text, JSON and Markdown."""

from __future__ import annotations

import json
from typing import Any

from translate.api.fleet import ClusterOutcome, Fleet, FleetVerdict
from translate.rendering.difference_formats import escaped
from translate.rendering.table import table
from translate.rendering.terminal import Terminal

SCHEMA = "netpol-translate/fleet/v1"
HEADER = ("cluster", "policies", "verdict", "losses")
FINE = (FleetVerdict.SAME, FleetVerdict.TIGHTER, FleetVerdict.UNDECIDED)
"""What is no alarm: the others are red."""


def as_json(found: Fleet) -> str:
    """The document for programs."""
    return json.dumps(document(found), indent=2, ensure_ascii=True) + "\n"


def document(found: Fleet) -> dict[str, Any]:
    """The same as values."""
    return {
        "schema": SCHEMA,
        "exit_code": found.exit_code,
        "verdicts": {verdict.value: count for verdict, count in found.verdicts.items()},
        "clusters": [_cluster(one) for one in found.clusters],
    }


def _cluster(one: ClusterOutcome) -> dict[str, Any]:
    return {
        "name": one.name,
        "folder": one.folder,
        "policies": one.policies,
        "verdict": one.verdict.value,
        "exit_code": one.exit_code,
        "losses": [{"code": loss.code, "effect": loss.effect, "count": loss.count} for loss in one.losses],
        "remarks": list(one.remarks),
    }


def as_markdown(found: Fleet) -> str:
    """A page with the counts, a table, and what is wrong."""
    lines = [f"**{escaped(counts(found))}**", "", f"| {' | '.join(HEADER)} |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(map(escaped, _cells(one)))} |" for one in found.clusters]
    remarks = [f"- {escaped(text)}" for text in _remarks(found)]
    return "\n".join([*lines, *([""] if remarks else []), *remarks]) + "\n"


def text(found: Fleet, out: Terminal) -> None:
    """The table for people, and below it what is wrong."""
    for line in table(HEADER, [_cells(one) for one in found.clusters], out.width):
        out.line(line)
    for line in _remarks(found):
        out.prose(line, hang=2)


def summary(found: Fleet, out: Terminal, *, verbose: int) -> None:
    """How many clusters came to what."""
    style = "green" if not found.exit_code else "yellow" if {*found.verdicts} <= {*FINE} else "red"
    out.prose(counts(found), style)
    recalled = [one.name for one in found.clusters if one.recalled]
    if verbose and recalled:
        out.prose(f"  from the cache: {', '.join(recalled)}", "dim")


def counts(found: Fleet) -> str:
    """The counts in a line."""
    count = len(found.clusters)
    told = [f"{number} {verdict.value}" for verdict, number in found.verdicts.items()]
    return " · ".join([f"{count} cluster{'s' * (count != 1)}", *told])


def _cells(one: ClusterOutcome) -> tuple[str, ...]:
    losses = ", ".join(f"{loss.count} {loss.code} {loss.effect}" for loss in one.losses)
    return one.name, str(one.policies or ""), one.verdict.value, losses


def _remarks(found: Fleet) -> list[str]:
    return [f"{one.name}: {remark}" for one in found.clusters for remark in one.remarks]
