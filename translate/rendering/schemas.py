"""JSON Schemas of what the commands print for programs. Within v1 fields are only ever added."""

from __future__ import annotations

from translate.api.fleet import FleetVerdict
from translate.probing.values import Aspect, Means
from translate.prover.answers import Answer
from translate.prover.matrix.groups import GroupKind
from translate.prover.matrix.told import Access
from translate.prover.proof import Verdict
from translate.rendering.difference_formats import SCHEMA as DIFF
from translate.rendering.explanation_json import SCHEMA as EXPLAIN
from translate.rendering.fleet import SCHEMA as FLEET
from translate.rendering.json import SCHEMA as REPORT
from translate.rendering.matrix_formats import SCHEMA as MATRIX
from translate.rendering.migration.document import SCHEMA as MIGRATION
from translate.rendering.schema_parts import (
    COUNT,
    COUNTS,
    DIRECTION,
    EXAMPLE,
    FINDING,
    FLAG,
    IDENTITY,
    LOSS,
    MISS,
    PLACE,
    PLAN,
    POLICY,
    PROBLEM,
    PROOF,
    REFUSAL,
    RULE,
    SUPPOSED,
    TEXT,
    VERDICT,
    Schema,
    list_of,
    object_of,
    one_of,
    or_null,
)
from translate.rendering.testplan_formats import SCHEMA as TESTPLAN

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def _translation() -> dict[str, Schema]:
    left_out: Schema = {"type": "object", "additionalProperties": COUNT}
    return {
        "schema": {"const": REPORT},
        "summary": object_of({**dict.fromkeys(COUNTS, COUNT), "left_out": left_out}),
        "policies": list_of(POLICY),
        "problems": list_of(PROBLEM),
        "refusals": list_of(REFUSAL),
        "losses": list_of(LOSS),
        "emptied": list_of(TEXT),
        "notes": list_of(TEXT),
        "proof": or_null(PROOF),
    }


def _report() -> Schema:
    """One of the reports of convert, verify, roundtrip and check, or of a run that came to nothing."""
    named = {"schema": {"const": REPORT}}
    plan = {**PLAN, "description": "What stands for what, and what was tried, if --explain-plan asks for it."}
    whole = object_of(_translation(), logging=object_of({"exact": or_null(FLAG)}), plan=plan)
    structure: Schema = {"type": "object", "additionalProperties": list_of(TEXT)}
    trouble = {
        "problems": list_of(PROBLEM),
        "refusals": list_of(REFUSAL),
        "policies": {"const": []},
        "losses": {"const": []},
        "proof": {"type": "null"},
    }
    forms = {
        "convert": whole,
        "verify": object_of({**named, "refusals": list_of(REFUSAL), "proof": PROOF}),
        "roundtrip": object_of({**named, "losses": list_of(LOSS), "proof": PROOF, "structure": structure}),
        "check": object_of(
            {
                **named,
                "findings": list_of(FINDING),
                "problems": list_of(PROBLEM),
                "refusals": list_of(REFUSAL),
                "forecast": or_null(whole),
            }
        ),
        "trouble": object_of({**named, **trouble}),
    }
    return {"anyOf": [{"title": name, **form} for name, form in forms.items()]}


def _diff() -> Schema:
    row = object_of(
        {
            "effect": one_of(Verdict.TIGHTER, Verdict.LOOSER, Verdict.MIXED),
            "direction": DIRECTION,
            "from": TEXT,
            "to": TEXT,
            "on": TEXT,
            "before": TEXT,
            "after": TEXT,
            "depends": FLAG,
            "once": list_of(TEXT),
            "example": EXAMPLE,
        }
    )
    return object_of(
        {
            "schema": {"const": DIFF},
            "verdict": VERDICT,
            "later": or_null(VERDICT),
            "complete": FLAG,
            "left_out": COUNT,
            "reason": TEXT,
            "rows": list_of(row),
            "later_rows": list_of(row),
            "assumptions": list_of(TEXT),
            "refusals": list_of(REFUSAL),
            "notes": list_of(TEXT),
        }
    )


def _explain() -> Schema:
    step = object_of({**RULE, "fate": TEXT, "misses": list_of(MISS)})
    policy = object_of({"policy": TEXT, **PLACE, "isolates": FLAG, "reached": FLAG, "rules": list_of(step)})
    tier = object_of({"name": TEXT, "ending": TEXT, "policies": list_of(policy)})
    walk = object_of(
        {
            "direction": DIRECTION,
            "pod": TEXT,
            "verdict": TEXT,
            "why": TEXT,
            "logged": FLAG,
            "policy": or_null(TEXT),
            "rule": or_null(object_of(RULE)),
            "tiers": list_of(tier),
            "not_selecting": list_of(TEXT),
            "unknown": list_of(SUPPOSED),
            "near_miss": or_null(object_of({"policy": TEXT, **RULE, "misses": list_of(MISS)})),
        }
    )
    case = object_of({"verdict": TEXT, "supposing": list_of(SUPPOSED), "walks": list_of(walk)})
    return object_of(
        {
            "schema": {"const": EXPLAIN},
            "verdict": TEXT,
            "from": TEXT,
            "to": TEXT,
            "on": TEXT,
            "reason": TEXT,
            "cases": list_of(case),
            "notes": list_of(TEXT),
        }
    )


