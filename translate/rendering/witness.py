"""One counterexample in words: who, to whom, on what, and which rule decided on either side."""

from __future__ import annotations

import json
from typing import Any, assert_never

from translate.core.origin import NOWHERE, spell
from translate.dialects import SHARED, get
from translate.frontend.sources import Places
from translate.model.peers import OWN_NAMESPACE, Anyone
from translate.model.policy import Action, Direction, Identity, Policy, Rule, Section, Subject
from translate.model.selectors import EVERYTHING
from translate.model.traffic import ANY_TRAFFIC, PROTOCOL_NAMES
from translate.prover.decision import Decision
from translate.prover.point import ENDPOINTS, Others, PeerClass, Pod, Point
from translate.prover.proof import Counterexample
from translate.rendering.findings import place
from translate.rendering.terminal import Terminal

WHAT = {
    PeerClass.OWN_NODE: "the node of the pod",
    PeerClass.OTHER_NODE: "another node",
    **{peer_class: peer_class.value for peer_class in ENDPOINTS},
}
"""How peers are called that are no pods; the rest are addresses outside."""


ADDED = "  added   "
"""How the line with a policy that another adds begins."""


def say(example: Counterexample, out: Terminal, before: Places, after: Places, command: str) -> None:
    """A counterexample in lines, with the ``command`` that walks it if there is one."""
    when = others(example.point)
    out.prose(f"counterexample ({example.effect.value}{f', {when}' if when else ''})", indent=2)
    for text in lines(example, before, after):
        if text.startswith(ADDED):
            out.line("  " + text)  # to be copied
        else:
            out.prose(text, indent=2, hang=len(ADDED))
    if command:
        out.line(f"    replay  {command}")


def others(point: Point) -> str:
    """What another policy does, empty if there is none."""
    match point.others:
        case Others.NOTHING:
            return ""
        case Others.ISOLATE:
            return "once another policy isolates the pod"
        case Others.ALLOW:
            return "once another policy isolates the pod and lets all through"
        case never:
            assert_never(never)


def other_policy(point: Point) -> dict[str, Any] | None:
    """Such a policy, of the API that every engine here enforces; None if there is none."""
    if point.others is Others.NOTHING:
        return None
    rules = (Rule(Action.ALLOW, (Anyone(),), (ANY_TRAFFIC,)),) if point.others is Others.ALLOW else ()
    sections = {point.direction: Section(True, rules)}
    added = Policy(
        Identity("", point.subject.namespace, "added-later"),
        Subject(OWN_NAMESPACE, EVERYTHING),
        sections.get(Direction.INGRESS),
        sections.get(Direction.EGRESS),
    )
    return get(SHARED).emit((added,), traced=False)[0].draft.value


def lines(example: Counterexample, before: Places, after: Places) -> list[str]:
    """The counterexample as a small table."""
    source, destination = ends(example.point)
    added = other_policy(example.point)
    return [
        *([f"{ADDED}{json.dumps(added)}"] if added else []),
        f"  from    {source}",
        f"  to      {destination}",
        f"  on      {packet(example.point)}",
        f"  before  {_decision(example.before, before)}",
        f"  after   {_decision(example.after, after)}",
        *(f"  where   {sentence}" for sentence in example.sorting),
    ]


def sentence(point: Point) -> str:
    """The packet in one line."""
    source, destination = ends(point)
    return f"{source} to {destination} on {packet(point)}"


def ends(point: Point) -> tuple[str, str]:
    """Source and destination."""
    subject, peer = _pod(point.subject) if point.endpoint is None else point.endpoint.value, _peer(point)
    return (peer, subject) if point.direction is Direction.INGRESS else (subject, peer)


def packet(point: Point) -> str:
    """Protocol and port, and how the destination calls the port."""
    name = PROTOCOL_NAMES.get(point.protocol, f"IP protocol {point.protocol}")
    port = f" {point.port}" if point.port is not None else ""
    names = ", ".join(sorted(text for _, text in point.names))
    return f"{name}{port}" + (f" (called {names} by the destination pod)" if names else "")


def _peer(point: Point) -> str:
    if point.peer is not None:
        return f"{_pod(point.peer)} at {point.address}"
    what = WHAT.get(point.peer_class, "address outside the cluster")
    labels = ", ".join(f"{key}={value}" for key, value in point.node_labels)
    fqdns = ", ".join(sorted(point.fqdns))
    more = (f", labels {labels}" if labels else "") + (f", behind {fqdns}" if fqdns else "")
    more += "".join(sorted(f", one of the {unknown}" for unknown in point.opaque if unknown.is_of_addresses))
    return f"{what} {point.address}{more}"


def _pod(pod: Pod) -> str:
    labels = ", ".join(f"{key}={value}" for key, value in pod.labels) or "none"
    namespace = ", ".join(f"{key}={value}" for key, value in pod.namespace_labels)
    return f"pod in {pod.namespace}" + (f" ({namespace})" if namespace else "") + f", labels {labels}"


def _decision(decision: Decision, places: Places) -> str:
    verdict = "Allowed" if decision.allowed else "Denied "
    if decision.policy is None:
        return f"{verdict}  {decision.why}"
    where = decision.rule.origin if decision.rule else decision.policy.origin
    rule = f"  {spell(where.path)}" if decision.rule and where is not NOWHERE else ""
    return f"{verdict}  {place(where, places)}  {decision.policy.identity}{rule}  {decision.why}"
