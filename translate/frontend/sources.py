"""Where input comes from: text, bytes, a path, an open file, or objects that are already loaded."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, TypeAlias

from msgspec import Struct, field

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.yamlio.limits import DEFAULT
from translate.yamlio.locate import Locator
from translate.yamlio.read import Document

NOTHING_CAME = "nothing came through the pipe"
EXPECTED = "input must be YAML text, bytes, a pathlib.Path, an open file, or a list of objects"


class Source(Struct, frozen=True):
    """One text of the input and what it is called in messages; or objects instead of a text.

    ``trouble`` says why there is no text: it is told together with the problems of the other sources. ``named``:
    somebody asked for just this one; what was found in a folder may turn out to be no manifest at all.
    """

    name: str
    text: str | bytes = ""
    objects: tuple[Mapping[str, Any], ...] = ()
    trouble: str = ""
    named: bool = True

    @property
    def has_comments(self) -> bool:
        """Whether the text can hold a comment at all."""
        return (b"#" if isinstance(self.text, bytes) else "#") in self.text  # type: ignore[operator]


Input: TypeAlias = str | bytes | Path | IO[str] | IO[bytes] | Iterable[Mapping[str, Any]] | Iterable[Source]
"""What the public functions take; a ``str`` is YAML or JSON text, a ``Path`` names a file."""


def sources(given: Input) -> tuple[Source, ...]:
    """Turn any accepted input into named texts."""
    if isinstance(given, (str, bytes)):
        return (Source("input", given),)
    if isinstance(given, Path):
        return (from_path(given),)
    if hasattr(given, "read"):
        return (Source(str(getattr(given, "name", "input")), given.read()),)
    if not isinstance(given, Iterable) or isinstance(given, Mapping):
        raise TypeError(EXPECTED)
    items = tuple(given)
    if items and all(isinstance(item, Source) for item in items):
        return tuple(item for item in items if isinstance(item, Source))
    if not all(isinstance(item, Mapping) for item in items):
        raise TypeError(EXPECTED)
    return (Source("objects", objects=tuple(_json(item, number) for number, item in enumerate(items))),)


def _json(item: Any, number: int) -> Mapping[str, Any]:
    """A copy of an object that nobody else holds. Raises InputError for what JSON has no word for."""
    try:
        copied = json.loads(json.dumps(item, allow_nan=False))
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        message = f"this object is no JSON value: {error!s:.200}"
        raise InputError([Problem(message=message, origin=Origin("objects", number))]) from None
    if not isinstance(copied, dict):
        raise TypeError(EXPECTED)
    return copied


def from_path(path: Path) -> Source:
    """The file at ``path``; one that cannot be read becomes a source with ``trouble``, and so does a pipe that nothing
    comes through: whoever should have written to it has failed.
    """
    try:
        with path.open("rb") as file:
            text = file.read(DEFAULT.text + 1)  # one byte too many tells that it is too much
            failed = not text.strip() and stat.S_ISFIFO(os.fstat(file.fileno()).st_mode)
    except OSError as error:
        return Source(str(path), trouble=f"cannot be read: {error.strerror or error}")
    return Source(str(path), text, trouble=NOTHING_CAME if failed else "")


class FilePart(Struct, frozen=True):
    """The file that holds one document of a text, and how many lines of the text stand before that file begins."""

    file: str
    before: int = 0


class Places(Struct, eq=False):
    """Line and column of origins, worked out only when they are asked for; all are equal, like origins."""

    _locators: dict[str, Locator] = field(default_factory=dict)
    _parts: dict[str, tuple[FilePart, ...]] = field(default_factory=dict)

    def add(self, documents: Sequence[Document]) -> None:
        """Know the places of the documents of one file."""
        if documents:
            self._locators[documents[0].file] = documents[0].locator

    def locator(self, file: str) -> Locator | None:
        """What knows the places of a file, None where it has no text."""
        return self._locators.get(file)

    def begins_flow(self, origin: Origin) -> bool:
        """Whether the value at ``origin`` is written in flow style."""
        locator = self.locator(origin.file)
        return locator is not None and locator.begins_flow(origin.document, origin.path)

    def renamed(self, old: str, new: str) -> Places:
        """The places of the text ``old``, as if that were called ``new``."""
        return Places({new: self._locators[old]} if old in self._locators else {})

    def delivered(self, text: str, parts: Sequence[FilePart]) -> Places:
        """The places once the documents of ``text`` stand in files: one part for each, the last for all that follow."""
        return Places(self._locators, {**self._parts, text: tuple(parts)})

    def locate(self, origin: Origin) -> tuple[int, int] | None:
        """Line and column from 1, or None where the origin is no place of a text."""
        locator = self.locator(origin.file)
        if locator is None or origin.document < 0:
            return None
        line, column = locator.key(origin.document, origin.path)
        return line - self._part(origin).before, column

    def name(self, origin: Origin) -> str:
        """The file that holds it, as people know it."""
        return self._part(origin).file

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Places)

    def __hash__(self) -> int:
        return 0

    def _part(self, origin: Origin) -> FilePart:
        parts = self._parts.get(origin.file, ())
        return parts[min(origin.document, len(parts) - 1)] if parts and origin.document >= 0 else FilePart(origin.file)
