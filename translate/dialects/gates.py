"""What releases of an engine do not have: found in objects by the table of its gates, told by the dialect where that is
not enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from msgspec import Struct, field

from translate.core.diagnostics import Report
from translate.core.identity import Identity
from translate.core.origin import Origin, Path
from translate.core.release import Release, release
from translate.dialects.base import Emitted
from translate.model.policy import Policy
from translate.tables import load
from translate.tables.records import FieldUse, Gate

ELEMENTS = ("ingress", "egress", "ingressDeny", "egressDeny")
ObjectValue: TypeAlias = Mapping[str, Any]


class Standing(Struct, frozen=True):
    """An object of the output, whom it stands for and where that is; ``kept``: as it stands there itself."""

    value: ObjectValue
    origin: Origin
    about: Identity
    kept: bool


UseTest: TypeAlias = Callable[[ObjectValue], Iterable[Path]]
SetTest: TypeAlias = Callable[[Sequence[Standing]], Iterable[Standing]]
Dress: TypeAlias = Callable[[Emitted], Emitted]
Older: TypeAlias = Callable[[tuple[Policy, ...], Release, Report], tuple[Policy, ...]]


def _as_they_are(policies: tuple[Policy, ...], _wanted: Release, _report: Report) -> tuple[Policy, ...]:
    return policies


class Gates(Struct, frozen=True, kw_only=True):
    """What a table of gates cannot say.

    ``tests``: where one object uses something, by the names that the table has for them; ``sets``: which objects do,
    where only all together show it. ``dress``: by the id of a gate, an object for a release without. ``older``:
    policies said in the way of older releases, where that is the same.
    """

    tests: Mapping[str, UseTest] = field(default_factory=dict)
    sets: Mapping[str, SetTest] = field(default_factory=dict)
    dress: Mapping[str, Dress] = field(default_factory=dict)
    older: Older = _as_they_are


NO_GATES = Gates()


def lacks(dialect: str, gate: str, wanted: Release | None) -> bool:
    """Whether the release that the output is for does not have a feature yet."""
    if wanted is None or dialect not in load.versions():
        return False
    since = next((release(found.since) for found in load.versions()[dialect].gates if found.id == gate), None)
    return since is not None and wanted < since


def newer(
    objects: Sequence[Standing], dialect: str, gates: Gates, wanted: Release | None
) -> Iterator[tuple[Standing, Gate, Path]]:
    """The objects that use what ``wanted`` does not have, what that is, and the first place of it."""
    if wanted is None or dialect not in load.versions():
        return
    for gate in load.versions()[dialect].gates:
        if not lacks(dialect, gate.id, wanted):
            continue
        for item in objects:
            path = next(_uses(gate, gates, item.value), None)
            if path is not None:
                yield item, gate, path
        if gate.test in gates.sets:
            for item in gates.sets[gate.test](objects):
                yield item, gate, ()


def _uses(gate: Gate, gates: Gates, value: ObjectValue) -> Iterator[Path]:
    for use in gate.where:
        if (not use.kinds or value.get("kind") in use.kinds) and use.apiVersion in ("", value.get("apiVersion")):
            yield from _places(use, value)
    if gate.test in gates.tests:
        yield from gates.tests[gate.test](value)


def _places(use: FieldUse, value: ObjectValue) -> Iterator[Path]:
    if not use.path:
        yield ()
        return
    first, *rest = use.path.split("/")
    for where, rule in _rules(value):
        starts = _elements(rule, where) if first == "element" else [(where, rule)]
        for start, node in starts:
            for path, found in below(node, rest, start):
                if not use.value or _pattern(use.value).fullmatch(str(found)):
                    yield path


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.DOTALL)


def _rules(value: ObjectValue) -> Iterator[tuple[Path, Any]]:
    """``spec``, and each of ``specs``."""
    yield ("spec",), value.get("spec")
    specs = value.get("specs")
    for index, rule in enumerate(specs if isinstance(specs, list) else ()):
        yield ("specs", index), rule


def _elements(rule: Any, where: Path) -> Iterator[tuple[Path, Any]]:
    yield from below(rule, ["|".join(ELEMENTS), "*"], where)


def elements(value: ObjectValue) -> Iterator[tuple[Path, ObjectValue]]:
    """The elements of an object, with their places: of every direction, and their denies."""
    for where, rule in _rules(value):
        for path, element in _elements(rule, where):
            if isinstance(element, Mapping):
                yield path, element


def below(node: Any, steps: Sequence[str], here: Path) -> Iterator[tuple[Path, Any]]:
    """What stands at ``steps`` below ``node``, which stands at ``here``; null stands for nothing."""
    if node is None:
        return
    if not steps:
        yield here, node
        return
    first, *rest = steps
    if isinstance(node, list) and first == "*":
        for index, item in enumerate(node):
            yield from below(item, rest, (*here, index))
    elif isinstance(node, Mapping):
        for name in first.split("|"):
            if name in node:
                yield from below(node[name], rest, (*here, name))


def name_of(value: ObjectValue) -> str:
    """The name of an object, empty where it has none."""
    return str(next((name for _, name in below(value, ["metadata", "name"], ())), ""))


def namespace_of(value: ObjectValue) -> str:
    """The namespace that an object gives, empty where it gives none."""
    return str(next((name for _, name in below(value, ["metadata", "namespace"], ())), ""))
