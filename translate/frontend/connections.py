"""From what people write to a connection: the ends are looked up in the input and the facts, and must make sense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TypeVar

from translate.core.names import shown
from translate.core.ranges import bounds, family
from translate.frontend.ends_text import BARE, NO_END, Written, destination_of, source_of
from translate.frontend.packet_text import Sent, wrong
from translate.frontend.residents import NodeObject, Resident, Residents
from translate.model.facts import Facts
from translate.model.semantics import Semantics
from translate.model.traffic import ICMP, ICMPV6, PROTOCOL_NAMES, WITH_PORTS
from translate.prover.addresses import place
from translate.prover.connection import CLASSES, UNPLACED, Connection, ConnectionEnd, EndKind

ENTITIES = {"node": EndKind.NODE, "own-node": EndKind.OWN_NODE, "outside": EndKind.OUTSIDE}
ENTITIES |= {kind.value: kind for kind in CLASSES}
MOST_MEANT = 3
Value = TypeVar("Value")


def connection_of(from_: str, to: str, here: Residents, facts: Facts, semantics: Semantics) -> Connection:
    """The connection, with all that is known of its ends. Raises InputError, one line, where it makes no sense."""
    (written, source_port), (target, sent) = source_of(from_), destination_of(to)
    finder = _Finder(here, facts, semantics)
    source, destination = _in_one_namespace(*finder.placed(finder.end(written), finder.end(target)))
    if not (source.is_pod or destination.is_pod):
        raise wrong(f"neither {source.called} nor {destination.called} is a pod: policies for pods judge none of it")
    if source.called == destination.called and not source.is_also(destination):
        destination = replace(destination, called=f"{destination.called} (another)")
    connection = _with_packet(source, destination, sent, to)
    if source_port is not None:
        connection = _from_port(connection, source_port)
    _check_families(connection)
    return connection


def end_of(text: str, here: Residents, facts: Facts, semantics: Semantics) -> ConnectionEnd:
    """One end by itself, as for the source of a connection. Raises InputError."""
    return _Finder(here, facts, semantics).end(source_of(text)[0])


class _Finder:
    """Looks ends up."""

    def __init__(self, here: Residents, facts: Facts, semantics: Semantics) -> None:
        self._here, self._facts, self._semantics = here, facts, semantics

    def end(self, written: Written) -> ConnectionEnd:
        """The end that is written. Raises InputError."""
        found = self._found(written)
        if written.address and written.kind != "address":
            if found.addresses and written.address not in found.addresses:
                raise wrong(f"{found.called} is at {' and '.join(found.addresses)}, not at {written.address}")
            found = replace(found, addresses=(written.address,), called=f"{found.called} at {written.address}")
        return found

    def placed(self, source: ConnectionEnd, destination: ConnectionEnd) -> tuple[ConnectionEnd, ConnectionEnd]:
        """The same, with what is known of the node that a pod is on, where that is the other end."""
        of_source = next((node for node in self._here.nodes if node.name == source.node), None)
        of_destination = next((node for node in self._here.nodes if node.name == destination.node), None)
        return _as_own_node(source, of_destination), _as_own_node(destination, of_source)

    def _found(self, written: Written) -> ConnectionEnd:
        if written.kind == "address":
            return self._at(written.address)
        if written.kind == "dns":
            return ConnectionEnd(EndKind.OUTSIDE, written.name, dns=(written.name,))
        if written.kind == "Node":
            return self._node(written.name)
        if written.kind == BARE:
            raise wrong(self._bare(written.name))
        if written.kind in ENTITIES:
            return self._entity(written.kind)
        return self._labelled(written) if written.labels is not None else self._named(written)

    def _entity(self, word: str) -> ConnectionEnd:
        kind = ENTITIES[word]
        if kind in CLASSES and not self._semantics.has_endpoints:
            raise wrong(f"{self._semantics.title} has no endpoint called {word}: there is nobody to connect")
        called = {"node": "another node", "own-node": "the own node", "outside": "an address outside"}
        return ConnectionEnd(kind, called.get(word, CLASSES[kind].value if kind in CLASSES else word))

    def _at(self, address: str) -> ConnectionEnd:
        """Who has an address: a pod or a node of the input, else somebody outside, if the facts agree."""
        for one in self._here.pods:
            if address in one.addresses and not one.pod.on_node:
                found = self._resident(one)
                return replace(found, addresses=(address,), called=f"{found.called} at {address}")
        for node in self._here.nodes:
            if address in node.addresses:
                return replace(_end_of(node), addresses=(address,))
        served = _holds(self._facts.api_servers, address)
        if _holds(self._facts.services, address):
            raise wrong(f"{address} is an address of a Service: policies see what is behind it; name that")
        if _holds(self._facts.pods, address) and not served:
            raise wrong(f"{address} is a pod's, as the facts say: name the pod, as in NAMESPACE/NAME{{k=v}}@{address}")
        if _holds(self._facts.nodes, address) and not (served and _holds(self._facts.pods, address)):
            return ConnectionEnd(EndKind.NODE, f"node at {address}", addresses=(address,), node=UNPLACED)
        return ConnectionEnd(EndKind.OUTSIDE, address, addresses=(address,))

    def _node(self, name: str) -> ConnectionEnd:
        found = next((node for node in self._here.nodes if node.name == name), None)
        if found is None:
            names = [node.name for node in self._here.nodes]
            raise wrong(f"there is no Node {shown(name)} in the input{_meant(name, names, 'node or own-node will do')}")
        return _end_of(found)

    def _labelled(self, written: Written) -> ConnectionEnd:
        """Any pod with just these labels."""
        self._check_namespace(written.namespace)
        labels = written.labels or ()
        alike = [
            one
            for one in self._facts.pod_objects
            if one.namespace == written.namespace and dict(one.labels) == dict(labels)
        ]
        if self._facts.are_all("Pod") and not alike:
            raise wrong(f"no pod of {written.namespace} has just these labels, and all Pods are told, as the facts say")
        stated = self._facts.labels_of(written.namespace)
        given = written.namespace_labels
        if given is not None and stated is not None and dict(given) != stated:
            raise wrong(f"the namespace {written.namespace} has other labels in the input or the facts")
        known = alike if self._facts.are_all("Pod") else []
        return ConnectionEnd(
            EndKind.POD,
            written.text.partition("@")[0],
            written.namespace,
            labels=labels,
            namespace_labels=given if given is not None else self._namespace_labels(written.namespace),
            account=_same([one.account for one in known]),
            ports=_same([one.ports for one in known]),
        )

    def _named(self, written: Written) -> ConnectionEnd:
        self._check_namespace(written.namespace)
        mine = [one for one in self._all(written.kind) if one.pod.namespace == written.namespace]
        found = [one for one in mine if one.name == written.name]
        pods = [one for one in found if not one.kind]
        if len(found) > 1 and not pods:
            kinds = ", ".join(f"{one.kind.lower()}/{written.namespace}/{written.name}" for one in found)
            raise wrong(f"{shown(written.text)} may be any of {kinds}: say which")
        if len({frozenset(one.pod.labels) for one in pods}) > 1:
            raise wrong(f"the Pod {shown(written.text)} is in the input twice, with other labels: say labels instead")
        if found:
            return self._resident((pods or found)[0])
        raise wrong(self._missing(written, mine))

    def _missing(self, written: Written, mine: list[Resident]) -> str:
        what = f"{written.namespace}/{written.name}"
        if (written.namespace, written.name) in self._here.finished:
            return f"the pod {what} has finished: it has no address any more"
        kind = written.kind or "Pod"
        near = get_close_matches(written.name, [one.name for one in mine], MOST_MEANT)
        meant = [f"{written.namespace}/{name}" for name in near] or self._called(written.name)
        way = f"did you mean {' or '.join(meant)}?" if meant else f"add its object, or say labels: '{what}{{app=web}}'"
        return f"there is no {kind} {shown(what)} in the input; {way}"

    def _bare(self, name: str) -> str:
        """Why a name by itself is no end, and what it may stand for."""
        near = get_close_matches(name, [*ENTITIES], 1)
        meant = self._called(name) or near
        return f"{shown(name)} {f'is no end; did you mean {meant[0]}?' if meant else NO_END}"

    def _called(self, name: str) -> list[str]:
        """Who is called so, in whichever namespace."""
        found = (one for one in self._all("") if one.name == name)
        return list(dict.fromkeys(f"{one.pod.namespace}/{one.name}" for one in found))[:MOST_MEANT]

    def _all(self, kind: str) -> tuple[Resident, ...]:
        if kind == "Pod":
            return self._here.pods
        return tuple(one for one in (*self._here.pods, *self._here.workloads) if kind in ("", one.kind))

    def _resident(self, found: Resident) -> ConnectionEnd:
        pod = found.pod
        called = f"{pod.namespace}/{found.name}" if found.name else f"a pod of {pod.namespace}"
        called = f"{found.kind.lower()}/{called}" if found.kind else called
        if pod.on_node:
            node = next((one for one in self._here.nodes if one.name == found.node), None)
            known = _end_of(node) if node else ConnectionEnd(EndKind.NODE, "", node=found.node or UNPLACED)
            return replace(known, called=f"{called} (on the network of its node)")
        return ConnectionEnd(
            EndKind.POD,
            called,
            pod.namespace,
            "" if found.kind else found.name,
            pod.labels,
            self._namespace_labels(pod.namespace),
            pod.account,
            self._here.accounts.get((pod.namespace, pod.account)),
            pod.ports,
            found.addresses,
            found.node,
        )

    def _namespace_labels(self, name: str) -> tuple[tuple[str, str], ...] | None:
        labels = self._facts.labels_of(name)
        return None if labels is None else tuple(labels.items())

    def _check_namespace(self, name: str) -> None:
        known = [one.name for one in self._facts.namespaces]
        if self._facts.are_all("Namespace") and name not in known:
            raise wrong(f"there is no namespace {shown(name)}, as the facts say{_meant(name, known)}")


def _in_one_namespace(source: ConnectionEnd, destination: ConnectionEnd) -> tuple[ConnectionEnd, ConnectionEnd]:
    """The same; of pods of one namespace what one says of it holds for the other, too."""
    if not (source.is_pod and destination.is_pod and source.namespace == destination.namespace):
        return source, destination
    mine, theirs = source.namespace_labels, destination.namespace_labels
    if mine is not None and theirs is not None and dict(mine) != dict(theirs):
        raise wrong(f"the namespace {source.namespace} has other labels where it sends than where it receives")
    told = theirs if mine is None else mine
    return replace(source, namespace_labels=told), replace(destination, namespace_labels=told)


def _as_own_node(end: ConnectionEnd, node: NodeObject | None) -> ConnectionEnd:
    if end.kind is not EndKind.OWN_NODE or node is None:
        return end
    return replace(end, addresses=end.addresses or node.addresses, node_labels=node.labels)


def _same(values: Sequence[Value]) -> Value | None:
    """What all of ``values`` are, None where they differ or there are none."""
    return values[0] if values and all(value == values[0] for value in values) else None


def _end_of(node: NodeObject) -> ConnectionEnd:
    return ConnectionEnd(
        EndKind.NODE,
        f"node {node.name}",
        addresses=node.addresses,
        node=node.name,
        node_labels=node.labels,
    )


def _with_packet(source: ConnectionEnd, destination: ConnectionEnd, sent: Sent, to: str) -> Connection:
    if sent.protocol not in WITH_PORTS:
        return Connection(source, destination, sent.protocol, icmp=sent.icmp)
    protocol = PROTOCOL_NAMES[sent.protocol]
    if sent.port is not None:
        names = (sent.name,) if sent.name else None
        return Connection(source, destination, sent.protocol, sent.port, names)
    if not sent.name:
        raise wrong(f"--to {shown(to)} names no port of {protocol}: it ends as in :443/{protocol.lower()}, or in /icmp")
    known = destination.ports
    ports = dict.fromkeys(port for one, name, port in known or () if (one, name) == (sent.protocol, sent.name))
    if not destination.is_pod:
        raise wrong(f"{destination.called} is no pod, and only pods give names to ports: say the number")
    if not ports:
        names_there = [name for one, name, _ in known or () if one == sent.protocol]
        if known is not None:
            near = _meant(sent.name, names_there, "say the number")
            raise wrong(f"{destination.called} has no port of {protocol} called {shown(sent.name)}{near}")
        raise wrong(f"which port {destination.called} calls {shown(sent.name)} is not known: say :{sent.name}=NUMBER")
    return Connection(source, destination, sent.protocol, next(iter(ports)))


def _from_port(connection: Connection, port: int) -> Connection:
    if connection.port is None:
        raise wrong(f"a packet of {_protocol(connection)} comes from no port")
    return replace(connection, source_port=port)


def _protocol(connection: Connection) -> str:
    return PROTOCOL_NAMES.get(connection.protocol, f"IP protocol {connection.protocol}")


def _check_families(connection: Connection) -> None:
    """Both ends must have an address of the packet's family."""
    wanted = {ICMP: 4, ICMPV6: 6}.get(connection.protocol)
    found = {4, 6} if wanted is None else {wanted}
    for end in (connection.source, connection.destination):
        here = {family(one) for one in end.addresses}
        if here and not here & found:
            version = " or ".join(f"IPv{one}" for one in sorted(found))
            raise wrong(f"{end.called} has no {version} address: no packet of {_protocol(connection)} is sent")
        found = found & here if here else found


def _holds(blocks: Sequence[str], address: str) -> bool:
    return any(low <= place(address) <= high for low, high in map(bounds, blocks))


def _meant(name: str, known: Sequence[str], otherwise: str = "") -> str:
    near = get_close_matches(name, list(dict.fromkeys(known)), MOST_MEANT, 0.6)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; {otherwise}" if otherwise else ""
