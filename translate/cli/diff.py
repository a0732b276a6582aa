"""``netpol-translate diff BEFORE AFTER``."""

from __future__ import annotations

import io
import sys
from functools import cache, partial
from typing import Any

import click
from msgspec.structs import replace

from translate.api.difference import Difference
from translate.api.difference import diff as compare
from translate.cli import files as disk
from translate.cli.choices import OneOf
from translate.cli.convert import fail
from translate.cli.main import FOUND, OK, UNDECIDED
from translate.cli.options import both_sides, common, options_of
from translate.cli.patience import counted, patience
from translate.cli.reporting import ReportTargets, reports
from translate.cli.run_options import proof_cache
from translate.core.diagnostics import InputError
from translate.frontend.sources import Source
from translate.prover.budget import MAX_ROWS
from translate.prover.proof import Verdict
from translate.rendering import difference as text_report
from translate.rendering.difference_formats import as_csv, as_json, as_markdown, document
from translate.rendering.terminal import Terminal, terminal


@click.command()
@both_sides
@proof_cache
@click.option(
    "--max-rows",
    type=click.IntRange(1),
    default=MAX_ROWS,
    metavar="N",
    help=f"How many rows are told at most, of today and of later each (default: {MAX_ROWS}).",
)
@click.option(
    "-o",
    "--output",
    type=OneOf(["text", "json", "csv", "markdown"]),
    default="text",
    help="What to print (default: text).",
)
@common
def diff(before: str, after: str, color: str, report: ReportTargets, output: str, **given: Any) -> int:
    """Say what changes from BEFORE to AFTER: who reaches whom on what, every difference once.

    Both are files, folders, or - for stdin, of any dialect. The table goes to stdout, all else to stderr.
    """
    if before == after == "-":
        raise click.UsageError("only one of BEFORE and AFTER can be stdin")
    told = reports(report, color, given)
    texts: tuple[Source, ...] = ()
    try:
        options = options_of(given)
        first, second = (disk.inputs((name,), given["recursive"]) for name in (before, after))
        texts = first + second
        with patience(told, f"comparing {counted(len(texts))}"):
            found = compare(first, second, options=options)

        def whole(out: Terminal, quiet: bool) -> None:
            text_report.rows(found, out, verbose=given["verbose"])
            text_report.summary(found, out, verbose=given["verbose"])

        def render(out: Terminal, quiet: bool) -> None:
            if not quiet or not found.is_whole:
                text_report.summary(found, out, verbose=given["verbose"], tells_left_out=output != "text")

        in_full = cache(partial(document, found))
        files = told.files(in_full, whole)
        disk.write_all(files, replaceable=dict.fromkeys(files, True), sources=texts)
        if not told.take_stdout:
            disk.to_stdout(_printed(found, output, color, given["verbose"]))
    except InputError as error:
        return fail(error, texts, told)
    told.say(in_full, render)
    return exit_code(found)


def _printed(found: Difference, output: str, color: Any, verbose: int) -> str:
    """What goes to stdout."""
    match output:
        case "json":
            return as_json(found)
        case "csv":
            return as_csv(found)
        case "markdown":
            return as_markdown(found)
        case _:
            stream = io.StringIO()
            shown = terminal(sys.stdout or stream, color)
            text_report.rows(found, replace(shown, stream=stream), verbose=verbose)
            return stream.getvalue()


def exit_code(found: Difference) -> int:
    """What a command ends with that tells ``found``: a row is a difference, whatever else was not decided."""
    if found.rows or found.later:
        return FOUND
    if found.verdict is Verdict.UNDECIDED:
        return UNDECIDED
    return OK if found.is_same else FOUND
