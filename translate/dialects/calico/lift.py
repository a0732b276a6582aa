"""What a Calico NetworkPolicy means: an ordered list of rules whose first match decides (Calico API reference,
NetworkPolicy).

The part that Kubernetes policies need, and the Deny, Pass and Log rules that denial logging needs; the rest is
refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.diagnostics import InputError, Problem, Report
from translate.core.names import Block, block
from translate.core.origin import Origin
from translate.dialects.calico.manifest import EntityRule, NetworkPolicy, Rule
from translate.dialects.calico.ports import lift_port, lift_protocol
from translate.dialects.calico.scope import GLOBAL, entity_namespaces, entity_pods, policy_pods, read
from translate.dialects.objects import metadata
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Peer, Reach, Workloads
from translate.model.policy import (
    DEFAULT_TIER,
    Action,
    Direction,
    Identity,
    Policy,
    Section,
    Subject,
)
from translate.model.policy import Rule as ModelRule
from translate.model.selectors import Atom, Scope, atoms
from translate.model.traffic import Traffic

NOT_READ = "NPT202"


def lift(policy: NetworkPolicy, origin: Origin, default_namespace: str, report: Report) -> Policy:
    """The meaning of a NetworkPolicy; what is beyond the part that is read becomes a refusal in ``report``."""
    meta, spec = policy.metadata, policy.spec
    place = origin.at("spec")
    identity = Identity("NetworkPolicy", meta.namespace or default_namespace, meta.name or meta.generateName)
    for path, what in _unread(policy):
        report.refuse(
            NOT_READ,
            f"{what} of a Calico policy is beyond the part of Calico that is read",
            origin=place.at(*path),
            object=str(identity),
        )
    subject = place.at("selector")
    lifted = Policy(
        identity=identity,
        subject=Subject(OWN_NAMESPACE, policy_pods(read(spec.selector, Scope.POD, subject)), subject),
        ingress=_section(policy, Direction.INGRESS, place),
        egress=_section(policy, Direction.EGRESS, place),
        tier=spec.tier or DEFAULT_TIER,
        order=spec.order,
        metadata=metadata(meta),
        origin=origin,
    )
    for atom in _accounts(lifted):
        message = "a selector on service accounts is beyond the part of Calico that is read"
        report.refuse(NOT_READ, message, origin=atom.origin, object=str(identity))
    return lifted


def _accounts(policy: Policy) -> Iterator[Atom]:
    selectors = [policy.subject.pods]
    for section in (policy.ingress, policy.egress):
        for rule in section.rules if section else ():
            selectors += [peer.pods for peer in rule.peers if isinstance(peer, Workloads)]
    return (atom for one in selectors for atom in atoms(one) if atom.label.scope is Scope.SERVICE_ACCOUNT)


def types(policy: NetworkPolicy) -> tuple[str, ...]:
    """``types`` as calicoctl and the API server fill them in (Calico API reference, ``types``)."""
    spec = policy.spec
    if spec.types:
        return spec.types
    if not spec.egress:
        return ("Ingress",)
    return ("Ingress", "Egress") if spec.ingress else ("Egress",)


def _section(policy: NetworkPolicy, direction: Direction, place: Origin) -> Section | None:
    if direction.capitalize() not in types(policy):
        return None
    rules = policy.spec.ingress if direction is Direction.INGRESS else policy.spec.egress
    where = place.at(str(direction))
    lifted = tuple(_rule(rule, direction, where.at(index)) for index, rule in enumerate(rules))
    return Section(True, lifted, where)


def _rule(rule: Rule, direction: Direction, place: Origin) -> ModelRule:
    side = "source" if direction is Direction.INGRESS else "destination"
    entity = rule.source if direction is Direction.INGRESS else rule.destination
    peers = _peers(entity, place.at(side))
    return ModelRule(Action(rule.action), peers, _traffic(rule, place), place)


def _peers(entity: EntityRule, place: Origin) -> tuple[Peer, ...]:
    if entity.nets or entity.notNets:
        return tuple(_ranges(entity, place))
    if not entity.selector and not entity.namespaceSelector:
        return (Anyone(place),)
    namespaces, everywhere = entity_namespaces(entity.namespaceSelector, place.at("namespaceSelector"))
    pods, sets = entity_pods(entity.selector, place.at("selector"))
    return (Workloads(namespaces, pods, sets or (everywhere and not entity.selector), place),)


def _ranges(entity: EntityRule, place: Origin) -> Iterator[Cidr]:
    """``nets`` without ``notNets``; ``notNets`` alone cuts its own address family (Calico API reference,
    EntityRule).
    """
    holes = tuple(_block(text, place.at("notNets", index)) for index, text in enumerate(entity.notNets))
    texts = entity.nets or tuple(dict.fromkeys("::/0" if hole.version == 6 else "0.0.0.0/0" for hole in holes))
    for index, text in enumerate(texts):
        origin = place.at("nets", index) if entity.nets else place.at("notNets")
        whole = _block(text, origin)
        inside = tuple(hole.canonical for hole in holes if whole.strictly_contains(hole))
        if not any(hole.canonical == whole.canonical or hole.strictly_contains(whole) for hole in holes):
            yield Cidr(whole.canonical, inside, Reach.ADDRESS, origin, place.at("notNets"))


def _block(text: str, origin: Origin) -> Block:
    found = block(text)
    if found is None:
        raise InputError([Problem(message=f"{text!r} is no IP range", origin=origin)])
    return found


def _traffic(rule: Rule, place: Origin) -> tuple[Traffic, ...]:
    protocol = None if rule.protocol is None else lift_protocol(rule.protocol, place.at("protocol"))
    ports = rule.destination.ports
    if not ports:
        return (Traffic(protocol, None, place.at("protocol") if protocol else place),)
    where = place.at("destination", "ports")
    return tuple(Traffic(protocol, lift_port(port, where.at(i)), where.at(i)) for i, port in enumerate(ports))


def _unread(policy: NetworkPolicy) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Field path and name of every construct that is legal but not read."""
    spec = policy.spec
    if spec.serviceAccountSelector:
        yield ("serviceAccountSelector",), "serviceAccountSelector"
    if spec.tier not in ("", DEFAULT_TIER):
        yield ("tier",), f"tier {spec.tier}"
    for direction, rules in (("ingress", spec.ingress), ("egress", spec.egress)):
        for index, rule in enumerate(rules):
            for path, what in _unread_in_rule(rule, direction):
                yield (direction, index, *path), what


