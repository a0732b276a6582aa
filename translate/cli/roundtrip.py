"""``netpol-translate roundtrip FILES --via DIALECT``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from translate.api.compare import roundtrip as there_and_back
from translate.cli import files as disk
from translate.cli.convert import NAMES, emit_json, refused, trouble
from translate.cli.main import FOUND, OK, UNDECIDED
from translate.cli.options import common, inputs
from translate.core.diagnostics import InputError, UnsupportedError
from translate.report import json as json_report
from translate.report import text as text_report
from translate.report.terminal import terminal
from translate.verify.compare import Verdict


@click.command()
@inputs
@click.option("--via", required=True, type=click.Choice(NAMES), help="The dialect to go through.")
@common
def roundtrip(
    files: tuple[str, ...],
    more_files: tuple[str, ...],
    recursive: bool,
    default_namespace: str,
    source_engine: str | None,
    via: str,
    quiet: bool,
    verbose: int,
    color: Literal["auto", "always", "never"],
    reports: tuple[tuple[str, Path | None], ...],
) -> int:
    """Translate FILES to another dialect and back: prove the meaning, and show how the structure changed."""
    err = terminal(sys.stderr, color)
    try:
        trip = there_and_back(
            disk.inputs((*files, *more_files), recursive),
            via=via,
            default_namespace=default_namespace,
            source_engine=source_engine,
        )
    except InputError as error:
        return trouble(error, reports, err, force=True)
    except UnsupportedError as error:
        return refused(error, reports, err, force=True)
    for name, path in reports:
        if name == "json":
            emit_json(json_report.of_roundtrip(trip), path, force=True)
    if not quiet or trip.proof.verdict is not Verdict.SAME:
        text_report.roundtrip(trip, via, err, verbose=verbose)
    return {Verdict.SAME: OK, Verdict.UNDECIDED: UNDECIDED}.get(trip.proof.verdict, FOUND)
