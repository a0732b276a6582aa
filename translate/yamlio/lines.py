"""A text by its lines, broken as YAML 1.1 breaks them."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from translate.yamlio.stream import LINE_BREAK, LineColumn


class Lines:
    """A text and where its lines start."""

    __slots__ = ("starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if any(mark in text for mark in "\r\x85\u2028\u2029"):
            self.starts = [0, *(match.end() for match in LINE_BREAK.finditer(text))]
        else:
            self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n")[:-1])]

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
        line = bisect_right(self.starts, index)
        return line, index - self.starts[line - 1] + 1

    def alone(self, index: int) -> bool:
        """Whether only blanks stand before ``index`` on its line."""
        return not self.text[self.start(index) : index].strip()
