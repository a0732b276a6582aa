"""``netpol-translate post-render``: between Helm, which renders manifests, and whoever takes them."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import click

from translate.api.convert import convert
from translate.api.in_order import in_order, stream
from translate.cli import files as disk
from translate.cli.accepting import accepted
from translate.cli.choices import DIALECT
from translate.cli.convert import exit_code, fail
from translate.cli.main import OK
from translate.cli.options import (
    bounds,
    common,
    facts,
    namespace,
    on_loss,
    options_of,
    source_engine,
    target_version,
    version,
)
from translate.cli.reporting import ReportTargets, reports, say_expired
from translate.cli.run_options import jobs
from translate.core.diagnostics import InputError, Problem, UnsupportedError
from translate.core.origin import Origin
from translate.frontend.sources import NOTHING_CAME, Source
from translate.rendering import json as json_report
from translate.rendering import text as text_report
from translate.rendering.terminal import Terminal
from translate.yamlio.read import read


@click.command("post-render")
@click.option("--to", required=True, type=DIALECT, help="The dialect to translate to.")
@on_loss()
@accepted
@target_version()
@namespace
@source_engine
@version("--source-version", "The release that enforces the input")
@facts
@bounds
@jobs
@common
def post_render(to: str, color: str, report: ReportTargets, **given: Any) -> int:
    """Translate the policies among the manifests on stdin; the rest passes through untouched, in its order.

    The manifests go to stdout, all else to stderr. What is proved and what is refused are as for convert; a loss that
    nobody accepted is exit code 1, which Helm takes for a failure: nothing is installed.

    \b
      helm template shop chart/ | netpol-translate post-render --to cilium | kubectl apply -f -
    """
    told = reports(report, color, given)
    if told.take_stdout:
        raise click.UsageError("the manifests and a report would both go to stdout: name a file for the report")
    say_expired(given["config"], told)
    texts: tuple[Source, ...] = ()
    try:
        options = options_of(given | {"passthrough": True})
        (source,) = texts = disk.inputs(("-",), recursive=False)
        if source.trouble not in ("", NOTHING_CAME):  # a chart may render nothing
            raise InputError([Problem(message=source.trouble, origin=Origin(source.name))])
        documents = read(source.text, file=source.name)
        if not documents:
            disk.to_stdout(_decoded(source.text))
            return OK
        result = convert(texts, to=to, options=options)
        text = stream(in_order(result, documents, namespace=options.default_namespace), result)

        def render(out: Terminal, quiet: bool) -> None:
            if quiet:
                text_report.losses(result.open_losses, result.accepted, result.places, out, verbose=given["verbose"])
            else:
                text_report.result(result, out, verbose=given["verbose"])

        document = cache(partial(json_report.of_result, result))
        files = told.files(document, render)
        disk.write_all(files, replaceable=dict.fromkeys(files, True), sources=texts)
        disk.to_stdout(text)
        told.say(document, render)
    except (InputError, UnsupportedError) as error:
        return fail(error, texts, told)
    return exit_code(result)


def _decoded(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", errors="surrogateescape")
