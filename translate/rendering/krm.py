"""The results of a KRM function: what happened to which field of which object, with a severity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from translate.api.resource_list import NEW, OLD
from translate.api.result import Result
from translate.core.diagnostics import Effect, Loss, Problem, Refusal
from translate.core.origin import Origin, spell
from translate.prover.proof import Verdict
from translate.rendering.terminal import safe

Severity: TypeAlias = Literal["error", "warning", "info"]


def of_result(result: Result, items: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a translation says. ``items``: the objects of the list by the files that their origins name."""
    found = [_loss(loss, result, items) for loss in result.losses]
    found += [_entry("info", note.message, note.origin, items) for note in (*result.emptied, *result.notes)]
    return [*found, *_proof(result)]


def of_trouble(
    problems: Iterable[Problem], refusals: Iterable[Refusal], items: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What keeps a translation from being made."""
    found = [_entry("error", one.message, one.origin, items) for one in problems]
    return found + [
        _entry("error", _with_hint(f"{one.code} {one.message}", one.hint), one.origin, items, code=one.code)
        for one in refusals
    ]


def is_failure(results: Sequence[Mapping[str, Any]]) -> bool:
    """Whether any of the results is an error."""
    return any(one["severity"] == "error" for one in results)


def _loss(loss: Loss, result: Result, items: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """An error where nobody accepted it, a warning where somebody did, and no more than a remark if nothing changes."""
    severity: Severity = "error" if loss in result.open_losses else "warning"
    severity = "info" if loss.effect is Effect.EXACT else severity
    reason = result.accepted.reason(loss)
    tags = {"code": loss.code, "effect": loss.effect.value} | ({"accepted": reason} if reason else {})
    return _entry(severity, _with_hint(f"{loss.code} {loss.message}", loss.hint), loss.origin, items, **tags)


def _proof(result: Result) -> list[dict[str, Any]]:
    proof = result.proof
    if proof is None:
        return []
    words = f"proved {proof.verdict.value}"
    undecided = proof.verdict is Verdict.UNDECIDED
    if undecided:
        words = f"the proof is undecided: {proof.reason}"
    elif proof.assumptions:
        words += f", assuming: {'; '.join(str(one) for one in proof.assumptions)}"
    return [{"message": safe(words), "severity": "error" if undecided else "info"}]


def _entry(
    severity: Severity, message: str, origin: Origin, items: Mapping[str, Mapping[str, Any]], **tags: str
) -> dict[str, Any]:
    entry: dict[str, Any] = {"message": safe(message), "severity": severity}
    item = items.get(origin.file)
    if item is not None:
        entry |= _reference(item)
        if origin.path:
            entry["field"] = {"path": spell(origin.path)}
        entry |= _file(noted(item))
    return entry | ({"tags": tags} if tags else {})


def _reference(item: Mapping[str, Any]) -> dict[str, Any]:
    metadata = item.get("metadata")
    about = metadata if isinstance(metadata, Mapping) else {}
    found = {"apiVersion": item.get("apiVersion"), "kind": item.get("kind")}
    found |= {"name": about.get("name"), "namespace": about.get("namespace")}
    said = {key: safe(value) for key, value in found.items() if isinstance(value, str) and value}
    return {"resourceRef": said} if {"apiVersion", "kind", "name"} <= said.keys() else {}


def _file(said: Mapping[str, str]) -> dict[str, Any]:
    path, index = (
        next((said[f"{x}{name}"] for x in (NEW, OLD) if f"{x}{name}" in said), "") for name in ("path", "index")
    )
    if not path:
        return {}
    return {"file": {"path": safe(path)} | ({"index": int(index)} if index.isdecimal() and index.isascii() else {})}


def noted(item: Mapping[str, Any]) -> dict[str, str]:
    """The annotations of an object that are texts."""
    metadata = item.get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    return (
        {str(key): value for key, value in found.items() if isinstance(value, str)}
        if isinstance(found, Mapping)
        else {}
    )


def _with_hint(message: str, hint: str) -> str:
    return f"{message}; {hint}" if hint else message
