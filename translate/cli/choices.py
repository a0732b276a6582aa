"""Options that take the name of a dialect, or say in their help what dialects offer.

Other packages are looked at only for a name that is not ours, or to list all names.
"""

# mypy: allow-any-generics
# (these classes of click are generic in its newer releases only)

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from translate.core.near import near
from translate.dialects import BUILT_IN, SHARED, aliases, engines, names, those

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from translate.dialects.protocol import Dialect
    from translate.tables.records import Code


def code_of(word: str, known: Mapping[str, Code]) -> str | None:
    """The code that is called ``word``: by itself, by its number, or by the name that stands beside it in messages."""
    upper = word.upper()
    if upper in known:
        return upper
    if f"NPT{word}" in known:
        return f"NPT{word}"
    return next((code for code, record in known.items() if record.name == word.lower()), None)


class OneOf(click.Choice):
    """One of some words; for one that is nearly one of them, the message says which."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word. Raises BadParameter."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            words = [str(choice) for choice in self.choices]
            self.fail(f"{value!r} is not one of {', '.join(words)}{near(str(value), words)}", param, ctx)


class Names(click.ParamType):
    """One of some names, of which ``ours`` are known without a look at other packages."""

    name = "name"

    def __init__(self, ours: tuple[str, ...], known: Callable[[], tuple[str, ...]]) -> None:
        self._ours, self._known = ours, known

    def _choice(self) -> OneOf:
        return OneOf(self._known())

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name itself. Raises BadParameter, and DialectError."""
        name: str = value if value in self._ours else self._choice().convert(value, param, ctx)
        return name

    def get_metavar(self, *about: Any, **named: Any) -> str | None:
        """All names, as click lists choices; its releases ask with other arguments."""
        return self._choice().get_metavar(*about, **named)

    def get_missing_message(self, *about: Any, **named: Any) -> str | None:
        """All names, likewise."""
        return self._choice().get_missing_message(*about, **named)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin so."""
        return self._choice().shell_complete(ctx, param, incomplete)


UNNAMED = "an empty text names no file: is a variable unset?"


class PathName(click.Path):
    """The name of a file or a folder; an empty one would be the current folder, which nobody means."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Raises BadParameter."""
        if value == "":
            self.fail(UNNAMED, param, ctx)
        return super().convert(value, param, ctx)


class InputName(click.types.StringParamType):
    """The name of an input, likewise; whether that can be read is told with all that is wrong with the others."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name. Raises BadParameter."""
        if value == "":
            self.fail(UNNAMED, param, ctx)
        return super().convert(value, param, ctx)


PLACE, NAMED = PathName(), InputName()


class Told(click.Option):
    """An option whose help has a gap, which ``tell`` fills where the help is printed."""

    def __init__(self, *declared: Any, tell: Callable[[], str], **given: Any) -> None:
        super().__init__(*declared, **given)
        self._tell = tell

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its help."""
        record = super().get_help_record(ctx)
        return None if record is None else (record[0], record[1].format(self._tell()))


def _spellings() -> tuple[str, ...]:
    return (*names(), *aliases())


_OURS = (*BUILT_IN, *(alias for row in BUILT_IN.values() for alias in row.aliases))
DIALECT = Names(_OURS, _spellings)
DIALECT_OR_AUTO = Names(("auto", *_OURS), lambda: ("auto", *_spellings()))
ENGINE = Names(tuple(name for name in BUILT_IN if name != SHARED), engines)


def releases() -> str:
    """The releases that are told apart, by dialect."""
    from translate.tables.load import versions  # not before help is printed

    return ", ".join(f"{name}={found.oldest} to {found.newest}" for name, found in versions().items())


def titles(can: Callable[[Dialect], bool]) -> Callable[[], str]:
    """What people call the dialects that can do something."""
    return lambda: ", ".join(dialect.title for dialect in those(can))
