"""ruamel.yaml's round trip: quotes, comments and order stay where the text as it stands cannot.

Every plain scalar is taken as text and comes out as it went in: ruamel.yaml reads YAML 1.2 and the cluster does not, so
nothing may hang on what it takes ``on`` or ``08`` for. It is only given text that our own reader has accepted, with its
limits on depth and aliases, and not much of it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from translate.core.origin import Path
from translate.yamlio.edit_item import Layout, same
from translate.yamlio.edit_list import NewItem
from translate.yamlio.quoting import inline, number
from translate.yamlio.scalars import resolve

MOST = 1 << 18
"""Characters of one document that are taken: ruamel.yaml needs five seconds or more for them."""

_WIDTH = 1 << 16
_MERGE = "<<"


class LostError(Exception):
    """The document cannot be taken, or has no such place."""


class RuamelEdit:
    """One document as ruamel.yaml holds it. Raises LostError where it cannot."""

    def __init__(self, text: str, layout: Layout) -> None:
        if len(text) > MOST:
            raise LostError
        self._text = text
        self._newline = layout.newline
        self._yaml = _yaml(layout)
        with _lost_if_it_fails():
            self._root = self._yaml.load(text.replace("\r\n", "\n"))
            for part in _parts(self._root) if "&" in text else ():
                if _anchor(part) is not None:
                    part.anchor.always_dump = True

    def written(self, path: Path = ()) -> str:
        """The value at ``path`` as a document of its own."""
        node = self._root
        for step in path:
            if not _has(node, step):
                raise LostError
            node = node[step]
        stream = io.StringIO()
        with _lost_if_it_fails():
            self._yaml.dump(node, stream)
        return stream.getvalue().replace("\n", self._newline)

    def insert(self, path: Path, items: Sequence[NewItem]) -> None:
        """New items of the list at ``path``, in the order of their places.

        What an alias or a merge key brings there becomes the list's own, so that nobody else gets the items.
        """
        with _lost_if_it_fails():
            target = self._root
            for step in path:
                target = self._own(target, step)
            if not isinstance(target, list):
                raise LostError
            new = [(one.index, _item(one.value, None if one.like is None else target[one.like])) for one in items]
            for index, item in reversed(new):
                target.insert(index, item)

    def _own(self, container: Any, step: str | int) -> Any:
        """The value one step below, shared with no other place: the one it was written at keeps it."""
        if isinstance(container, dict) and step not in container and _MERGE in container:
            _unmerge(container)
        if not _has(container, step):
            raise LostError
        value = container[step]
        name = _anchor(value)
        if name is not None and f"*{name}" in self._text:
            (holder, key), *others = _places(self._root, value, set())
            is_here = holder is container and key == step
            for place in others if is_here else [(container, step)]:
                _give_copy(*place)
        return container[step]


@contextmanager
def _lost_if_it_fails() -> Iterator[None]:
    """Rare tags, odd keys and comments in odd places make ruamel.yaml fail in many ways, by assertions of its own too;
    whoever asks has another way.
    """
    try:
        yield
    except Exception:
        raise LostError from None


def _yaml(layout: Layout) -> Any:
    from ruamel.yaml import YAML  # pure Python and slow: wanted only where nothing else will do
    from ruamel.yaml.emitter import Emitter
    from ruamel.yaml.resolver import VersionedResolver

    class Texts(VersionedResolver):
        """Knows no type but text: numbers, booleans and merge keys are what they look like."""

        @property
        def versioned_resolver(self) -> dict[str | None, list[Any]]:
            return {}

    class Plain(Emitter):
        """Leaves a value that is not given as it is, in brackets too: in quotes it would be a text."""

        def choose_scalar_style(self) -> Any:
            is_nothing = not self.event.value and not self.event.style and not self.simple_key_context
            return "" if is_nothing else super().choose_scalar_style()

        def write_plain(self, text: str, split: bool | int = True) -> None:
            super().write_plain(text, split)
            if not text and self.flow_level:
                self.stream.write(" ")  # {a:,} is another key

    yaml = YAML(typ="rt", pure=True)
    yaml.Resolver = Texts
    yaml.Emitter = Plain
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.composer.warn_double_anchors = False
    yaml.indent(mapping=layout.step, sequence=layout.offset + 1 + len(layout.gap), offset=layout.offset)
    return yaml


def _has(container: Any, step: str | int) -> bool:
    if isinstance(container, dict):
        return step in container
    return isinstance(container, list) and isinstance(step, int) and 0 <= step < len(container)


def _unmerge(mapping: Any) -> None:
    """Write out what merge keys bring to ``mapping``."""
    place = list(mapping).index(_MERGE)
    brought = mapping.pop(_MERGE)
    for source in brought if isinstance(brought, list) else [brought]:
        fields = _copy(source)
        if not isinstance(fields, dict):
            raise LostError
        if _MERGE in fields:
            _unmerge(fields)
        for name, value in fields.items():
            mapping.insert(place, name, value)
            place += 1


def _give_copy(container: Any, step: str | int) -> None:
    """Replace a value that others share by one that is nobody else's."""
    if step == _MERGE:
        _unmerge(container)
        return
    container[step] = _copy(container[step])
    about = container.ca.items.get(step)
    if about is not None and len(about) > 3:
        about[3] = None  # ruamel.yaml has what stands above the first item here as well


