"""Names: Calico policies of every release take one DNS label, Kubernetes names may have dots."""

from __future__ import annotations

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.policy import Identity, Policy
from translate.plan.context import Target

RENAMED = "NPT301"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Replace the dots of a name where the target takes none; names stay apart."""
    if target.can.dots_in_names != "none":
        return policies
    taken = {policy.identity for policy in policies if "." not in policy.identity.name}
    named = []
    for policy in policies:
        if "." in policy.identity.name:
            identity = _free(replace(policy.identity, name=policy.identity.name.replace(".", "-")), taken)
            taken.add(identity)
            report.lose(
                RENAMED,
                Effect.EXACT,
                f"{policy.identity} is called {identity.name} in the output: "
                f"a {target.can.title} has no dots in its name",
                origin=policy.origin.at("metadata", "name"),
                object=str(policy.identity),
            )
            prefix = policy.metadata.generate_name.replace(".", "-")
            policy = replace(policy, identity=identity, metadata=replace(policy.metadata, generate_name=prefix))
        named.append(policy)
    return tuple(named)


def _free(identity: Identity, taken: set[Identity]) -> Identity:
    candidate, number = identity, 1
    while candidate in taken:
        number += 1
        candidate = replace(identity, name=f"{identity.name}-{number}")
    return candidate
