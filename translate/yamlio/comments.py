"""Comments of a text, attached to the values they stand above or beside."""

from __future__ import annotations

from dataclasses import dataclass, field

from translate.core.origin import Path


@dataclass(frozen=True, slots=True)
class Comment:
    """What is said about one field or list item: the lines above it, and the text at the end of its line."""

    before: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True, slots=True)
class DocumentComments:
    """The comments of one document: at its head, after its last value, and at its fields and items."""

    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    at: dict[Path, Comment] = field(default_factory=dict)
