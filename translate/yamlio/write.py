"""Values as YAML in the style kubectl prints, in their order, with their comments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from translate.core.origin import Path
from translate.core.patterns import pattern
from translate.yamlio.quoting import KEYS, VALUES, block, inline, number

if TYPE_CHECKING:
    from translate.yamlio.document_comments import DocumentComments

_COMMENT_BREAK = pattern("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_COMMENT_UNSAFE = pattern("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


class _Notes(Struct):
    """Comments as a tree beside the values: those of one field or item, and ``below`` those inside it."""

    before: list[str] = field(default_factory=list)
    beside: str = ""
    below: dict[str | int, _Notes] = field(default_factory=dict)


_NONE = _Notes()


def write(documents: Sequence[dict[str, Any]], comments: Sequence[DocumentComments | None] | None = None) -> str:
    """The documents as one YAML stream; ValueError if the comments are not as many, or for numbers JSON does not have.

    Comments at a path that the document does not have stand above the deepest value on the way to it.
    """
    out: list[str] = []
    for document, about in zip(documents, comments or [None] * len(documents), strict=True):
        if out:
            out.append("---\n")
        if about is None:
            _fields(document, "", "", out) if document else out.append("{}\n")
            continue
        notes = _tree(document, about)
        head = [*about.head, *notes.before, *([notes.beside] if notes.beside else [])]
        if head:
            _comment_lines(head, "", out)
            out.append("\n")
        _root(document, out, notes)
        _comment_lines(about.tail, "", out)
    return "".join(out)


def _root(document: dict[str, Any], out: list[str], notes: _Notes) -> None:
    if document:
        _mapping(document, "", "", out, notes)
    else:
        out.append("{}\n")


def _fields(fields: dict[str, Any], pad: str, lead: str, out: list[str]) -> None:
    """What ``_mapping`` does, for fields without comments and the values that nearly all fields have."""
    inner = pad + "  "
    for key, value in fields.items():
        kind = value.__class__
        name = KEYS[key]
        if kind is str and name and (form := VALUES[value]):
            out.append(f"{lead}{name}: {form}\n")
        elif kind is dict and name and value:
            out.append(f"{lead}{name}:\n")
            _fields(value, inner, inner, out)
        elif kind is list and name and value:
            out.append(f"{lead}{name}:\n")
            _items(value, pad, pad, out)
        elif kind is int and name:
            out.append(f"{lead}{name}: {value}\n")
        else:
            _mapping({key: value}, pad, lead, out, _NONE)
        lead = pad


def _items(items: list[Any], pad: str, lead: str, out: list[str]) -> None:
    """What ``_sequence`` does, for items without comments and the values that nearly all items have."""
    inner = pad + "  "
    for value in items:
        kind = value.__class__
        if kind is dict and value:
            _fields(value, inner, lead + "- ", out)
        elif kind is str and (form := VALUES[value]):
            out.append(f"{lead}- {form}\n")
        elif kind is int:
            out.append(f"{lead}- {value}\n")
        else:
            _sequence([value], pad, lead, out, _NONE)
        lead = pad


def _mapping(fields: dict[str, Any], pad: str, lead: str, out: list[str], notes: _Notes) -> None:
    """Fields at indentation ``pad``; the first line starts with ``lead`` instead, which may hold items' dashes."""
    for key, value in fields.items():
        name = KEYS[key] or f"? {inline(key)}\n{pad}"
        note = notes.below.get(key)
        beside = ""
        if note is not None:
            lead = _before(note, pad, lead, out)
            beside = _beside(note)
        kind = value.__class__
        if kind is str:
            form = VALUES[value]
            if form:
                out.append(f"{lead}{name}: {form}{beside}\n")
            else:
                mark, lines = block(value, pad + "  ")
                out.append(f"{lead}{name}: {mark}{beside}\n{lines}")
        elif kind is dict and value:
            out.append(f"{lead}{name}:{beside}\n")
            inner = pad + "  "
            if note is None or not note.below:
                _fields(value, inner, inner, out)
            else:
                _mapping(value, inner, inner, out, note)
        elif kind is list and value:
            out.append(f"{lead}{name}:{beside}\n")
            if note is None or not note.below:
                _items(value, pad, pad, out)
            else:
                _sequence(value, pad, pad, out, note)
        else:
            out.append(f"{lead}{name}: {_simple(value)}{beside}\n")
        lead = pad


