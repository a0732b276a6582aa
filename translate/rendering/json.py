"""The report as JSON, ``netpol-translate/report/v1``: within v1 fields are only ever added."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from translate.api.result import Result, RoundTrip, Verification
from translate.core.diagnostics import Effect, Loss, Problem, Refusal
from translate.core.origin import Origin, spell
from translate.frontend.sources import Places
from translate.model.policy import Identity
from translate.prover.decision import Decision
from translate.prover.point import Others
from translate.prover.proof import Counterexample, Proof
from translate.rendering.grades import NOT_PROVED, SAME, counts, grade
from translate.rendering.witness import ends, other_policy, packet

SCHEMA = "netpol-translate/report/v1"


def text(report: dict[str, Any]) -> str:
    """The report as it is written: sorted nowhere, indented, one line end."""
    return json.dumps(report, indent=2, ensure_ascii=True) + "\n"


def of_result(result: Result) -> dict[str, Any]:
    """The report of a translation."""
    grades = counts(result)
    return {
        "schema": SCHEMA,
        "summary": {
            "translated": len(result.policies) if result.text else 0,
            "same": grades[SAME],
            "not_proved": grades[NOT_PROVED],
            "tighter": grades[Effect.TIGHTER],
            "looser": grades[Effect.LOOSER] + grades[Effect.MIXED],
            "looser_later": grades[Effect.LOOSER_LATER],
            "tighter_later": grades[Effect.TIGHTER_LATER],
            "left_out": dict(sorted(result.foreign.items())),
        },
        "policies": [
            {
                "source": identity(row.source) | place(row.origin, result.places),
                "targets": [identity(target) for target in row.targets] if result.text else [],
                "exactness": grade(row, result),
            }
            for row in result.policies
        ],
        "problems": [problem(one) for one in result.problems],
        "refusals": [refusal(one) for one in result.refusals],
        "losses": [_loss(loss, result) for loss in result.losses],
        "emptied": [note.message for note in result.emptied],
        "notes": [note.message for note in result.notes],
        "proof": _proof(result.proof, result.places, result.after_places) if result.proof is not None else None,
    } | ({"logging": {"exact": result.logging.holds}} if result.logging else {})


def of_verification(found: Verification) -> dict[str, Any]:
    """The report of ``verify``."""
    return {
        "schema": SCHEMA,
        "refusals": [refusal(one) for one in found.refusals],
        "proof": _proof(found.proof, found.before_places, found.after_places),
    }


def of_roundtrip(trip: RoundTrip) -> dict[str, Any]:
    """The report of ``roundtrip``."""
    return {
        "schema": SCHEMA,
        "losses": [_loss(loss, leg) for leg in (trip.there, trip.back) for loss in leg.losses],
        "proof": _proof(trip.proof, trip.there.places, trip.back.after_places),
        "structure": {name: list(changes) for name, changes in sorted(trip.differences.items())},
    }


def of_trouble(problems: Iterable[Problem], refusals: Iterable[Refusal]) -> dict[str, Any]:
    """The report of a run that produced nothing."""
    return {
        "schema": SCHEMA,
        "problems": [problem(one) for one in problems],
        "refusals": [refusal(one) for one in refusals],
        "policies": [],
        "losses": [],
        "proof": None,
    }


def identity(found: Identity) -> dict[str, Any]:
    """What an object is called."""
    return {"kind": found.kind, "namespace": found.namespace, "name": found.name}


def place(origin: Origin, places: Places) -> dict[str, Any]:
    """File, line and column of an origin."""
    line, column = places.locate(origin) or (0, 0)
    return {"file": places.name(origin), "line": line, "column": column}


def _loss(loss: Loss, result: Result) -> dict[str, Any]:
    reason = result.accepted.reason(loss)
    return {
        "code": loss.code,
        "effect": loss.effect.value,
        "message": loss.message,
        **place(loss.origin, result.places),
        "object": loss.object,
        "path": spell(loss.origin.path),
        "accepted": result.accepted.covers(loss.code, loss.origin, loss.about),
    } | ({"reason": reason} if reason else {})


def problem(found: Problem) -> dict[str, Any]:
    """One mistake of the input."""
    return {
        "message": found.message,
        "file": found.origin.file,
        "line": found.line,
        "column": found.column,
        "path": spell(found.origin.path),
    }


def refusal(found: Refusal) -> dict[str, Any]:
    """What is not translated."""
    return {
        "code": found.code,
        "message": found.message,
        "file": found.origin.file,
        "line": found.line,
        "column": found.column,
        "object": found.object,
        "path": spell(found.origin.path),
        "hint": found.hint,
    }


def _proof(proof: Proof, before: Places, after: Places) -> dict[str, Any]:
    return {
        "verdict": proof.verdict.value,
        "later": None if proof.later is None else proof.later.value,
        "reason": proof.reason,
        "assumptions": [str(one) for one in proof.assumptions],
        "counterexamples": [counterexample(example, before, after) for example in proof.counterexamples],
        "later_counterexamples": [counterexample(example, before, after) for example in proof.later_counterexamples],
    }


def counterexample(example: Counterexample, before: Places, after: Places) -> dict[str, Any]:
    """A packet that is treated differently, with what decides on either side."""
    source, destination = ends(example.point)
    return {
        "effect": example.effect.value,
        **({"once": other_policy(example.point)} if example.point.others is not Others.NOTHING else {}),
        "direction": example.point.direction.value,
        "from": source,
        "to": destination,
        "on": packet(example.point),
        "before": _decision(example.before, before),
        "after": _decision(example.after, after),
    }


def _decision(decision: Decision, places: Places) -> dict[str, Any]:
    origin = decision.rule.origin if decision.rule else decision.policy.origin if decision.policy else Origin()
    return {
        "allowed": decision.allowed,
        "why": decision.why,
        "policy": str(decision.policy.identity) if decision.policy else None,
        "path": spell(origin.path),
        **place(origin, places),
    }