def _matrix() -> Schema:
    texts = list_of(TEXT)
    access = one_of(*(one for one in Access if one not in (Access.UNASKED, Access.NOBODY)))
    cell: dict[str, Schema] = {"access": one_of(*Access), "always": TEXT, "sometimes": TEXT, "rests_on": texts}
    group = {"name": TEXT, "kind": one_of(*(kind.value for kind in GroupKind)), "namespace": TEXT, "text": TEXT}
    return object_of(
        {
            "schema": {"const": MATRIX},
            "decided": FLAG,
            "reason": TEXT,
            "groups": list_of(object_of({**group, "members": texts})),
            "cells": list_of(object_of({"from": TEXT, "to": TEXT, **cell, "access": access}, before=object_of(cell))),
            "focus": list_of(object_of({"asked": TEXT, "groups": texts})),
            "left_out": COUNT,
            "unpeopled": COUNT,
            "assumptions": texts,
            "notes": texts,
            "refusals": list_of(REFUSAL),
        }
    )


def _testplan() -> Schema:
    protocol, labels = one_of("TCP", "UDP"), {"type": "object", "additionalProperties": TEXT}
    listens = object_of({"protocol": protocol, "port": COUNT})
    named = object_of({"protocol": protocol, "name": TEXT, "port": COUNT})
    purpose: dict[str, Schema] = {
        "policy": TEXT,
        "direction": DIRECTION,
        "path": TEXT,
        "aspect": one_of(*(one.name.lower() for one in Aspect)),
        "item": COUNT,
        **PLACE,
    }
    pod = {"name": TEXT, "namespace": TEXT, "labels": labels, "account": TEXT}
    probe = {
        "means": one_of(*(one.name.lower() for one in Means)),
        "client": TEXT,
        "server": or_null(TEXT),
        "outside": TEXT,
        "protocol": protocol,
        "port": COUNT,
        "expected": one_of(Answer.ALLOWED, Answer.DENIED),
        "why": TEXT,
        "denied_at": list_of(DIRECTION),
        "tests": list_of(object_of(purpose)),
    }
    return object_of(
        {
            "schema": {"const": TESTPLAN},
            "image": TEXT,
            "reason": TEXT,
            "complete": FLAG,
            "tried": COUNT,
            "most": COUNT,
            "namespaces": list_of(object_of({"name": TEXT, "labels": labels, "made": FLAG})),
            "pods": list_of(object_of({**pod, "named_ports": list_of(named), "listens": list_of(listens)})),
            "probes": list_of(object_of(probe)),
            "untested": list_of(object_of({**purpose, "reason": TEXT, "way": TEXT})),
            "refusals": list_of(REFUSAL),
            "notes": list_of(TEXT),
        }
    )


def _migration() -> Schema:
    texts, digest = list_of(TEXT), {"type": "string", "pattern": "^([0-9a-f]{64})?$"}
    steps = list_of(object_of({"text": TEXT, "commands": texts}))
    denials = {"rules": COUNT, "policies": list_of(object_of(IDENTITY)), "notes": texts, "refusals": list_of(REFUSAL)}
    return object_of(
        {
            "schema": {"const": MIGRATION},
            "to": TEXT,
            "from": texts,
            "verdict": object_of({"word": TEXT, "sentence": TEXT, "remarks": texts}),
            "report": _report(),
            "difference": or_null(_diff()),
            "matrix": or_null(_matrix()),
            "texts": list_of(object_of({"source": object_of({**IDENTITY, **PLACE}), "before": TEXT, "after": texts})),
            "texts_left_out": COUNT,
            "settling": steps,
            "denials": object_of(denials),
            "before_cut_over": steps,
            "cut_over": steps,
            "way_back": steps,
            "inputs": list_of(object_of({"file": TEXT, "sha256": digest})),
        }
    )


def _fleet() -> Schema:
    verdict = one_of(*(one.value for one in FleetVerdict))
    loss = object_of({"code": TEXT, "effect": TEXT, "count": COUNT})
    cluster: dict[str, Schema] = {"name": TEXT, "folder": TEXT, "policies": COUNT, "verdict": verdict}
    told: dict[str, Schema] = {"exit_code": COUNT, "losses": list_of(loss), "remarks": list_of(TEXT)}
    return object_of(
        {
            "schema": {"const": FLEET},
            "exit_code": COUNT,
            "verdicts": {"type": "object", "additionalProperties": COUNT, "propertyNames": verdict},
            "clusters": list_of(object_of({**cluster, **told})),
        }
    )


SCHEMAS = {
    "report": _report,
    "diff": _diff,
    "explain": _explain,
    "matrix": _matrix,
    "testplan": _testplan,
    "migration": _migration,
    "fleet": _fleet,
}
"""The schemas by the name of their document."""


def schema(name: str) -> Schema:
    """The JSON Schema of a document."""
    return {"$schema": DRAFT, "title": f"netpol-translate {name}", **SCHEMAS[name]()}
