"""``netpol-translate verify BEFORE AFTER``."""

from __future__ import annotations

from typing import Any

import click

from translate.api.compare import verify as compare
from translate.cli import files as disk
from translate.cli.choices import ENGINE
from translate.cli.convert import fail
from translate.cli.options import common, facts, max_steps, namespace, options_of, recursive, source_engine, version
from translate.cli.reporting import ReportTargets, exit_code, reports
from translate.core.diagnostics import InputError
from translate.frontend.sources import Source
from translate.report import json as json_report
from translate.report import text as text_report
from translate.report.terminal import Terminal


@click.command()
@click.argument("before")
@click.argument("after")
@recursive
@namespace
@source_engine
@facts
@version("--before-version", "The release that enforces BEFORE")
@version("--after-version", "The release that enforces AFTER")
@click.option("--target-engine", type=ENGINE, help="Who enforces the Kubernetes policies of AFTER.")
@max_steps
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
    return exit_code(found.proof)
