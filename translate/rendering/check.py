"""What ``check`` says: findings about the input, and the forecast of a translation."""

from __future__ import annotations

from collections import Counter
from typing import Any

from translate.api.check import Check
from translate.api.lints import Lint
from translate.core.origin import spell
from translate.rendering import findings, json, text
from translate.rendering.findings import place
from translate.rendering.terminal import Terminal
from translate.rendering.witness import sentence


def render(found: Check, to: str | None, out: Terminal, *, verbose: int) -> None:
    """Findings by code, then the forecast, then a line to sum up."""
    text.problems(found.problems, out)
    findings.say([_finding(one, found) for one in found.findings], out, verbose=verbose)
    if found.refusals and found.forecast is None:
        text.refusals(found.refusals, out, verbose=verbose)
    if found.forecast is not None:
        text.forecast(found.forecast, out, verbose=verbose)
    counts = Counter(one.code for one in found.findings)
    listed = ", ".join(f"{code} {count}" for code, count in sorted(counts.items()))
    policies = f"{found.policies} polic{'y' if found.policies == 1 else 'ies'}"
    said = (
        f"{len(found.findings)} finding{'s' * (len(found.findings) != 1)} about the input" if listed else "no findings"
    )
    if found.problems:
        out.line(f"{len(found.problems)} not valid, and not looked at: all else is said of the rest", "red")
    out.prose(f"{policies} checked: {said}{f' ({listed})' if listed else ''}")
    if to is not None and found.forecast is None:
        out.line(f"nothing can be translated to {to}", "red")


def _finding(one: Lint, found: Check) -> findings.Finding:
    shown = "" if one.packet is None else f"e.g. {sentence(one.packet)}"
    return findings.Finding(
        word=findings.NOTE,
        code=one.code,
        where=place(one.origin, found.places),
        message=f"{one.message}; {shown}" if shown else one.message,
        about=one.about,
        hint="",
    )


def document(found: Check) -> dict[str, Any]:
    """The report as JSON."""
    return {
        "schema": json.SCHEMA,
        "findings": [
            {
                "code": one.code,
                "message": one.message,
                **json.place(one.origin, found.places),
                "object": one.object,
                "path": spell(one.origin.path),
                "packet": None if one.packet is None else sentence(one.packet),
            }
            for one in found.findings
        ],
        "problems": [json.problem(one) for one in found.problems],
        "refusals": [json.refusal(one) for one in found.refusals],
        "forecast": None if found.forecast is None else json.of_result(found.forecast),
    }
