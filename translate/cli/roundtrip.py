"""``netpol-translate roundtrip FILES --via DIALECT``."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import click

from translate.api.compare import roundtrip as there_and_back
from translate.cli import files as disk
from translate.cli.choices import DIALECT
from translate.cli.convert import fail
from translate.cli.options import bounds, common, inputs, options_of
from translate.cli.patience import counted, patience
from translate.cli.reporting import ReportTargets, exit_code, reports
from translate.cli.run_options import jobs
from translate.core.diagnostics import InputError, UnsupportedError
from translate.frontend.sources import Source
from translate.rendering import json as json_report
from translate.rendering import text as text_report
from translate.rendering.terminal import Terminal


@click.command()
@inputs
@click.option("--via", required=True, type=DIALECT, help="The dialect to go through.")
@bounds
@jobs
@common
def roundtrip(via: str, color: str, report: ReportTargets, **given: Any) -> int:
    """Translate FILES to another dialect and back: prove the meaning, and show how the structure changed."""
    told = reports(report, color, given)
    texts: tuple[Source, ...] = ()
    try:
        options = options_of(given)
        texts = disk.inputs((*given["files"], *given["more_files"]), given["recursive"])
        with patience(told, f"translating {counted(len(texts))} there and back"):
            trip = there_and_back(texts, via=via, options=options)

        def render(out: Terminal, quiet: bool) -> None:
            if not quiet or not trip.proof.is_same:
                text_report.roundtrip(trip, via, out, verbose=given["verbose"])

        document = cache(partial(json_report.of_roundtrip, trip))
        files = told.files(document, render)
        disk.write_all(files, replaceable=dict.fromkeys(files, True), sources=texts)
    except (InputError, UnsupportedError) as error:
        return fail(error, texts, told)
    told.say(document, render)
    return exit_code(trip.proof)
