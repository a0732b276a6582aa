"""Named ports beside sets of addresses: a name is one of a pod or a host that the selectors of its side mean, so no set
is meant where a rule asks for it (Calico: named ports are looked up among the endpoints that a rule selects).
"""

from __future__ import annotations

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.peers import Both, Peer, Workloads, parts
from translate.model.policy import AddressSet, Direction, Policy, Rule
from translate.model.sets import UnknownLabelsError, meant
from translate.model.traffic import NamedPort, Traffic

NOT_READ = "NPT202"


def check_port_names(policy: Policy, sets: tuple[AddressSet, ...], report: Report) -> None:
    """A name of a port may be one of a host that pods reach; of packets to a pod only the names of the pod count."""
    hosts = {name: found for found in sets for name in found.port_names}
    for rule in policy.egress.rules if policy.egress is not None and hosts else ():
        for item in (one for traffic in rule.traffic for one in (traffic, *traffic.excluding)):
            host = hosts.get(item.port.name) if isinstance(item.port, NamedPort) else None
            if host is not None:
                message = f"named ports of a HostEndpoint are beyond the part of Calico that is read ({host.identity})"
                report.refuse(NOT_READ, message, origin=rule.origin, about=policy.identity)
                break


def with_names_of_pods(policy: Policy, sets: tuple[AddressSet, ...]) -> Policy:
    """The policy with rules of their own for packets to named ports, where a rule means sets by its destination."""
    for direction in Direction:
        section = policy.section(direction)
        if section is None or not any(_asks_for_a_name(item) for rule in section.rules for item in rule.traffic):
            continue
        rules = tuple(one for rule in section.rules for one in _apart(rule, direction, policy, sets))
        policy = replace(policy, **{direction.value: replace(section, rules=rules)})
    return policy


def refuse_without_names(policy: Policy, sets: tuple[AddressSet, ...], report: Report) -> None:
    """Of ``notPorts`` by name the ports are those of pods that the selectors mean: for others that lie in the ranges of
    a set it takes nothing out, which a rule of the model has no word for.
    """
    for direction in Direction:
        section = policy.section(direction)
        for rule in section.rules if section is not None else ():
            named = [one for item in rule.traffic for one in item.excluding if _asks_for_a_name(one)]
            if named and any(_means_a_set(peer, policy, sets) for peer in _destinations(rule, direction)):
                message = (
                    f"notPorts by name in {policy.identity}, beside selectors that mean a NetworkSet, are beyond the "
                    "part of Calico that is read: pods inside the set's ranges that the selectors do not mean keep them"
                )
                hint = "list the numbers of the ports, or give the set's ranges a rule of their own (nets)"
                report.refuse(NOT_READ, message, origin=named[0].origin, about=policy.identity, hint=hint)


def _apart(rule: Rule, direction: Direction, policy: Policy, sets: tuple[AddressSet, ...]) -> tuple[Rule, ...]:
    """What a rule says of packets to ports by number, and to ports by name: of the latter no set gets any."""
    destinations = _destinations(rule, direction)
    named = tuple(item for item in rule.traffic if _asks_for_a_name(item))
    if not named or not any(_means_a_set(peer, policy, sets) for peer in destinations):
        return (rule,)
    side = "subject" if direction is Direction.INGRESS else "peers"
    of_pods = replace(rule, traffic=named, **{side: tuple(_of_pods(peer) for peer in destinations)})
    rest = tuple(item for item in rule.traffic if not _asks_for_a_name(item))
    return (replace(rule, traffic=rest), of_pods) if rest else (of_pods,)


def _destinations(rule: Rule, direction: Direction) -> tuple[Peer, ...]:
    """Who gets the packets of a rule, as far as it asks."""
    return (rule.subject or ()) if direction is Direction.INGRESS else rule.peers


def _asks_for_a_name(item: Traffic) -> bool:
    return isinstance(item.port, NamedPort)


def _means_a_set(peer: Peer, policy: Policy, sets: tuple[AddressSet, ...]) -> bool:
    wanted = (part for part in parts(peer) if isinstance(part, Workloads))
    try:
        return any(True for part in wanted for _ in meant(part, policy.identity.namespace, sets))
    except UnknownLabelsError:
        return True  # it is refused for that


def _of_pods(peer: Peer) -> Peer:
    """The peer without sets; what is excluded by its address stays excluded."""
    match peer:
        case Workloads():
            return replace(peer, sets=None)
        case Both(peers):
            return replace(peer, peers=tuple(_of_pods(inner) for inner in peers))
        case _:
            return peer
