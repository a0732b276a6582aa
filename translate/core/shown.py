"""How a value shows itself where all of its fields would fill pages."""

from __future__ import annotations

from collections.abc import Container

from msgspec import Struct


def shown(value: Struct, hidden: Container[str]) -> str:
    """``repr`` of ``value`` but for the fields that are ``hidden``; ``_name`` is shown as the attribute ``name``."""
    names = (name.removeprefix("_") for name in value.__struct_fields__ if name not in hidden)
    told = ", ".join(f"{name}={getattr(value, name)!r}" for name in names)
    return f"{type(value).__name__}({told})"
