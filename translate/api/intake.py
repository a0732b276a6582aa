"""From texts to a policy set: documents, objects, dialects; what is foreign is kept aside and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from msgspec.structs import replace as replaced

from translate.api.facts_objects import with_objects
from translate.api.intake_checks import beside_twice, none_of, outside_of, say_cleared, say_empty, twice
from translate.api.options import namespace
from translate.api.sources import Places, Source
from translate.core.diagnostics import InputError, Problem, Report
from translate.core.names import shown
from translate.core.origin import Origin, Path
from translate.dialects import SHARED, enforces, get, of_group
from translate.dialects.base import Object, Settings
from translate.dialects.shared_reading import AS_THE_API_SAYS
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import AddressSet, Policy, PolicySet, Tier
from translate.tables import load
from translate.yamlio.read import read

OBJECT_FIELDS = {"apiVersion", "kind", "metadata", "spec", "specs"}
"""A mapping with none of these is no Kubernetes object that lost its head, but something else: Helm values, say."""

POLICY = "NetworkPolicy"
"""A kind that ends so is a policy of somebody's, whichever API group it names: not to be left out as foreign."""

KIND_REFUSED, MIXED = "NPT201", "NPT203"


@dataclass(slots=True)
class Intake:
    """What the input holds, and what was said about it on the way."""

    policies: PolicySet
    dialects: tuple[str, ...]
    foreign: tuple[Object, ...]
    report: Report
    places: Places
    facts: Facts = NO_FACTS
    documents: int = 0
    sources: tuple[Source, ...] = field(default=(), repr=False)
    values: Mapping[tuple[str, int, Path], Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """Every object of a policy dialect as it was read, by its place."""
    companions: tuple[Object, ...] = ()
    """Objects of a policy dialect that hold no policy for pods themselves: tiers, sets, staged policies."""

    @property
    def foreign_kinds(self) -> Counter[str]:
        """How many foreign objects there are of each kind."""
        return Counter(str(item.value.get("kind") or "without a kind") for item in self.foreign)


def take_in(
    given: tuple[Source, ...],
    *,
    default_namespace: str,
    engine: str | None = None,
    only: str | None = None,
    staged: bool = False,
    facts: Facts = NO_FACTS,
    to: str | None = None,
) -> Intake:
    """Read all texts and lift every policy. ``only``: refuse policies of other dialects; ``staged``: read staged
    policies as if they were enforced; ``facts``: beside those that other objects tell.
    ``to``: the dialect that is wanted; Services stay what they are called where that is the one of the input.

    Raises InputError with the problems of all texts together.
    """
    namespace(default_namespace)
    places, report = Places(), Report()
    problems: list[Problem] = []
    objects = _read(given, places, problems)
    native, foreign = _sorted_out(objects, report, problems)
    names = tuple(dict.fromkeys(name for name, _ in native))
    chosen = _engine(names, engine, native, report)
    known = with_objects(facts, foreign, default_namespace)
    if to == chosen:
        known = replaced(known, service_objects=(), complete=tuple(k for k in known.complete if k != "Service"))
    reading = get(chosen).shared_reading(facts.settings)
    settings = Settings(default_namespace, staged, facts.settings, reading or AS_THE_API_SAYS)
    found = _lifted(native, settings, report, problems, places)
    if only is not None:
        problems += [
            Problem(message=f"{item.value.get('kind')} is a {name} object, and --from says {only}", origin=item.origin)
            for name, item in native
            if name != only
        ]
    problems += [*none_of(known), *outside_of(known, found.policies)]
    say_empty(known, found.policies, report)
    if problems:
        raise InputError(_located(problems, places))
    policies = PolicySet(
        get(chosen).semantics(facts.settings),
        tuple(found.policies),
        tuple(dict.fromkeys(found.tiers)),
        tuple(found.sets),
        (),
        tuple(found.unjudged),
    )
    return Intake(
        policies=get(chosen).together(policies, known, report),
        facts=known,
        dialects=names,
        foreign=tuple(foreign),
        report=report,
        places=places,
        documents=len(objects),
        sources=given,
        companions=tuple(found.companions),
        values={item.origin.place: item.value for _, item in native},
    )


def _read(given: tuple[Source, ...], places: Places, problems: list[Problem]) -> list[Object]:
    """The objects of all texts; what cannot be read is a problem."""
    objects: list[Object] = []
    for source in given:
        if source.trouble:
            problems.append(Problem(message=source.trouble, origin=Origin(source.name)))
            continue
        try:
            objects += _objects(source, places)
        except InputError as error:
            problems += error.problems
    return objects


def _located(problems: list[Problem], places: Places) -> list[Problem]:
    found = []
    for problem in problems:
        place = None if problem.line else places.locate(problem.origin)
        if place is not None:
            problem = replace(problem, line=place[0], column=place[1])
        found.append(problem)
    return found


def _objects(source: Source, places: Places) -> Iterator[Object]:
    if source.objects:
        documents: list[tuple[int, Any]] = list(enumerate(source.objects))
    else:
        found = read(source.text, file=source.name)
        places.add(found)
        documents = [(document.index, document.value) for document in found]
    for index, value in documents:
        yield from _flatten(value, Origin(source.name, index))


def _flatten(value: Any, origin: Origin) -> Iterator[Object]:
    """Objects of a document; a ``List`` gives its items, which inherit what a typed list says of them."""
    if not isinstance(value, Mapping):
        message = "this document is no object: it needs apiVersion and kind"
        if isinstance(value, str) and value.endswith((".yaml", ".yml", ".json")):
            message += " (a str is read as YAML text; pass a pathlib.Path to name a file)"
        raise InputError([Problem(message=message, origin=origin)])
    kind, items = value.get("kind"), value.get("items")
    if not (isinstance(kind, str) and kind.endswith("List") and isinstance(items, list)):
        yield Object(value, origin)
        return
    for number, item in enumerate(items):
        if isinstance(item, Mapping) and kind != "List" and "kind" not in item and "apiVersion" not in item:
            item = {"apiVersion": value.get("apiVersion"), "kind": kind.removesuffix("List"), **item}
        yield from _flatten(item, origin.at("items", number))


def _sorted_out(
    objects: list[Object], report: Report, problems: list[Problem]
) -> tuple[list[tuple[str, Object]], list[Object]]:
    native: list[tuple[str, Object]] = []
    foreign: list[Object] = []
    for item in objects:
        api, kind = item.value.get("apiVersion"), item.value.get("kind")
        if not OBJECT_FIELDS & item.value.keys():
            foreign.append(item)
            continue
        if not isinstance(api, str) or not isinstance(kind, str) or not kind or not api:
            missing = "kind" if not isinstance(kind, str) or not kind else "apiVersion"
            problems.append(Problem(message=f"this object has no {missing}", origin=item.origin))
            continue
        group, _, version = api.rpartition("/")
        name = of_group(group)
        table = None if name is None else load.kinds()[group]
        if table is None and kind.endswith(POLICY):
            _refuse(item, kind, api, report)
        elif table is None or name is None or kind in table.foreign:
            foreign.append(item)
        elif version in table.read.get(kind, ()):
            native.append((name, item))
        elif kind in table.refused or kind in table.read:
            _refuse(item, kind, api, report)
        else:
            problems.append(_unknown_kind(item, kind, group, [*table.read, *table.refused, *table.foreign]))
    return native, foreign


def _refuse(item: Object, kind: str, api: str, report: Report) -> None:
    metadata = item.value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    label = "/".join(str(part) for part in (kind, name) if part)
    report.refuse(
        KIND_REFUSED,
        f"{label} is of a kind that is not read ({kind} of {api})",
        origin=item.origin,
        object=label,
        hint="take it out of the input: the rest is then translated as if it were not there",
    )


def _unknown_kind(item: Object, kind: str, group: str, known: list[str]) -> Problem:
    near = get_close_matches(kind, known, 1)
    remark = f"; did you mean {near[0]}?" if near else ""
    return Problem(message=f"{group} has no kind {shown(kind)}{remark}", origin=item.origin.at("kind"))


def _engine(names: tuple[str, ...], engine: str | None, native: list[tuple[str, Object]], report: Report) -> str:
    """The engine of the input: the one whose own policies are in it, else the one the caller names."""
    own = tuple(name for name in names if name != SHARED)
    apart = names if len(own) == 1 and not enforces(own[0]) else own
    if len(apart) > 1:
        first = next(item for name, item in native if name == apart[1])
        message = f"{apart[0]} and {apart[1]} policies in one input: no engine reads both"
        report.refuse(MIXED, message, origin=first.origin, hint="translate them apart")
    if own:
        return own[0]
    return engine or SHARED


@dataclass(slots=True)
class _Found:
    """What all objects contribute."""

    policies: list[Policy] = field(default_factory=list)
    tiers: list[Tier] = field(default_factory=list)
    sets: list[AddressSet] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    companions: list[Object] = field(default_factory=list)


def _lifted(
    native: list[tuple[str, Object]],
    settings: Settings,
    report: Report,
    problems: list[Problem],
    places: Places,
) -> _Found:
    found = _Found()
    known = {name: get(name) for name in {name for name, _ in native}}
    of_dialect: dict[str, list[Policy]] = {name: [] for name in known}
    for name, item in native:
        try:
            lifted = known[name].lift(known[name].read(item), item.origin, settings, report)
        except InputError as error:
            problems += error.problems
            continue
        say_cleared(item, lifted.policies, report)
        found.policies += lifted.policies
        of_dialect[name] += lifted.policies
        found.tiers += lifted.tiers
        found.sets += lifted.sets
        found.unjudged += lifted.unjudged
        if not lifted.policies:
            found.companions.append(item)
    for mine in of_dialect.values():
        problems += twice(mine, places)
    problems += beside_twice(found.companions, settings.default_namespace, places)
    return found
