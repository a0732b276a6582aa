"""What plain scalars and keys mean, remembered during one reading: most texts come many times."""

from __future__ import annotations

from enum import Enum
from typing import Any

from translate.yamlio.refusals import UnreadableError, finite
from translate.yamlio.scalars import key, meaning


class Slot(Enum):
    """What the next value is for, when it is not the value of a named field."""

    ITEM = "item of a list"
    KEY = "key of a mapping"
    MERGE = "value of a merge key"


def check_length(text: str, most: int) -> None:
    """Refusal for a scalar above the limit."""
    if len(text) > most:
        raise UnreadableError(f"one value is longer than {most:,} characters")


class _Memo(dict[str, Any]):
    """What plain scalars were found to mean; lives as long as one reading."""

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest


class ScalarValues(_Memo):
    """Plain scalar -> value, filled on demand."""

    def __missing__(self, text: str) -> Any:
        check_length(text, self.longest)
        self[text] = value = finite(text, meaning(text)[1])
        return value


class FieldNames(_Memo):
    """Plain key -> name of the field, or ``Slot.MERGE`` for ``<<``; filled on demand."""

    def __missing__(self, text: str) -> Any:
        check_length(text, self.longest)
        name: Any = Slot.MERGE if text == "<<" else key(*meaning(text))
        if name is None:
            raise UnreadableError(f"a mapping key cannot be {text or 'empty'}: quote it if it means text")
        self[text] = name
        return name
