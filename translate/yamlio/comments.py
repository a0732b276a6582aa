"""Comments of a text, attached to the fields and items they stand above or beside."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from yaml.events import DocumentEndEvent, DocumentStartEvent

from translate.core.origin import Path
from translate.yamlio.json_input import NotJsonError, read_json
from translate.yamlio.limits import DEFAULT
from translate.yamlio.nodes import Node, Tree
from translate.yamlio.points import Points, points
from translate.yamlio.stream import LineColumn, decode, events, place
from translate.yamlio.trivia import Remark, gaps


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


def comments(text: str | bytes) -> dict[int, DocumentComments]:
    """The comments of each document that has some, by index; InputError where ``read`` would refuse the text as YAML.

    Lines above a field or item belong to it, text at the end of its line too. The head of a document ends at a blank
    line or at ``---``; what comes after the last value is its tail. A document without a value gives its comments on.
    """
    characters = decode(text, file="")
    if "#" not in characters:
        return {}
    try:
        read_json(characters, "", DEFAULT)
    except NotJsonError:
        return _attach(characters)
    return {}


@dataclass(slots=True)
class _Part:
    """The stretch of the text that belongs to one document, with or without a value."""

    start: LineColumn
    root: Node | None = None
    remarks: list[Remark] = field(default_factory=list)


def _attach(text: str) -> dict[int, DocumentComments]:
    found = gaps(text)
    parts = _parts(text) if found.remarks else []
    if not any(part.root for part in parts):
        return {}
    starts = [part.start for part in parts]
    for remark in found.remarks:
        parts[max(bisect_right(starts, remark.place) - 1, 0)].remarks.append(remark)
    gathered: list[_Gathered] = []
    waiting: list[str] = []
    for part in parts:
        if part.root is None:
            waiting += [remark.text for remark in part.remarks]
            continue
        gathered.append(_Gathered(part.root, points(part.root, found.dashes), waiting))
        gathered[-1].take(part.remarks)
        waiting = []
    gathered[-1].tail += waiting
    results = {index: one.result() for index, one in enumerate(gathered)}
    return {index: result for index, result in results.items() if result != DocumentComments()}


def _parts(text: str) -> list[_Part]:
    parts: list[_Part] = []
    tree = Tree()
    for event in events(text, file=""):
        if isinstance(event, DocumentStartEvent):
            tree = Tree()
            parts.append(_Part(place(event.start_mark)))
        elif isinstance(event, DocumentEndEvent):
            parts[-1].root = tree.root if tree.root is not None and not tree.root.null else None
        else:
            tree.feed(event)
    return parts


class _Gathered:
    """The comments of one document while they are being attached."""

    def __init__(self, root: Node, points: Points, head: list[str]) -> None:
        self.head = head
        self.tail: list[str] = []
        self._root = root
        self._points = points
        self._at: dict[Path, tuple[list[str], list[str]]] = {}

    def take(self, remarks: list[Remark]) -> None:
        """Attach every comment of the document."""
        places = self._points.places
        first = places[0] if places else self._root.start
        rest = sum(1 for remark in remarks if remark.place < first)
        if places:  # the lines directly above the first field are its own
            line = first[0]
            while rest and remarks[rest - 1].alone and remarks[rest - 1].place[0] == line - 1:
                line, rest = line - 1, rest - 1
        self.head += [remark.text for remark in remarks[:rest]]
        for remark in remarks[rest:]:
            (self._take_alone if remark.alone else self._take_beside)(remark)

    def _take_alone(self, remark: Remark) -> None:
        index = bisect_left(self._points.places, remark.place)
        if index == len(self._points.places):
            self.tail.append(remark.text)
        else:
            self._of(self._points.paths[index])[0].append(remark.text)

    def _take_beside(self, remark: Remark) -> None:
        closed, path = self._points.flows.get(remark.place[0], (remark.place, ()))
        if closed >= remark.place:
            index = bisect_left(self._points.places, remark.place)
            path = self._points.paths[index - 1] if index else ()
        if path:
            self._of(path)[1].append(remark.text)
        else:
            self.tail.append(remark.text)

    def _of(self, path: Path) -> tuple[list[str], list[str]]:
        return self._at.setdefault(path, ([], []))

    def result(self) -> DocumentComments:
        """What was gathered, as a value."""
        at = {
            path: Comment(tuple(before), "; ".join(filter(None, beside))) for path, (before, beside) in self._at.items()
        }
        return DocumentComments(tuple(self.head), tuple(self.tail), at)
