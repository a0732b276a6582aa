"""Objects as their author wrote them: by their own characters, else by ruamel.yaml's round trip."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from translate.core.diagnostics import InputError
from translate.core.origin import Origin, Path
from translate.yamlio.edit_item import same
from translate.yamlio.edit_place import above, below, document_layout
from translate.yamlio.locate import Locator
from translate.yamlio.read import read
from translate.yamlio.round_trip import LostError, RuamelEdit
from translate.yamlio.tree import Alias, Node, Sequence, Tree
from translate.yamlio.tree import Mapping as Fields
from translate.yamlio.write import write

MOST_IN_ALL = 1 << 20
"""Characters of one run that go through ruamel.yaml."""

_MARKERS = re.compile(r"^(?:(?:%[^\n]*\n)*---|\.\.\.)[ \t]*(?=\r?$)", re.MULTILINE)
_BLANK_ABOVE = re.compile(r"\A(?:[ \t]*\r?\n)+")
_BLANK_BELOW = re.compile(r"(?:[ \t]*\r?\n)+[ \t]*\Z")


def whole(locator: Locator, document: int) -> str:
    """A document as it was written, with the comments before it and without what parts it from others."""
    return _MARKERS.sub("", locator.text(document)).strip("\r\n") + "\n"


class Keeper:
    """Gives the objects of some texts as they were written; ``locator`` gives the places of a file, if it has any.

    One for a run: it remembers what it has loaded, and how much of it.
    """

    def __init__(self, locator: Callable[[str], Locator | None]) -> None:
        self._locator = locator
        self._loaded: dict[tuple[str, int], RuamelEdit | None] = {}
        self._left = MOST_IN_ALL

    def text(self, origin: Origin, value: Mapping[str, Any]) -> str:
        """The object at ``origin`` as a document of its own; written anew where nothing else means ``value``."""
        for text in self._texts(origin):
            for one in (text, _completed(text, value)):
                if _holds(one, value):
                    return one
        return write([dict(value)])

    def _texts(self, origin: Origin) -> Iterator[str]:
        """What the object was written like, the most faithful first; none of it has been read again."""
        locator = self._locator(origin.file)
        if locator is None or origin.document < 0:
            return
        if not origin.path:
            yield whole(locator, origin.document)
        tree = locator.tree(origin.document)
        if origin.path and tree is not None:
            yield from _cut(tree, origin.path)
        loaded = self._document(locator, origin, tree)
        if loaded is not None:
            try:
                yield loaded.written(origin.path)
            except LostError:
                return

    def _document(self, locator: Locator, origin: Origin, tree: Tree | None) -> RuamelEdit | None:
        place = origin.file, origin.document
        if place not in self._loaded:
            span = locator.spans[origin.document]
            self._left -= span.end - span.start
            self._loaded[place] = None
            if tree is not None and self._left >= 0:
                try:
                    layout = document_layout(tree, "\n")
                    self._loaded[place] = RuamelEdit(locator.source[span.start : span.end], layout)
                except LostError:
                    pass
        return self._loaded[place]


def _holds(text: str, value: Mapping[str, Any]) -> bool:
    try:
        found = read(text, file="")
    except InputError:
        return False
    return len(found) == 1 and same(found[0].value, value)


def _completed(text: str, value: Mapping[str, Any]) -> str:
    """An item of a typed list with the kind that its list has given it."""
    kind = {name: value[name] for name in ("apiVersion", "kind") if name in value}
    return write([kind]) + text


def _cut(tree: Tree, path: Path) -> Iterator[str]:
    """The text of an item of a list, without what it is indented by; nothing if it stands elsewhere."""
    node: Node = tree.root
    column, items, index = 0, None, 0
    for step in path:
        items = None
        if isinstance(node, Fields) and isinstance(step, str) and step in node.fields:
            column = tree.lines.column(node.fields[step].key.start)
            node = node.fields[step].value
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
            items, index, node = node, step, node.items[step]
        else:
            return
    if items is None or isinstance(node, Alias):
        return
    if items.flow:
        yield _from_brackets(tree, items, index)
    elif tree.lines.alone(tree.dash(node)):
        yield _from_block(tree, items, index, column)


def _from_brackets(tree: Tree, items: Sequence, index: int) -> str:
    text, lines, node = tree.lines.text, tree.lines, items.items[index]
    start = items.items[index - 1].end if index else items.start
    before = [text[at:end] for at, end in tree.comments(start, node.start) if lines.alone(at)]
    beside = ["  " + text[at:end] for at, end in tree.comments(node.end, lines.end(node.end))]
    return "\n".join([*before, text[node.start : node.end] + "".join(beside)]) + "\n"


def _from_block(tree: Tree, items: Sequence, index: int, key_column: int) -> str:
    text, node = tree.lines.text, items.items[index]
    dash = tree.dash(node)
    start = above(tree, dash, first=index == 0)
    if index + 1 < len(items.items):
        end = above(tree, tree.dash(items.items[index + 1]), first=False)
    else:
        end = below(tree, items, key_column)
    column = tree.lines.column(node.start)
    written = f"{text[start:dash]} {text[dash + 1 : end]}".split("\n")
    cut = "\n".join(line[min(column, len(line) - len(line.lstrip(" "))) :] for line in written)
    return _BLANK_BELOW.sub("", _BLANK_ABOVE.sub("", cut)) + "\n"
