"""``netpol-translate matrix FILES``."""

from __future__ import annotations

import io
import sys
from typing import Any

import click
from msgspec.structs import replace

from translate.api.matrix import Matrix
from translate.api.matrix import matrix as who_reaches_whom
from translate.cli import files as disk
from translate.cli.choices import DIALECT, NAMED
from translate.cli.config import configured
from translate.cli.convert import fail
from translate.cli.main import OK, UNDECIDED
from translate.cli.options import bounds, inputs, options_of, said, target_engine, version
from translate.cli.outputs import STDOUT, Outputs
from translate.cli.outputs import outputs as form_and_place
from translate.cli.patience import counted, patience
from translate.cli.reporting import reports
from translate.core.diagnostics import InputError, UnsupportedError
from translate.frontend.sources import Source
from translate.prover.budget import MAX_GROUPS
from translate.rendering import matrix as text_report
from translate.rendering.matrix_dot import as_dot
from translate.rendering.matrix_formats import as_csv, as_json, as_markdown
from translate.rendering.matrix_svg import as_svg
from translate.rendering.terminal import terminal

WRITERS = {"csv": as_csv, "json": as_json, "markdown": as_markdown, "dot": as_dot, "svg": as_svg}
FORMATS = ("text", *WRITERS)


@click.command()
@inputs
@click.option("--after", type=NAMED, metavar="AFTER", help="A second input: tell what changes from the first to it.")
@click.option("--to", "into", type=DIALECT, help="Or translate the input to this dialect, and tell what changes.")
@target_engine
@version("--after-version", "The release that enforces the second input")
@click.option(
    "--focus",
    multiple=True,
    metavar="WHO",
    help="Only what this group, namespace, pod or end sends and gets; also of a pod that is not there yet: "
    "'shop/any{app=new}'. Repeatable.",
)
@click.option(
    "--max-groups",
    type=click.IntRange(1),
    default=MAX_GROUPS,
    metavar="N",
    help="Above so many groups of pods, those with labels of several selectors at once are only counted "
    f"(default: {MAX_GROUPS}).",
)
@click.option("--all-groups", is_flag=True, help="Also groups of labels that no pod or workload of the input has.")
@bounds
@form_and_place(FORMATS)
@configured
@said
def matrix(
    files: tuple[str, ...],
    more_files: tuple[str, ...],
    after: str | None,
    into: str | None,
    focus: tuple[str, ...],
    color: Any,
    outputs: Outputs,
    **given: Any,
) -> int:
    """Say who may reach whom on what, by groups of pods that the policies treat alike.

    \b
      netpol-translate matrix policies/
      netpol-translate matrix policies/ --focus shop -o svg=shop.svg
      netpol-translate matrix policies/ --after changed/
    """
    if after is not None and into is not None:
        raise click.UsageError("--after names the second input, or --to translates the first: not both")
    told = reports((), color, given)
    texts: tuple[Source, ...] = ()
    try:
        options = options_of(given)
        first = disk.inputs((*files, *more_files), given["recursive"])
        second = None if after is None else disk.inputs((after,), given["recursive"])
        texts = first + (second or ())
        with patience(told, f"working out who reaches whom in {counted(len(texts))}"):
            found = who_reaches_whom(first, after=second, to=into, focus=focus, options=options)
        written = {path: _written(found, name, color, given["verbose"]) for name, path in outputs}
        shown = written.pop(STDOUT, "")
        disk.write_all(written, replaceable=dict.fromkeys(written, True), sources=texts)
        disk.to_stdout(shown)
    except (InputError, UnsupportedError) as error:
        return fail(error, texts, told)
    text_report.summary(found, told.err, verbose=given["verbose"], quiet=given["quiet"])
    return OK if found.is_decided else UNDECIDED


def _written(found: Matrix, name: str, color: Any, verbose: int) -> str:
    """The matrix as ``name`` has it."""
    if name != "text":
        return WRITERS[name](found)
    stream = io.StringIO()
    shown = terminal(sys.stdout or stream, color)
    text_report.document(found, replace(shown, stream=stream), verbose=verbose)
    return stream.getvalue()
