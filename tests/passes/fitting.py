"""What the tables of the passes need: policies from one-line specs, one pass run on them, a plain form to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from translate.api.canonical import plain
from translate.api.support import load
from translate.core.diagnostics import Report
from translate.model.policy import Policy, PolicySet
from translate.plan.context import Pass, Target
from translate.tables import load as tables

HEADS = {
    "kubernetes": ("networking.k8s.io/v1", "NetworkPolicy"),
    "calico": ("projectcalico.org/v3", "NetworkPolicy"),
    "cilium": ("cilium.io/v2", "CiliumNetworkPolicy"),
}


def text(dialect: str, spec: str, meta: str = "name: p, namespace: shop") -> str:
    """One object whose spec is ``spec`` in flow style, without its braces."""
    version, kind = HEADS[dialect]
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{{meta}}}\nspec: {{{spec}}}\n"


def policies(dialect: str, *specs: str) -> PolicySet:
    """Policies called p, p2, p3 … of namespace shop."""
    names = ["p", *(f"p{number}" for number in range(2, len(specs) + 1))]
    objects = (text(dialect, spec, f"name: {name}, namespace: shop") for name, spec in zip(names, specs, strict=True))
    return load("---\n".join(objects))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pass made of policies, and what it said."""

    before: tuple[Policy, ...]
    after: tuple[Policy, ...]
    report: Report

    @property
    def codes(self) -> list[str]:
        """The codes of losses with their effects, then those of refusals."""
        return [f"{x.code} {x.effect.value}" for x in self.report.losses] + [x.code for x in self.report.refusals]

    @property
    def forms(self) -> list[dict[str, Any]]:
        """The plain forms of what came out."""
        return [plain(policy) for policy in self.after]

    @property
    def untouched(self) -> bool:
        """Whether nothing was changed and nothing was said."""
        return self.after == self.before and not self.codes


def run(one: Pass, given: PolicySet, to: str, *, loosen: bool = False) -> Outcome:
    """Run one pass."""
    report = Report()
    target = Target(to, tables.capabilities()[to], tables.labels(), given.engine, loosen)
    return Outcome(given.policies, one(given.policies, target, report), report)


def rule(peers: Sequence[str], traffic: Sequence[str] = ("any protocol",), action: str = "Allow") -> dict[str, Any]:
    """The plain form of a rule."""
    return {"action": action, "peers": sorted(peers), "traffic": sorted(traffic)}


def form(subject: str, **sections: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The plain form of a policy that isolates in the directions given."""
    return {"subject": subject} | {name: {"isolates": True, "rules": list(rules)} for name, rules in sections.items()}
