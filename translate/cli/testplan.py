"""``netpol-translate testplan FILES``."""

from __future__ import annotations

from typing import Any

import click

from translate.api.testplan import testplan as planned
from translate.cli import files as disk
from translate.cli.choices import OneOf
from translate.cli.config import configured
from translate.cli.convert import fail
from translate.cli.main import OK, TROUBLE, UNDECIDED
from translate.cli.options import inputs, limits, options_of, said
from translate.cli.patience import counted, patience
from translate.cli.reporting import reports
from translate.core.diagnostics import InputError
from translate.frontend.sources import Source
from translate.probing.values import IMAGE
from translate.rendering.testplan import summary
from translate.rendering.testplan_formats import as_json, as_markdown
from translate.rendering.testplan_pods import as_yaml
from translate.rendering.testplan_script import script

FORMATS = {"script": script, "pods": as_yaml, "json": as_json, "markdown": as_markdown}


@click.command()
@inputs
@click.option(
    "--outside",
    multiple=True,
    metavar="HOST:PORT",
    help="An address or a name outside the cluster that answers on this TCP port. Repeatable.",
)
@click.option("--image", default=IMAGE, metavar="IMAGE", help=f"The image of the probe pods (default: {IMAGE}).")
@click.option(
    "-o",
    "--output",
    type=OneOf(list(FORMATS)),
    default="script",
    help="What to print: the script, the pods alone, or the plan for programs or people (default: script).",
)
@limits
@configured
@said
def testplan(
    files: tuple[str, ...],
    more_files: tuple[str, ...],
    outside: tuple[str, ...],
    image: str,
    output: str,
    color: str,
    **given: Any,
) -> int:
    """Write tests for a cluster: pods that try every rule, what must get through and what must not.

    \b
      netpol-translate testplan policies/ > testplan.sh
      bash testplan.sh overview     # reads only: which policies, who enforces them, DNS
      bash testplan.sh              # makes the pods, tries, prints TAP, removes them; exits 1 if an expectation fails

    What comes of each try is proved, whatever nobody told of the cluster. What cannot be tried is listed, and why.
    """
    told = reports((), color, given)
    texts: tuple[Source, ...] = ()
    try:
        options = options_of(given)
        texts = disk.inputs((*files, *more_files), given["recursive"])
        with patience(told, f"looking for probes in {counted(len(texts))}"):
            found = planned(texts, outside=outside, image=image, options=options)
        if not found.reason:
            disk.to_stdout(FORMATS[output](found))
    except InputError as error:
        return fail(error, texts, told)
    if not told.quiet or found.reason:
        summary(found, told.err, verbose=given["verbose"])
    if found.reason:
        return TROUBLE
    return OK if found.is_whole else UNDECIDED
