"""The report for programs, ``netpol-translate/migration/v1``: within v1 fields are only ever added.

What other commands tell as well stands in it as they tell it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from translate.api.report import MigrationReport, PolicyPair
from translate.rendering import difference_formats, matrix_formats
from translate.rendering.json import identity, of_trouble, place, refusal
from translate.rendering.migration import steps
from translate.rendering.migration.page import ToDo
from translate.rendering.migration.verdict import verdict
from translate.rendering.plan_json import of_plan

SCHEMA = "netpol-translate/migration/v1"


def as_json(found: MigrationReport) -> str:
    """The document as text."""
    return json.dumps(document(found), indent=2, ensure_ascii=True) + "\n"


def document(found: MigrationReport) -> dict[str, Any]:
    """The same as a value."""
    answer = verdict(found)
    result, difference, matrix = found.result, found.difference, found.matrix
    return {
        "schema": SCHEMA,
        "to": found.to,
        "from": list(found.dialects),
        "verdict": {"word": answer.word, "sentence": answer.sentence, "remarks": list(answer.remarks)},
        "report": of_trouble(found.problems, found.refusals) if result is None else of_plan(result),
        "difference": None if difference is None else difference_formats.document(difference),
        "matrix": None if matrix is None else matrix_formats.document(matrix),
        "texts": [_pair(pair, found) for pair in found.pairs],
        "texts_left_out": found.left_out,
        "settling": _steps(steps.settling(found)),
        "denials": {
            "rules": found.denials.rules,
            "policies": [identity(one) for one in found.denials.policies],
            "notes": [one.message for one in found.denials.notes],
            "refusals": [refusal(one) for one in found.denials.refusals],
        },
        "before_cut_over": _steps(steps.before_cut_over(found)),
        "cut_over": _steps(steps.cut_over(found)),
        "way_back": _steps(steps.way_back(found)),
        "inputs": [{"file": one.name, "sha256": one.sha256} for one in found.inputs],
    }


def _pair(pair: PolicyPair, found: MigrationReport) -> dict[str, Any]:
    assert found.result is not None
    row = pair.policy
    source = identity(row.source) | place(row.origin, found.result.places)
    return {"source": source, "before": pair.before, "after": list(pair.after)}


def _steps(some: Iterable[ToDo]) -> list[dict[str, Any]]:
    return [{"text": one.text, "commands": list(one.commands)} for one in some]
