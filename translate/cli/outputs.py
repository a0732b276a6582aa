"""``-o FORMAT[=PATH]``: documents of several forms, each to stdout or to a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import click

from translate.core.near import near

F = TypeVar("F", bound=Callable[..., Any])
STDOUT = Path("-")
SHORT = {"md": "markdown"}
Outputs: TypeAlias = tuple[tuple[str, Path], ...]


def outputs(formats: Sequence[str]) -> Callable[[F], F]:
    """The option, of ``formats``, of which the first is what is printed unasked."""

    def read(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Outputs:
        """FORMAT or FORMAT=PATH, each. Raises BadParameter."""
        found: list[tuple[str, Path]] = []
        for value in values or (formats[0],):
            name, equals, path = value.partition("=")
            name = SHORT.get(name, name)
            if name not in formats:
                message = f"{name!r} is not one of {', '.join(formats)}{near(name, formats)}"
                raise click.BadParameter(message, ctx, parameter)
            if equals and not path:
                raise click.BadParameter(f"{value!r} names no file", ctx, parameter)
            found.append((name, Path(path) if path else STDOUT))
        paths = [path for _, path in found]
        if len(set(paths)) < len(paths):
            raise click.BadParameter("each output but one needs a file of its own: FORMAT=PATH", ctx, parameter)
        return tuple(found)

    text = f"What to print, or to write to PATH: {', '.join(formats)} (default: {formats[0]}). Repeatable."
    return click.option("-o", "--output", "outputs", multiple=True, metavar="FORMAT[=PATH]", callback=read, help=text)
