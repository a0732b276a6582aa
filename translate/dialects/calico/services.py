"""Endpoints of Services where the input tells what is behind these (Calico API reference, ServiceMatch): egress means
the pods and the ports that they serve on, ingress the pods alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.core.origin import Origin
from translate.model.edit import with_rules
from translate.model.facts import Facts, ServiceObject
from translate.model.peers import Opaque, Workloads
from translate.model.policy import PolicySet, Rule
from translate.model.selectors import NAMESPACE_NAME, In, Label, Scope, conjunction
from translate.model.traffic import TCP, UDP, NamedPort, PortRange

ENDPOINTS = "endpoints of the Service"
WITH_PORTS = "endpoints and ports of the Service"
"""What an unknown is about; its name is the namespace and name of the Service."""
PROTOCOLS = (TCP, UDP)
"""Felix knows no other protocol of a Service by its name."""


def resolved(policies: PolicySet, facts: Facts) -> PolicySet:
    """The policies with the pods behind the Services that ``facts`` tell."""
    services = {f"{one.namespace}/{one.name}": one for one in facts.service_objects}
    unknown = {name for name, one in services.items() if one.selector is None}
    all_told = facts.are_all("Service")
    if not services and not all_told:
        return policies
    used: dict[str, None] = {}

    def known(rule: Rule) -> Iterator[Rule]:
        peer = _service_of(rule)
        if peer is None or peer.name in unknown or not (peer.name in services or all_told):
            yield rule
            return
        used[peer.name] = None
        found = services.get(peer.name)
        if found is None:
            return  # nothing is behind a Service that is not there
        pods = _pods_behind(found, peer.origin)
        yield from _served(replace(rule, peers=(pods,)), found, peer)

    changed = tuple(with_rules(policy, known) for policy in policies.policies)
    return replace(policies, policies=changed, services=tuple(used))


def _service_of(rule: Rule) -> Opaque | None:
    """The Service that a rule is for: it has no other peer then."""
    peer = rule.peers[0] if len(rule.peers) == 1 else None
    return peer if isinstance(peer, Opaque) and peer.what in (ENDPOINTS, WITH_PORTS) else None


def _pods_behind(service: ServiceObject, origin: Origin) -> Workloads:
    labels = (In(Label(Scope.POD, key), (value,), origin) for key, value in service.selector or ())
    return Workloads(In(NAMESPACE_NAME, (service.namespace,), origin), conjunction(*labels), origin=origin)


def _served(rule: Rule, service: ServiceObject, peer: Opaque) -> Iterator[Rule]:
    """The rule for what goes to ports of the Service, where ``peer`` means these too."""
    if peer.what == ENDPOINTS:
        yield rule
        return
    traffic = tuple(
        replace(item, protocol=protocol, port=NamedPort(port) if isinstance(port, str) else PortRange(port, port))
        for item in rule.traffic
        for protocol, port in service.ports
        if protocol in PROTOCOLS and item.protocol in (None, protocol) and item.icmp is None
    )
    if traffic:
        yield replace(rule, traffic=traffic)
