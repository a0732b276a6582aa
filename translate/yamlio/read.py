"""YAML and JSON text as the values a Kubernetes API server would read from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from translate.core.origin import Path
from translate.yamlio.build import Builder
from translate.yamlio.json_input import NotJsonError, RepeatedKeyError, as_yaml, read_json
from translate.yamlio.limits import DEFAULT, Limits
from translate.yamlio.locate import Locator
from translate.yamlio.stream import Place, decode

JSON = dict[str, Any] | list[Any] | str | int | float | bool | None
"""A value as JSON knows it; numbers without a fraction are ``int``."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document that is not empty; ``index`` counts those of its file from 0.

    Aliases share one value between several places: treat ``value`` as read-only.
    """

    file: str
    index: int
    value: JSON
    locator: Locator = field(repr=False, compare=False)

    def place(self, path: Path) -> Place:
        """Line and column of the value at ``path``, or of the deepest value on the way to it."""
        return self.locator.value(self.index, path)

    def key_place(self, path: Path) -> Place:
        """Line and column of the key (or list item) at ``path``, or of the deepest one on the way to it."""
        return self.locator.key(self.index, path)


def read(text: str | bytes, *, file: str, limits: Limits = DEFAULT) -> list[Document]:
    """The documents of ``text`` that are not empty; InputError with one problem where the reading ends early."""
    characters = decode(text, file=file, limits=limits)
    try:
        values, spans = read_json(characters, file, limits)
        characters = as_yaml(characters)
    except NotJsonError as error:
        builder = Builder(as_yaml(characters) if isinstance(error, RepeatedKeyError) else characters, file, limits)
        builder.run()
        values, spans = builder.values, builder.spans
    locator = Locator(characters, spans)
    return [Document(file, index, value, locator) for index, value in enumerate(values)]
