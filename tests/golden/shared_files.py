"""What a distribution puts beside a program: manual pages, written from click's commands, and click's completion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc

import click
from click.shell_completion import get_completion_class

from translate import __version__
from translate.cli.main import COMMANDS, PROGRAM, commands

COMPLETIONS = {
    "bash": f"bash-completion/completions/{PROGRAM}",
    "zsh": f"zsh/site-functions/_{PROGRAM}",
    "fish": f"fish/vendor_completions.d/{PROGRAM}.fish",
}
AS_IT_STANDS = "\b"
"""How click is told to leave the lines of a paragraph alone."""


def shared_files() -> dict[str, str]:
    """Each file below ``share``."""
    found = {f"man/man1/{PROGRAM}.1": page(None)}
    found |= {f"man/man1/{PROGRAM}-{name}.1": page(name) for name in COMMANDS}
    for shell, path in COMPLETIONS.items():
        kind = get_completion_class(shell)
        assert kind is not None
        found[path] = kind(commands, {}, PROGRAM, f"_{PROGRAM.upper().replace('-', '_')}_COMPLETE").source()
    return found


def page(name: str | None) -> str:
    """The manual page of a command; None: of the program."""
    with click.Context(commands, info_name=PROGRAM, help_option_names=["-h", "--help"]) as top:
        if name is None:
            return _page(PROGRAM, _first(commands.help or ""), top, ("COMMANDS", _commands()), _see(None))
        command = commands.get_command(top, name)
        assert command is not None
        with click.Context(command, info_name=name, parent=top) as context:
            return _page(f"{PROGRAM}-{name}", COMMANDS[name][1], context, ("", ()), _see(name))


def _page(title: str, what: str, context: click.Context, more: tuple[str, tuple[str, ...]], see: str) -> str:
    heading, rows = more
    lines = [
        f'.TH {title.upper()} 1 "" "{PROGRAM} {__version__}" "User Commands"',
        *(".SH NAME", rf"{_plain(title)} \- {_plain(what.rstrip('.'))}"),
        *(".SH SYNOPSIS", rf"\fB{_plain(context.command_path)}\fR {_plain(_usage(context))}"),
        *(".SH DESCRIPTION", *_paragraphs(context.command.help or "")),
        *(".SH OPTIONS", *_options(context)),
        *([f".SH {heading}", *rows] if rows else []),
        *(".SH EXIT STATUS", *_exit_codes()),
        *(".SH SEE ALSO", see),
    ]
    return "\n".join(lines) + "\n"


def _usage(context: click.Context) -> str:
    return " ".join(context.command.collect_usage_pieces(context))


def _options(context: click.Context) -> Iterator[str]:
    for parameter in context.command.get_params(context):
        # Arguments stand in the synopsis; newer releases of click list them here, too.
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None:
            yield from (".TP", rf"\fB{_plain(record[0])}\fR", _line(record[1]))


def _commands() -> tuple[str, ...]:
    return tuple(line for name, (_, text) in COMMANDS.items() for line in (".TP", rf"\fB{name}\fR", _line(text)))


def _exit_codes() -> Iterator[str]:
    """Each code on a line of its own, as the help of the program lists them."""
    for code, text in re.findall(r"^  (\d)  (.+)$", commands.epilog or "", re.MULTILINE):
        yield from (".TP", rf"\fB{code}\fR", _line(text))


def _see(name: str | None) -> str:
    pages = [PROGRAM] if name is not None else [f"{PROGRAM}-{other}" for other in COMMANDS]
    return ", ".join(rf"\fB{_plain(one)}\fR(1)" for one in pages)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in cleandoc(text).split("\n\n"):
        yield ".PP"
        if paragraph.startswith(AS_IT_STANDS):
            yield from (".nf", *map(_line, paragraph.split("\n")[1:]), ".fi")
        else:
            yield _line(" ".join(paragraph.split()))


def _first(text: str) -> str:
    return cleandoc(text).partition("\n\n")[0].replace("\n", " ")


def _line(text: str) -> str:
    """Text that may stand at the beginning of a line, where a dot or a quote would begin a request."""
    plain = _plain(text)
    return rf"\&{plain}" if plain.startswith((".", "'")) else plain


def _plain(text: str) -> str:
    return text.replace("\\", r"\e").replace("-", r"\-")
