"""What the JSON Schemas of several documents have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from translate.core.diagnostics import Effect
from translate.model.policy import Action, Direction
from translate.prover.proof import Verdict
from translate.rendering.grades import GRADES

Schema = Mapping[str, Any]
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
CODE: Schema = {"type": "string", "pattern": "^NPT[0-9]{3}$"}
PLACE: dict[str, Schema] = {"file": TEXT, "line": COUNT, "column": COUNT}


def object_of(fields: Mapping[str, Schema], **optional: Schema) -> Schema:
    """An object of these fields and no others, all but the optional ones there."""
    return {
        "type": "object",
        "properties": {**fields, **optional},
        "required": list(fields),
        "additionalProperties": False,
    }


def list_of(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    """This, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(*words: str) -> Schema:
    """One of these words."""
    return {"enum": list(words)}


VERDICT = one_of(*Verdict)
DIRECTION = one_of(*Direction)
IDENTITY: dict[str, Schema] = {"kind": TEXT, "namespace": or_null(TEXT), "name": TEXT}
DECISION = object_of({"allowed": FLAG, "why": TEXT, "policy": or_null(TEXT), "path": TEXT, **PLACE})
EXAMPLE = object_of(
    {
        "effect": one_of(Verdict.TIGHTER, Verdict.LOOSER),
        "direction": DIRECTION,
        "from": TEXT,
        "to": TEXT,
        "on": TEXT,
        "before": DECISION,
        "after": DECISION,
    },
    once={"type": "object", "description": "The policy that has to be added."},
)
PROOF = object_of(
    {
        "verdict": VERDICT,
        "later": or_null(VERDICT),
        "reason": TEXT,
        "assumptions": list_of(TEXT),
        "counterexamples": list_of(EXAMPLE),
        "later_counterexamples": list_of(EXAMPLE),
    }
)
PROBLEM = object_of({"message": TEXT, **PLACE, "path": TEXT})
REFUSAL = object_of({"code": CODE, "message": TEXT, **PLACE, "object": TEXT, "path": TEXT, "hint": TEXT})
LOSS = object_of(
    {
        "code": CODE,
        "effect": one_of(*Effect),
        "message": TEXT,
        **PLACE,
        "object": TEXT,
        "path": TEXT,
        "accepted": FLAG,
    },
    reason={**TEXT, "description": "Why it is accepted, if that was said."},
)
FINDING = object_of({"code": CODE, "message": TEXT, **PLACE, "object": TEXT, "path": TEXT, "packet": or_null(TEXT)})
COUNTS = ("translated", "same", "not_proved", "tighter", "looser", "looser_later", "tighter_later")
POLICY = object_of(
    {
        "source": object_of({**IDENTITY, **PLACE}),
        "targets": list_of(object_of(IDENTITY)),
        "exactness": one_of(*GRADES),
    }
)
PLAN = object_of(
    {
        "policies": list_of(
            object_of(
                {
                    "source": object_of({**IDENTITY, **PLACE}),
                    "targets": list_of(object_of(IDENTITY)),
                    "one_to_one": FLAG,
                    "why": list_of(TEXT),
                    "ways": list_of(object_of({"options": TEXT, "effect": one_of(*Effect)})),
                    "tried": list_of(TEXT),
                }
            )
        ),
        "beside": list_of(object_of({**IDENTITY, "why": TEXT})),
        "forms": list_of(
            object_of(
                {
                    "form": TEXT,
                    "verdict": one_of(*Verdict, "natural", "refused"),
                    "chosen": FLAG,
                    "why": TEXT,
                    "packet": or_null(EXAMPLE),
                    "steps": list_of(TEXT),
                }
            )
        ),
        "notes": list_of(TEXT),
        "bounds": or_null(object_of({"steps": COUNT, "rules": COUNT})),
    }
)
MISS = object_of({"about": TEXT, "text": TEXT})
RULE: dict[str, Schema] = {"path": TEXT, "action": one_of(*Action), **PLACE}
SUPPOSED = object_of({"question": TEXT, "answer": TEXT, "sentence": TEXT, "way": TEXT})
