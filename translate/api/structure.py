"""How the structure of policies differs, field by field: told by deepdiff over their canonical forms."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

from translate.api.canonical import Canonical, canonical, key
from translate.core.origin import spell
from translate.model.policy import Identity, Policy, PolicySet

NOTHING = "nothing"
"""Stands for what one side does not have; no canonical value is null."""

MOST_PAIRS = 10_000
"""So many pairs of items are looked at for those that have most in common."""


def differences(first: PolicySet, last: PolicySet) -> dict[str, tuple[str, ...]]:
    """Policy name to the places where its canonical form changed, ``path: before → after``; empty where nothing did.

    What has another order, of peers, traffic or rules, is the same: what order means is for the proof to say.
    """
    before = {_name(policy.identity): policy for policy in first.policies}
    after = {_name(policy.identity): policy for policy in last.policies}
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(before.keys() | after.keys()):
        if name not in after or name not in before:
            found[name] = ("only before",) if name in before else ("only after",)
        elif changes := _changes(before[name], after[name]):
            found[name] = changes
    return found


def _name(identity: Identity) -> str:
    return "/".join(part for part in (identity.namespace, identity.name) if part)


def _changes(before: Policy, after: Policy) -> tuple[str, ...]:
    left = canonical(before)
    right = _lined_up(left, canonical(after))
    if left == right:
        return ()
    from deepdiff import DeepDiff  # heavy, and wanted only where something differs

    found = DeepDiff(left, right, zip_ordered_iterables=True, view="tree")
    levels = [level for levels in found.values() for level in levels]
    changes = sorted((level.path(output_format="list"), _said(level.t1), _said(level.t2)) for level in levels)
    return tuple(f"{spell(tuple(path))}: {one} → {other}" for path, one, other in changes)


def _said(value: Any) -> str:
    """A value in one line; deepdiff has an object of its own for what is not there."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_said(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_said, value)) + "]"
    if isinstance(value, bool):
        return json.dumps(value)
    return str(value) if isinstance(value, str | int) else NOTHING


def _lined_up(left: Any, right: Any) -> Any:
    """``right`` with each item of a list at the place of the one it stands for in ``left``; None where nothing does."""
    if isinstance(left, dict) and isinstance(right, dict):
        return {name: _lined_up(left[name], value) if name in left else value for name, value in right.items()}
    if not isinstance(left, list) or not isinstance(right, list):
        return right
    partners = _partners(left, right)
    more = [item for number, item in enumerate(right) if number not in partners.values()]
    found = [_lined_up(item, right[partners[at]]) if at in partners else None for at, item in enumerate(left)]
    return found + more


def _partners(left: list[Canonical], right: list[Canonical]) -> dict[int, int]:
    """Which item of ``right`` stands for which of ``left``: an equal one, else the one most like it, if any is."""
    free: dict[str, list[int]] = {}
    for number, item in enumerate(right):
        free.setdefault(key(item), []).append(number)
    partners = {at: free[key(item)].pop(0) for at, item in enumerate(left) if free.get(key(item))}
    rest = sorted(number for numbers in free.values() for number in numbers)
    alone = [at for at in range(len(left)) if at not in partners]
    pairs = list(zip(alone, rest, strict=False))
    if len(rest) * len(alone) <= MOST_PAIRS:
        pairs = sorted(product(alone, rest), key=lambda pair: -_common(left[pair[0]], right[pair[1]]))
    taken: set[int] = set()
    for at, number in pairs:
        if at not in partners and number not in taken and _are_akin(left[at], right[number]):
            partners[at] = number
            taken.add(number)
    return partners


def _are_akin(one: Canonical, other: Canonical) -> bool:
    """Whether the difference of two items says more than both of them do."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return not isinstance(one, dict) and not isinstance(other, dict)
    return _common(one, other) > 0 or (len(one) == 1 and one.keys() == other.keys())


def _common(one: Canonical, other: Canonical) -> int:
    """How many fields two items share."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return 0
    return sum(1 for name, value in one.items() if name in other and other[name] == value)
