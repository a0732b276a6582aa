"""What is written for a release of the target: nothing that came later, and a refusal by name where it would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import NOWHERE, Origin, spell
from translate.core.release import Release, release
from translate.dialects import get, names, of_object, resolved, those
from translate.dialects.base import Emitted
from translate.dialects.gates import Standing, lacks, newer
from translate.frontend.bystanders import identity
from translate.frontend.link import Linked
from translate.tables import load

NEEDS_NEWER = "NPT214"
Version: TypeAlias = str | Sequence[str] | Mapping[str, str] | None
"""``"calico=3.31"``, several of them, or a mapping of dialects to releases."""


def read_on(given: Version, taken: Linked) -> Linked:
    """What was read, as the stated release of its engine reads it. Raises ValueError for what is not known."""
    semantics = taken.policies.semantics
    found = release_of(given, semantics.name)
    if found is None:
        return taken
    return replace(taken, policies=replace(taken.policies, semantics=get(semantics.name).on_release(semantics, found)))


def check_read(given: Version) -> None:
    """Raise ValueError for a release that is not known, or of a dialect that is read alike on all."""
    for name in names() if given else ():
        if release_of(given, name) is not None and not get(name).tells_releases:
            able = " or ".join(found.name for found in those(lambda found: found.tells_releases))
            raise ValueError(f"the releases of {name} are not told apart where policies are read, those of {able} are")


def release_of(given: Version, to: str) -> Release | None:
    """The release that the output is for, of what is said of all dialects. Raises ValueError for what is not known."""
    if given is None:
        return None
    texts = [f"{name}={text}" for name, text in given.items()] if isinstance(given, Mapping) else given
    found: dict[str, Release] = {}
    for text in [texts] if isinstance(texts, str) else texts:
        name, equals, number = text.partition("=")
        if not equals:
            *_, (example, newest) = load.versions().items()
            raise ValueError(f"{text!r} must be DIALECT=VERSION, as in {example}={newest.newest}")
        known = resolved(name)
        if known is None:
            from translate.core.near import near  # not for the usual case

            raise ValueError(
                f"a dialect must be one of {', '.join(sorted(names()))}, not {name!r}{near(name, names())}"
            )
        name = known
        if name not in load.versions():
            raise ValueError(f"{name} has no releases to tell apart: {_known()}")
        if name in found:
            raise ValueError(f"{name} has two releases: name one")
        found[name] = _release(name, number)
    return found.get(to)


def _release(name: str, number: str) -> Release:
    known = load.versions()[name]
    oldest, newest, found = release(known.oldest), release(known.newest), release(number)
    if oldest is None or newest is None or found is None or not oldest <= found <= newest:
        raise ValueError(f"{name} {number} is no release that is known: {_known(name)}")
    return found


def _known(*names: str) -> str:
    return ", ".join(
        f"{name} {load.versions()[name].oldest} to {load.versions()[name].newest}" for name in names or load.versions()
    )


def standing(objects: Sequence[dict[str, Any]], to: str, taken: Linked, emitted: Sequence[Emitted]) -> list[Standing]:
    """The objects of the target in the output, each with the place in the input that it answers to."""
    made = list(reversed(emitted))  # they stand among the objects in their sequence
    kept = {identity(value): Origin(*place) for place, value in taken.values.items()}
    found = []
    for value in objects:
        if made and made[-1].draft.value is value:
            policy = made.pop().policies[0]
            found.append(Standing(value, policy.origin, policy.identity, kept=False))
        elif of_object(value) == to:
            about = identity(value)
            origin = kept.get(about)
            found.append(Standing(value, origin or NOWHERE, about, kept=origin is not None))
    return found


def dressed(item: Emitted, to: str, wanted: Release) -> Emitted:
    """An object without what the release has no field for, where it means the same without."""
    for gate, change in get(to).gates.dress.items():
        if lacks(to, gate, wanted):
            item = change(item)
    return item


def refuse_newer(objects: Sequence[Standing], to: str, wanted: Release, report: Report, *, reads_alike: bool) -> None:
    """Refuse each object that uses what ``wanted`` does not have, once for each such thing.

    ``reads_alike``: the engine of the input is known to do what that of the output does, so that sequence stays.
    """
    target = get(to)
    gates = replace(target.gates, sets={}) if reads_alike else target.gates
    for item, gate, path in newer(objects, to, gates, wanted):
        place = "" if item.kept or not path else f" at {spell(path)}"
        message = f"this needs {target.title} {gate.since}, and the target is {wanted}: {gate.spelled}{place}"
        origin = item.origin.at(*path) if item.kept else item.origin
        report.refuse(NEEDS_NEWER, message, origin=origin, about=item.about, hint=gate.way_out)


def must_be_dressed(objects: Sequence[Standing], to: str, wanted: Release) -> bool:
    """Whether the text of objects must change for ``wanted``, as they have a field that it does not know."""
    gates = get(to).gates
    return any(gate.id in gates.dress for _, gate, _ in newer(objects, to, gates, wanted))
