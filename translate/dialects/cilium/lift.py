"""What a CiliumNetworkPolicy means (Cilium documentation, policy language): allows add up, any element of a direction
isolates.

The part that Kubernetes policies need; deny rules, entities other than ``all``, L7, FQDN and the rest are refused by
name.
"""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.diagnostics import InputError, Problem, Report
from translate.core.names import block, shown
from translate.core.origin import Origin, Path
from translate.dialects.base import BeyondError
from translate.dialects.cilium.manifest import (
    CIDRRule,
    CiliumNetworkPolicy,
    EgressRule,
    IngressRule,
    PortRule,
    Rule,
)
from translate.dialects.cilium.manifest import Selector as ManifestSelector
from translate.dialects.cilium.ports import lift_ports
from translate.dialects.cilium.scope import peer_selector, subject_selector
from translate.dialects.objects import metadata
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Peer, Reach, Workloads
from translate.model.policy import Action, Identity, Metadata, Policy, Section, Subject
from translate.model.policy import Rule as ModelRule
from translate.model.traffic import ANY_TRAFFIC, Traffic

NOT_READ = "NPT202"


def lift(policy: CiliumNetworkPolicy, origin: Origin, default_namespace: str, report: Report) -> tuple[Policy, ...]:
    """One policy per ``spec``; what is beyond the part that is read becomes a refusal in ``report``."""
    meta = policy.metadata
    identity = Identity("CiliumNetworkPolicy", meta.namespace or default_namespace, meta.name or meta.generateName)
    about = metadata(meta)
    specs = [(policy.spec, origin.at("spec"))] if policy.spec is not None else []
    specs += [(rule, origin.at("specs", index)) for index, rule in enumerate(policy.specs)]
    if not specs:
        raise InputError([Problem(message=f"{identity} has neither spec nor specs", origin=origin)])
    found = []
    for rule, place in specs:
        _check(rule, place)
        for path, what in _unread(rule):
            message = f"{what} of a Cilium policy is beyond the part of Cilium that is read"
            report.refuse(NOT_READ, message, origin=place.at(*path), object=str(identity))
        try:
            found.append(_policy(rule, place, identity, about, origin))
        except BeyondError as beyond:
            report.refuse(NOT_READ, beyond.message, origin=beyond.origin, object=str(identity))
    return tuple(found)


def _check(rule: Rule, place: Origin) -> None:
    if not isinstance(rule.endpointSelector, ManifestSelector) and rule.nodeSelector is None:
        raise InputError(
            [Problem(message="a rule needs an endpointSelector; {} selects every pod of the namespace", origin=place)]
        )
    if not (rule.ingress or rule.egress or rule.ingressDeny or rule.egressDeny):
        message = "a rule needs one of ingress, ingressDeny, egress, egressDeny that is not empty: the agent refuses it"
        raise InputError([Problem(message=message, origin=place)])


def _policy(rule: Rule, place: Origin, identity: Identity, about: Metadata, origin: Origin) -> Policy:
    where = place.at("endpointSelector")
    given = rule.endpointSelector if isinstance(rule.endpointSelector, ManifestSelector) else ManifestSelector()
    deny = rule.enableDefaultDeny
    return Policy(
        identity=identity,
        subject=Subject(OWN_NAMESPACE, subject_selector(given, identity.namespace or "", where), where),
        ingress=_section(rule.ingress, deny.ingress if deny else None, place.at("ingress")),
        egress=_section(rule.egress, deny.egress if deny else None, place.at("egress")),
        metadata=about,
        origin=origin,
    )


def _section(
    elements: tuple[IngressRule | EgressRule, ...], default_deny: bool | None, place: Origin
) -> Section | None:
    if not elements:
        return None
    rules = (_rule(element, place.at(index)) for index, element in enumerate(elements))
    return Section(default_deny is not False, tuple(rule for rule in rules if rule.peers and rule.traffic), place)


