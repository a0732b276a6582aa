"""``netpol-translate report FILES --to DIALECT``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from translate.api.report import MigrationReport
from translate.api.report import report as report_of
from translate.cli import files as disk
from translate.cli.accepting import accepted
from translate.cli.choices import DIALECT, DIALECT_OR_AUTO
from translate.cli.config import configured
from translate.cli.convert import exit_code, fail
from translate.cli.main import FOUND, TROUBLE
from translate.cli.options import bounds, inputs, on_loss, options_of, said, target_version
from translate.cli.outputs import STDOUT, Outputs, outputs
from translate.cli.patience import counted, patience
from translate.cli.reporting import reports, say_expired
from translate.cli.run_options import jobs
from translate.core.diagnostics import InputError
from translate.frontend.sources import Source
from translate.rendering import text as text_report
from translate.rendering.migration.document import as_json
from translate.rendering.migration.html import as_html
from translate.rendering.migration.markdown import as_markdown
from translate.rendering.terminal import Terminal

WRITERS: Mapping[str, Callable[[MigrationReport], str]] = {
    "html": as_html,
    "markdown": as_markdown,
    "json": as_json,
}


@click.command()
@inputs
@click.option("--to", required=True, type=DIALECT, help="The dialect to translate to.")
@click.option("--from", "from_", type=DIALECT_OR_AUTO, default="auto", help="Take only this dialect.")
@on_loss("the nearest looser one")
@accepted
@target_version()
@bounds
@jobs
@outputs(tuple(WRITERS))
@configured
@said
def report(
    files: tuple[str, ...],
    more_files: tuple[str, ...],
    to: str,
    color: Any,
    outputs: Outputs,
    **given: Any,
) -> int:
    """Tell all of a migration on one page, for those who decide about it: verdict, losses, each policy before and
    after, who gains or loses what, who may reach whom, what it rests on, how denials are seen, the cut-over and the
    way back. No policy is written.

    \b
      netpol-translate report policies/ --to cilium > report.html
      netpol-translate report policies/ --to cilium -o html=report.html -o json=report.json
    """
    told = reports((), color, given)
    say_expired(given["config"], told)
    texts: tuple[Source, ...] = ()
    try:
        options = options_of(given)
        texts = disk.inputs((*files, *more_files), given["recursive"])
        with patience(told, f"reporting on {counted(len(texts))}"):
            found = report_of(texts, to=to, options=options)
            written = {path: WRITERS[name](found) for name, path in outputs}
        shown = written.pop(STDOUT, "")
        disk.write_all(written, replaceable=dict.fromkeys(written, True), sources=texts)
        disk.to_stdout(shown)
    except InputError as error:
        return fail(error, texts, told)
    _say(found, told.err, verbose=given["verbose"], quiet=given["quiet"])
    return _exit_code(found)


def _say(found: MigrationReport, out: Terminal, *, verbose: int, quiet: bool) -> None:
    """What stands in the way, and the verdict: all else is on the page."""
    text_report.problems(found.problems, out)
    text_report.refusals(found.refusals, out, verbose=verbose)
    result = found.result
    if quiet or result is None or not result.policies or result.proof is None:
        return
    text_report.counts(result, out)
    out.prose(text_report.headline(result.proof, verbose), text_report.proof_style(result.proof))


def _exit_code(found: MigrationReport) -> int:
    """As ``convert`` ends."""
    if found.result is not None:
        return exit_code(found.result)
    return TROUBLE if found.is_refused else FOUND