def _unread_in_rule(rule: Rule, direction: str) -> Iterator[tuple[tuple[str, ...], str]]:
    for name in ("ipVersion", "notProtocol", "icmp", "notICMP", "http"):
        if getattr(rule, name) is not None:
            yield (name,), name
    if rule.protocol is not None and lift_protocol(rule.protocol) in (1, 58):
        yield ("protocol",), "protocol ICMP"
    peer, own = ("source", "destination") if direction == "ingress" else ("destination", "source")
    for side, entity in (("source", rule.source), ("destination", rule.destination)):
        for name in ("notSelector", "notPorts", "serviceAccounts", "services"):
            if getattr(entity, name):
                yield (side, name), name
        if entity.namespaceSelector.strip() == GLOBAL:
            yield (side, "namespaceSelector"), GLOBAL
        if side == "source" and entity.ports:
            yield (side, "ports"), "source.ports"
        if side == own and (entity.nets or entity.notNets or entity.selector or entity.namespaceSelector):
            yield (side,), f"a condition on the {own} of an {direction} rule"
        if side == peer and (entity.nets or entity.notNets) and (entity.selector or entity.namespaceSelector):
            yield (side,), "nets together with a selector"
    if rule.destination.ports and rule.protocol is None:
        yield ("destination", "ports"), "ports without a protocol"
