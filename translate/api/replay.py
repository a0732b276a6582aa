"""The packet of a counterexample in the words of ``explain``, so that a reader can ask why it is judged as it is."""

from __future__ import annotations

from translate.api.result import Verification
from translate.core.diagnostics import InputError
from translate.frontend.connections import connection_of
from translate.frontend.residents import Residents
from translate.model.policy import Direction
from translate.model.traffic import ICMP, ICMPV6, PROTOCOL_NAMES, TCP, WITH_PORTS
from translate.prover.answers import Answer, cases_of
from translate.prover.budget import OutOfBudget
from translate.prover.judge import Judge
from translate.prover.point import ENDPOINTS, Others, PeerClass, Pod, Point
from translate.prover.proof import Counterexample

ANY_NAME = "any"
NODES = {PeerClass.OWN_NODE: "own-node", PeerClass.OTHER_NODE: "node"}


def replay(found: Verification, example: Counterexample) -> tuple[str, str] | None:
    """``--from`` and ``--to`` of the question why AFTER judges the packet of ``example`` as it does; None where
    ``explain`` cannot be asked, or would find that it depends on what no end and no port says.

    What is given back was asked: the end that is judged has the answer of the counterexample.
    """
    point = example.point
    if not found.compared.policies:
        return None
    asked = (_question(point, with_namespaces) for with_namespaces in (False, True))
    wanted = Answer.ALLOWED if example.after.allowed else Answer.DENIED
    return next((one for one in asked if one is not None and _answer(found, point, one) is wanted), None)


def _answer(found: Verification, point: Point, question: tuple[str, str]) -> Answer:
    """What ``explain`` finds at the end that is judged."""
    try:
        connection = connection_of(*question, Residents(), found.facts, found.compared.semantics)
        cases = cases_of(Judge(found.compared, connection, found.facts).among_its_own(), with_misses=False)
    except (InputError, OutOfBudget):
        return Answer.UNDECIDED
    answers = {walk.answer for case in cases for walk in case.walks if walk.direction is point.direction}
    return answers.pop() if len(answers) == 1 else Answer.DEPENDS


def _question(point: Point, with_namespaces: bool) -> tuple[str, str] | None:
    """Both ends as they are written, None where they cannot be."""
    said = not (point.endpoint or point.opaque or point.conditions or point.node_labels)
    subject = _pod(point.subject, point.subject_address, with_namespaces)
    peer, packet = _peer(point, with_namespaces), _packet(point)
    if not said or point.others is not Others.NOTHING or peer is None or packet is None:
        return None
    source, destination = (peer, subject) if point.direction is Direction.INGRESS else (subject, peer)
    if point.source_port:
        source = f"{source}:{point.source_port}"
    return source, destination + packet


def _pod(pod: Pod, address: str, with_namespaces: bool) -> str:
    labels = f"{{{_pairs(pod.labels)}}}"
    if with_namespaces:
        labels = f"{{{_pairs(pod.namespace_labels)}}}/{ANY_NAME}{labels}"
    return pod.namespace + labels + (f"@{_bracketed(address)}" if address else "")


def _peer(point: Point, with_namespaces: bool) -> str | None:
    if point.peer is not None:
        return _pod(point.peer, point.address, with_namespaces)
    if point.peer_class in NODES:
        return f"{NODES[point.peer_class]}@{_bracketed(point.address)}"
    if point.peer_class in ENDPOINTS:
        return point.peer_class.name.lower()
    if not point.fqdns:
        return _bracketed(point.address)
    (name, *more) = point.fqdns
    return None if more or "*" in name else f"dns:{name}@{_bracketed(point.address)}"


def _packet(point: Point) -> str | None:
    names = [name for protocol, name in sorted(point.names) if protocol == point.protocol]
    if len(names) > 1:
        return None
    if point.protocol in WITH_PORTS:
        name = f"{names[0]}=" if names else ""
        protocol = "" if point.protocol == TCP else f"/{PROTOCOL_NAMES[point.protocol].lower()}"
        return f":{name}{point.port}{protocol}"
    if point.protocol in (ICMP, ICMPV6):
        word = "icmp" if point.protocol == ICMP else "icmpv6"
        return f"/{word}" + "".join(f":{number}" for number in point.icmp or ())
    return f"/ip:{point.protocol}"


def _bracketed(address: str) -> str:
    """An address as it can stand before a port."""
    return f"[{address}]" if ":" in address else address


def _pairs(labels: tuple[tuple[str, str], ...]) -> str:
    return ",".join(f"{key}={value}" for key, value in labels)
