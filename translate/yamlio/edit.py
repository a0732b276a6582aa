"""Insertions into lists of an existing YAML text that leave every other byte as it is.

ruamel.yaml's dump would lay out the whole file anew (indentation, blank lines, line endings) and its marks say where
values start but not where they end; so the places come from libyaml's events, and the text is only ever inserted into.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from translate.core.diagnostics import InputError
from translate.core.origin import Path
from translate.yamlio.build import build
from translate.yamlio.edit_append import appended_to
from translate.yamlio.edit_item import Template, block_item, flow_item, same
from translate.yamlio.edit_place import Edit, ListTarget, UneditableError, in_block, in_flow, layout
from translate.yamlio.limits import DEFAULT
from translate.yamlio.locate import Locator
from translate.yamlio.read import read
from translate.yamlio.stream import LINE_BREAK
from translate.yamlio.tree import Alias, Mapping, Node, Tree, value_of
from translate.yamlio.tree import Sequence as Items

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Insertion:
    """A new item of the list at ``path`` of a document, before the item that has ``index`` in the input.

    ``index`` may be the length of the list: the item goes to its end. ``like`` is the index of the item whose text is
    copied as far as it says the same; without it, the item goes by its neighbour.
    """

    document: int
    path: Path
    index: int
    value: Any
    like: int | None = None


def edited(text: str, insertions: Sequence[Insertion], appended: Sequence[str] = ()) -> str | None:
    """``text`` with new list items and with new documents at its end; None where that cannot be done faithfully.

    What comes back was read again and holds the values of the input, the new items and the new documents.
    """
    bom = _BOM if text.startswith(_BOM) else ""
    try:
        file = _File(text.removeprefix(_BOM))
        if appended and file.json:
            return None
        wanted = [*file.expected(insertions), *(one.value for new in appended for one in read(new, file=""))]
        for copying in (True, False):
            result = appended_to(file.inserted(insertions, copying), appended, file.newline)
            if _holds(result, wanted):
                return bom + result
    except (InputError, UneditableError):
        pass
    return None


class _File:
    """A text, the values of its documents and, once asked for, their trees."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.json = text.lstrip().startswith("{")
        found = LINE_BREAK.search(text)
        self.newline = found[0] if found else "\n"
        characters, self._values, spans = build(text, "", DEFAULT)
        self._locator = Locator(text, characters, spans)

    def expected(self, insertions: Sequence[Insertion]) -> list[Any]:
        """The values of the documents with the new items."""
        values = list(self._values)
        for (document, path), group in _grouped(insertions).items():
            self._check(document)
            values[document] = _replaced(values[document], path, group)
        return values

    def inserted(self, insertions: Sequence[Insertion], copying: bool) -> str:
        """The text with the new items; a list that several paths lead to is inserted into once."""
        targets: dict[int, tuple[ListTarget, list[Insertion]]] = {}
        for (document, path), group in _grouped(insertions).items():
            target = self._target(document, path)
            targets.setdefault(target.seq.start, (target, group))
        edits = [
            edit
            for target, group in targets.values()
            for edit in _edits(target, group, self.newline, self.json, copying)
        ]
        pieces: list[str] = []
        done = 0
        for place, new in sorted(edits, key=lambda edit: edit[0]):
            pieces += [self.text[done:place], new]
            done = place
        return "".join(pieces) + self.text[done:]

    def _check(self, document: int) -> None:
        if not 0 <= document < len(self._values):
            raise UneditableError

    def _tree(self, document: int) -> Tree:
        found = self._locator.tree(document)
        if found is None:
            raise UneditableError
        return found

    def _target(self, document: int, path: Path) -> ListTarget:
        here = self._tree(document)
        node, column, value = here.root, 0, self._values[document]
        for step in path:
            at, node = _child(node, step)
            column, value = here.lines.column(at.start), value[step]
        found = value_of(node)
        if not isinstance(found, Items):
            raise UneditableError
        return ListTarget(here, found, column, value)


def _holds(text: str, wanted: list[Any]) -> bool:
    try:
        return same([one.value for one in read(text, file="")], wanted)
    except InputError:
        return False


def _grouped(insertions: Sequence[Insertion]) -> dict[tuple[int, Path], list[Insertion]]:
    """The insertions by list, in the order of their places."""
    groups: dict[tuple[int, Path], list[Insertion]] = {}
    for one in sorted(insertions, key=lambda insertion: insertion.index):
        groups.setdefault((one.document, one.path), []).append(one)
    return groups


def _replaced(value: Any, path: Path, insertions: Sequence[Insertion]) -> Any:
    """A copy of ``value`` with new items in the list at ``path``; values reached otherwise stay as they are."""
    if path:
        step = path[0]
        if not _has(value, step):
            raise UneditableError
        copy = value.copy()
        copy[step] = _replaced(value[step], path[1:], insertions)
        return copy
    if not isinstance(value, list) or not all(0 <= one.index <= len(value) for one in insertions):
        raise UneditableError
    items = list(value)
    for one in reversed(insertions):
        items.insert(one.index, one.value)
    return items


def _has(value: Any, step: str | int) -> bool:
    if isinstance(step, str):
        return isinstance(value, dict) and step in value
    return isinstance(value, list) and 0 <= step < len(value)


def _child(node: Node, step: str | int) -> tuple[Node, Node]:
    """The key (or item) and the value one step below; what a merge key brings cannot be told from its source."""
    match value_of(node):
        case Mapping(pairs=pairs):
            for pair in pairs:
                if pair.name == step and not pair.merging:
                    return pair.key, pair.value
        case Items(items=items) if isinstance(step, int) and step < len(items):
            return items[step], items[step]
    raise UneditableError


def _edits(
    target: ListTarget, insertions: Sequence[Insertion], newline: str, quoted: bool, copying: bool
) -> Iterator[Edit]:
    """Places in the text and what to insert there."""
    around = layout(target, newline, quoted)
    by_index: dict[int, list[str]] = {}
    for one in insertions:
        template = _template(target, one) if copying else None
        if target.seq.flow:
            new = flow_item(target.document, around, one.value, template)
        else:
            new = block_item(target.document, around, target.column, one.value, template)
        by_index.setdefault(one.index, []).append(new)
    for index, items in by_index.items():
        yield from (in_flow if target.seq.flow else in_block)(target, index, items, newline)


def _template(target: ListTarget, insertion: Insertion) -> Template | None:
    """The item to copy from, unless it stands elsewhere."""
    index = min(insertion.index, len(target.value) - 1) if insertion.like is None else insertion.like
    if not 0 <= index < len(target.value):
        return None
    node = target.items[index]
    if isinstance(node, Alias):
        return None
    return Template(node, target.value[index], ordered=insertion.like is not None)
