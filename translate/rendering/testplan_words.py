"""A plan of probes in words: who tries whom, what for, and what nobody tries."""

from __future__ import annotations

from translate.core.origin import Origin, spell
from translate.frontend.sources import Places
from translate.model.traffic import PROTOCOL_NAMES
from translate.probing.values import Aspect, Means, Probe, ProbePlan, ProbePod, ProbePurpose, Untested
from translate.prover.answers import Answer
from translate.rendering.findings import place

EXPECTED = {Answer.ALLOWED: "allowed", Answer.DENIED: "denied"}
SECTIONS = (
    (Means.RESOLVE, None, "Names, asked of the DNS of the cluster"),
    (Means.CONNECT, Answer.ALLOWED, "Pod to pod: what must get through"),
    (Means.CONNECT, Answer.DENIED, "Pod to pod, and the ports next to the open ones: what must not get through"),
    (Means.OUTSIDE, None, "Outside of the cluster"),
)
"""The parts of a plan, in the sequence of its probes."""


def pod(one: ProbePod) -> str:
    """A pod by its namespace and labels."""
    return f"{one.namespace}{{{','.join(f'{key}={value}' for key, value in one.labels)}}}"


def server(one: Probe) -> str:
    """Who is tried."""
    if one.server is not None:
        another = "another " if pod(one.server) == pod(one.client) else ""
        return another + pod(one.server)
    return one.outside if one.means is Means.OUTSIDE else "the cluster DNS"


def sentence(one: Probe) -> str:
    """A probe on one line, without what comes of it."""
    return f"{pod(one.client)} to {server(one)} on {PROTOCOL_NAMES[one.protocol]} {one.port}"


def section(one: Probe) -> str:
    """The part of a plan that a probe is in."""
    return next(title for means, answer, title in SECTIONS if means is one.means and answer in (None, one.expected))


def reference(one: ProbePurpose, places: Places) -> str:
    """A rule, or a policy's direction, with its place."""
    origin: Origin = one.rule.origin if one.rule is not None else one.policy.origin
    where = place(origin, places)
    what = spell(origin.path[len(one.policy.origin.path) :]) if one.rule is not None else one.direction.value
    return f"{one.policy.identity} {what} ({where})" if where else f"{one.policy.identity} {what}"


def purposes(one: Probe, places: Places) -> list[str]:
    """What a probe is for, a line for each rule."""
    if not one.purposes:
        return ["that it answers at all"]
    both = ", which the other end denies as well" if len(one.deniers) > 1 else ""
    found: dict[str, list[Aspect]] = {}
    for purpose in one.purposes:
        aspects = found.setdefault(reference(purpose, places), [])
        if purpose.aspect not in aspects:
            aspects.append(purpose.aspect)
    return [f"{who}: {' and '.join(_shorter(aspects))}{both}" for who, aspects in found.items()]


def _shorter(aspects: list[Aspect]) -> list[str]:
    if Aspect.PEER in aspects and Aspect.PACKET in aspects:
        return ["its own traffic", *(one.value for one in aspects if one not in (Aspect.PEER, Aspect.PACKET))]
    return [one.value for one in aspects]


def untested(plan: ProbePlan) -> list[tuple[str, str, list[Untested]]]:
    """What no probe tries, by reason and way out, the most frequent first."""
    found: dict[tuple[str, str], list[Untested]] = {}
    for one in plan.untested:
        found.setdefault((one.reason, one.way), []).append(one)
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    return [(reason, way, ones) for (reason, way), ones in ordered]


def about(one: Untested, places: Places) -> str:
    """What of which rule it is that no probe tries."""
    item = f", no. {one.purpose.item + 1}" if one.purpose.item else ""
    return f"{reference(one.purpose, places)}: {one.purpose.aspect.value}{item}"


def summary(plan: ProbePlan) -> str:
    """The plan in one line."""
    total = plan.tried + len(plan.untested)
    counts = f"{_counted(len(plan.probes), 'probe')} from {_counted(len(plan.pods), 'pod')}"
    return f"{counts} try {plan.tried} of {total} things"


def bound(plan: ProbePlan) -> str:
    """How far from the fewest probes a plan can be."""
    return (
        f"no probe tries more than {plan.most} of them: greedy set cover, at most 1 + ln({plan.most}) times "
        "the fewest of those thought of"
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
