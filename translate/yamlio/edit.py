"""Insertions into lists of an existing YAML text that leave every other byte as it is.

ruamel.yaml's dump lays out what it writes anew (indentation, blank lines, line endings) and its marks say where values
start but not where they end; so the places come from our own tree, and the text is only ever inserted into. Where that
offers no place, such as behind an alias, that one document goes through ruamel.yaml's round trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from translate.core.diagnostics import InputError
from translate.core.origin import Path
from translate.yamlio.build import build
from translate.yamlio.characters import LINE_BREAK
from translate.yamlio.edit_append import appended_to
from translate.yamlio.edit_item import same
from translate.yamlio.edit_list import NewItem, Style, insertions_into
from translate.yamlio.edit_place import UneditableError, document_layout
from translate.yamlio.limits import DEFAULT
from translate.yamlio.locate import Locator
from translate.yamlio.read import read
from translate.yamlio.round_trip import LostError, RuamelEdit
from translate.yamlio.tree import Tree

MOST_IN_ALL = 1 << 20
"""Characters of one text that go through ruamel.yaml."""

Change = tuple[int, int, str]
"""Where a piece of a text starts and ends, both the same for an insertion, and what stands there instead."""

_BOM = "\ufeff"


class Insertion(Struct, frozen=True):
    """A new item of the list at ``path`` of a document, before the item that has ``index`` in the input.

    ``index`` may be the length of the list: the item goes to its end. ``like`` is the index of the item whose text is
    copied as far as it says the same; without it, the item goes by its neighbour.
    """

    document: int
    path: Path
    index: int
    value: Any
    like: int | None = None


class EditedText(Struct, frozen=True):
    """A text with what was inserted; ``relaid``: a document went through ruamel.yaml, which lays out blanks anew."""

    text: str
    relaid: bool = False


def edited(text: str, insertions: Sequence[Insertion], appended: Sequence[str] = ()) -> EditedText | None:
    """``text`` with new list items and with new documents at its end; None where that cannot be done faithfully.

    What comes back was read again and holds the values of the input, the new items and the new documents.
    """
    bom = _BOM if text.startswith(_BOM) else ""
    try:
        file = _File(text.removeprefix(_BOM))
        if appended and file.style.json:
            return None
        groups = _grouped(insertions)
        values = file.expected(groups)
        wanted = [*values, *(one.value for new in appended for one in read(new, file=""))]
        for found in (file.copied(groups), None):
            found = found or file.faithful(groups, values)
            result = appended_to(found.text, appended, file.style.newline)
            if _holds(result, wanted):
                return EditedText(bom + result, found.relaid)
    except (InputError, UneditableError):
        pass
    return None


Groups = dict[int, dict[Path, list[NewItem]]]
"""New items by document and list, in the order of their places."""


class _File:
    """A text, the values of its documents and, once asked for, their trees."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = LINE_BREAK.search(text)
        self.style = Style(found[0] if found else "\n", json=text.lstrip().startswith("{"))
        characters, self._values, spans = build(text, "", DEFAULT)
        self._locator = Locator(text, characters, spans)
        self._left = MOST_IN_ALL

    def expected(self, groups: Groups) -> list[Any]:
        """The values of the documents with the new items."""
        values = list(self._values)
        for document, lists in groups.items():
            if not 0 <= document < len(values):
                raise UneditableError
            for path, items in lists.items():
                values[document] = _replaced(values[document], path, items)
        return values

    def copied(self, groups: Groups) -> EditedText | None:
        """The text with items copied from their neighbours, not yet read again; None where it has no place for some."""
        try:
            changes = [one for document in groups for one in self._insertions(document, groups, copying=True)]
        except UneditableError:
            return None
        return EditedText(self._changed(changes))

    def faithful(self, groups: Groups, wanted: list[Any]) -> EditedText:
        """The text with each document edited in the first way that gives what is wanted of it."""
        found: list[Change] = []
        relaid = False
        for document in groups:
            for copying in (True, False):
                with suppress(UneditableError):
                    changes = self._insertions(document, groups, copying=copying)
                    start, end = self._locator.region(document)
                    if _holds(self._changed(changes, start, end), [wanted[document]]):
                        found += changes
                        break
            else:
                relaid = True
                found.append(self._by_round_trip(document, groups, wanted[document]))
        return EditedText(self._changed(found), relaid)

    def _changed(self, changes: list[Change], start: int = 0, end: int | None = None) -> str:
        """A stretch of the text with changes in it."""
        pieces: list[str] = []
        for first, after, new in sorted(changes, key=lambda change: change[0]):
            pieces += [self.text[start:first], new]
            start = after
        return "".join(pieces) + self.text[start:end]

    def _tree(self, document: int) -> Tree:
        found = self._locator.tree(document)
        if found is None:
            raise UneditableError
        return found

    def _insertions(self, document: int, groups: Groups, *, copying: bool) -> list[Change]:
        style = replace(self.style, copying=copying)
        made = insertions_into(self._tree(document), self._values[document], groups[document], style)
        return [(place, place, new) for place, new in made]

    def _by_round_trip(self, document: int, groups: Groups, wanted: Any) -> Change:
        """A document with the new items as data: only the lines that changed by them, if that gives what is wanted."""
        tree = self._tree(document)
        lines, root = tree.lines, tree.root
        start = lines.start(root.start) if lines.alone(root.start) else root.start
        end = lines.end(root.end)
        self._left -= end - start
        if self.style.json or self._left < 0:
            raise UneditableError
        try:
            loaded = RuamelEdit(self.text[start:end], document_layout(tree, self.style.newline))
            before = loaded.written()
            for path, items in groups[document].items():
                loaded.insert(path, items)
            after = loaded.written()
        except LostError:
            raise UneditableError from None
        if LINE_BREAK.search(self.text[end - 1 : end]) is None:
            before, after = (text.removesuffix(self.style.newline) for text in (before, after))
        for new in (_with_changes(self.text[start:end], before, after), after):
            if _holds(self._changed([(start, end, new)], *self._locator.region(document)), [wanted]):
                break
        return start, end, new


