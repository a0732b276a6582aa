"""Names: Calico policies of every release take one DNS label, and no two objects of the output share a name.

Two names fall together where one policy became several, or where policies of two APIs had the same name.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TypeAlias

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.policy import DEFAULT_TIER, Identity, Policy
from translate.plan.context import Pass, Target

Name: TypeAlias = tuple[str | None, str]
RENAMED = "NPT301"
LONGEST = 253


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Replace dots where the target takes none, and give each object a name of its own; first come, first named."""
    wanted = [_undotted(policy, target) for policy in policies]
    reserved = set(target.reserved) | {
        (name.namespace, name.name) for policy, name in zip(policies, wanted, strict=True) if name == policy.identity
    }
    taken: dict[Name, Policy] = {}
    numbers: dict[Name, int] = {}
    named = []
    for policy, identity in zip(policies, wanted, strict=True):
        if policy.metadata.generate_name:
            prefix = _plain(policy.metadata.generate_name, target)
            named.append(replace(policy, metadata=replace(policy.metadata, generate_name=prefix)))
            continue
        first = taken.get((identity.namespace, identity.name))
        mine = identity == policy.identity and (identity.namespace, identity.name) not in target.reserved
        free = identity if mine and first is None else _free(identity, taken, reserved, numbers)
        taken[free.namespace, free.name] = policy
        if free != policy.identity:
            # Parts of one policy are told as such: they all stand beside it in the report.
            if first is None or first.origin.place != policy.origin.place:
                _say(policy, free, target, report)
            policy = replace(policy, identity=free)
        named.append(policy)
    return tuple(named)


def _undotted(policy: Policy, target: Target) -> Identity:
    """A policy of a tier may have its tier's name before its own: up to Calico 3.31 it must."""
    prefix = f"{policy.tier}." if policy.tier != DEFAULT_TIER else ""
    own = policy.identity.name.removeprefix(prefix)
    name = (prefix if own != policy.identity.name else "") + _plain(own, target)
    return policy.identity if name == policy.identity.name else replace(policy.identity, name=name)


def _plain(name: str, target: Target) -> str:
    """Without dots where the target takes none; names that Calico has taken already stay."""
    dotless = target.can.dots_in_names == "none" and target.source.name != target.name
    return name.replace(".", "-") if dotless else name


def _free(identity: Identity, taken: Container[Name], reserved: Container[Name], numbers: dict[Name, int]) -> Identity:
    """The name, or one like it that nobody has and nobody wants; ``numbers``: the last that was given of each name."""
    number = numbers.get((identity.namespace, identity.name), 1)
    candidate = identity.name[:LONGEST] if number == 1 else _numbered(identity.name, number)
    while (key := (identity.namespace, candidate)) in taken or key in reserved:
        number += 1
        candidate = _numbered(identity.name, number)
    numbers[identity.namespace, identity.name] = number
    return identity if candidate == identity.name else replace(identity, name=candidate)


def _numbered(name: str, number: int) -> str:
    tail = f"-{number}"
    return name[: LONGEST - len(tail)].rstrip("-.") + tail


def _say(policy: Policy, identity: Identity, target: Target, report: Report) -> None:
    dotted = "." in policy.identity.name and "." not in identity.name
    why = f"a {target.can.title} has no dots in its name" if dotted else "another object has that name"
    report.lose(
        RENAMED,
        Effect.EXACT,
        f"{policy.called} is called {identity.name} in the output: {why}",
        origin=policy.origin.at("metadata", "name"),
        about=policy.called,
    )


def _broken(policy: Policy, target: Target) -> bool:
    own = policy.identity.name.removeprefix(f"{policy.tier}.")  # in a tier names begin with that of the tier
    return _plain(own, target) != own


PASS = Pass(
    run,
    needs="all policies that will be written",
    guarantees="every name is one that the target takes, and no two objects share one",
    broken=_broken,
)
