"""A text by its lines, broken as YAML 1.1 breaks them."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from translate.yamlio.characters import LINE_BREAK, LineColumn

FEW = 8
"""So many places are counted out before all lines are listed."""


class Lines:
    """A text and where its lines start: counted for a few questions, and listed where there are more."""

    __slots__ = ("_asked", "_is_plain", "_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: list[int] | None = None
        self._is_plain = not any(mark in text for mark in "\r\x85\u2028\u2029")
        self._asked = 0

    @property
    def starts(self) -> list[int]:
        """Where each line starts."""
        if self._starts is None:
            if self._is_plain:
                self._starts = [0, *accumulate(len(line) + 1 for line in self.text.split("\n")[:-1])]
            else:
                self._starts = [0, *(match.end() for match in LINE_BREAK.finditer(self.text))]
        return self._starts

    def line(self, index: int) -> int:
        """The number of the line of the character at ``index``, from 1."""
        return bisect_right(self.starts, index)

    def start(self, index: int) -> int:
        """Where the line of the character at ``index`` starts."""
        return self.starts[bisect_right(self.starts, index) - 1]

    def end(self, index: int) -> int:
        """Where the line after the one of ``index`` starts, or the text ends."""
        following = bisect_right(self.starts, index)
        return self.starts[following] if following < len(self.starts) else len(self.text)

    def column(self, index: int) -> int:
        """How many characters stand before ``index`` on its line."""
        return index - self.start(index)

    def place(self, index: int) -> LineColumn:
        """Line and column of the character at ``index``, both from 1."""
        if self._starts is None and self._is_plain and self._asked < FEW:
            self._asked += 1
            return self.text.count("\n", 0, index) + 1, index - self.text.rfind("\n", 0, index)
        line = bisect_right(self.starts, index)
        return line, index - self.starts[line - 1] + 1

    def alone(self, index: int) -> bool:
        """Whether only blanks stand before ``index`` on its line."""
        return not self.text[self.start(index) : index].strip()
