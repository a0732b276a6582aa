"""Endpoints of Services where the input tells what is behind these (Calico API reference, ServiceMatch): egress means
the pods and the ports that they serve on, ingress the pods alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.core.origin import Origin
from translate.dialects.calico.unknowns import ServiceEndpoints
from translate.model.edit import with_rules
from translate.model.facts import Facts, ServiceObject
from translate.model.peers import Opaque, Workloads
from translate.model.policy import PolicySet, Rule
from translate.model.selectors import NAMESPACE_NAME, In, Label, Scope, conjunction
from translate.model.traffic import TCP, UDP, NamedPort, PortRange

PROTOCOLS = (TCP, UDP)
"""Felix knows no other protocol of a Service by its name."""


def resolved(policies: PolicySet, facts: Facts) -> PolicySet:
    """The policies with the pods behind the Services that ``facts`` tell."""
    services = {(one.namespace, one.name): one for one in facts.service_objects}
    all_told = facts.are_all("Service")
    if not services and not all_told:
        return policies
    used: dict[str, None] = {}

    def known(rule: Rule) -> Iterator[Rule]:
        service = _service_of(rule)
        if service is None:
            yield rule
            return
        found = services.get((service.namespace, service.name))
        if not (all_told if found is None else found.selector is not None):
            yield rule
            return
        used[f"{service.namespace}/{service.name}"] = None
        if found is None:
            return  # nothing is behind a Service that is not there
        behind = replace(rule, peers=(_pods_behind(found, rule.peers[0].origin),))
        yield from _served(behind, found) if service.with_ports else (behind,)

    changed = tuple(with_rules(policy, known) for policy in policies.policies)
    return replace(policies, policies=changed, services=tuple(used))


def _service_of(rule: Rule) -> ServiceEndpoints | None:
    """The Service that a rule is for: it has no other peer then."""
    match rule.peers:
        case (Opaque(ServiceEndpoints() as service),):
            return service
        case _:
            return None


def _pods_behind(service: ServiceObject, origin: Origin) -> Workloads:
    labels = (In(Label(Scope.POD, key), (value,), origin) for key, value in service.selector or ())
    return Workloads(In(NAMESPACE_NAME, (service.namespace,), origin), conjunction(*labels), origin=origin)


def _served(rule: Rule, service: ServiceObject) -> Iterator[Rule]:
    """The rule for what goes to ports of the Service."""
    traffic = tuple(
        replace(item, protocol=protocol, port=NamedPort(port) if isinstance(port, str) else PortRange(port, port))
        for item in rule.traffic
        for protocol, port in service.ports
        if protocol in PROTOCOLS and item.protocol in (None, protocol) and item.icmp is None
    )
    if traffic:
        yield replace(rule, traffic=traffic)
