"""``netpol-translate fn``: a KRM function, run by kustomize, kpt or by hand."""

from __future__ import annotations

import sys

import click

from translate.api.convert import convert
from translate.api.in_order import in_order
from translate.api.resource_list import ResourceList, resource_list, written
from translate.cli import files as disk
from translate.cli.config import clock_of
from translate.cli.convert import exit_code
from translate.cli.function_config import FunctionConfig, asked_of
from translate.cli.main import FOUND, TROUBLE
from translate.core.diagnostics import InputError, UnsupportedError
from translate.rendering import krm
from translate.rendering import text as text_report
from translate.rendering.terminal import terminal
from translate.yamlio.read import read


@click.command()
@click.pass_context
def fn(ctx: click.Context) -> int:
    """Translate the policies of a ResourceList on stdin; the list with the translations goes to stdout.

    Its functionConfig says how: a ConfigMap whose data, or any other object whose spec, holds the keys of a
    configuration as Kubernetes spells them (to, onLoss, accept, facts, sourceEngine). What is lost stands in the
    results and on stderr; a loss that nobody accepted is an error, and exit code 1.

    \b
      kustomize build --enable-alpha-plugins --enable-exec overlays/cilium
    """
    err = terminal(sys.stderr)
    try:
        (source,) = disk.inputs(("-",), recursive=False)
        given = resource_list(source)
    except InputError as error:
        text_report.problems(error.problems, err)
        return TROUBLE
    try:
        asked = asked_of(given.head.get("functionConfig"), clock_of(ctx))
        for one in asked.expired:
            err.line(f"{one.accept.words} was accepted until {one.until}: it is not used", "yellow")
        return _run(given, asked)
    except InputError as error:
        text_report.problems(error.problems, err)
        results = krm.of_trouble(error.problems, (), given.items)
    except UnsupportedError as error:
        text_report.refusals(error.refusals, err)
        results = krm.of_trouble((), error.refusals, given.items)
    disk.to_stdout(written(given, None, results))
    return TROUBLE


def _run(given: ResourceList, asked: FunctionConfig) -> int:
    """Translate, and write the list; where nothing may be written, as it came. Raises as ``convert`` does."""
    result = convert(given.sources, to=asked.to, options=asked.options)
    text_report.losses(result.open_losses, result.accepted, result.places, terminal(sys.stderr))
    results = krm.of_result(result, given.items)
    documents = [document for source in given.sources for document in read(source.text, file=source.name)]
    pieces = None if result.withheld else in_order(result, documents, namespace=asked.options.default_namespace)
    disk.to_stdout(written(given, pieces, results))
    code = exit_code(result)
    return code or (FOUND if krm.is_failure(results) else code)
