"""Objects that kubectl printed: JSON is taken apart item by item, whatever its size; YAML is read as any input is."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from typing import IO, Any

from translate.cluster.events import ClusterEvent, Seen, Withheld
from translate.cluster.resources import CORE, ApiResource, core, plural
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin, Path
from translate.frontend.intake import take_in
from translate.frontend.sources import NOTHING_CAME, Source
from translate.yamlio.limits import DEFAULT

CHUNK = 1 << 16
LARGEST = 16 << 20
"""Characters of one object, beyond which it is none: what a cluster stores has at most 1.5 MB."""
BLANK = " \t\r\n"


class Printed:
    """The objects of texts, each a stream with its name."""

    namespaces: tuple[str, ...] = ()

    def __init__(self, streams: tuple[tuple[str, IO[str]], ...]) -> None:
        self._streams = streams

    def events(self) -> Iterator[ClusterEvent]:
        """Each object; at the end the kinds that tell of the cluster and were not among them."""
        kinds = set()
        for name, stream in self._streams:
            for value in _values(stream, name):
                group, _, version = str(value.get("apiVersion")).rpartition("/")
                kind = str(value.get("kind"))
                kinds.add((group, kind))
                yield Seen(ApiResource(group, version, kind, plural(kind, group), CORE.get(kind, False)), value)
        if not kinds:
            raise InputError([Problem(message=NOTHING_CAME, origin=Origin(self._streams[0][0]))])
        yield from (Withheld(one, "none in the input") for one in core() if ("", one.kind) not in kinds)


def _values(stream: IO[str], name: str) -> Iterator[Mapping[str, Any]]:
    """The objects of a text, those inside of lists one by one. Raises InputError."""
    try:
        yield from _read(stream, name)
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}; nothing is written"
        raise InputError([Problem(message=message, origin=Origin(name))]) from None


def _read(stream: IO[str], name: str) -> Iterator[Mapping[str, Any]]:
    start = stream.read(CHUNK)
    while start and not start.strip(BLANK + "\ufeff"):
        start = stream.read(CHUNK)
    if start.lstrip(BLANK + "\ufeff").startswith("{"):
        yield from JsonObjects(start.lstrip("\ufeff"), stream, name).values()
    elif not start and _is_pipe(stream):
        raise InputError([Problem(message=NOTHING_CAME, origin=Origin(name))])
    elif start:
        intake = take_in((Source(name, start + stream.read(DEFAULT.text + 1)),))
        if intake.problems:
            raise InputError(intake.problems)
        found = [*(item for _, item in intake.native), *intake.foreign]
        found.sort(key=lambda item: (item.origin.document, _numbers(item.origin.path)))
        yield from (item.value for item in found)


def _is_pipe(stream: IO[str]) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    except OSError:  # it is in memory
        return False


def _numbers(path: Path) -> list[int]:
    """Where an item stands in the lists that hold it."""
    return [step for step in path if isinstance(step, int)]


class JsonObjects:
    """Objects of a JSON text that need not fit into memory: an object of a list is read, handed on and dropped."""

    def __init__(self, start: str, stream: IO[str], name: str) -> None:
        self._text, self._at, self._stream, self._name = start, 0, stream, name
        self._decoder = json.JSONDecoder()
        self._count = 0

    def values(self) -> Iterator[Mapping[str, Any]]:
        """All objects, in order. Raises InputError where the text breaks off or is no JSON."""
        while self._next():
            self._expect("{")
            yield from self._object()

    def _object(self) -> Iterator[Mapping[str, Any]]:
        """The items of a list, or the one object there is."""
        fields: dict[str, Any] = {}
        is_list = False
        while self._next() != "}":
            key = self._value()
            self._expect(":")
            if key == "items" and self._next() == "[":
                is_list = True
                yield from self._items(fields)
            else:
                fields[str(key)] = self._value()
            if self._next() != "}":
                self._expect(",")
        self._expect("}")
        if not is_list:
            yield fields

    def _items(self, fields: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The items of a list; one of a typed list, whose head comes first, says its kind there alone."""
        self._expect("[")
        while self._next() != "]":
            item = self._value()
            if not isinstance(item, dict):
                raise self._wrong("an item of the list is no object")
            self._count += 1
            kind = str(fields.get("kind", ""))
            if "kind" not in item and kind.endswith("List"):
                item = {"apiVersion": fields.get("apiVersion"), "kind": kind.removesuffix("List"), **item}
            yield item
            if self._next() != "]":
                self._expect(",")
        self._expect("]")

    def _value(self) -> Any:
        """The value that stands here, however many chunks it takes."""
        self._next()
        chunk = CHUNK
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:  # ValueError: a number too long as well
                if not isinstance(error, json.JSONDecodeError) or not self._more(chunk):
                    raise self._broken() from None
                chunk *= 2
                continue
            if end == len(self._text) and self._more(CHUNK):
                continue  # a number may go on
            self._at = end
            return value

    def _next(self) -> str:
        """The next character that is no blank; empty at the end of the text."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(CHUNK):
                return ""

    def _expect(self, character: str) -> None:
        if self._next() != character:
            raise self._broken()
        self._at += 1

    def _more(self, size: int) -> bool:
        """Read on; what was read and used is dropped."""
        self._text, self._at = self._text[self._at :], 0
        if len(self._text) > LARGEST:
            raise self._wrong(f"an object has more than {LARGEST >> 20} MiB")
        added = self._stream.read(size)
        self._text += added
        return bool(added)

    def _broken(self) -> InputError:
        if not self._stream.read(1):
            return self._wrong("the text breaks off, or is no JSON from there on")
        return self._wrong("the text is no JSON from there on")

    def _wrong(self, text: str) -> InputError:
        place = f"after {self._count:,} objects: " if self._count else ""
        return InputError([Problem(message=f"{place}{text}; nothing is written", origin=Origin(self._name))])
