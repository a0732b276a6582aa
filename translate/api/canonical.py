"""The canonical form of a policy for structural comparison: plain, sorted values that no dialect colours."""

from __future__ import annotations

from typing import Any

from translate.model.peers import Anyone, Cidr, Fqdn, Nodes, OwnNamespace, Peer
from translate.model.policy import Policy, Rule, Section
from translate.model.selectors import And, Exists, In, Not, Or, Selector
from translate.model.traffic import PROTOCOL_NAMES, NamedPort, Traffic


def plain(policy: Policy) -> dict[str, Any]:
    """The subject and what is said per direction."""
    form: dict[str, Any] = {"subject": selector(policy.subject.pods)}
    for direction, section in (("ingress", policy.ingress), ("egress", policy.egress)):
        if section is not None:
            form[direction] = _section(section)
    return form


def _section(section: Section) -> dict[str, Any]:
    return {"isolates": section.isolates, "rules": [_rule(rule) for rule in section.rules]}


def _rule(rule: Rule) -> str:
    peers = "; ".join(sorted(_peer(peer) for peer in rule.peers))
    return f"{rule.action.value} {peers} on {', '.join(sorted(_traffic(item) for item in rule.traffic))}"


def _peer(peer: Peer) -> str:
    match peer:
        case Anyone():
            return "anyone"
        case Cidr(block, excluding):
            return " except ".join([block, ", ".join(sorted(excluding))]) if excluding else block
        case Nodes(labels):
            return f"nodes {selector(labels)}"
        case Fqdn(pattern):
            return f"names {pattern}"
        case _:
            if isinstance(peer.namespaces, OwnNamespace):
                return f"pods {selector(peer.pods)} of the own namespace"
            return f"pods {selector(peer.pods)} of namespaces {selector(peer.namespaces)}"


def _traffic(traffic: Traffic) -> str:
    protocol = (
        "any protocol" if traffic.protocol is None else PROTOCOL_NAMES.get(traffic.protocol, str(traffic.protocol))
    )
    match traffic.port:
        case None:
            return protocol
        case NamedPort(name):
            return f"{protocol} {name}"
        case port:
            return f"{protocol} {port.first}" + (f"-{port.last}" if port.last != port.first else "")


def selector(term: Selector) -> str:
    """A selector as text, its terms and values sorted."""
    match term:
        case And(()):
            return "all"
        case Or(()):
            return "none"
        case And(terms):
            return " and ".join(sorted(selector(part) for part in terms))
        case Or(terms):
            return "(" + " or ".join(sorted(selector(part) for part in terms)) + ")"
        case Not(In(label, values)):
            return f"{label.key} not in {{{', '.join(sorted(values))}}}"
        case Not(Exists(label)):
            return f"no {label.key}"
        case Not(inner):
            return f"not ({selector(inner)})"
        case In(label, values):
            return f"{label.key} in {{{', '.join(sorted(values))}}}"
        case Exists(label):
            return f"has {label.key}"
        case atom:
            return f"{atom.label.key} {type(atom).__name__} {atom.text}"
