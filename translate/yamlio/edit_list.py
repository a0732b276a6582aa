"""New items of lists, inserted into the text of a document that otherwise stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from translate.core.origin import Path
from translate.yamlio.edit_item import Template, block_item, flow_item
from translate.yamlio.edit_place import Edit, ListTarget, UneditableError, in_block, in_flow, layout
from translate.yamlio.tree import Alias, Mapping, Node, Tree, value_of
from translate.yamlio.tree import Sequence as Items


class NewItem(Struct, frozen=True):
    """An item that goes before the one that has ``index`` in the input, ``like`` the one with that index, if any."""

    index: int
    value: Any
    like: int | None = None


class Style(Struct, frozen=True):
    """The line breaks of a text, whether it is JSON, and whether new items are copied from others where they agree."""

    newline: str
    json: bool = False
    copying: bool = True


def insertions_into(tree: Tree, value: Any, new: dict[Path, list[NewItem]], style: Style) -> list[Edit]:
    """Where in the text of a document that means ``value`` to insert what, for new items of the lists at some paths.

    A list that several paths lead to is inserted into once. Raises UneditableError where the text has no place.
    """
    targets: dict[int, tuple[ListTarget, list[NewItem]]] = {}
    for path, items in new.items():
        target = _target(tree, path, value)
        targets.setdefault(target.seq.start, (target, items))
    return [edit for target, items in targets.values() for edit in _edits(target, items, style)]


def _target(tree: Tree, path: Path, value: Any) -> ListTarget:
    node, column = tree.root, 0
    for step in path:
        at, node = _child(node, step)
        column, value = tree.lines.column(at.start), value[step]
    found = value_of(node)
    if not isinstance(found, Items):
        raise UneditableError
    return ListTarget(tree, found, column, value)


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


def _edits(target: ListTarget, items: Sequence[NewItem], style: Style) -> Iterator[Edit]:
    """Places in the text and what to insert there."""
    around = layout(target, style.newline, style.json)
    by_index: dict[int, list[str]] = {}
    for one in items:
        template = _template(target, one) if style.copying else None
        if target.seq.flow:
            new = flow_item(target.document, around, one.value, template)
        else:
            new = block_item(target.document, around, target.column, one.value, template)
        by_index.setdefault(one.index, []).append(new)
    for index, texts in by_index.items():
        yield from (in_flow if target.seq.flow else in_block)(target, index, texts, style.newline)


def _template(target: ListTarget, item: NewItem) -> Template | None:
    """The item to copy from, unless it stands elsewhere."""
    index = min(item.index, len(target.value) - 1) if item.like is None else item.like
    if not 0 <= index < len(target.value):
        return None
    node = target.items[index]
    if isinstance(node, Alias):
        return None
    return Template(node, target.value[index], ordered=item.like is not None)