def _sequence(items: list[Any], pad: str, lead: str, out: list[str], notes: _Notes) -> None:
    """Items whose dashes stand at indentation ``pad``; the first line starts with ``lead`` instead."""
    inner = pad + "  "
    for index, value in enumerate(items):
        note = notes.below.get(index)
        beside = ""
        if note is not None:
            lead = _before(note, pad, lead, out)
            beside = _beside(note)
        kind = value.__class__
        if (kind is dict or kind is list) and value:
            start = f"{lead}- "
            if beside and kind is dict and _fits_first_field(value, note):
                beside = ""
            if beside:
                out.append(f"{lead}- {beside.lstrip()}\n")  # one blank, as people write it behind a bare dash
                start = inner
            (_mapping if kind is dict else _sequence)(value, inner, start, out, note or _NONE)
        elif kind is str:
            form = VALUES[value]
            if form:
                out.append(f"{lead}- {form}{beside}\n")
            else:
                mark, lines = block(value, inner)
                out.append(f"{lead}- {mark}{beside}\n{lines}")
        else:
            out.append(f"{lead}- {_simple(value)}{beside}\n")
        lead = pad


def _fits_first_field(item: dict[str, Any], notes: _Notes | None) -> bool:
    """Move what stands beside an item to its first field, where that is on the same line and free of comments."""
    key, value = next(iter(item.items()))
    on_its_line = VALUES[value] if isinstance(value, str) else not value or isinstance(value, int | float)
    if notes is None or key in notes.below or not on_its_line:
        return False
    notes.below[key] = _Notes(beside=notes.beside)
    return True


def _simple(value: Any) -> str:
    """A value that needs no line of its own."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, dict | list) and not value:
        return "{}" if isinstance(value, dict) else "[]"
    raise TypeError(f"{type(value).__name__} is no type of JSON")


def _tree(document: dict[str, Any], about: DocumentComments) -> _Notes:
    """The comments of a document as a tree that follows its values."""
    root = _Notes()
    for path, comment in about.at.items():
        notes, complete = _reach(root, document, path)
        if complete:
            notes.before.extend(comment.before)
            notes.beside = comment.beside
        else:
            notes.before.extend([*comment.before, comment.beside] if comment.beside else comment.before)
    return root


def _reach(root: _Notes, document: dict[str, Any], path: Path) -> tuple[_Notes, bool]:
    """The notes at ``path``, or at the deepest value on the way to it; and whether that is ``path`` itself."""
    notes = root
    value: Any = document
    for step in path:
        inside = isinstance(step, str) and isinstance(value, dict) and step in value
        if not inside and not (isinstance(step, int) and isinstance(value, list) and 0 <= step < len(value)):
            return notes, False
        value = value[step]
        notes = notes.below.setdefault(step, _Notes())
    return notes, True


def _before(note: _Notes, pad: str, lead: str, out: list[str]) -> str:
    """Write the lines above a value; where its line has begun with a dash already, that dash gets a line of its own."""
    if not note.before:
        return lead
    if lead != pad:
        out.append(f"{lead.rstrip()}\n")
    _comment_lines(note.before, pad, out)
    return pad


def _beside(note: _Notes) -> str:
    text = " ".join(_lines([note.beside])).rstrip() if note.beside else ""
    return f"  # {text}" if text else ""


def _comment_lines(texts: Iterable[str], pad: str, out: list[str]) -> None:
    out.extend(f"{pad}# {line}".rstrip() + "\n" for line in _lines(texts))


def _lines(texts: Iterable[str]) -> list[str]:
    """Comment texts as single lines that no reader could take for anything but a comment."""
    return [_COMMENT_UNSAFE.sub("\ufffd", line) for text in texts for line in _COMMENT_BREAK.split(text)]
