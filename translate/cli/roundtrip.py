"""``netpol-translate roundtrip FILES --via DIALECT``."""

from __future__ import annotations

from typing import Any

import click

from translate.api.compare import roundtrip as there_and_back
from translate.cli import files as disk
from translate.cli.convert import NAMES, fail
from translate.cli.main import FOUND, OK, UNDECIDED
from translate.cli.options import common, inputs
from translate.cli.reporting import ReportTargets, reports
from translate.core.diagnostics import InputError, UnsupportedError
from translate.frontend.sources import Source
from translate.prover.compare import Verdict
from translate.report import json as json_report
from translate.report import text as text_report
from translate.report.terminal import Terminal


@click.command()
@inputs
@click.option("--via", required=True, type=click.Choice(NAMES), help="The dialect to go through.")
@common
def roundtrip(files: tuple[str, ...], via: str, color: str, report: ReportTargets, **options: Any) -> int:
    """Translate FILES to another dialect and back: prove the meaning, and show how the structure changed."""
    told = reports(report, color)
    given: tuple[Source, ...] = ()
    try:
        given = disk.inputs((*files, *options["more_files"]), options["recursive"])
        trip = there_and_back(
            given,
            via=via,
            default_namespace=options["default_namespace"],
            source_engine=options["source_engine"],
            facts=options["facts"],
        )

        def render(out: Terminal) -> None:
            if not options["quiet"] or trip.proof.verdict is not Verdict.SAME:
                text_report.roundtrip(trip, via, out, verbose=options["verbose"])

        document = json_report.of_roundtrip(trip)
        texts = told.files(document, render)
        disk.write_all(texts, replaceable=dict.fromkeys(texts, True), sources=given)
    except (InputError, UnsupportedError) as error:
        return fail(error, given, told)
    told.say(document, render)
    return {Verdict.SAME: OK, Verdict.UNDECIDED: UNDECIDED}.get(trip.proof.verdict, FOUND)
