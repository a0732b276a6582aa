"""``--config`` and ``--no-config``: what holds for a run unless its command line says otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource
from msgspec import Struct, field

from translate.cli.choices import DIALECT, PLACE
from translate.cli.config_search import nearest
from translate.core.diagnostics import InputError, Problem

if TYPE_CHECKING:
    from translate.api.accept import Accept
    from translate.frontend.facts import FactsInput

F = TypeVar("F", bound=Callable[..., Any])
Clock = Callable[[], date]
"""Says which day it is."""


class Dated(Struct, frozen=True):
    """An accept, and the last day on which it holds; None: it always does."""

    accept: Accept
    until: date | None = None


class Config(Struct, frozen=True):
    """A configuration: the file as it is told (empty: there is none), the values of flags by the names of their
    parameters, facts, the accepts that hold today, and those that no longer do.
    """

    path: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    facts: FactsInput = None
    accepts: tuple[Accept, ...] = ()
    expired: tuple[Dated, ...] = ()

    def __str__(self) -> str:
        return self.path

    @property
    def on_loss_foreseen(self) -> str:
        """What a forecast goes by: it writes nothing, so there is nothing to stop."""
        return "loosen" if self.values.get("on_loss") == "loosen" else "tighten"


class UnusableError(click.ClickException):
    """A configuration with mistakes, or what else a run cannot use: each is told in a line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(one.message for one in problems))

    def show(self, file: Any = None) -> None:
        """Tell all of them on stderr."""
        from translate.rendering import text  # only where something is wrong
        from translate.rendering.terminal import terminal

        text.problems(self.problems, terminal(file or sys.stderr))


def configured(function: F) -> F:
    """--config, --no-config."""
    where = "instead of the nearest .netpol-translate.yaml, or pyproject.toml with [tool.netpol-translate]"
    file = click.option(
        "--config",
        type=PLACE,
        metavar="FILE",
        is_eager=True,
        callback=_loaded,
        help=f"Take what the command line does not say from this file, {where}.",
    )
    off = click.option("--no-config", is_flag=True, is_eager=True, callback=_off, help="Look for no such file.")
    return file(off(function))


def is_typed(name: str) -> bool:
    """Whether the command line of this run says anything for a parameter."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def _off(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
    if value and isinstance(ctx.params.get("config"), Config):
        raise click.UsageError("--config and --no-config exclude each other", ctx)
    return value


def _loaded(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> Config:
    """The configuration, and what it says of this command's flags as their defaults. Raises UnusableError."""
    if ctx.resilient_parsing:
        return Config()
    off = ctx.params.get("no_config", False)
    if off and value is not None:
        raise click.UsageError("--config and --no-config exclude each other", ctx)
    path = value if value is not None or off else _found()
    if path is None:
        return Config()
    from translate.cli.config_read import config_of  # only where there is one

    try:
        config = config_of(path, clock_of(ctx), searched=value is None)
    except InputError as error:
        raise UnusableError(error.problems) from None
    flags = {one.name: one for one in ctx.command.params if isinstance(one, click.Option)}
    # The --to of explain is the end of a connection.
    mine = {name: text for name, text in config.values.items() if name in flags and _is_same(name, flags[name])}
    ctx.default_map = {**(ctx.default_map or {}), **mine}
    return config


def _is_same(name: str, flag: click.Option) -> bool:
    return name != "to" or flag.type is DIALECT


def _found() -> Path | None:
    try:
        return nearest(Path.cwd())
    except OSError:  # the current folder is gone
        return None


def clock_of(ctx: click.Context) -> Clock:
    """What says which day it is, and nothing else does: whoever runs the command line may bring it."""
    return ctx.obj if callable(ctx.obj) else date.today
