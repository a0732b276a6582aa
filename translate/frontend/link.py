"""From objects to one policy set: every object is lifted, and all are put together in the cluster that is stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from translate.core.diagnostics import InputError, Problem, Refusal, Report
from translate.core.origin import Place
from translate.core.shortened import shortened
from translate.dialects import SHARED, enforces, get
from translate.dialects.base import Idle, Object, Settings
from translate.dialects.shared_reading import AS_THE_API_SAYS
from translate.frontend import bystanders
from translate.frontend.checks import (
    beside_twice,
    beyond_templates,
    none_of,
    outside_of,
    say_cleared,
    say_empty,
    say_selecting_no_pod,
    say_selecting_sets,
    say_ungoverned,
    twice,
)
from translate.frontend.contradictions import of_objects
from translate.frontend.facts_objects import told, with_objects
from translate.frontend.intake import Intake
from translate.frontend.lifting import Lifting, Lifts, lifted_by_several
from translate.frontend.sources import Places, Source
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import AddressSet, Bearing, Policy, PolicySet, Tier, Unjudged
from translate.model.semantics import Semantics

Said = TypeVar("Said", Problem, Refusal)

MIXED = "NPT203"
MOST_STRAYS = 3


class Linked(Struct, frozen=True):
    """All policies of the input as one set, what is known of the cluster, and what was said on the way."""

    policies: PolicySet
    facts: Facts
    report: Report
    intake: Intake
    companions: tuple[Object, ...] = ()
    """Objects of a policy dialect that hold no policy for pods themselves: tiers, sets, staged policies."""
    values: Mapping[Place, Mapping[str, Any]] = field(default_factory=dict)
    """Every object of a policy dialect as it was read, by its place."""
    idle: tuple[Idle, ...] = ()
    """What policies of the input say and nobody would find in the set, as it has no effect."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The texts of the input."""
        return self.intake.sources

    @property
    def places(self) -> Places:
        """Line and column of what the input wrote."""
        return self.intake.places

    @property
    def dialects(self) -> tuple[str, ...]:
        """The dialects of the input, in the order in which they come."""
        return self.intake.dialects

    @property
    def foreign(self) -> tuple[Object, ...]:
        """The objects of the input that are no matter to policies."""
        return self.intake.foreign

    @property
    def unread(self) -> tuple[Unjudged, ...]:
        """What decides about traffic in foreign objects, and is not read."""
        return tuple(one for one in self.policies.unjudged if one.bearing is Bearing.DECIDES)

    @property
    def foreign_kinds(self) -> Counter[str]:
        """How many foreign objects there are of each kind."""
        return Counter(str(item.value.get("kind") or "without a kind") for item in self.foreign)


def link(
    intake: Intake,
    *,
    default_namespace: str,
    engine: str | None = None,
    only: str | None = None,
    staged: bool = False,
    facts: Facts = NO_FACTS,
    to: str | None = None,
    lifting: Lifts = Lifting,
) -> Linked:
    """Lift every object of a policy dialect and put all together.

    ``only``: refuse policies of other dialects; ``staged``: read staged policies as if they were enforced; ``facts``:
    beside those that other objects tell. ``to``: the dialect that is wanted; Services stay what they are called where
    that is the one of the input. ``lifting``: who lifts them, where another input has some of them as well.

    Raises InputError with the problems of all texts together.
    """
    report = Report(refusals=list(intake.refusals))
    if intake.strays:
        files = "1 file holds" if len(intake.strays) == 1 else f"{len(intake.strays)} files hold"
        report.note(f"{files} no manifest: {shortened(intake.strays, MOST_STRAYS)}")
    chosen = _engine(intake, engine, report)
    objects = told(intake.foreign, default_namespace)
    known = with_objects(facts, objects)
    if to == chosen:
        known = replace(known, service_objects=(), complete=tuple(k for k in known.complete if k != "Service"))
    reading = get(chosen).shared_reading(facts.settings)
    settings = Settings(default_namespace, staged, facts.settings, reading or AS_THE_API_SAYS)
    found = _lifted(intake, settings, report, lifting(settings))
    found.unjudged += bystanders.unjudged(intake.foreign)
    say_empty(known, found.policies, report)
    say_ungoverned(known, objects.pods, found.policies, report, intake.places)
    say_selecting_no_pod(known, found.policies, report, intake.places)
    say_selecting_sets(found.policies, found.sets, report, intake.places)
    others = _of_others(intake, only) if only is not None else ()
    problems = [*intake.problems, *found.problems, *others, *none_of(known), *outside_of(known, found.policies)]
    problems += beyond_templates(known, found.policies)
    problems += of_objects(facts, objects, intake.places)
    if facts.assumed or facts.pods or facts.nodes or facts.services:
        from translate.frontend.told_addresses import of_told_addresses  # only where something is said of addresses

        problems += of_told_addresses(facts, intake.foreign)
    if problems:
        unread = (_located(refusal, intake.places) for refusal in report.refusals)
        raise InputError((_located(problem, intake.places) for problem in problems), unread)
    policies = found.as_set(get(chosen).semantics(facts.settings))
    together = get(chosen).together(policies, known, report)
    values = {item.origin.place: item.value for _, item in intake.native}
    return Linked(together, known, report, intake, tuple(found.companions), values, tuple(found.idle))