def _places(node: Any, wanted: Any, named: set[str]) -> Iterator[tuple[Any, Any]]:
    """Where a value is, in the order of the text; ``named`` are the anchors that were looked behind already."""
    for step, part in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if part is wanted or (step == _MERGE and isinstance(part, list) and any(one is wanted for one in part)):
            yield node, step
        elif isinstance(part, dict | list) and (name := _anchor(part)) not in named:
            named |= {name} if name is not None else set()
            yield from _places(part, wanted, named)


def _copy(node: Any) -> Any:
    """A copy without comments and without names of anchors: those belong to the original."""
    copied = deepcopy(node)
    for part in _parts(copied):
        if hasattr(part, "_yaml_comment"):
            del part._yaml_comment
        if _anchor(part) is not None:
            part.yaml_set_anchor(None)
    return copied


def _parts(node: Any) -> list[Any]:
    """A node and all that is in it; what an anchor names once, however many aliases it has."""
    found: list[Any] = []
    named: set[str] = set()
    todo = [node]
    while todo:
        part = todo.pop()
        name = _anchor(part)
        if name is not None:
            if name in named:
                continue
            named.add(name)
        found.append(part)
        todo += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return found


def _anchor(node: Any) -> str | None:
    return getattr(getattr(node, "anchor", None), "value", None)


def _item(value: Any, like: Any) -> Any:
    """A new item, spelled like another as far as it says the same."""
    if not isinstance(value, dict) or not isinstance(like, dict) or _MERGE in like:
        return _made(value, like)
    item = _copy(like)
    for name in [name for name in item if name not in value]:
        del item[name]
    for name, field in value.items():
        if name not in item or not same(_value(item[name]), field):
            item[_made(name, None)] = _made(field, item.get(name))
    return item


def _value(node: Any) -> Any:
    """What a node means to the cluster."""
    from ruamel.yaml.scalarstring import PlainScalarString, ScalarString

    if isinstance(node, dict):
        return {str(name): _value(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_value(item) for item in node]
    if isinstance(node, ScalarString) and not isinstance(node, PlainScalarString):
        return str(node)
    return resolve(node)[1] if isinstance(node, str) else node


def _made(value: Any, like: Any) -> Any:
    """A value as a node, in the quotes or brackets of another where these fit."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

    if isinstance(value, dict | list):
        made: Any = CommentedMap() if isinstance(value, dict) else CommentedSeq()
        if isinstance(value, dict):
            made.update({_made(name, None): _made(field, None) for name, field in value.items()})
        else:
            made.extend(_made(item, None) for item in value)
        if not value or _is_flow(like):
            made.fa.set_flow_style()
        return made
    if not isinstance(value, str):
        return number(value) if isinstance(value, float) else json.dumps(value)
    if isinstance(like, SingleQuotedScalarString | DoubleQuotedScalarString):
        return type(like)(value)
    form = inline(value)
    if form == value:
        return value
    return (DoubleQuotedScalarString if form.startswith('"') else SingleQuotedScalarString)(value)


def _is_flow(node: Any) -> bool:
    style = getattr(node, "fa", None)
    return style is not None and bool(style.flow_style())
