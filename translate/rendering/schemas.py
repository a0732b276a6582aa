"""JSON Schemas of what the commands print for programs. Within v1 fields are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from translate.core.diagnostics import Effect
from translate.model.policy import Action, Direction
from translate.probing.values import Aspect, Means
from translate.prover.answers import Answer
from translate.prover.compare import Verdict
from translate.prover.matrix.groups import GroupKind
from translate.prover.matrix.told import Access
from translate.rendering.difference_formats import SCHEMA as DIFF
from translate.rendering.explanation_json import SCHEMA as EXPLAIN
from translate.rendering.grades import GRADES
from translate.rendering.json import SCHEMA as REPORT
from translate.rendering.matrix_formats import SCHEMA as MATRIX
from translate.rendering.migration.document import SCHEMA as MIGRATION
from translate.rendering.testplan_formats import SCHEMA as TESTPLAN

Schema = Mapping[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
CODE: Schema = {"type": "string", "pattern": "^NPT[0-9]{3}$"}
PLACE: dict[str, Schema] = {"file": TEXT, "line": COUNT, "column": COUNT}


def _object(fields: Mapping[str, Schema], **optional: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {**fields, **optional},
        "required": list(fields),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


VERDICT = _one_of(*Verdict)
DIRECTION = _one_of(*Direction)
IDENTITY: dict[str, Schema] = {"kind": TEXT, "namespace": _or_null(TEXT), "name": TEXT}
DECISION = _object({"allowed": FLAG, "why": TEXT, "policy": _or_null(TEXT), "path": TEXT, **PLACE})
EXAMPLE = _object(
    {
        "effect": _one_of(Verdict.TIGHTER, Verdict.LOOSER),
        "direction": DIRECTION,
        "from": TEXT,
        "to": TEXT,
        "on": TEXT,
        "before": DECISION,
        "after": DECISION,
    },
    once={"type": "object", "description": "The policy that has to be added."},
)
PROOF = _object(
    {
        "verdict": VERDICT,
        "later": _or_null(VERDICT),
        "reason": TEXT,
        "assumptions": _list(TEXT),
        "counterexamples": _list(EXAMPLE),
        "later_counterexamples": _list(EXAMPLE),
    }
)
PROBLEM = _object({"message": TEXT, **PLACE, "path": TEXT})
REFUSAL = _object({"code": CODE, "message": TEXT, **PLACE, "object": TEXT, "path": TEXT, "hint": TEXT})
LOSS = _object(
    {
        "code": CODE,
        "effect": _one_of(*Effect),
        "message": TEXT,
        **PLACE,
        "object": TEXT,
        "path": TEXT,
        "accepted": FLAG,
    },
    reason={**TEXT, "description": "Why it is accepted, if that was said."},
)
FINDING = _object({"code": CODE, "message": TEXT, **PLACE, "object": TEXT, "path": TEXT, "packet": _or_null(TEXT)})
COUNTS = ("translated", "same", "not_proved", "tighter", "looser", "looser_later", "tighter_later")
POLICY = _object(
    {
        "source": _object({**IDENTITY, **PLACE}),
        "targets": _list(_object(IDENTITY)),
        "exactness": _one_of(*GRADES),
    }
)
PLAN = _object(
    {
        "policies": _list(
            _object(
                {
                    "source": _object({**IDENTITY, **PLACE}),
                    "targets": _list(_object(IDENTITY)),
                    "one_to_one": FLAG,
                    "why": _list(TEXT),
                    "ways": _list(_object({"options": TEXT, "effect": _one_of(*Effect)})),
                    "tried": _list(TEXT),
                }
            )
        ),
        "beside": _list(_object({**IDENTITY, "why": TEXT})),
        "forms": _list(
            _object(
                {
                    "form": TEXT,
                    "verdict": _one_of(*Verdict, "natural", "refused"),
                    "chosen": FLAG,
                    "why": TEXT,
                    "packet": _or_null(EXAMPLE),
                    "steps": _list(TEXT),
                }
            )
        ),
        "notes": _list(TEXT),
        "bounds": _or_null(_object({"steps": COUNT, "rules": COUNT})),
    }
)
MISS = _object({"about": TEXT, "text": TEXT})
RULE: dict[str, Schema] = {"path": TEXT, "action": _one_of(*Action), **PLACE}
SUPPOSED = _object({"question": TEXT, "answer": TEXT, "sentence": TEXT, "way": TEXT})


def _translation() -> dict[str, Schema]:
    left_out: Schema = {"type": "object", "additionalProperties": COUNT}
    return {
        "schema": {"const": REPORT},
        "summary": _object({**dict.fromkeys(COUNTS, COUNT), "left_out": left_out}),
        "policies": _list(POLICY),
        "problems": _list(PROBLEM),
        "refusals": _list(REFUSAL),
        "losses": _list(LOSS),
        "emptied": _list(TEXT),
        "notes": _list(TEXT),
        "proof": _or_null(PROOF),
    }


def _report() -> Schema:
    """One of the reports of convert, verify, roundtrip and check, or of a run that came to nothing."""
    named = {"schema": {"const": REPORT}}
    plan = {**PLAN, "description": "What stands for what, and what was tried, if --explain-plan asks for it."}
    whole = _object(_translation(), logging=_object({"exact": _or_null(FLAG)}), plan=plan)
    structure: Schema = {"type": "object", "additionalProperties": _list(TEXT)}
    trouble = {
        "problems": _list(PROBLEM),
        "refusals": _list(REFUSAL),
        "policies": {"const": []},
        "losses": {"const": []},
        "proof": {"type": "null"},
    }
    forms = {
        "convert": whole,
        "verify": _object({**named, "refusals": _list(REFUSAL), "proof": PROOF}),
        "roundtrip": _object({**named, "losses": _list(LOSS), "proof": PROOF, "structure": structure}),
        "check": _object(
            {
                **named,
                "findings": _list(FINDING),
                "problems": _list(PROBLEM),
                "refusals": _list(REFUSAL),
                "forecast": _or_null(whole),
            }
        ),
        "trouble": _object({**named, **trouble}),
    }
    return {"anyOf": [{"title": name, **form} for name, form in forms.items()]}


def _diff() -> Schema:
    row = _object(
        {
            "effect": _one_of(Verdict.TIGHTER, Verdict.LOOSER, Verdict.MIXED),
            "direction": DIRECTION,
            "from": TEXT,
            "to": TEXT,
            "on": TEXT,
            "before": TEXT,
            "after": TEXT,
            "depends": FLAG,
            "once": _list(TEXT),
            "example": EXAMPLE,
        }
    )
    return _object(
        {
            "schema": {"const": DIFF},
            "verdict": VERDICT,
            "later": _or_null(VERDICT),
            "complete": FLAG,
            "left_out": COUNT,
            "reason": TEXT,
            "rows": _list(row),
            "later_rows": _list(row),
            "assumptions": _list(TEXT),
            "refusals": _list(REFUSAL),
            "notes": _list(TEXT),
        }
    )


def _explain() -> Schema:
    step = _object({**RULE, "fate": TEXT, "misses": _list(MISS)})
    policy = _object({"policy": TEXT, **PLACE, "isolates": FLAG, "reached": FLAG, "rules": _list(step)})
    tier = _object({"name": TEXT, "ending": TEXT, "policies": _list(policy)})
    walk = _object(
        {
            "direction": DIRECTION,
            "pod": TEXT,
            "verdict": TEXT,
            "why": TEXT,
            "logged": FLAG,
            "policy": _or_null(TEXT),
            "rule": _or_null(_object(RULE)),
            "tiers": _list(tier),
            "not_selecting": _list(TEXT),
            "unknown": _list(SUPPOSED),
            "near_miss": _or_null(_object({"policy": TEXT, **RULE, "misses": _list(MISS)})),
        }
    )
    case = _object({"verdict": TEXT, "supposing": _list(SUPPOSED), "walks": _list(walk)})
    return _object(
        {
            "schema": {"const": EXPLAIN},
            "verdict": TEXT,
            "from": TEXT,
            "to": TEXT,
            "on": TEXT,
            "reason": TEXT,
            "cases": _list(case),
            "notes": _list(TEXT),
        }
    )


def _matrix() -> Schema:
    texts = _list(TEXT)
    access = _one_of(*(one for one in Access if one not in (Access.UNASKED, Access.NOBODY)))
    cell: dict[str, Schema] = {"access": _one_of(*Access), "always": TEXT, "sometimes": TEXT, "rests_on": texts}
    group = {"name": TEXT, "kind": _one_of(*(kind.value for kind in GroupKind)), "namespace": TEXT, "text": TEXT}
    return _object(
        {
            "schema": {"const": MATRIX},
            "decided": FLAG,
            "reason": TEXT,
            "groups": _list(_object({**group, "members": texts})),
            "cells": _list(_object({"from": TEXT, "to": TEXT, **cell, "access": access}, before=_object(cell))),
            "focus": _list(_object({"asked": TEXT, "groups": texts})),
            "left_out": COUNT,
            "unpeopled": COUNT,
            "assumptions": texts,
            "notes": texts,
            "refusals": _list(REFUSAL),
        }
    )


def _testplan() -> Schema:
    protocol, labels = _one_of("TCP", "UDP"), {"type": "object", "additionalProperties": TEXT}
    listens = _object({"protocol": protocol, "port": COUNT})
    named = _object({"protocol": protocol, "name": TEXT, "port": COUNT})
    purpose: dict[str, Schema] = {
        "policy": TEXT,
        "direction": DIRECTION,
        "path": TEXT,
        "aspect": _one_of(*(one.name.lower() for one in Aspect)),
        "item": COUNT,
        **PLACE,
    }
    pod = {"name": TEXT, "namespace": TEXT, "labels": labels, "account": TEXT}
    probe = {
        "means": _one_of(*(one.name.lower() for one in Means)),
        "client": TEXT,
        "server": _or_null(TEXT),
        "outside": TEXT,
        "protocol": protocol,
        "port": COUNT,
        "expected": _one_of(Answer.ALLOWED, Answer.DENIED),
        "why": TEXT,
        "denied_at": _list(DIRECTION),
        "tests": _list(_object(purpose)),
    }
    return _object(
        {
            "schema": {"const": TESTPLAN},
            "image": TEXT,
            "reason": TEXT,
            "complete": FLAG,
            "tried": COUNT,
            "most": COUNT,
            "namespaces": _list(_object({"name": TEXT, "labels": labels, "made": FLAG})),
            "pods": _list(_object({**pod, "named_ports": _list(named), "listens": _list(listens)})),
            "probes": _list(_object(probe)),
            "untested": _list(_object({**purpose, "reason": TEXT, "way": TEXT})),
            "refusals": _list(REFUSAL),
            "notes": _list(TEXT),
        }
    )


def _migration() -> Schema:
    texts, digest = _list(TEXT), {"type": "string", "pattern": "^([0-9a-f]{64})?$"}
    steps = _list(_object({"text": TEXT, "commands": texts}))
    denials = {"rules": COUNT, "policies": _list(_object(IDENTITY)), "notes": texts, "refusals": _list(REFUSAL)}
    return _object(
        {
            "schema": {"const": MIGRATION},
            "to": TEXT,
            "from": texts,
            "verdict": _object({"word": TEXT, "sentence": TEXT, "remarks": texts}),
            "report": _report(),
            "difference": _or_null(_diff()),
            "matrix": _or_null(_matrix()),
            "texts": _list(_object({"source": _object({**IDENTITY, **PLACE}), "before": TEXT, "after": texts})),
            "texts_left_out": COUNT,
            "settling": steps,
            "denials": _object(denials),
            "before_cut_over": steps,
            "cut_over": steps,
            "way_back": steps,
            "inputs": _list(_object({"file": TEXT, "sha256": digest})),
        }
    )


SCHEMAS = {
    "report": _report,
    "diff": _diff,
    "explain": _explain,
    "matrix": _matrix,
    "testplan": _testplan,
    "migration": _migration,
}
"""The schemas by the name of their document."""


def schema(name: str) -> Schema:
    """The JSON Schema of a document."""
    return {"$schema": DRAFT, "title": f"netpol-translate {name}", **SCHEMAS[name]()}