def _engine(intake: Intake, engine: str | None, report: Report) -> str:
    """The engine of the input: the one whose own policies are in it, else the one the caller names."""
    own = tuple(name for name in intake.dialects if name != SHARED)
    apart = intake.dialects if len(own) == 1 and not enforces(own[0]) else own
    if len(apart) > 1:
        # Each of them, so that going on without them leaves out all at once.
        for name, item in intake.native:
            if name in apart[1:]:
                message = f"{apart[0]} and {name} policies in one input: no engine reads both"
                report.refuse(MIXED, message, origin=item.origin, hint="translate them apart")
    if own:
        return own[0]
    return engine or SHARED


class _Found(Struct):
    """What all objects contribute."""

    policies: list[Policy] = field(default_factory=list)
    tiers: list[Tier] = field(default_factory=list)
    sets: list[AddressSet] = field(default_factory=list)
    unjudged: list[Unjudged] = field(default_factory=list)
    companions: list[Object] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    idle: list[Idle] = field(default_factory=list)

    def as_set(self, semantics: Semantics) -> PolicySet:
        """All of it as a set that an engine of ``semantics`` decides."""
        tiers = tuple(dict.fromkeys(self.tiers))
        return PolicySet(semantics, tuple(self.policies), tiers, tuple(self.sets), (), tuple(self.unjudged))


def _lifted(intake: Intake, settings: Settings, report: Report, lifting: Lifting) -> _Found:
    found = _Found()
    known = {name: get(name) for name in intake.dialects}
    of_dialect: dict[str, list[Policy]] = {name: [] for name in known}
    ahead = lifted_by_several(intake.native, lifting)
    for number, (name, item) in enumerate(intake.native):
        try:
            lifted = ahead.pop(number, None) or lifting.lift(item, known[name], report)
        except InputError as error:
            found.problems += error.problems
            continue
        say_cleared(item, lifted.policies, report)
        found.policies += lifted.policies
        of_dialect[name] += lifted.policies
        found.tiers += lifted.tiers
        found.sets += lifted.sets
        found.unjudged += lifted.unjudged
        found.idle += lifted.idle
        if not lifted.policies:
            found.companions.append(item)
    for mine in of_dialect.values():
        found.problems += twice(mine, intake.places)
    found.problems += beside_twice(found.companions, settings.default_namespace, intake.places)
    return found


def _of_others(intake: Intake, only: str) -> Iterator[Problem]:
    """Objects of other dialects than the one that was named."""
    for name, item in intake.native:
        if name != only:
            message = f"{item.value.get('kind')} is a {name} object, and --from says {only}"
            yield Problem(message=message, origin=item.origin)


def _located(one: Said, places: Places) -> Said:
    place = None if one.line else places.locate(one.origin)
    return one if place is None else replace(one, line=place[0], column=place[1])
