"""What the tables of the passes need: policies from one-line specs, one pass run on them, a plain form to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from translate.api.support import load
from translate.core.diagnostics import Report
from translate.dialects import get
from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import (
    Anyone,
    Both,
    Cidr,
    Except,
    Fqdn,
    Kinds,
    Nodes,
    Opaque,
    OwnNamespace,
    Peer,
    Workloads,
)
from translate.model.policy import Direction, Policy, PolicySet, Rule, Section
from translate.model.selectors import And, Exists, In, Not, Or, Selector
from translate.model.traffic import PROTOCOL_NAMES, NamedPort, PortRange, Traffic
from translate.plan.contained import written_ranges
from translate.plan.context import Run, Target
from translate.tables import load as tables

HEADS = {
    "kubernetes": ("networking.k8s.io/v1", "NetworkPolicy"),
    "calico": ("projectcalico.org/v3", "NetworkPolicy"),
    "cilium": ("cilium.io/v2", "CiliumNetworkPolicy"),
}
OUTSIDE_NAMESPACES = ("Global", "StagedGlobal", "Tier", "HostEndpoint")


def text(dialect: str, spec: str, meta: str = "name: p, namespace: shop") -> str:
    """One object whose spec is ``spec`` in flow style, without its braces."""
    version, kind = HEADS[dialect]
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{{meta}}}\nspec: {{{spec}}}\n"


def calico(kind: str, spec: str, name: str = "g", labels: str = "") -> str:
    """A Calico object of any kind; one that has a namespace is in shop."""
    where = "" if kind.startswith(OUTSIDE_NAMESPACES) else ", namespace: shop"
    marks = f", labels: {{{labels}}}" if labels else ""
    head = f"apiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata: {{name: {name}{where}{marks}}}\n"
    return f"{head}spec: {{{spec}}}\n"


def documents(*objects: str) -> str:
    """Several objects as one text."""
    return "---\n".join(objects)


def policies(dialect: str, *specs: str) -> PolicySet:
    """Policies called p, p2, p3 … of namespace shop."""
    names = ["p", *(f"p{number}" for number in range(2, len(specs) + 1))]
    objects = (text(dialect, spec, f"name: {name}, namespace: shop") for name, spec in zip(names, specs, strict=True))
    return load(documents(*objects))


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
    def said(self) -> list[str]:
        """The messages of losses, then those of refusals."""
        return [x.message for x in self.report.losses] + [x.message for x in self.report.refusals]

    @property
    def forms(self) -> list[dict[str, Any]]:
        """The plain forms of what came out."""
        return [plain(policy) for policy in self.after]

    @property
    def untouched(self) -> bool:
        """Whether nothing was changed and nothing was said."""
        return self.after == self.before and not self.codes


def target_for(to: str, given: PolicySet, **more: Any) -> Target:
    """What passes are told that fit ``given`` to ``to``."""
    engine = get(to).semantics(more.get("facts", NO_FACTS).settings)
    return Target(to, tables.capabilities()[to], tables.labels(), given.semantics, engine, **more)


def run(one: Run, given: PolicySet, to: str, *, loosen: bool = False, facts: Facts = NO_FACTS) -> Outcome:
    """Run one pass."""
    report = Report()
    written = written_ranges(given.policies)
    target = target_for(to, given, loosen=loosen, sets=given.sets, facts=facts, written=written)
    return Outcome(given.policies, one(given.policies, target, report), report)


def rule(
    peers: Sequence[str],
    traffic: Sequence[str] = ("any protocol",),
    action: str = "Allow",
    own: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The plain form of a rule; ``own``: what the subject must be one of, None if it is none of that."""
    found = {"action": action, "peers": sorted(peers), "traffic": sorted(traffic)}
    return found if own is None else found | {"own": sorted(own)}


def form(subject: str, **sections: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The plain form of a policy that isolates in the directions given."""
    return {"subject": subject} | {name: {"isolates": True, "rules": list(rules)} for name, rules in sections.items()}


def plain(policy: Policy) -> dict[str, Any]:
    """A policy as ``form`` writes it, without its name, place and origins."""
    found: dict[str, Any] = {"subject": _selector(policy.subject.pods)}
    if not isinstance(policy.subject.namespaces, OwnNamespace):
        found["namespaces"] = _selector(policy.subject.namespaces)
    for direction in Direction:
        section = policy.section(direction)
        if section is not None:
            found[direction.value] = _section(section)
    return found


def _section(section: Section) -> dict[str, Any]:
    return {"isolates": section.isolates, "rules": [_rule(each) for each in section.rules]}


def _rule(each: Rule) -> dict[str, Any]:
    own = None if each.subject is None else [_peer(peer) for peer in each.subject]
    return rule([_peer(peer) for peer in each.peers], [_traffic(item) for item in each.traffic], each.action.value, own)


def _peer(peer: Peer) -> str:
    match peer:
        case Anyone():
            return "anyone"
        case Cidr(block, excluding):
            return " except ".join([block, ", ".join(excluding)]) if excluding else block
        case Workloads(namespaces, pods):
            own = isinstance(namespaces, OwnNamespace)
            where = "the own namespace" if own else f"namespaces {_selector(namespaces)}"
            return f"pods {_selector(pods)} of {where}"
        case Nodes(labels):
            return f"nodes {_selector(labels)}"
        case Fqdn(pattern):
            return f"name {pattern}"
        case Kinds(kinds):
            return " or ".join(kinds)
        case Opaque(unknown):
            return str(unknown)
        case Both(peers):
            return " and ".join(f"({_peer(part)})" for part in peers)
        case Except(inner):
            return f"not ({_peer(inner)})"


def _traffic(traffic: Traffic) -> str:
    protocol = traffic.protocol
    words = ["any protocol" if protocol is None else PROTOCOL_NAMES.get(protocol, str(protocol)), _port(traffic.port)]
    words += [f"from {_port(traffic.source)}"] if traffic.source else []
    words += [f"type {traffic.icmp.type} code {traffic.icmp.code}"] if traffic.icmp else []
    words += [f"IPv{traffic.family}"] if traffic.family else []
    words += [f"if {traffic.condition}"] if traffic.condition else []
    words += [f"but {_traffic(item)}" for item in traffic.excluding]
    return " ".join(word for word in words if word)


def _port(port: PortRange | NamedPort | None) -> str:
    match port:
        case None:
            return ""
        case NamedPort(name):
            return name
        case PortRange(first, last):
            return f"{first}-{last}" if last != first else f"{first}"


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
