"""``netpol-translate verify BEFORE AFTER``."""

from __future__ import annotations

import shlex
from typing import Any

import click
from click.core import ParameterSource

from translate.api.compare import verify as compare
from translate.api.difference import Difference, listed
from translate.api.options import Options
from translate.api.result import Verification
from translate.cli import files as disk
from translate.cli.convert import fail
from translate.cli.options import both_sides, common, options_of
from translate.cli.reporting import ReportTargets, exit_code, reports
from translate.core.diagnostics import InputError
from translate.frontend.sources import Source
from translate.report import difference as text_rows
from translate.report import json as json_report
from translate.report import text as text_report
from translate.report.terminal import Terminal

PREVIEW_ROWS = 3
PREVIEW_STEPS = 200_000
SAID_OTHERWISE = ("color", "report", "verbose", "quiet")
"""Options that say nothing of what is compared."""


@click.command()
@both_sides
@common
def verify(before: str, after: str, color: str, report: ReportTargets, **given: Any) -> int:
    """Prove that BEFORE and AFTER let through the same packets, or print one that differs.

    Both are files, folders, or - for stdin, of any dialect.
    """
    if before == after == "-":
        raise click.UsageError("only one of BEFORE and AFTER can be stdin")
    told = reports(report, color, given)
    texts: tuple[Source, ...] = ()
    try:
        options = options_of(given)
        first, second = (disk.inputs((name,), given["recursive"]) for name in (before, after))
        texts = first + second
        found = compare(first, second, options=options)

        def render(out: Terminal, quiet: bool) -> None:
            if not quiet or not found.proof.is_same:
                text_report.verification(found, out, verbose=given["verbose"])

        document = json_report.of_verification(found)
        files = told.files(document, render)
        disk.write_all(files, replaceable=dict.fromkeys(files, True), sources=texts)
    except InputError as error:
        return fail(error, texts, told)
    told.say(document, render)
    if not (found.proof.is_same or given["quiet"] or ("json", None) in report):
        text_rows.preview(_first_rows(found, options), told.err, "netpol-translate diff" + _as_typed())
    return exit_code(found.proof)


def _first_rows(found: Verification, options: Options) -> Difference:
    """The most general rows of what differs; they are asked for once the answer is told, and with few steps."""
    return listed(found, steps=min(options.max_steps, PREVIEW_STEPS), most=PREVIEW_ROWS)


def _as_typed() -> str:
    """The arguments and options of this run that say what is compared."""
    context = click.get_current_context()
    texts = []
    for parameter in context.command.params:
        if context.get_parameter_source(parameter.name or "") is not ParameterSource.COMMANDLINE:
            continue
        if parameter.name in SAID_OTHERWISE:
            continue
        values = context.params[parameter.name]
        for value in values if parameter.multiple else [values]:
            flag = [max(parameter.opts, key=len)] if isinstance(parameter, click.Option) else []
            texts += flag if value is True else [*flag, str(value)]
    return "".join(f" {shlex.quote(text)}" for text in texts)
