"""From texts to objects, sorted out: those of a policy dialect, those that are foreign, and what is refused by kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from translate.core.diagnostics import InputError, Problem, Refusal, Report
from translate.core.names import shown
from translate.core.origin import Origin
from translate.core.several import workers
from translate.dialects import of_group
from translate.dialects.base import Object
from translate.frontend.bystanders import identity, table_of, unjudged
from translate.frontend.sources import Places, Source
from translate.model.policy import Bearing
from translate.tables import load
from translate.tables.records import GroupKinds
from translate.yamlio.limits import DEFAULT, MANY_CHARACTERS
from translate.yamlio.read import read

if TYPE_CHECKING:
    from translate.frontend.held_texts import HeldTexts
    from translate.yamlio.pieces import CutText

OBJECT_FIELDS = {"apiVersion", "kind", "metadata", "spec", "specs"}
"""A mapping with none of these is no Kubernetes object that lost its head, but something else: Helm values, say."""

KIND_REFUSED = "NPT201"
NEAR, MOST_MEANT = 0.75, 2
"""How much alike a group must be to one of a policy, to be taken for a misspelling; and so many are named."""


Located = TypeVar("Located", Object, Problem, Refusal)


class Intake(Struct, frozen=True):
    """The objects of all texts, nothing of them lifted yet, and what was said about them on the way."""

    sources: tuple[Source, ...]
    native: tuple[tuple[str, Object], ...]
    """The objects of policy dialects, each with the name of its dialect."""
    foreign: tuple[Object, ...]
    problems: tuple[Problem, ...]
    """What keeps the input from being read; told together with what lifting finds."""
    refusals: tuple[Refusal, ...]
    places: Places
    strays: tuple[str, ...] = ()
    """Files of folders that hold no manifest, and others beside them that hold nothing at all."""

    @property
    def dialects(self) -> tuple[str, ...]:
        """The dialects of the input, in the order in which they come."""
        return tuple(dict.fromkeys(name for name, _ in self.native))

    def called(self, name: str) -> Intake:
        """What was read of a single text, as if that were called ``name``."""
        (source,) = self.sources
        return Intake(
            sources=(replace(source, name=name),),
            native=tuple((dialect, _moved(item, name)) for dialect, item in self.native),
            foreign=tuple(_moved(item, name) for item in self.foreign),
            problems=tuple(_moved(problem, name) for problem in self.problems),
            refusals=tuple(_moved(refusal, name) for refusal in self.refusals),
            places=self.places.renamed(source.name, name),
            strays=self.strays,
        )


def _moved(found: Located, file: str) -> Located:
    return replace(found, origin=Origin(file, found.origin.document, found.origin.path))


def take_in(given: tuple[Source, ...], known: HeldTexts | None = None) -> Intake:
    """Read all texts and sort out their objects; raises nothing, as what is wrong is told together with the rest.

    Values of pieces that are ``known`` are shared with whoever read them before.
    """
    found, places = _Found(), Places()
    for item in _read(given, places, found, known):
        _sort(item, found)
    refusals = tuple(found.report.refusals)
    sorted_out = tuple(found.native), tuple(found.foreign), tuple(found.problems)
    return Intake(given, *sorted_out, refusals, places, tuple(found.strays))


def apart(intake: Intake) -> tuple[Intake, tuple[Object, ...]]:
    """The input without the foreign objects that decide about traffic, and these."""
    mine = [item for item in intake.foreign if any(one.bearing is Bearing.DECIDES for one in unjudged((item,)))]
    rest = tuple(item for item in intake.foreign if item not in mine)
    return replace(intake, foreign=rest), tuple(mine)


class _Found(Struct):
    """What has been found so far."""

    native: list[tuple[str, Object]] = field(default_factory=list)
    dialects: dict[tuple[str, str], str] = field(default_factory=dict)
    """Which dialect reads objects of an API version and a kind, of those that were met."""
    foreign: list[Object] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    strays: list[str] = field(default_factory=list)


def _read(given: tuple[Source, ...], places: Places, found: _Found, known: HeldTexts | None) -> list[Object]:
    """The objects of all texts; what cannot be read is a problem."""
    objects: list[Object] = []
    known = known or _held(given)
    cuts = known.cuts(given) if known is not None else (None,) * len(given)
    if known is not None and workers() > 1:
        from translate.yamlio.pieces import read_by_several  # only where there may be much to read

        read_by_several([one for one in cuts if one is not None], DEFAULT, known)
    for source, cut in zip(given, cuts, strict=True):
        if source.trouble:
            found.problems.append(Problem(message=source.trouble, origin=Origin(source.name)))
            continue
        try:
            documents = _documents(source, places, (cut, known) if cut is not None and known is not None else None)
            # Alone, a text without documents is an input without policies, which every command tells by itself.
            strays = len(given) > 1 and not documents
            if strays or (not source.named and not any(_is_manifest(value) for _, value in documents)):
                found.strays.append(source.name)
                continue
            objects += [one for index, value in documents for one in _flatten(value, Origin(source.name, index))]
        except InputError as error:
            found.problems += error.problems
    return objects


def _held(given: tuple[Source, ...]) -> HeldTexts | None:
    """Holds texts that are read piece by piece, if there is enough of them for that to pay."""
    if sum(len(source.text) for source in given) < MANY_CHARACTERS:
        return None
    from translate.frontend.held_texts import HeldTexts  # only where there is much to read

    return HeldTexts()


def _documents(source: Source, places: Places, known: tuple[CutText, HeldTexts] | None) -> list[tuple[int, Any]]:
    """The documents of a source, numbered. Raises InputError."""
    if source.objects:
        return list(enumerate(source.objects))
    found = read(source.text, file=source.name, known=known)
    places.add(found)
    return [(document.index, document.value) for document in found]


def _is_manifest(value: Any) -> bool:
    """Whether a document is, or is meant to be, an object of an API: Helm values and JSON lists are not."""
    return isinstance(value, Mapping) and not {"apiVersion", "kind"}.isdisjoint(value)


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


def _sort(item: Object, found: _Found) -> None:
    """Put an object where it belongs: by its API group, and what the tables say of its kind."""
    api, kind = item.value.get("apiVersion"), item.value.get("kind")
    known = found.dialects.get((api, kind)) if isinstance(api, str) and isinstance(kind, str) else None
    if known is not None:
        found.native.append((known, item))
        return
    if not OBJECT_FIELDS & item.value.keys():
        found.foreign.append(item)
        return
    if not isinstance(api, str) or not isinstance(kind, str) or not kind or not api:
        missing = "kind" if not isinstance(kind, str) or not kind else "apiVersion"
        found.problems.append(Problem(message=f"this object has no {missing}", origin=item.origin))
        return
    group, _, version = api.rpartition("/")
    name, table = of_group(group), table_of(group)
    if name is not None and table is not None and version in table.read.get(kind, ()):
        found.dialects[api, kind] = name
        found.native.append((name, item))
    elif meant := _meant(table, group, version, kind):
        _refuse(item, kind, api, meant, found.report)
    elif name is not None and table is not None and table.uses(kind) is None:
        found.problems.append(_unknown_kind(item, kind, group, list(table.names)))
    else:
        found.foreign.append(item)


def _meant(own: GroupKinds | None, group: str, version: str, kind: str) -> list[str]:
    """The API versions in which a kind is read, where the one that is given is nearly one of them."""
    if own is not None and kind in own.names and kind not in own.read:
        return []
    readers = {name: table.read[kind] for name, table in load.kinds().items() if kind in table.read}
    if not readers:
        return []
    from difflib import get_close_matches  # only for what is misspelt

    near = get_close_matches(group, readers, len(readers), NEAR) if group else list(readers)
    texts = [f"{name}/{one}" for name in near for one in readers[name]]
    return sorted(texts, key=lambda text: not text.endswith(f"/{version}"))


def _refuse(item: Object, kind: str, api: str, meant: list[str], report: Report) -> None:
    about = identity(item.value)
    report.refuse(
        KIND_REFUSED,
        f"{about} is of a kind that is not read ({kind} of {api})",
        origin=item.origin.at("apiVersion"),
        about=about,
        hint=f"did you mean {' or '.join(meant[:MOST_MEANT])}?",
    )


def _unknown_kind(item: Object, kind: str, group: str, known: list[str]) -> Problem:
    from difflib import get_close_matches  # only for what is misspelt

    near = get_close_matches(kind, known, 1)
    remark = f"; did you mean {near[0]}?" if near else ""
    return Problem(message=f"{group} has no kind {shown(kind)}{remark}", origin=item.origin.at("kind"))
