"""``netpol-translate verify BEFORE AFTER``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from translate.api.compare import verify as compare
from translate.cli import files as disk
from translate.cli.convert import emit_json, trouble
from translate.cli.main import FOUND, OK, UNDECIDED
from translate.cli.options import ENGINES, common, namespace, source_engine
from translate.core.diagnostics import InputError
from translate.report import json as json_report
from translate.report import text as text_report
from translate.report.terminal import terminal
from translate.verify.compare import Verdict


@click.command()
@click.argument("before")
@click.argument("after")
@click.option("-R", "--recursive", is_flag=True, help="Read directories with all that is below them.")
@namespace
@source_engine
@click.option("--target-engine", type=click.Choice(ENGINES), help="Who enforces the Kubernetes policies of AFTER.")
@common
def verify(
    before: str,
    after: str,
    recursive: bool,
    default_namespace: str,
    source_engine: str | None,
    target_engine: str | None,
    quiet: bool,
    verbose: int,
    color: Literal["auto", "always", "never"],
    reports: tuple[tuple[str, Path | None], ...],
) -> int:
    """Prove that BEFORE and AFTER let through the same packets, or print one that differs.

    Both are files, folders, or - for stdin, of any dialect.
    """
    err = terminal(sys.stderr, color)
    if before == after == "-":
        raise click.UsageError("only one of BEFORE and AFTER can be stdin")
    try:
        found = compare(
            disk.inputs((before,), recursive),
            disk.inputs((after,), recursive),
            default_namespace=default_namespace,
            source_engine=source_engine,
            target_engine=target_engine,
        )
    except InputError as error:
        return trouble(error, reports, err, force=True)
    for name, path in reports:
        if name == "json":
            emit_json(json_report.of_verification(found), path, force=True)
    if not quiet or found.proof.verdict is not Verdict.SAME:
        text_report.verification(found, err, verbose=verbose)
    return {Verdict.SAME: OK, Verdict.UNDECIDED: UNDECIDED}.get(found.proof.verdict, FOUND)
