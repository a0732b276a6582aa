"""``netpol-translate explain FILES --from P --to Q``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import click

from translate.api.explain import explain as explained
from translate.cli import files as disk
from translate.cli.convert import fail
from translate.cli.main import FOUND, OK, UNDECIDED
from translate.cli.options import common, inputs, options_of
from translate.cli.reporting import STDOUT, Reports, ReportTargets, reports
from translate.core.diagnostics import InputError
from translate.frontend.ends_text import GRAMMAR
from translate.frontend.sources import Source
from translate.prover.answers import Answer
from translate.rendering import explanation as text_report
from translate.rendering.explanation_json import of_explanation
from translate.rendering.terminal import Terminal, terminal

CODES = {Answer.ALLOWED: OK, Answer.DENIED: FOUND, Answer.DEPENDS: UNDECIDED, Answer.UNDECIDED: UNDECIDED}


class Grammar(click.Command):
    """A command whose help ends in what may be written for the ends of a connection."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The grammar as a table, then what the command exits with."""
        with formatter.section("What --from and --to take"):
            formatter.write_dl([(form, meaning) for form, meaning in GRAMMAR])
        with formatter.section("Exit codes"):
            formatter.write_dl(
                [("0", "allowed"), ("1", "denied"), ("2", "trouble"), ("3", "it depends on what nobody told")]
            )


@click.command(cls=Grammar)
@inputs
@click.option("--from", "from_", required=True, metavar="P", help="Who sends: a pod, a workload, an address.")
@click.option("--to", required=True, metavar="Q", help="Who is sent to, and on what (Q:PORT/PROTOCOL).")
@common
def explain(
    files: tuple[str, ...],
    more_files: tuple[str, ...],
    from_: str,
    to: str,
    color: str,
    report: ReportTargets,
    **given: Any,
) -> int:
    """Walk one connection rule by rule, at both of its ends: what lets it through, or the nearest miss.

    \b
      netpol-translate explain policies/ --from shop/web --to shop/db:5432
      netpol-translate explain policies/ --from 'shop/any{role=batch}' --to dns:api.example.com:443
    """
    other = next((name for name, _ in report if name not in ("text", "json")), None)
    if other is not None:
        raise click.UsageError(f"an explanation is told as text or json, not as {other}: it has no findings")
    told, out = reports(report, color, given), _document(report, color, given)
    texts: tuple[Source, ...] = ()
    try:
        options = options_of(given)
        texts = disk.inputs((*files, *more_files), given["recursive"])
        found = explained(texts, from_=from_, to=to, options=options)

        def render(to: Terminal, quiet: bool) -> None:
            if not quiet:
                text_report.explanation(found, to, verbose=given["verbose"])

        document = cache(partial(of_explanation, found))
        written = out.files(document, render)
        disk.write_all(written, replaceable=dict.fromkeys(written, True), sources=texts)
    except InputError as error:
        return fail(error, texts, told)
    out.say(document, render)
    return CODES[found.answer]


def _document(report: ReportTargets, color: Any, given: Mapping[str, Any]) -> Reports:
    """Where the explanation goes: to stdout, as it is what was asked for; as JSON if that was."""
    wanted = tuple((name, None if path == STDOUT else path) for name, path in report)
    return Reports(wanted, terminal(sys.stdout, color), given["quiet"], given["verbose"])
