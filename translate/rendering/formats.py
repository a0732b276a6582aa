"""Reports for programs and platforms, made of the JSON report: SARIF, GitHub annotations, JUnit, Markdown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from translate.rendering.terminal import safe
from translate.tables import load

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
INVALID, DIFFERENCE, UNDECIDED = "invalid-input", "difference", "undecided"
"""The rules of what has no code of its own: what cannot be read, what two inputs treat differently, no answer."""
DESCRIPTIONS = {
    INVALID: "The input cannot be read, or is no valid object.",
    DIFFERENCE: "Packets that one side lets through and the other denies.",
    UNDECIDED: "The comparison did not come to an answer.",
}
LEVELS = {"looser": "error", "mixed": "error", "refused": "error", "problem": "error", "exact": "note", "note": "note"}
"""What is graver than a warning, and what is less."""
MOST_ANNOTATIONS = 10
"""GitHub shows so many of each kind in one step."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a report says, whatever it is: what it does, its code, its place, what it is about."""

    kind: str
    code: str
    message: str
    file: str
    line: int
    column: int
    object: str
    path: str

    @property
    def level(self) -> str:
        """``error``, ``warning`` or ``note``."""
        return LEVELS.get(self.kind, "warning")

    @property
    def fingerprint(self) -> str:
        """What stays when lines move: of the code, the object and the field."""
        return hashlib.sha256("\0".join((self.code, self.object, self.path)).encode()).hexdigest()[:32]


def all_said(report: Mapping[str, Any]) -> list[Said]:
    """All that a JSON report says, gravest first as it lists it; accepted losses are no results any more."""
    return [*_all_said(report), *_all_said(report.get("forecast") or {})]


def _all_said(report: Mapping[str, Any]) -> Iterator[Said]:
    for one in report.get("problems", ()):
        yield _said("problem", INVALID, one)
    for one in report.get("refusals", ()):
        yield _said("refused", one["code"], one)
    for one in report.get("losses", ()):
        if not one["accepted"]:
            yield _said(one["effect"], one["code"], one)
    for one in report.get("findings", ()):
        yield _said("note", one["code"], one)
    for one in report.get("rows", ()):
        yield _differing(one["effect"], one["example"], one)
    for one in report.get("later_rows", ()):
        yield _differing(f"{one['effect']}-later", one["example"], one)
    proof = report.get("proof")
    if proof and ("losses" not in report or "structure" in report):
        # What a translation loses is told as losses; elsewhere the packets are all that is told.
        for one in proof["counterexamples"]:
            yield _differing(one["effect"], one, one)
        for one in proof["later_counterexamples"]:
            yield _differing(f"{one['effect']}-later", one, one)
    reason = (proof or report).get("reason", "")
    if verdict(report) == UNDECIDED and reason:
        yield Said(UNDECIDED, UNDECIDED, safe(reason), "", 0, 0, "", "")


def _differing(kind: str, example: Mapping[str, Any], who: Mapping[str, Any]) -> Said:
    """Packets that both sides treat differently: who to whom, on what, and who decides one of them after."""
    was, now = (example[side] for side in ("before", "after"))
    place = next((side for side in (now, was) if side["file"]), now)
    decided = f"{_decision(was)} before, {_decision(now)} after"
    message = safe(f"{who['direction']}: {who['from']} to {who['to']} on {who['on']}: {decided}")
    about = now["policy"] or was["policy"] or ""
    return Said(kind, DIFFERENCE, message, place["file"], place["line"], place["column"], about, place["path"])


def _decision(side: Mapping[str, Any]) -> str:
    return f"{'allowed' if side['allowed'] else 'denied'} ({side['policy'] or side['why']})"


def _said(kind: str, code: str, one: Mapping[str, Any]) -> Said:
    place = one.get("file", ""), one.get("line", 0), one.get("column", 0)
    return Said(kind, code, safe(one["message"]), *place, one.get("object", ""), one.get("path", ""))


def verdict(report: Mapping[str, Any]) -> str:
    """What was proved, in a word; empty where nothing was asked."""
    proof = report.get("proof") or (report.get("forecast") or {}).get("proof") or report
    return str(proof.get("verdict", ""))


