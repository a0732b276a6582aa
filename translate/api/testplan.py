"""``testplan``: the probes that show on a cluster whether its policies do what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Unpack

from translate.api.explain import unread
from translate.api.options import Options, PlanKeywords, chosen
from translate.api.refusing import located
from translate.api.releases import read_on
from translate.core.diagnostics import InputError, Problem
from translate.frontend import bystanders
from translate.frontend.facts import facts_of
from translate.frontend.intake import take_in
from translate.frontend.link import Linked, link
from translate.frontend.sources import Input, sources
from translate.model.policy import Bearing
from translate.probing.outside import outside_of
from translate.probing.plan import planned
from translate.probing.values import IMAGE, ProbePlan
from translate.prover.allowance import allowed
from translate.prover.asked_ranges import asked_of


def testplan(
    source: Input,
    *,
    outside: Sequence[str] = (),  # noqa: PT028 - no test, whatever it is called
    image: str = IMAGE,  # noqa: PT028
    options: Options | None = None,  # noqa: PT028
    **keywords: Unpack[PlanKeywords],
) -> ProbePlan:
    """Pods and probes that try every rule of ``source``, by what it means and by what is next to that.

    What comes of each probe is proved whatever else is so of the cluster; what depends on it is listed as untested.
    ``outside``: what answers outside the cluster, as ``ADDRESS:PORT`` or ``NAME:PORT``. Raises InputError.
    """
    asked = chosen(options, keywords, PlanKeywords)
    taken = link(
        take_in(sources(source)),
        default_namespace=asked.default_namespace,
        engine=asked.source_engine,
        facts=facts_of(asked.facts),
    )
    taken = read_on(asked.source_version, taken)
    if not (taken.policies.policies or taken.policies.unjudged or taken.report.refusals):
        from translate.api.staging import no_policy  # seldom needed

        raise InputError([Problem(message=f"{no_policy(taken)}: there is nothing to test")])
    refusals = tuple(located(taken.report.refusals, taken.places))
    notes, reason = tuple(_notes(taken)), unread(taken, refusals)
    resources = tuple(_resources(taken))
    if reason:
        return ProbePlan(
            image,
            resources=resources,
            reason=reason,
            is_whole=False,
            refusals=refusals,
            notes=notes,
            places=taken.places,
        )
    with allowed(asked.max_seconds, asked.max_memory):
        found = planned(taken.policies, taken.facts, outside_of(outside, taken.facts))
    notes += (found.reason,) if found.reason else ()
    return ProbePlan(
        image,
        found.namespaces,
        found.pods,
        found.probes,
        found.untested,
        resources,
        found.tried,
        found.most,
        is_whole=not found.reason,
        notes=notes,
        places=taken.places,
    )


def _resources(taken: Linked) -> Iterator[tuple[str, bool]]:
    """The kinds of the policies as kubectl takes them, and whether they are in namespaces."""
    kinds = {one.identity.kind: one.identity.namespace is not None for one in taken.policies.policies}
    found: dict[str, bool] = {}
    for _, item in taken.intake.native:
        kind, (group, _, version) = str(item.value.get("kind")), str(item.value.get("apiVersion")).partition("/")
        if kind in kinds:
            found[f"{kind.lower()}.{version}.{group}"] = kinds[kind]
    yield from found.items()


def _notes(taken: Linked) -> Iterator[str]:
    """What a reader would want to know beside the plan."""
    unlooked = bystanders.unlooked(taken.foreign)
    if unlooked:
        yield unlooked
    yield from (f"assumed: {one.claim}; {one.limit}" for one in asked_of((taken.policies,), taken.facts))
    routes = [str(one.identity) for one in taken.policies.unjudged if one.bearing is Bearing.ROUTES]
    if routes:
        yield f"packets may be sent elsewhere before they get there: {', '.join(routes[:3])} is not looked at"
