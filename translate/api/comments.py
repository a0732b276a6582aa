"""Comments of the input on their way to the matching places of the output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from translate.core.origin import Origin, Path
from translate.dialects.base import Emitted
from translate.frontend.sources import Places
from translate.model.policy import Policy
from translate.yamlio.document_comments import NONE, Comment, DocumentComments

if TYPE_CHECKING:
    from translate.api.arrived import Arrived

SCHEMA_HINT = "yaml-language-server:"
"""What begins a comment for editors: it names the schema of the object that was, not of the one that is."""


def carry(places: Places, emitted: Sequence[Emitted], before: Sequence[Policy]) -> list[DocumentComments | None]:
    """The comments for each emitted object, None where there are none; ``before``: the policies of the input.

    A comment goes to the field that stands for the one it stood at; if there is none, above what became of its parts,
    else above the nearest field around it. One of a rule, peer or port that nothing stands for goes with it.
    The head of a document goes to the first object that came from it, its tail to the last. In a ``List`` the comments
    of items that nothing came from stay with them.
    """
    homes: dict[tuple[str, int], list[int]] = {}
    for number, item in enumerate(emitted):
        origin = item.policies[0].origin
        homes.setdefault((origin.file, origin.document), []).append(number)
    placed, comments_of = [_Placed() for _ in emitted], _reader(places, {file for file, _ in homes})
    arrived: Arrived | None = None
    for (file, document), numbers in homes.items():
        found = comments_of(file, document)
        if found is NONE:
            continue
        placed[numbers[0]].head += _lasting(found.head)
        placed[numbers[-1]].tail += found.tail
        paths = [(number, emitted[number].draft.marks or {}) for number in numbers]
        items = {_item(policy.origin.path) for number in numbers for policy in emitted[number].policies}
        for path, comment in found.at.items():
            if not _is_around(_item(path), items):
                continue
            if arrived is None and len(path) > 1:
                from translate.api.arrived import Arrived  # only where there are comments within fields

                arrived = Arrived(before, (policy for item in emitted for policy in item.policies))
            if arrived is not None and arrived.went(file, document, path):
                continue
            number, target, exact = _home(path, paths, emitted)
            first = _first_field(emitted[number].draft.value, target) if exact and comment.beside else None
            if first is not None and places.begins_flow(Origin(file, document, path)):
                # It stood behind all that the item says, so it stands behind the first line of that.
                placed[number].add(first, Comment((), comment.beside), exact)
                comment = Comment(comment.before)
            if comment != Comment():
                placed[number].add(target, comment, exact)
    return [item.finished(one.draft.value) for item, one in zip(placed, emitted, strict=True)]


def _reader(places: Places, files: Iterable[str]) -> Callable[[str, int], DocumentComments]:
    """Reads the comments of a document; each text is searched for any once, not for each of its documents."""
    locators = {file: one for file in files if (one := places.locator(file)) is not None and "#" in one.source}
    if not locators:
        return lambda file, document: NONE
    from translate.yamlio.comments import comments  # only where there may be some

    return lambda file, document: comments(locators[file], document) if file in locators else NONE


def _item(path: Path) -> Path:
    """The item of a ``List`` that a place is in, through lists in it; nothing for what is in no item."""
    length = 0
    while path[length : length + 1] == ("items",) and len(path) > length + 1 and isinstance(path[length + 1], int):
        length += 2
    return path[:length]


def _is_around(item: Path, items: set[Path]) -> bool:
    """Whether an item is one of ``items`` or a list that holds some."""
    return any(one[: len(item)] == item for one in items)


def _lasting(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines that are as true of another dialect."""
    return tuple(line for line in lines if not line.startswith(SCHEMA_HINT))


def _first_field(value: object, path: Path) -> Path | None:
    """The first field of the item at ``path``, None where there is no item with fields."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
    fields = value if path and isinstance(path[-1], int) and isinstance(value, dict) else {}
    return next(((*path, str(key)) for key in fields), None)


class _Placed:
    """The comments of one output object while they are being gathered."""

    def __init__(self) -> None:
        self.head: tuple[str, ...] = ()
        self.tail: tuple[str, ...] = ()
        self.at: dict[Path, Comment] = {}

    def add(self, path: Path, comment: Comment, exact: bool) -> None:
        """Put ``comment`` at ``path``; what stood beside another field goes above this one."""
        old = self.at.get(path, Comment())
        before, beside = old.before + _lasting(comment.before), old.beside
        if comment.beside and exact and not beside:
            beside = comment.beside
        elif comment.beside:
            before += (comment.beside,)
        if path:
            self.at[path] = Comment(before, beside)
        else:
            self.head += before + ((beside,) if beside else ())

    def finished(self, value: Mapping[str, Any]) -> DocumentComments | None:
        """What the writer needs, None if there is nothing to say; ``value``: the object that it writes."""
        for path in [path for path, comment in self.at.items() if comment.before and _is_first(path, value)]:
            # Above the first field of an item its dash would stand alone.
            inner, outer = self.at.pop(path), self.at.get(path[:-1], Comment())
            self.at[path[:-1]] = Comment(outer.before + inner.before, outer.beside)
            if inner.beside:
                self.at[path] = Comment((), inner.beside)
        return DocumentComments(self.head, self.tail, self.at) if self.head or self.tail or self.at else None


def _is_first(path: Path, value: Mapping[str, Any]) -> bool:
    """Whether a place is the first field of an item of a list."""
    if len(path) < 2 or not isinstance(path[-2], int):
        return False
    item: Any = value
    for step in path[:-1]:
        item = item[step]
    return isinstance(item, Mapping) and next(iter(item)) == path[-1]


def _home(path: Path, paths: list[tuple[int, dict[Path, Path]]], emitted: Sequence[Emitted]) -> tuple[int, Path, bool]:
    """The object and field for a comment at ``path``: the same field, else the first that arrived of those in it, else
    the nearest one that holds it.
    """
    for length in range(len(path), 0, -1):
        for number, known in paths:
            target = known.get(path[:length])
            if target is not None:
                return number, target, length == len(path)
        if length == len(path):
            for number, known in paths:
                inner = next((target for source, target in known.items() if source[:length] == path), None)
                if inner is not None:
                    return number, inner, False
    same = [
        n for n, _ in paths if path[: len(emitted[n].policies[0].origin.path)] == emitted[n].policies[0].origin.path
    ]
    return (same or [paths[0][0]])[0], (), False
