"""``rule``, ``dialects``, ``version``: what the tables say, printed."""

from __future__ import annotations

import sys

import click

from translate import __version__
from translate.cli.choices import OneOf, code_of
from translate.cli.main import OK, PROGRAM, commands
from translate.core.near import near
from translate.dialects import names, resolved
from translate.rendering import catalogue
from translate.rendering.terminal import terminal
from translate.tables import load


@click.command()
@click.argument("code", required=False)
def rule(code: str | None) -> int:
    """Say what CODE means and what to do about it; without CODE, list all codes.

    A code is known by its number and by its name, too: NPT501, 501 and cidr-narrower are one. The words of a report
    (same, tighter, undecided) are known as well.
    """
    known, words = load.codes(), load.words()
    out = terminal(sys.stdout)
    if code is None:
        catalogue.codes(known, out)
        catalogue.words(words, out)
        return OK
    found, word = code_of(code, known), words.get(code.lower())
    if found is None and word is None:
        remark = near(code, (*known, *words, *(record.name for record in known.values())))
        raise click.UsageError(f"there is no code {code!r}{remark} (netpol-translate rule lists them all)")
    if word is not None:
        catalogue.word(code.lower(), word, out)
    if found is not None:
        catalogue.code(found, known[found], out)
    return OK


@click.command()
@click.argument("shell", type=OneOf(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the script that completes commands, options and their values in SHELL.

    \b
      source <(netpol-translate completion bash)
      netpol-translate completion fish > ~/.config/fish/completions/netpol-translate.fish
    """
    from click.shell_completion import get_completion_class  # not needed for anything else

    found = get_completion_class(shell)
    assert found is not None, "click knows these shells"
    click.echo(found(commands, {}, PROGRAM, f"_{PROGRAM.upper().replace('-', '_')}_COMPLETE").source(), nl=False)
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
        from translate.core.near import near  # not for the usual case

        raise click.UsageError(f"there is no dialect {name!r}: {', '.join(known)}{near(name, known)}")
    catalogue.dialect(found, known[found], load.features(), out)
    return OK


@click.command()
def version() -> int:
    """Print the version."""
    click.echo(f"netpol-translate {__version__}")
    return OK
