"""The comments of a document as values: what reading finds, and writing puts at the same places."""

from __future__ import annotations

from msgspec import Struct, field

from translate.core.origin import Path


class Comment(Struct, frozen=True):
    """What is said about one field or list item: the lines above it, and the text at the end of its line."""

    before: tuple[str, ...] = ()
    beside: str = ""


class DocumentComments(Struct, frozen=True):
    """The comments of one document: at its head, after its last value, and at its fields and items."""

    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    at: dict[Path, Comment] = field(default_factory=dict)


NONE = DocumentComments()
