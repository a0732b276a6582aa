"""How a value shows itself where all of its fields would fill pages, and how a text that anybody may have written."""

from __future__ import annotations

from collections.abc import Container

from msgspec import Struct


def shown(value: Struct, hidden: Container[str]) -> str:
    """``repr`` of ``value`` but for the fields that are ``hidden``; ``_name`` is shown as the attribute ``name``."""
    names = (name.removeprefix("_") for name in value.__struct_fields__ if name not in hidden)
    told = ", ".join(f"{name}={getattr(value, name)!r}" for name in names)
    return f"{type(value).__name__}({told})"


def safe(text: str) -> str:
    """``text`` with everything escaped that a terminal could obey, line ends too: a name cannot forge a line."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}" for c in text)
