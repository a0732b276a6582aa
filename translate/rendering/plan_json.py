"""The account of a plan as JSON, the field ``plan`` of a report: within v1 fields are only ever added."""

from __future__ import annotations

from typing import Any

from translate.api.account import Account, AccountRow
from translate.api.result import Result, Tried
from translate.rendering.json import counterexample, identity, of_result, place
from translate.rendering.plan import NATURAL, STAYS, has_choice, one_to_one, only, reason, untried, way, why


def of_plan(found: Result) -> dict[str, Any]:
    """The report of a translation with what became of each policy, and what was tried for all."""
    return of_result(found) | {"plan": _plan(found)}


def _plan(found: Result) -> dict[str, Any]:
    account = found.account
    if account is None or not found.tried:
        notes = [STAYS.removeprefix("plan: ")]
        return {"policies": [], "beside": [], "forms": [], "notes": notes, "bounds": None}
    bounds = {"steps": account.steps, "rules": account.most_rules} if has_choice(found) else None
    return {
        "policies": [_row(row, account, found) for row in account.rows],
        "beside": [identity(one.identity) | {"why": one.purpose.value} for one in account.beside],
        "forms": [_form(one, found) for one in found.tried],
        "notes": list(untried(found)),
        "bounds": bounds,
    }


def _row(row: AccountRow, account: Account, found: Result) -> dict[str, Any]:
    return {
        "source": identity(row.source) | place(row.origin, found.places),
        "targets": [identity(target) for target in row.targets] if found.text else [],
        "one_to_one": row.is_one_to_one,
        "why": [*why(row, found), *one_to_one(row, account)],
        "ways": [{"options": way(one), "effect": one.effect.value} for one in row.ways],
        "tried": list(row.tried),
    }


def _form(one: Tried, found: Result) -> dict[str, Any]:
    told = only(found) if one.verdict == NATURAL else reason(one)
    packet = None if one.packet is None else counterexample(one.packet, found.places, found.after_places)
    return {
        "form": one.form,
        "verdict": one.verdict,
        "chosen": one.chosen,
        "why": told,
        "packet": packet,
        "steps": list(one.passes),
    }
