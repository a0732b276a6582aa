"""Calico's staged kinds: the same policies, not enforced (Calico documentation, staged policies)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from translate.core.diagnostics import Report
from translate.dialects.base import Emitted, Object
from translate.model.policy import Identity

TAKEN, CANNOT_LOG = "NPT210", "NPT213"
STAGED = "Staged"
"""How every kind begins that is not enforced."""
KINDS = {"NetworkPolicy": "StagedNetworkPolicy", "GlobalNetworkPolicy": "StagedGlobalNetworkPolicy"}


def staged(item: Emitted) -> Emitted:
    """The staged twin of a policy."""
    value = item.draft.value
    value["kind"] = KINDS[value["kind"]]
    value["spec"]["stagedAction"] = "Set"
    return item


def staged_before(companions: Iterable[Object], default_namespace: str) -> set[Identity]:
    """The policies of the input that are staged already."""
    found = set()
    for item in companions:
        kind, metadata = str(item.value.get("kind")), item.value.get("metadata")
        if kind in KINDS.values() and isinstance(metadata, dict):
            namespace = None if "Global" in kind else metadata.get("namespace") or default_namespace
            found.add(Identity(kind, namespace, str(metadata.get("name"))))
    return found


def refuse_second_twins(emitted: Sequence[Emitted], before: set[Identity], report: Report) -> None:
    """Refuse policies whose staged twin is in the input already: of two objects of one name only the later is kept."""
    for item in emitted:
        policy = item.policies[0]
        twin = Identity(str(item.draft.value["kind"]), policy.identity.namespace, policy.identity.name)
        if twin in before:
            message = f"{policy.identity} cannot be staged: {twin} is in the input already"
            hint = "take one of the two out of the input"
            report.refuse(TAKEN, message, origin=policy.origin, object=str(policy.identity), hint=hint)


def refuse_logging(companions: Iterable[Object], report: Report) -> None:
    """Refuse to log the denials of policies that are all staged: they deny nothing."""
    for item in companions:
        if str(item.value.get("kind")).startswith(STAGED):
            message = "all policies of the input are staged: they deny nothing, so there is nothing to log"
            report.refuse(CANNOT_LOG, message, origin=item.origin, hint="add the policies that are enforced")
            return
