"""Policies that are stored and not enforced, where a dialect has such kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from translate.core.diagnostics import Report
from translate.dialects import get, of_object
from translate.dialects.base import Emitted, Object
from translate.frontend.link import Linked
from translate.model.policy import Identity

TAKEN, CANNOT_LOG = "NPT210", "NPT213"


def is_staged(value: Mapping[str, Any]) -> bool:
    """Whether an object of the input is of a kind that its dialect does not enforce."""
    name = of_object(value)
    staging = None if name is None else get(name).staging
    return staging is not None and staging.is_staged(value)


def no_policy(*inputs: Linked) -> str:
    """That inputs hold no policy that is enforced, in words."""
    if any(is_staged(item.value) for one in inputs for item in one.companions):
        return "all policies of the input are staged, so none is enforced"
    return "neither input holds a policy" if len(inputs) > 1 else "the input holds no policy"


def refuse_second_twins(emitted: Sequence[Emitted], before: set[Identity], report: Report) -> None:
    """Refuse policies whose staged twin is in the input already: of two objects of one name only the later is kept."""
    for item in emitted:
        policy = item.policies[0]
        twin = Identity(str(item.draft.value["kind"]), policy.identity.namespace, policy.identity.name)
        if twin in before:
            message = f"{policy.identity} cannot be staged: {twin} is in the input already"
            hint = "take one of the two out of the input"
            report.refuse(TAKEN, message, origin=policy.origin, about=policy.identity, hint=hint)


def refuse_logging(companions: Iterable[Object], report: Report) -> None:
    """Refuse to log the denials of policies that are all staged: they deny nothing."""
    for item in companions:
        if is_staged(item.value):
            message = "all policies of the input are staged: they deny nothing, so there is nothing to log"
            report.refuse(CANNOT_LOG, message, origin=item.origin, hint="add the policies that are enforced")
            return
