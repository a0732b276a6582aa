"""``netpol-translate check FILES``."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import click

from translate.api.check import Check
from translate.api.check import check as look
from translate.cli import files as disk
from translate.cli.accepting import accepted
from translate.cli.choices import DIALECT
from translate.cli.config import Config, is_typed
from translate.cli.convert import fail
from translate.cli.main import FOUND, OK, TROUBLE, UNDECIDED
from translate.cli.options import bounds, common, inputs, options_of, target_version
from translate.cli.patience import counted, patience
from translate.cli.reporting import ReportTargets, reports, say_expired
from translate.cli.run_options import jobs, proof_cache
from translate.core.diagnostics import InputError
from translate.frontend.sources import Source
from translate.prover.proof import Verdict
from translate.rendering import check as report_of
from translate.rendering import text as text_report
from translate.rendering.terminal import Terminal


@click.command()
@inputs
@click.option("--to", type=DIALECT, help="Foresee what a translation to this dialect loses.")
@target_version("with --to: ")
@accepted
@click.option(
    "--suggest/--no-suggest", default=True, help="With --to: try which facts would settle losses (default: on)."
)
@bounds
@jobs
@proof_cache
@common
def check(to: str | None, color: str, report: ReportTargets, **given: Any) -> int:
    """Look for what is not meant in policies, and with --to foresee what a translation loses; writes no policy.

    Rules that never match or that others hold already, policies that select nothing, that isolate and allow nothing, or
    whose pods may send and ask no name server; where all Pods are told, those that no policy governs.
    """
    if to is None and (given["accept"] or is_typed("target_version")):
        raise click.UsageError("--accept and --target-version are about a translation: add --to")
    if to is None and is_typed("cache"):
        raise click.UsageError("--cache keeps the proof of a translation: add --to")
    config: Config = given["config"]
    told = reports(report, color, given)
    if to is not None:
        say_expired(config, told)
    texts: tuple[Source, ...] = ()
    try:
        suggest = given["suggest"] and told.is_told_in_text
        options = options_of(given | {"suggest": suggest, "on_loss": config.on_loss_foreseen})
        texts = disk.inputs((*given["files"], *given["more_files"]), given["recursive"])
        with patience(told, f"checking {counted(len(texts))}"):
            found = look(texts, to=to, options=options)

        def render(out: Terminal, quiet: bool) -> None:
            if not quiet or not found.is_clean:
                report_of.render(found, to, out, verbose=given["verbose"])
            if not quiet and found.forecast is not None:
                text_report.unused(found.forecast, out)

        document = cache(partial(report_of.document, found))
        files = told.files(document, render)
        disk.write_all(files, replaceable=dict.fromkeys(files, True), sources=texts)
    except InputError as error:
        return fail(error, texts, told)
    told.say(document, render)
    return _exit_code(found)


def _exit_code(found: Check) -> int:
    if found.refusals or found.problems:
        return TROUBLE
    if not found.is_clean:
        return FOUND
    proof = found.forecast.proof if found.forecast is not None else None
    return UNDECIDED if proof is not None and proof.verdict is Verdict.UNDECIDED else OK