def sarif(report: Mapping[str, Any]) -> str:
    """SARIF 2.1.0: one rule for each code, fingerprints that survive moved lines."""
    found = all_said(report)
    codes = sorted({one.code for one in found})
    run = {
        "tool": {"driver": {"name": "netpol-translate", "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(one, codes) for one in found],
    }
    return _json({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str) -> dict[str, Any]:
    record = load.codes().get(code)
    if record is None:
        return {"id": code, "shortDescription": {"text": DESCRIPTIONS[code]}}
    return {
        "id": code,
        "name": record.name,
        "shortDescription": {"text": record.name},
        "fullDescription": {"text": record.meaning.strip()},
        "help": {"text": record.way_out.strip()},
    }


def _sarif_result(one: Said, codes: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": codes.index(one.code),
        "level": one.level,
        "message": {"text": one.message},
        "partialFingerprints": {"object/v1": one.fingerprint},
    }
    if one.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": one.file.replace("\\", "/")}}
        if one.line:
            place["region"] = {"startLine": one.line, **({"startColumn": one.column} if one.column else {})}
        found["locations"] = [{"physicalLocation": place}]
    return found


def github(report: Mapping[str, Any]) -> str:
    """Workflow commands that become annotations, at most ten of a kind."""
    words = {"error": "error", "warning": "warning", "note": "notice"}
    lines: dict[str, list[str]] = {word: [] for word in words.values()}
    for one in all_said(report):
        place = {"file": one.file, "line": one.line, "col": one.column, "title": one.code}
        where = ",".join(f"{key}={_property(str(value))}" for key, value in place.items() if value)
        lines[words[one.level]].append(f"::{words[one.level]} {where}::{_data(one.message)}\n")
    return "".join("".join(some[:MOST_ANNOTATIONS]) for some in lines.values())


def _data(text: str) -> str:
    valid = text.encode("utf-8", errors="backslashreplace").decode("utf-8")  # names of files may be none of UTF-8
    return valid.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def junit(report: Mapping[str, Any]) -> str:
    """One test case for each policy, failed where something changes what it lets through; and one for the proof."""
    found = all_said(report)
    cases: dict[str, list[Said]] = {}
    for row in _policies(report):
        source = row["source"]
        cases.setdefault("/".join(filter(None, (source["kind"], source["namespace"], source["name"]))), [])
    for one in found:
        cases.setdefault(one.object or one.file or "input", []).append(one)
    proved = verdict(report)
    failed = {name: [one for one in some if one.level != "note"] for name, some in cases.items()}
    wrong = sum(map(bool, failed.values())) + (proved not in ("", "same"))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    lines.append(f'<testsuite name="netpol-translate" tests="{len(cases) + bool(proved)}" failures="{wrong}">\n')
    for name, some in failed.items():
        lines.append(f'  <testcase classname="policies" name={_attribute(name)}{">" if some else "/>"}\n')
        for one in some:
            where = ":".join(str(part) for part in (one.file, one.line, one.column) if part)
            said = escape(_xml(f"{where}: {one.message}" if where else one.message))
            lines.append(f"    <failure type={_attribute(one.code)} message={_attribute(one.kind)}>{said}</failure>\n")
        lines.append("  </testcase>\n" if some else "")
    if proved:
        lines.append(f'  <testcase classname="proof" name="verdict"{"/>" if proved == "same" else ">"}\n')
        if proved != "same":
            lines.append(f'    <failure type="verdict" message={_attribute(proved)}/>\n  </testcase>\n')
    return "".join([*lines, "</testsuite>\n"])


def _policies(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*report.get("policies", ()), *(report.get("forecast") or {}).get("policies", ())]


def _attribute(text: str) -> str:
    return quoteattr(_xml(text))


def _xml(text: str) -> str:
    """``text`` with all that XML has no character for spelled out."""
    return safe(text)


def markdown(report: Mapping[str, Any]) -> str:
    """A table of what was found, for a summary or a comment."""
    found, proved = all_said(report), verdict(report)
    lines = ["## netpol-translate", ""]
    if proved:
        lines += [f"Proved: **{proved}**" if proved != "undecided" else "The proof is **undecided**", ""]
    counts = report.get("summary") or (report.get("forecast") or {}).get("summary")
    if counts:
        keys = ("translated", "same", *(["not_proved"] if counts["not_proved"] else []), "tighter", "looser")
        said = ", ".join(f"{counts[key]} {key.replace('_', ' ')}" for key in keys)
        lines += [said, ""]
    if not found:
        calm = proved in ("", "same")
        return "\n".join([*lines, *(["Nothing is lost, and nothing was found.", ""] if calm else [])])
    lines += ["| where | what | code | about |", "|---|---|---|---|"]
    for one in found:
        where = ":".join(str(part) for part in (one.file, one.line) if part)
        lines.append(f"| {_cell(where)} | {one.kind} | {one.code} | {_cell(one.message)} |")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    """``text`` as plain words of a table cell: nothing in it is markup."""
    plain = safe(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`*_[]|~#!" else c for c in plain)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


FORMATS = {"sarif": sarif, "github": github, "junit": junit, "markdown": markdown}
"""The formats that are made of a JSON report, by name."""
