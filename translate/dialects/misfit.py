"""A value that does not fit its type, as a value: where, what is wrong, and what may help."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from translate.core.origin import Path


class Nulls(Enum):
    """What ``null`` means; as the value of a field it is absence to both readers."""

    GO = "the zero value as an item of a list or a map (built-in kinds; encoding/json)"
    SCHEMA = "no item of a list, and drops out of a map (custom resources since 1.20; KEP 1929); in metadata as GO"


class Reason(Enum):
    """What is wrong, as far as anybody can know a way out that the types do not."""

    UNKNOWN_FIELD = "the type has no such field"
    NO_CHOICE = "the value is none of those that the type lists"
    OTHER = "anything else"


class Misfit(NamedTuple):
    """One difference between a value and its type, at ``path`` below the value: what is wrong, and what may help.

    ``given``: the value that is none of the choices. ``mended``: the field was read under the name that was meant.
    """

    path: Path
    said: str
    advice: str = ""
    reason: Reason = Reason.OTHER
    given: object = None
    mended: bool = False

    @property
    def message(self) -> str:
        """The whole sentence."""
        return f"{self.said}; {self.advice}" if self.advice else self.said
