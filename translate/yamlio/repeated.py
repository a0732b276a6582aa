"""Which two lines give a key twice: said of a text that is refused, so it is read once more, with places."""

from __future__ import annotations

from yaml.events import AliasEvent, DocumentStartEvent, ScalarEvent

from translate.yamlio.characters import LineColumn, place_at
from translate.yamlio.stream import events, place
from translate.yamlio.tree import Mapping, TreeBuilder, sources


def given_twice(text: str, name: str, at: LineColumn, *, merging: bool = False) -> str:
    """The complaint about the field ``name`` of the mapping whose key at ``at`` names or, if ``merging``, brings it."""
    second = f'line {at[0]} (through "<<")' if merging else f"line {at[0]}"
    first = _first(text, name, at) or second
    if first == second:
        return f'key "{name}" is given twice on {first}'
    return f'key "{name}" is given twice: {first} and {second}'


def _first(text: str, name: str, at: LineColumn) -> str:
    """What gave the field before the key at ``at``; empty if nothing did."""
    tree = TreeBuilder(text)
    for event in events(text, file=""):
        if isinstance(event, DocumentStartEvent):
            tree = TreeBuilder(text)
        if isinstance(event, ScalarEvent | AliasEvent) and place(event.start_mark) == at:
            break
        tree.feed(event)
    for pair in tree.unfinished():
        line = f"line {place_at(text, pair.key.start)[0]}"
        if pair.name == name and not pair.merging:
            return line
        if pair.merging and any(isinstance(one, Mapping) and name in one.fields for one in sources(pair)):
            return f'{line} (through "<<")'
    return ""
