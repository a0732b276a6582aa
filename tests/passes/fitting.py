"""What the tables of the passes need: policies from one-line specs, one pass run on them, a plain form to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from translate.api.support import load
from translate.core.diagnostics import Report
from translate.model.peers import Anyone, Cidr, OwnNamespace, Peer
from translate.model.policy import Direction, Policy, PolicySet, Section
from translate.model.selectors import And, Exists, In, Not, Or, Selector
from translate.model.traffic import PROTOCOL_NAMES, NamedPort, Traffic
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


def plain(policy: Policy) -> dict[str, Any]:
    """A policy as ``form`` writes it, without its name, place and origins."""
    found: dict[str, Any] = {"subject": _selector(policy.subject.pods)}
    for direction in Direction:
        section = policy.section(direction)
        if section is not None:
            found[direction.value] = _section(section)
    return found


def _section(section: Section) -> dict[str, Any]:
    rules = [
        rule([_peer(peer) for peer in each.peers], [_traffic(item) for item in each.traffic], each.action.value)
        for each in section.rules
    ]
    return {"isolates": section.isolates, "rules": rules}


def _peer(peer: Peer) -> str:
    match peer:
        case Anyone():
            return "anyone"
        case Cidr(block, excluding):
            return " except ".join([block, ", ".join(excluding)]) if excluding else block
        case _:
            own = isinstance(peer.namespaces, OwnNamespace)
            where = "the own namespace" if own else f"namespaces {_selector(peer.namespaces)}"
            return f"pods {_selector(peer.pods)} of {where}"


def _traffic(traffic: Traffic) -> str:
    if traffic.protocol is None:
        return "any protocol"
    name = PROTOCOL_NAMES.get(traffic.protocol, str(traffic.protocol))
    match traffic.port:
        case None:
            return name
        case NamedPort(text_):
            return f"{name} {text_}"
        case port:
            return f"{name} {port.first}" + (f"-{port.last}" if port.last != port.first else "")


def _selector(term: Selector) -> str:
    match term:
        case And(()):
            return "all"
        case Or(()):
            return "none"
        case And(terms):
            return " and ".join(sorted(_selector(part) for part in terms))
        case Or(terms):
            return "(" + " or ".join(sorted(_selector(part) for part in terms)) + ")"
        case Not(In(label, values)):
            return f"{label.key} not in {{{', '.join(sorted(values))}}}"
        case Not(Exists(label)):
            return f"no {label.key}"
        case Not(inner):
            return f"not ({_selector(inner)})"
        case In(label, values):
            return f"{label.key} in {{{', '.join(sorted(values))}}}"
        case Exists(label):
            return f"has {label.key}"
        case atom:
            return f"{atom.label.key} {type(atom).__name__} {atom.text}"
