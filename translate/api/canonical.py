"""The canonical form of a policy for structural comparison: plain, sorted values that no dialect colours."""

from __future__ import annotations

from typing import Any

from translate.model.peers import Anyone, Both, Cidr, Except, Fqdn, Kinds, Nodes, Opaque, OwnNamespace, Peer, Workloads
from translate.model.policy import Policy, Rule, Section
from translate.model.selectors import And, Exists, In, Not, Or, Selector
from translate.model.traffic import PROTOCOL_NAMES, NamedPort, PortRange, Traffic


def plain(policy: Policy) -> dict[str, Any]:
    """The subject and what is said per direction."""
    form: dict[str, Any] = {"subject": selector(policy.subject.pods)}
    if not isinstance(policy.subject.namespaces, OwnNamespace):
        form["namespaces"] = selector(policy.subject.namespaces)
    for direction, section in (("ingress", policy.ingress), ("egress", policy.egress)):
        if section is not None:
            form[direction] = _section(section)
    return form


def _section(section: Section) -> dict[str, Any]:
    return {"isolates": section.isolates, "rules": [_rule(rule) for rule in section.rules]}


def _rule(rule: Rule) -> str:
    peers = "; ".join(sorted(_peer(peer) for peer in rule.peers))
    own = f" for {'; '.join(sorted(_peer(peer) for peer in rule.subject))}" if rule.subject else ""
    return f"{rule.action.value} {peers} on {', '.join(sorted(_traffic(item) for item in rule.traffic))}{own}"


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
        case Kinds(kinds):
            return " or ".join(sorted(kinds))
        case Opaque(unknown):
            return str(unknown)
        case Both(peers):
            return " and ".join(sorted(_peer(part) for part in peers))
        case Except(part):
            return f"not ({_peer(part)})"
        case Workloads(namespaces, pods, sets):
            who = "pods" if sets is None else "pods and address sets"
            if isinstance(namespaces, OwnNamespace):
                return f"{who} {selector(pods)} of the own namespace"
            return f"{who} {selector(pods)} of namespaces {selector(namespaces)}"


def _traffic(traffic: Traffic) -> str:
    protocol = (
        "any protocol" if traffic.protocol is None else PROTOCOL_NAMES.get(traffic.protocol, str(traffic.protocol))
    )
    words = [protocol, _port(traffic.port)]
    if traffic.icmp is not None:
        words.append(f"type {traffic.icmp.type}" + ("" if traffic.icmp.code is None else f" code {traffic.icmp.code}"))
    words += [f"from port {_port(traffic.source)}"] if traffic.source is not None else []
    words += [f"over IPv{traffic.family}"] if traffic.family is not None else []
    words += [f"if {traffic.condition}"] if traffic.condition else []
    words += [f"but not ({_traffic(excluded)})" for excluded in traffic.excluding]
    return " ".join(word for word in words if word)


def _port(port: PortRange | NamedPort | None) -> str:
    match port:
        case None:
            return ""
        case NamedPort(name):
            return name
        case PortRange(first, last):
            return f"{first}-{last}" if last != first else f"{first}"


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
