"""``rule``, ``dialects``, ``version``: what the tables say, printed."""

from __future__ import annotations

import sys

import click

from translate import __version__
from translate.cli.main import OK
from translate.dialects import names, resolved
from translate.report import catalogue
from translate.report.terminal import terminal
from translate.tables import load


@click.command()
@click.argument("code", required=False)
def rule(code: str | None) -> int:
    """Say what CODE means and what to do about it; without CODE, list all codes."""
    known = load.codes()
    out = terminal(sys.stdout)
    if code is None:
        catalogue.codes(known, out)
        return OK
    record = known.get(code.upper())
    if record is None:
        raise click.UsageError(f"there is no code {code!r} (netpol-translate rule lists them all)")
    catalogue.code(code.upper(), record, out)
    return OK


@click.command()
@click.argument("name", required=False)
def dialects(name: str | None) -> int:
    """List every construct and how exactly each dialect says it; with NAME, how that dialect spells it."""
    known = load.capabilities()
    out = terminal(sys.stdout)
    if name is None:
        catalogue.features(load.features(), names(), out)
        return OK
    found = resolved(name)
    if found is None:
        raise click.UsageError(f"there is no dialect {name!r}: {', '.join(known)}")
    catalogue.dialect(found, known[found], load.features(), out)
    return OK


@click.command()
def version() -> int:
    """Print the version."""
    click.echo(f"netpol-translate {__version__}")
    return OK