def _rule(element: IngressRule | EgressRule, place: Origin) -> ModelRule:
    """Without peers an element matches everyone on its ports, and without ports as well nothing at all."""
    if isinstance(element, IngressRule):
        side, lists = "from", (element.fromEndpoints, element.fromCIDR, element.fromCIDRSet, element.fromEntities)
    else:
        side, lists = "to", (element.toEndpoints, element.toCIDR, element.toCIDRSet, element.toEntities)
    endpoints, blocks, sets, entities = lists
    peers: list[Peer] = []
    for index, selector in enumerate(endpoints or ()):
        where = place.at(f"{side}Endpoints", index)
        peers.append(Workloads(*peer_selector(selector, where), origin=where))
    for index, text in enumerate(blocks or ()):
        peers += _cidr(CIDRRule(cidr=text), place.at(f"{side}CIDR", index))
    for index, entry in enumerate(sets or ()):
        peers += _cidr(entry, place.at(f"{side}CIDRSet", index))
    for index, entity in enumerate(entities or ()):
        if entity == "all":
            peers.append(Anyone(place.at(f"{side}Entities", index)))
    traffic = _traffic(element.toPorts, place.at("toPorts"))
    empty_list = any(given is not None and not given for given in lists)
    if empty_list:
        peers = []
    elif all(given is None for given in lists) and element.toPorts:
        peers = [Anyone(place)]
    return ModelRule(Action.ALLOW, tuple(peers), traffic, place)


def _cidr(entry: CIDRRule, place: Origin) -> Iterator[Cidr]:
    if entry.cidr is None:
        return
    whole = block(entry.cidr)
    if whole is None:
        raise InputError([Problem(message=f"{shown(entry.cidr)} is no IP range like 10.0.0.0/8", origin=place)])
    holes = []
    for index, text in enumerate(entry.except_):
        hole = block(text)
        if hole is None or not (hole.canonical == whole.canonical or whole.strictly_contains(hole)):
            message = f"except {shown(text)} is no IP range inside {whole.canonical}"
            raise InputError([Problem(message=message, origin=place.at("except", index))])
        holes.append(hole.canonical)
    if whole.canonical not in holes:
        yield Cidr(whole.canonical, tuple(holes), Reach.OUTSIDE, place, place.at("except"))


def _traffic(rules: tuple[PortRule, ...] | None, place: Origin) -> tuple[Traffic, ...]:
    """Elements without ``ports`` match nothing; no element at all matches everything."""
    if not rules:
        return (ANY_TRAFFIC,)
    found: list[Traffic] = []
    for index, rule in enumerate(rules):
        for number, port in enumerate(rule.ports or ()):
            found += lift_ports(port, place.at(index, "ports", number))
    return tuple(found)


def _unread(rule: Rule) -> Iterator[tuple[Path, str]]:
    for name in ("nodeSelector", "ingressDeny", "egressDeny", "log"):
        if getattr(rule, name) not in (None, [], ()):
            yield (name,), name
    sections: tuple[tuple[str, tuple[IngressRule | EgressRule, ...]], ...] = (
        ("ingress", rule.ingress),
        ("egress", rule.egress),
    )
    for direction, elements in sections:
        for index, element in enumerate(elements):
            for path, what in _unread_in_element(element):
                yield (direction, index, *path), what


ELEMENT_FIELDS = (
    "fromGroups", "fromNodes", "fromRequires", "icmps", "authentication",
    "toServices", "toFQDNs", "toGroups", "toNodes", "toRequires",
)  # fmt: skip
PORT_FIELDS = ("terminatingTLS", "originatingTLS", "serverNames", "listener", "rules")


def _unread_in_element(element: IngressRule | EgressRule) -> Iterator[tuple[Path, str]]:
    for name in ELEMENT_FIELDS:
        if getattr(element, name, None) is not None:
            yield (name,), name
    side = "from" if isinstance(element, IngressRule) else "to"
    for index, entity in enumerate(getattr(element, f"{side}Entities") or ()):
        if entity != "all":
            yield (f"{side}Entities", index), f"the entity {entity}"
    for index, entry in enumerate(getattr(element, f"{side}CIDRSet") or ()):
        if entry.cidr is None:
            yield (f"{side}CIDRSet", index), "a CIDR group"
    given = [n for n in ("Endpoints", "CIDR", "CIDRSet", "Entities") if getattr(element, side + n)]
    if len(given) > 1:
        yield (), f"{side}{given[0]} together with {side}{given[1]} (the agent refuses it)"
    for index, rule in enumerate(element.toPorts or ()):
        for name in PORT_FIELDS:
            if getattr(rule, name) is not None:
                yield ("toPorts", index, name), f"toPorts.{name}"
        for number, port in enumerate(rule.ports or ()):
            if port.protocol in ("VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH"):
                yield ("toPorts", index, "ports", number, "protocol"), f"protocol {port.protocol}"
