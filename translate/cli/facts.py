"""``netpol-translate facts FILES``."""

from __future__ import annotations

from importlib.resources import files

import click

from translate.cli import files as disk
from translate.cli.choices import NAMED
from translate.cli.convert import fail
from translate.cli.main import OK
from translate.cli.options import recursive, said
from translate.cli.reporting import reports
from translate.core.diagnostics import InputError
from translate.frontend.sources import Source


@click.command()
@click.argument("files", nargs=-1, type=NAMED, metavar="[FILES]...")
@recursive
@click.option("--example", is_flag=True, help="Print a facts file with all fields explained.")
@said
def facts(files: tuple[str, ...], recursive: bool, example: bool, color: str, **given: int) -> int:
    """Write a facts file out of what a cluster prints of itself, for --facts.

    FILES hold Pods, Nodes, Namespaces and Services; of other objects nothing is read.

    \b
      kubectl get pods,nodes,namespaces,services -A -o json | netpol-translate facts - > facts.yaml
    """
    if example:
        disk.to_stdout(_example())
        return OK
    from translate.api.facts_file import facts_file  # reads YAML: not for the example

    told, texts = reports((), color, given), tuple[Source, ...]()
    try:
        texts = disk.inputs(files, recursive)
        disk.to_stdout(facts_file(texts))
    except InputError as error:
        return fail(error, texts, told)
    return OK


def _example() -> str:
    """The commented example."""
    return files("translate.cli").joinpath("facts_example.yaml").read_text(encoding="utf-8")
