"""The text of a new list item, in the style of its neighbours: fields that agree with one of them are copied."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from translate.yamlio.quoting import inline, number
from translate.yamlio.tree import Mapping, Node, Pair, Scalar, Sequence, Tree

_BREAK = r"(?>\r\n|[\r\n\x85\u2028\u2029])"
_COMMENT = re.compile(r"[ \t]+#[^\r\n\x85\u2028\u2029]*|(?<=[\r\n\x85\u2028\u2029])#[^\r\n\x85\u2028\u2029]*")
_BLANK_LINES = re.compile(rf"({_BREAK})(?:[ \t]*{_BREAK})+")
_PLAIN_COLON = re.compile(r"[^'\"].*:.*")
_COMMA = re.compile(r"\s*,\s*").fullmatch


class Layout(Struct, frozen=True):
    """How an author lays out blocks: line break, indentation of mappings and of lists, what follows a dash."""

    newline: str = "\n"
    step: int = 2
    offset: int = 0
    gap: str = " "
    json: bool = False


class Template(Struct, frozen=True):
    """An item to copy from: its node, its value in the input, and whether its fields give the order."""

    node: Node
    value: Any
    ordered: bool


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal, ``true`` and ``1`` told apart."""
    return one is other or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def block_item(document: Tree, layout: Layout, column: int, value: Any, template: Template | None) -> str:
    """A new item of a block list whose dashes stand at ``column``: from its dash to its last character."""
    if template is not None and _is_flow(template.node):
        return f"-{layout.gap}{flow_item(document, layout, value, template)}"
    node = _mapping(value, template)
    if template is None or node is None:
        return f"-{layout.gap}{_block(value, column + 1 + len(layout.gap), layout)}"
    first = document.lines.column(node.pairs[0].key.start)
    blanks = first - column - 1
    lead = " " * blanks if blanks > 0 else layout.newline + " " * first
    fields = _fields(document, layout, value, node, template, first)
    return f"-{lead}" + f"{layout.newline}{' ' * first}".join(fields)


def flow_item(document: Tree, layout: Layout, value: Any, template: Template | None) -> str:
    """A new item in brackets."""
    node = _mapping(value, template)
    start = document.lines.text.find("{", node.start, node.pairs[0].key.start) if node is not None else -1
    if template is None or node is None or start < 0:
        return _flow(value, layout.json or (node is not None and _quotes_keys(node)))
    head = bare(document, start, node.pairs[0].key.start)
    tail = bare(document, node.pairs[-1].value.end, node.end)
    return head + _separator(document, node).join(_fields(document, layout, value, node, template, None)) + tail


def bare(document: Tree, start: int, end: int) -> str:
    """The text between two places without its comments and blank lines."""
    text = document.lines.text
    pieces: list[str] = []
    for leaf, stop in document.leaves_between(start, end):
        pieces += [_between(text[start:leaf]), text[leaf:stop]]
        start = stop
    return "".join([*pieces, _between(text[start:end])])


def _between(text: str) -> str:
    """What stands between two scalars, without comments and blank lines."""
    return _BLANK_LINES.sub(r"\1", _COMMENT.sub("", text))


def _is_flow(node: Node) -> bool:
    return isinstance(node, Mapping | Sequence) and node.flow


def _mapping(value: Any, template: Template | None) -> Mapping | None:
    """The node of a template that has fields to copy for ``value``."""
    node = template.node if template is not None else None
    if not isinstance(node, Mapping) or not node.pairs or not isinstance(value, dict) or not value:
        return None
    return node if all(_is_named(pair) for pair in node.pairs) else None


def _is_named(pair: Pair) -> bool:
    """Whether the key itself says what the field is called."""
    return isinstance(pair.key, Scalar) and pair.name is not None and not pair.merging


def _separator(document: Tree, node: Mapping) -> str:
    """What stands between the first two fields of a mapping in brackets."""
    pairs = node.pairs
    between = bare(document, pairs[0].value.end, pairs[1].key.start) if len(pairs) > 1 else ", "
    return between if _COMMA(between) else ", "


