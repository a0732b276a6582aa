"""``explain``: one connection, walked rule by rule at both of its ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Unpack

from translate.api.idle import idle
from translate.api.options import LoadKeywords, Options, chosen
from translate.api.refusing import located
from translate.api.releases import read_on
from translate.core.diagnostics import InputError, Problem, Refusal
from translate.frontend import bystanders
from translate.frontend.connections import connection_of
from translate.frontend.facts import facts_of
from translate.frontend.intake import take_in
from translate.frontend.link import Linked, link
from translate.frontend.residents import residents
from translate.frontend.sources import Input, Places, sources
from translate.model.policy import Bearing
from translate.prover.answers import MOST_TRIED, Alternative, Answer, Walk, cases_of
from translate.prover.asked_ranges import asked_of
from translate.prover.budget import OutOfBudget
from translate.prover.connection import Connection
from translate.prover.evaluator import governs
from translate.prover.judge import Judge

SELF = "a pod always reaches itself: no policy is asked"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What becomes of a connection, and why; ``reason`` says why nobody can say, or why no policy is asked.

    ``cases``: one, or where it depends one that is allowed and one that is denied, each with what it supposes.
    """

    answer: Answer
    connection: Connection
    cases: tuple[Alternative, ...] = ()
    reason: str = ""
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    places: Places = field(default_factory=Places, repr=False, compare=False)

    @property
    def walks(self) -> tuple[Walk, ...]:
        """The walks of the first case, of the ends that are pods: egress of the source, ingress of the destination."""
        return self.cases[0].walks if self.cases else ()


def explain(
    source: Input, *, from_: str, to: str, options: Options | None = None, **keywords: Unpack[LoadKeywords]
) -> Explanation:
    """What the policies of ``source`` make of one connection; docs/explain.md has the grammar of ``from_`` and ``to``.

    What the input does not tell and the answer rests on is named, with both answers; what is not read makes it
    undecided. Raises InputError, also for ends that are not there and for packets that nobody sends.
    """
    asked = chosen(options, keywords, LoadKeywords)
    taken = link(
        take_in(sources(source)),
        default_namespace=asked.default_namespace,
        engine=asked.source_engine,
        facts=facts_of(asked.facts),
    )
    return explained(read_on(asked.source_version, taken), from_, to, asked.default_namespace)


def explained(taken: Linked, from_: str, to: str, default_namespace: str = "default") -> Explanation:
    """The same of an input that is read. Raises InputError."""
    if not (taken.policies.policies or taken.policies.unjudged or taken.report.refusals):
        from translate.api.staging import no_policy  # seldom needed

        raise InputError([Problem(message=f"{no_policy(taken)}: there is nothing to explain")])
    here = residents(taken.foreign, taken.facts, default_namespace)
    connection = connection_of(from_, to, here, taken.facts, taken.policies.semantics)
    refusals = tuple(located(taken.report.refusals, taken.places))
    reason = unread(taken, refusals)
    if connection.source.is_also(connection.destination):
        return Explanation(Answer.ALLOWED, connection, reason=SELF, places=taken.places)
    cases: tuple[Alternative, ...] = ()
    answer = Answer.UNDECIDED
    if not taken.policies.unknown:
        try:
            cases = cases_of(Judge(taken.policies, connection, taken.facts))
            answer = _answer(cases)
        except OutOfBudget:
            reason = reason or f"more is open than {MOST_TRIED} trials can settle: state more of the cluster (--facts)"
    if not cases and not reason:
        raise InputError([Problem(message="no such packet can be sent in a cluster as the facts state it")])
    answer = Answer.UNDECIDED if reason else answer
    return Explanation(
        answer, connection, cases, reason, refusals, tuple(_notes(taken, connection, cases)), taken.places
    )


def _answer(cases: tuple[Alternative, ...]) -> Answer:
    return cases[0].answer if len(cases) == 1 else Answer.DEPENDS


def unread(taken: Linked, refusals: tuple[Refusal, ...]) -> str:
    """Why nobody can say, though the policies that are read may."""
    if refusals:
        return f"{refusals[0].message}: what is not read cannot be judged"
    if taken.policies.unknown:
        return f"nothing is known of {', or of '.join(taken.policies.unknown)}"
    unread = taken.unread
    return f"{unread[0].identity} decides about traffic and is not read" if unread else ""


def _notes(taken: Linked, connection: Connection, cases: tuple[Alternative, ...]) -> list[str]:
    """What a reader would want to know beside the answer."""
    found = [*_idle(taken, cases), bystanders.unlooked(taken.foreign)]
    found += (f"assumed: {one.claim}; {one.limit}" for one in asked_of((taken.policies,), taken.facts))
    routes = [str(one.identity) for one in taken.policies.unjudged if one.bearing is Bearing.ROUTES]
    if routes:
        found.append(f"packets may be sent elsewhere before they get here: {', '.join(routes[:3])} is not looked at")
    hosts = any(one.bearing is Bearing.HOSTS for one in taken.policies.unjudged)
    if hosts and not (connection.source.is_pod and connection.destination.is_pod):
        found.append("policies for hosts are not walked: they judge the traffic of nodes themselves")
    ends = (connection.source, connection.destination)
    if any(policy.subject.endpoints for policy in taken.policies.policies) and not all(end.is_pod for end in ends):
        found.append("policies for endpoints of the engine's own are walked at the pod's end only")
    return [text for text in found if text]


def _idle(taken: Linked, cases: tuple[Alternative, ...]) -> Iterator[str]:
    """What policies of the ends say of this traffic and what makes no difference, however it is walked."""
    walks = [(walk.direction, walk.trace.point.subject) for case in cases for walk in case.walks]
    for one in idle(taken):
        steps = [step for step in one.note.origin.path if isinstance(step, str)]
        policies = [policy for policy in taken.policies.policies if policy.identity == one.about]
        if any(
            any(step.startswith(direction.value) for step in steps) and any(governs(x, pod) for x in policies)
            for direction, pod in walks
        ):
            yield one.note.message
