"""The text of a new list item, in the style of its neighbours: fields that agree with one of them are copied."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from translate.yamlio.edit_tree import Outline, Part
from translate.yamlio.quoting import inline, number

_PLAIN_COLON = re.compile(r"[^'\"].*:.*")
_COMMA = re.compile(r"\s*,\s*").fullmatch


@dataclass(frozen=True, slots=True)
class Layout:
    """How an author lays out blocks: line break, indentation of mappings and of lists, what follows a dash."""

    newline: str = "\n"
    step: int = 2
    offset: int = 0
    gap: str = " "
    json: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """An item to copy from: its part, its value in the input, and whether its fields give the order."""

    part: Part
    value: Any
    ordered: bool


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal, ``true`` and ``1`` told apart."""
    return one is other or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def block_item(document: Outline, layout: Layout, column: int, value: Any, template: Template | None) -> str:
    """A new item of a block list whose dashes stand at ``column``: from its dash to its last character."""
    if template is not None and template.part.flow:
        return f"-{layout.gap}{flow_item(document, layout, value, template)}"
    part = _mapping(value, template)
    if template is None or part is None or part.entries is None:
        return f"-{layout.gap}{_block(value, column + 1 + len(layout.gap), layout)}"
    first = document.lines.column(part.entries[0][0].start)
    blanks = first - column - 1
    lead = " " * blanks if blanks > 0 else layout.newline + " " * first
    return f"-{lead}" + f"{layout.newline}{' ' * first}".join(_fields(document, layout, value, template, first))


def flow_item(document: Outline, layout: Layout, value: Any, template: Template | None) -> str:
    """A new item in brackets."""
    part = _mapping(value, template)
    if template is None or part is None or part.entries is None or not part.flow:
        return _flow(value, layout.json or (part is not None and _quotes_keys(part)))
    start = document.lines.text.index("{", part.start)
    head = document.bare(start, part.entries[0][0].start)
    tail = document.bare(part.entries[-1][1].end, part.end)
    return head + _separator(document, part).join(_fields(document, layout, value, template, None)) + tail


def _mapping(value: Any, template: Template | None) -> Part | None:
    """The part of a template that has fields to copy for ``value``."""
    usable = template is not None and template.part.entries and isinstance(value, dict) and value
    if template is None or not usable or any(key.name is None for key, _ in template.part.entries or []):
        return None
    return template.part


def _separator(document: Outline, part: Part) -> str:
    """What stands between the first two fields of a mapping in brackets."""
    entries = part.entries or []
    between = document.bare(entries[0][1].end, entries[1][0].start) if len(entries) > 1 else ", "
    return between if _COMMA(between) else ", "


def _fields(
    document: Outline, layout: Layout, value: dict[str, Any], template: Template, column: int | None
) -> Iterator[str]:
    """The fields of ``value``, as the template has them; a ``column`` for blocks, none within brackets."""
    quoted = layout.json or (column is None and _quotes_keys(template.part))
    known = {key.name or "": (key, part) for key, part in template.part.entries or []}
    names = [*(name for name in known if name in value), *(name for name in value if name not in known)]
    for name in names if template.ordered else value:
        if name not in known:
            yield _written(layout, name, value[name], column, quoted)
            continue
        key, part = known[name]
        yield _copied(document, key, part, value[name], template.value[name], quoted) or _written(
            layout, name, value[name], None if _in_use(part) else column, quoted
        )


def _in_use(part: Part) -> bool:
    """Whether the author writes a value in brackets without need: one that is empty has no other form."""
    return part.flow and bool(part.entries or part.items)


def _copied(document: Outline, key: Part, part: Part, new: Any, old: Any, quoted: bool) -> str:
    """A field as the author wrote it, with another text as its value where needed; empty if it must be written anew."""
    if document.anchored(key.start, part.end):
        return ""
    if same(new, old):
        return document.bare(key.start, part.end)
    requoted = _requoted(part, new, quoted)
    return document.bare(key.start, part.start) + requoted if requoted else ""


def _requoted(part: Part, text: Any, quoted: bool) -> str:
    """``text`` in the quotes of a scalar; empty if they do not fit."""
    if part.scalar is None or part.marked or part.start == part.end or not isinstance(text, str):
        return ""
    if quoted or part.scalar.style == '"':
        return json.dumps(text, ensure_ascii=not text.isprintable())
    if part.scalar.style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return _in_brackets(text) if part.scalar.style is None or not part.scalar.style.strip() else ""


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


def _quotes_keys(part: Part) -> bool:
    return bool(part.entries) and all(
        key.scalar is not None and key.scalar.style == '"' for key, _ in part.entries or []
    )
