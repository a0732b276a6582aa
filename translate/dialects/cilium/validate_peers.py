"""Peers of Cilium: ranges, groups, entities, names and Services, each item on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from translate.core.names import block, cidr_problem, dns_subdomain_problem, placeholder_remark, shown
from translate.core.origin import Path
from translate.core.patterns import pattern
from translate.dialects.cilium.manifest import CIDRRule, Service
from translate.dialects.cilium.manifest_l7 import FQDNSelector
from translate.dialects.cilium.manifest_values import ENTITIES
from translate.dialects.cilium.validate_selectors import selector_faults
from translate.dialects.objects import Fault

HOST_BITS = "bits set beyond the prefix length"
"""A flaw that Cilium does not mind: it masks them."""

WORLDS = {"world-ipv4": "0.0.0.0/0", "world-ipv6": "::/0"}
"""Entities of the agent that the schema does not list, and the range that is the same."""

DNS_LENGTH = 255
SPELLINGS = {
    "matchName": ("letters, digits, '-' and '_'", pattern(r"[-a-zA-Z0-9_]+(?:\.[-a-zA-Z0-9_]+)*\.?")),
    "matchPattern": ("letters, digits, '-', '_' and '*'", pattern(r"[-a-zA-Z0-9_*]+(?:\.[-a-zA-Z0-9_*]+)*\.?")),
}
"""What names and patterns of names consist of; the schema says the same."""

GROUPS = ("cidr", "cidrGroupRef", "cidrGroupSelector")


def cidr_faults(text: str, path: Path) -> Iterator[Fault]:
    """A range as the schema wants it: with a length, and without zeros that agents stumble over."""
    problem = _range_problem(text)
    if problem is not None:
        yield Fault(path, f"{shown(text)} {problem}")


def name_problem(text: str, kind: str) -> str | None:
    """Why ``text`` is no DNS name (``kind`` is ``matchName``) or pattern of names (``matchPattern``)."""
    alphabet, pattern = SPELLINGS[kind]
    if len(text) > DNS_LENGTH:
        return f"must have no more than {DNS_LENGTH} characters, not {len(text)}"
    if pattern.fullmatch(text) is not None:
        return None
    return f"must consist of parts of {alphabet} with one dot between them{placeholder_remark(text)}"


def fqdn_faults(selector: FQDNSelector, path: Path) -> Iterator[Fault]:
    """One of the two ways to name hosts, well spelled."""
    given = [(kind, text) for kind in SPELLINGS if (text := getattr(selector, kind)) is not None]
    if len(given) != 1:
        yield Fault(path, "must have either matchName or matchPattern" + (", not both" if given else ""))
    for kind, text in given:
        problem = name_problem(text, kind)
        if problem is not None:
            yield Fault((*path, kind), f"{shown(text)} {problem}")


def _range_problem(text: str) -> str | None:
    found = block(text)
    if found is None:
        return cidr_problem(text)
    flaws = [flaw for flaw in found.flaws if flaw != HOST_BITS]
    return f"must not have {' or '.join(flaws)}: write {found.canonical}" if flaws else None


def _cidr_rule(rule: CIDRRule, path: Path) -> Iterator[Fault]:
    given = [name for name in GROUPS if getattr(rule, name) is not None]
    if len(given) != 1:
        text = f"must have only one of {' and '.join(given)}" if given else f"must have one of {', '.join(GROUPS)}"
        yield Fault(path, text)
    if rule.cidr is not None:
        yield from cidr_faults(rule.cidr, (*path, "cidr"))
    if rule.cidrGroupRef is not None:
        problem = dns_subdomain_problem(rule.cidrGroupRef)
        if problem is not None:
            yield Fault((*path, "cidrGroupRef"), f"{shown(rule.cidrGroupRef)} {problem}")
    if rule.cidrGroupSelector is not None:
        yield from selector_faults(rule.cidrGroupSelector, (*path, "cidrGroupSelector"), sources=False)
    for index, text in enumerate(rule.except_):
        yield from _exception(text, rule.cidr, (*path, "except", index))


def _exception(text: str, cidr: str | None, path: Path) -> Iterator[Fault]:
    """A hole must lie in its range or be all of it; holes in groups are not looked at."""
    yield from cidr_faults(text, path)
    hole, whole = block(text), block(cidr) if cidr is not None else None
    if hole is None or whole is None or cidr is None:
        return
    if hole.canonical != whole.canonical and not whole.strictly_contains(hole):
        yield Fault(path, f"{shown(text)} must be a range inside the cidr {shown(cidr)}")


def _entity(name: str, path: Path) -> Iterator[Fault]:
    if name in ENTITIES:
        return
    from difflib import get_close_matches  # only for what is misspelt

    near = get_close_matches(name.lower(), ENTITIES, 1)
    if name in WORLDS:
        kind = str(path[-2]).replace("Entities", "CIDR")
        advice = f": write {kind} with {WORLDS[name]} instead"
    else:
        advice = f": write {near[0]}" if near else placeholder_remark(name)
    yield Fault(path, f"must be {', '.join(ENTITIES[:-1])} or {ENTITIES[-1]}, not {shown(name)}{advice}")


def _service(service: Service, path: Path) -> Iterator[Fault]:
    if service.k8sServiceSelector is not None:
        yield from selector_faults(service.k8sServiceSelector.selector, (*path, "k8sServiceSelector", "selector"))


def _nothing(_item: Any, _path: Path) -> Iterator[Fault]:
    return iter(())


INGRESS_PEERS: dict[str, Callable[[Any, Path], Iterator[Fault]]] = {
    "fromEndpoints": selector_faults,
    "fromCIDR": cidr_faults,
    "fromCIDRSet": _cidr_rule,
    "fromEntities": _entity,
    "fromGroups": _nothing,
    "fromNodes": selector_faults,
}
"""The lists of peers of an ingress element, and how each item is checked."""

EGRESS_PEERS: dict[str, Callable[[Any, Path], Iterator[Fault]]] = {
    "toEndpoints": selector_faults,
    "toCIDR": cidr_faults,
    "toCIDRSet": _cidr_rule,
    "toEntities": _entity,
    "toServices": _service,
    "toFQDNs": fqdn_faults,
    "toGroups": _nothing,
    "toNodes": selector_faults,
}
"""The lists of peers of an egress element; ``toFQDNs`` is none of a deny."""
