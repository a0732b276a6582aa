"""What manifest types ask for and what stands there instead, in words."""

from __future__ import annotations

from difflib import get_close_matches

import msgspec.inspect as mi

from translate.core.names import placeholder_remark, shown

_ALIKE = 0.75


def range_of(low: float | None, high: float | None) -> str:
    """The numbers between two bounds, either of which may be missing."""
    if (low, high) == (-(2**31), 2**31 - 1):
        return "a number that fits into 32 bits"
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"between {low} and {high}"


def names_of(node: mi.Type) -> tuple[str, ...]:
    """The fields of a struct, also where it is optional."""
    if isinstance(node, mi.UnionType):
        return tuple(name for member in node.types for name in names_of(member))
    return tuple(known.encode_name for known in node.fields) if isinstance(node, mi.StructType) else ()


def names_inside(node: mi.Type) -> tuple[str, ...]:
    """The fields of a struct, or of those in a list, also where they are optional."""
    if isinstance(node, mi.UnionType):
        return tuple(name for member in node.types for name in names_inside(member))
    return names_of(node.item_type if isinstance(node, mi.ListType | mi.VarTupleType) else node)


def choices_of(node: mi.LiteralType | mi.EnumType) -> tuple[object, ...]:
    """The values that a type lists."""
    return node.values if isinstance(node, mi.LiteralType) else tuple(member.value for member in node.cls)


def nearest(text: object, names: list[str]) -> str | None:
    """The name that differs only in case, else the most similar one, if any is similar."""
    if not isinstance(text, str) or len(text) > 100:
        return None
    folded = {name.casefold(): name for name in reversed(names)}
    close = get_close_matches(text.casefold(), folded, n=1, cutoff=_ALIKE)
    return folded[close[0]] if close else None


def takes(node: mi.Type, value: object) -> bool:
    """Whether ``value`` is of the sort of ``node``, whatever is inside."""
    if isinstance(node, mi.StructType | mi.DictType):
        return isinstance(value, dict)
    if isinstance(node, mi.ListType | mi.VarTupleType):
        return isinstance(value, list)
    if isinstance(node, mi.LiteralType | mi.EnumType):
        return type(value) in {type(choice) for choice in choices_of(node)}
    if isinstance(node, mi.BoolType):
        return isinstance(value, bool)
    if isinstance(node, mi.IntType):
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(node, mi.FloatType):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(node, mi.UnionType):
        return any(takes(member, value) for member in node.types)
    return isinstance(value, str) if isinstance(node, mi.StrType) else not isinstance(node, mi.NoneType)


def wanted(node: mi.Type) -> str:
    """What a type takes, in words."""
    if isinstance(node, mi.UnionType):
        return " or ".join(wanted(member) for member in node.types if not isinstance(member, mi.NoneType))
    if isinstance(node, mi.LiteralType | mi.EnumType):
        choices = [given_as(choice).removeprefix("the text ") for choice in choices_of(node)]
        return choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"
    if isinstance(node, mi.StructType | mi.DictType):
        return "a map"
    if isinstance(node, mi.ListType | mi.VarTupleType):
        return "a list"
    words: dict[type[mi.Type], str] = {
        mi.StrType: "text",
        mi.IntType: "a number",
        mi.FloatType: "a number",
        mi.BoolType: "true or false",
    }
    return words.get(type(node), "given")


def given_as(value: object) -> str:
    """A value with its sort, in words."""
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a map" if isinstance(value, dict) else "a list" if isinstance(value, list) else str(value)


def remark_on(value: object) -> str:
    """What a text looks like that nobody means; empty for others."""
    return placeholder_remark(value) if isinstance(value, str) else ""


def instead_of(node: mi.Type, value: object) -> str:
    """What stands there instead, and what to write."""
    members = node.types if isinstance(node, mi.UnionType) else (node,)
    sorts = {type(member) for member in members}
    textual = sorts & {mi.StrType, mi.LiteralType, mi.EnumType}
    if textual and isinstance(value, bool):
        likes = "yes, on and y" if value else "no, off and n"
        return f"but YAML reads this as {given_as(value)} (as it reads {likes}): put it in quotes"
    if textual and isinstance(value, int | float):
        return f"not {given_as(value)}: put it in quotes"
    if sorts & {mi.ListType, mi.VarTupleType}:
        return f'not {given_as(value)}: put "- " before each item{remark_on(value)}'
    if sorts & {mi.StructType, mi.DictType} and isinstance(value, list):
        return 'not a list: leave out the "- "'
    if mi.IntType in sorts and isinstance(value, str) and value.isascii() and value.isdigit():
        return f"not {given_as(value)}: leave out the quotes"
    return f"not {given_as(value)}{remark_on(value)}"