def _fields(
    document: Tree, layout: Layout, value: dict[str, Any], node: Mapping, template: Template, column: int | None
) -> Iterator[str]:
    """The fields of ``value``, as the template has them; a ``column`` for blocks, none within brackets."""
    quoted = layout.json or (column is None and _quotes_keys(node))
    known = {pair.name or "": pair for pair in node.pairs}
    names = [*(name for name in known if name in value), *(name for name in value if name not in known)]
    for name in names if template.ordered else value:
        if name not in known:
            yield _written(layout, name, value[name], column, quoted)
            continue
        pair = known[name]
        yield _copied(document, pair, value[name], template.value[name], quoted) or _written(
            layout, name, value[name], None if _in_use(pair.value) else column, quoted
        )


def _in_use(node: Node) -> bool:
    """Whether the author writes a value in brackets without need: one that is empty has no other form."""
    match node:
        case Mapping():
            return node.flow and bool(node.pairs)
        case Sequence():
            return node.flow and bool(node.items)
        case _:
            return False


def _copied(document: Tree, pair: Pair, new: Any, old: Any, quoted: bool) -> str:
    """A field as the author wrote it, with another text as its value where needed; empty if it must be written anew."""
    if document.anchored(pair.key.start, pair.value.end):
        return ""
    if same(new, old):
        return bare(document, pair.key.start, pair.value.end)
    requoted = _requoted(pair.value, new, quoted)
    return bare(document, pair.key.start, pair.value.start) + requoted if requoted else ""


def _requoted(node: Node, text: Any, quoted: bool) -> str:
    """``text`` in the quotes of a scalar; empty if they do not fit."""
    if not isinstance(node, Scalar) or node.marked or node.start == node.end or not isinstance(text, str):
        return ""
    if quoted or node.style == '"':
        return json.dumps(text, ensure_ascii=not text.isprintable())
    if node.style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return _in_brackets(text) if node.style is None or not node.style.strip() else ""


def _written(layout: Layout, name: str, value: Any, column: int | None, quoted: bool) -> str:
    if column is None:
        return f"{_flow(name, quoted)}: {_flow(value, quoted)}"
    return _block({name: value}, column, layout)


def _block(value: Any, column: int, layout: Layout) -> str:
    """A value as a block at ``column``; its first line is not indented."""
    if not isinstance(value, dict | list) or not value:
        return _scalar(value)
    between = layout.newline + " " * column
    if isinstance(value, list):
        inner = column + 1 + len(layout.gap)
        return between.join(f"-{layout.gap}{_block(item, inner, layout)}" for item in value)
    return between.join(f"{inline(name)}:{_below(item, column, layout)}" for name, item in value.items())


def _below(value: Any, column: int, layout: Layout) -> str:
    """The value of a field whose key stands at ``column``."""
    if not isinstance(value, dict | list) or not value:
        return f" {_scalar(value)}"
    inner = column + (layout.step if isinstance(value, dict) else layout.offset)
    return f"{layout.newline}{' ' * inner}{_block(value, inner, layout)}"


def _flow(value: Any, quoted: bool) -> str:
    """A value in brackets, as JSON if ``quoted``."""
    if quoted:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict) and value:
        return "{" + ", ".join(f"{_in_brackets(name)}: {_flow(item, quoted)}" for name, item in value.items()) + "}"
    if isinstance(value, list) and value:
        return "[" + ", ".join(_flow(item, quoted) for item in value) + "]"
    return _in_brackets(value) if isinstance(value, str) else _scalar(value)


def _in_brackets(text: str) -> str:
    """A text that may stand in brackets: colons are quoted there, since older readers stumble over them."""
    form = inline(text)
    return f"'{form}'" if _PLAIN_COLON.fullmatch(form) else form


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return inline(value)
    return number(value) if isinstance(value, float) else json.dumps(value)


def _quotes_keys(node: Mapping) -> bool:
    return bool(node.pairs) and all(isinstance(pair.key, Scalar) and pair.key.style == '"' for pair in node.pairs)
