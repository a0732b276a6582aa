"""Selectors, ports and peers in words, as they are told of one packet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from translate.core.shortened import shortened
from translate.model.peers import Anyone, Both, Cidr, Except, Fqdn, Kinds, Nodes, Opaque, OwnNamespace, Peer, Workloads
from translate.model.selectors import (
    NAMESPACE_NAME,
    SERVICE_ACCOUNT_NAME,
    And,
    Contains,
    EndsWith,
    Exists,
    In,
    Label,
    Not,
    Or,
    Scope,
    Selector,
    StartsWith,
    atoms,
)
from translate.model.traffic import PROTOCOL_NAMES, NamedPort, PortRange, Traffic
from translate.prover.point import Point

MOST = 6


def some(texts: Iterable[str], most: int = MOST) -> str:
    """A list that stays short."""
    return shortened(dict.fromkeys(texts), most)


def named(label: Label) -> str:
    """What a label is called: whose it is, unless it is the pod's."""
    if label == NAMESPACE_NAME:
        return "namespace"
    if label == SERVICE_ACCOUNT_NAME:
        return "service account"
    owner = "" if label.scope in (Scope.POD, Scope.NODE) else f"{label.scope.value} "
    return f"{owner}label {label.key}"


def wanted(selector: Selector) -> str:
    """What a selector asks for."""
    match selector:
        case And(()):
            return "anything"
        case Or(()):
            return "nothing"
        case And(terms):
            return " and ".join(_inner(term) for term in terms)
        case Or(terms):
            return " or ".join(_inner(term) for term in terms)
        case Not(Exists(label)):
            return f"no {named(label)}"
        case Not(In(label, values)):
            return f"{named(label)} other than {_values(values)}"
        case Not(term):
            return f"not {_inner(term) if isinstance(term, (And, Or)) else wanted(term)}"
        case In(label, values):
            return f"{named(label)}{_equals(label)}{_values(values)}"
        case Exists(label):
            return named(label)
        case StartsWith(label, text):
            return f"{named(label)} beginning with {value(text)}"
        case EndsWith(label, text):
            return f"{named(label)} ending with {value(text)}"
        case Contains(label, text):
            return f"{named(label)} containing {value(text)}"
        case never:
            assert_never(never)


def _inner(selector: Selector) -> str:
    text = wanted(selector)
    return f"({text})" if isinstance(selector, (And, Or)) and len(selector.terms) > 1 else text


def value(text: str) -> str:
    """A value that may be empty."""
    return text or '""'


def _values(texts: tuple[str, ...]) -> str:
    listed = [value(text) for text in texts]
    return " or ".join(listed) if len(listed) <= MOST else some(listed)


def _equals(label: Label) -> str:
    return " " if label in (NAMESPACE_NAME, SERVICE_ACCOUNT_NAME) else "="


def had(label: Label, text: str | None) -> str:
    """What there is of a label."""
    return f"no {named(label)}" if text is None else f"{named(label)}{_equals(label)}{value(text)}"


def unfulfilled(term: Selector, value_of: Callable[[Label], str | None]) -> str:
    """A clause about somebody for whom ``term`` is not true: what there is, and what is asked instead."""
    match term:
        case Not(In(label, _) | Exists(label)) | In(label, _) | Exists(label):
            there = value_of(label)
        case Or(()):
            return "cannot be what is asked, as nobody can"
        case _:
            labels = list(dict.fromkeys(atom.label for atom in atoms(term)))
            has = " and ".join(had(label, value_of(label)) for label in labels)
            return f"has {has}, and {wanted(term)} is asked"
    verb = "is in" if label == NAMESPACE_NAME else "has"
    match term:
        case Not(_):
            return f"{verb} {had(label, there)}, which is excluded"
        case In(_, values) if there is not None:
            key = "" if _equals(label) == " " else f"{label.key}="
            return f"{verb} {had(label, there)}, not {key}{_values(values)}"
        case In(_, values):
            return f"has {had(label, None)}, and {wanted(term)} is asked"
        case _:
            return f"has {had(label, None)}"


def packet(point: Point) -> str:
    """Protocol, and port or message."""
    name = PROTOCOL_NAMES.get(point.protocol, f"IP protocol {point.protocol}")
    if point.icmp is not None:
        return f"{name} type {point.icmp[0]} code {point.icmp[1]}"
    return name if point.port is None else f"{name} {point.port}"


def ports(items: Iterable[Traffic]) -> str:
    """The ports that items of traffic are about, each protocol once."""
    found: dict[str, list[str]] = {}
    for item in items:
        name = "any protocol" if item.protocol is None else PROTOCOL_NAMES.get(item.protocol, str(item.protocol))
        found.setdefault(name, []).append(port(item.port))
    return "; ".join(f"{name} {some(numbers)}" for name, numbers in found.items())


def port(given: PortRange | NamedPort | None) -> str:
    """A port, a range of them, or a name."""
    match given:
        case None:
            return "any port"
        case NamedPort(name):
            return name
        case PortRange(first, last):
            return str(first) if first == last else f"{first}-{last}"
        case never:
            assert_never(never)


def meant(peer: Peer) -> str:
    """Who a peer of a rule is."""
    match peer:
        case Anyone():
            return "anyone"
        case Workloads(namespaces, pods):
            where = "the namespace of the policy" if isinstance(namespaces, OwnNamespace) else wanted(namespaces)
            return f"pods with {wanted(pods)} in {where}"
        case Cidr(block, excluding):
            return block + (f" except {some(excluding)}" if excluding else "")
        case Kinds(kinds):
            return some(kind.value for kind in kinds)
        case Nodes(labels):
            return f"nodes with {wanted(labels)}"
        case Fqdn(pattern):
            return f"addresses of {pattern}"
        case Opaque(unknown):
            return str(unknown)
        case Both(peers):
            return " and ".join(meant(inner) for inner in peers)
        case Except(inner):
            return f"all but {meant(inner)}"
        case never:
            assert_never(never)
