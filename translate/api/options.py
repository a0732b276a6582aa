"""Options of the public functions: an unknown value is an error that names the known ones."""

from __future__ import annotations

from collections.abc import Collection

from translate.core.names import dns_label_problem
from translate.dialects import SHARED, enforces, engines, names, resolved


def one_of(name: str, value: str, known: Collection[str]) -> str:
    """``value`` if it is one of ``known``. Raises ValueError."""
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(sorted(known))}, not {value!r}")
    return value


def dialect(name: str) -> str:
    """The dialect of a name or alias. Raises ValueError."""
    return resolved(name) or one_of("a dialect", name, names())


def engine_of(name: str | None) -> str | None:
    """The engine that enforces Kubernetes policies (kubernetes: whichever), None where nobody is named.

    Raises ValueError.
    """
    if name is None:
        return None
    return name if enforces(name) else one_of("an engine", name, (SHARED, *engines()))


def namespace(name: str) -> str:
    """The default namespace. Raises ValueError for what no namespace can be called."""
    problem = dns_label_problem(name)
    if problem is not None:
        raise ValueError(f"default_namespace {name!r} {problem}")
    return name