def _with_changes(text: str, before: str, after: str) -> str:
    """``text`` with the lines that differ between two ways of laying it out, which move its blanks alike."""
    lines, old, new = (one.split("\n") for one in (text, before, after))
    as_they_were = dict(enumerate(lines)) if len(lines) == len(old) else _alike(lines, old)
    kept: list[str] = []
    for what, first, last, at, end in SequenceMatcher(None, old, new).get_opcodes():
        kept += (
            [as_they_were.get(number, old[number]) for number in range(first, last)] if what == "equal" else new[at:end]
        )
    return "\n".join(kept)


def _alike(lines: list[str], old: list[str]) -> dict[int, str]:
    """The lines that others say again with other blanks, by the numbers of those."""
    one, other = (["".join(line.split()) for line in some] for some in (lines, old))
    blocks = SequenceMatcher(None, one, other).get_matching_blocks()
    return {block.b + offset: lines[block.a + offset] for block in blocks for offset in range(block.size)}


def _holds(text: str, wanted: list[Any]) -> bool:
    try:
        return same([one.value for one in read(text, file="")], wanted)
    except InputError:
        return False


def _grouped(insertions: Sequence[Insertion]) -> Groups:
    groups: Groups = {}
    for one in sorted(insertions, key=lambda insertion: insertion.index):
        item = NewItem(one.index, one.value, one.like)
        groups.setdefault(one.document, {}).setdefault(one.path, []).append(item)
    return groups


def _replaced(value: Any, path: Path, items: Sequence[NewItem]) -> Any:
    """A copy of ``value`` with new items in the list at ``path``; values reached otherwise stay as they are."""
    if path:
        step = path[0]
        if not _has(value, step):
            raise UneditableError
        copy = value.copy()
        copy[step] = _replaced(value[step], path[1:], items)
        return copy
    if not isinstance(value, list) or not all(0 <= one.index <= len(value) for one in items):
        raise UneditableError
    new = list(value)
    for one in reversed(items):
        new.insert(one.index, one.value)
    return new


def _has(value: Any, step: str | int) -> bool:
    if isinstance(step, str):
        return isinstance(value, dict) and step in value
    return isinstance(value, list) and 0 <= step < len(value)
