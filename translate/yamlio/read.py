"""YAML and JSON text as the values a Kubernetes API server would read from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from translate.core.origin import Path
from translate.yamlio.characters import LineColumn, Span, decode
from translate.yamlio.limits import DEFAULT, Limits
from translate.yamlio.locate import Locator
from translate.yamlio.plain_values import plain_documents

if TYPE_CHECKING:
    from translate.yamlio.pieces import CutText, Pieces

JSON = dict[str, Any] | list[Any] | str | int | float | bool | None
"""A value as JSON knows it; numbers without a fraction are ``int``."""


class Document(Struct, frozen=True):
    """One document that is not empty; ``index`` counts those of its file from 0.

    Aliases share one value between several places: treat ``value`` as read-only.
    """

    file: str
    index: int
    value: JSON
    locator: Locator

    def place(self, path: Path) -> LineColumn:
        """Line and column of the value at ``path``, or of the deepest value on the way to it."""
        return self.locator.value(self.index, path)

    def key_place(self, path: Path) -> LineColumn:
        """Line and column of the key (or list item) at ``path``, or of the deepest one on the way to it."""
        return self.locator.key(self.index, path)


def read(
    text: str | bytes, *, file: str, limits: Limits = DEFAULT, known: tuple[CutText, Pieces] | None = None
) -> list[Document]:
    """The documents of ``text`` that are not empty; InputError with one problem where the reading ends early.

    ``known``: the text in pieces, and what knows some of them.
    """
    if known is not None:
        from translate.yamlio.pieces import read_pieces  # only where two texts may have something in common

        found = read_pieces(known[0], file, limits, known[1])
        if found is not None:
            locator = _locator(known[0].text, known[0].text, found[1], found[0])
            return [Document(file, index, value, locator) for index, value in enumerate(found[0])]
    source = decode(text, file=file, limits=limits)
    plain = plain_documents(source, limits)
    if plain is not None:
        characters, (values, spans) = source, plain
    else:
        from translate.yamlio.build import build  # only for what is not plain

        characters, values, spans = build(source, file, limits)
    locator = _locator(source, characters, spans, values)
    return [Document(file, index, value, locator) for index, value in enumerate(values)]


def _locator(text: str, characters: str, spans: Sequence[Span], values: Sequence[JSON]) -> Locator:
    return Locator(text, characters, spans, values if "#" in text else ())  # only comments ask for them
