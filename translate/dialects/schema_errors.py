"""Why a value does not fit a manifest type: walks both side by side and words every difference.

The types are the only source of truth: this module knows msgspec's description of them and no field of any API.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec.inspect as mi
from msgspec import Struct, field

from translate.core.names import shown
from translate.core.origin import Path, spell
from translate.dialects.misfit import Misfit, Nulls, Reason
from translate.dialects.schema_words import (
    choices_of,
    given_as,
    instead_of,
    names_inside,
    names_of,
    nearest,
    range_of,
    remark_on,
    takes,
    wanted,
)

_LISTED = 12


def misfits(
    value: object, kind: type, *, nulls: Nulls, side: Callable[[Path], str | None] = lambda _: None
) -> tuple[object, list[Misfit]]:
    """``value`` with nulls read as the API reads them, and all that still keeps it from being a ``kind``.

    ``side``: which field beside an unknown one is meant to hold it, where more than one could.
    """
    walk = _Walk(nulls=nulls, title=kind.__name__, side=side)
    return walk.value(value, _described(kind), ()), walk.found


@lru_cache(maxsize=256)
def _described(kind: type) -> mi.Type:
    return mi.type_info(kind)


class _Walk(Struct):
    """One walk over one value; ``parents`` are the structs around, outermost first, with what they hold."""

    nulls: Nulls
    title: str
    side: Callable[[Path], str | None]
    found: list[Misfit] = field(default_factory=list)
    parents: list[tuple[Path, mi.StructType, dict[str, object]]] = field(default_factory=list)

    def value(self, value: object, node: mi.Type, path: Path) -> object:
        """Note what is wrong with ``value`` and return it without nulls that mean nothing."""
        if value is None:
            return self._zero(node, path)
        if isinstance(node, mi.UnionType):
            return self._union(value, node, path)
        if not takes(node, value):
            self._note(path, f"must be {wanted(node)}, {instead_of(node, value)}")
        elif isinstance(node, mi.StructType) and isinstance(value, dict):
            return self._struct(value, node, path)
        elif isinstance(node, mi.DictType) and isinstance(value, dict):
            kept = {key: item for key, item in value.items() if item is not None or self.nulls is Nulls.GO}
            return {key: self.value(item, node.value_type, (*path, key)) for key, item in kept.items()}
        elif isinstance(node, mi.ListType | mi.VarTupleType) and isinstance(value, list):
            self._limits(len(value), node.min_length, node.max_length, "item", path)
            return [self.value(item, node.item_type, (*path, index)) for index, item in enumerate(value)]
        else:
            self._scalar(value, node, path)
        return value

    def _note(self, path: Path, clause: str) -> None:
        self.found.append(Misfit(path, f"{spell(path) or self.title} {clause}"))

    def _zero(self, node: mi.Type, path: Path) -> object:
        """What is read where null is an item, or the whole value."""
        if isinstance(node, mi.AnyType):
            return None
        if self.nulls is Nulls.SCHEMA and path:
            self._note(path, f"must be {wanted(node)}, not null: remove the empty item")
        if isinstance(node, mi.StructType):
            return self._struct({}, node, path)
        if isinstance(node, mi.DictType):
            return {}
        if isinstance(node, mi.ListType | mi.VarTupleType):
            return []
        zeros: dict[type[mi.Type], object] = {mi.StrType: "", mi.IntType: 0, mi.FloatType: 0.0, mi.BoolType: False}
        return zeros.get(type(node))

    def _struct(self, value: dict[str, object], node: mi.StructType, path: Path) -> dict[str, object]:
        fields = {known.encode_name: known for known in node.fields}
        self.parents.append((path, node, value))
        kept: dict[str, object] = {}
        for key, item in value.items():
            known = fields.get(key)
            place = (*path, key)
            if known is None:
                said = f"unknown field {shown(key)} in {spell(path) or self.title}"
                told = Misfit(place, said, self._way_out(key), Reason.UNKNOWN_FIELD)
                meant = nearest(key, [name for name in fields if name not in value and name not in kept])
                self.found += [told] if meant is None or item is None else self._mended(told, item, fields[meant], kept)
            elif item is not None:
                kept[key] = self._field(item, known.type, place)
        for name, known in fields.items():
            if known.required and name not in kept:
                empty = ", not null" if name in value else ""
                self._note(path, f"must have the field {shown(name)}: {wanted(known.type)}{empty}")
        self.parents.pop()
        return kept

    def _mended(self, told: Misfit, item: object, meant: mi.Field, kept: dict[str, object]) -> list[Misfit]:
        """``told`` of a field that is misspelt; if its value suits the name that was meant, it is ``kept`` as that."""
        before, self.found = self.found, []
        read = self._field(item, meant.type, told.path)
        mine, self.found = self.found, before
        if not all(misfit.mended for misfit in mine):
            return [told]
        kept[meant.encode_name] = read
        return [told._replace(mended=True), *mine]

    def _field(self, item: object, node: mi.Type, place: Path) -> object:
        before = self.nulls
        if place == ("metadata",):
            # The server reads the metadata of custom resources as Go structs, outside their schema.
            self.nulls = Nulls.GO
        kept = self.value(item, node, place)
        self.nulls = before
        return kept

    def _way_out(self, key: str) -> str:
        """Where a field that is unknown may belong."""
        path, node, _ = self.parents[-1]
        names = [known.encode_name for known in node.fields]
        near = nearest(key, names)
        around = reversed(self.parents[:-1])
        above = next((at for at, parent, given in around if key in names_of(parent) and key not in given), None)
        below = [known.encode_name for known in node.fields if key in names_inside(known.type)]
        if (meant := self.side((*path, key))) in below:
            below = [meant]
        inside = " or ".join(map(shown, below))
        if above is not None and below:
            advice = f"did you mean it to stand inside {inside}, or in {spell(above) or self.title}?"
        elif above is not None:
            advice = f"it is a field of {spell(above) or self.title}: is it indented too far?"
        elif near is not None:
            advice = f"did you mean {shown(near)}?"
        elif below:
            advice = f"did you mean it to stand inside {inside}?"
        elif len(names) <= _LISTED:
            advice = f"the fields here are {', '.join(names)}."
        else:
            advice = "there is no field like it here."
        return f"{advice} The API server in strict mode, kubectl's default, refuses it"

    def _union(self, value: object, node: mi.UnionType, path: Path) -> object:
        """The first member that fits; else the complaints of the first one of the right sort."""
        members = [member for member in node.types if takes(member, value) and not isinstance(member, mi.NoneType)]
        if not members:
            self._note(path, f"must be {wanted(node)}, {instead_of(node, value)}")
            return value
        complaints: list[Misfit] = []
        for member in members:
            before, self.found = self.found, []
            kept = self.value(value, member, path)
            mine, self.found = self.found, before
            if not mine:
                return kept
            complaints = complaints or mine
        self.found += complaints
        return value

    def _scalar(self, value: object, node: mi.Type, path: Path) -> None:
        if isinstance(node, mi.LiteralType | mi.EnumType) and value not in choices_of(node):
            choices = [choice for choice in choices_of(node) if isinstance(choice, str)]
            near = nearest(value, choices) if len(choices) > 1 else None
            said = f"{spell(path) or self.title} must be {wanted(node)}, not {given_as(value)}"
            advice = f"did you mean {shown(near)}?" if near else remark_on(value).removeprefix("; ")
            self.found.append(Misfit(path, said, advice, Reason.NO_CHOICE, value))
        elif isinstance(node, mi.StrType) and isinstance(value, str):
            self._limits(len(value), node.min_length, node.max_length, "character", path)
            if node.pattern is not None and re.search(node.pattern, value) is None:
                self._note(path, f"{shown(value)} must match the pattern {node.pattern}{remark_on(value)}")
        elif isinstance(node, mi.IntType | mi.FloatType) and isinstance(value, int | float):
            low, high = node.ge, node.le
            if (low is not None and value < low) or (high is not None and value > high):
                self._note(path, f"must be {range_of(low, high)}, not {value}")

    def _limits(self, count: int, low: int | None, high: int | None, unit: str, path: Path) -> None:
        if low is not None and count < low:
            self._note(path, f"must have at least {low} {unit}{'s' if low != 1 else ''}, not {count}")
        elif high is not None and count > high:
            self._note(path, f"must have at most {high} {unit}{'s' if high != 1 else ''}, not {count}")
