"""``netpol-translate fleet DIR...``."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace as altered

from translate.api.entry import own_code
from translate.api.fleet import ClusterOutcome, Fleet
from translate.api.proof_folder import opened
from translate.cli import files as disk
from translate.cli.accepting import accepted
from translate.cli.choices import DIALECT, NAMED, PLACE
from translate.cli.config import Config, configured, is_typed
from translate.cli.convert import fail
from translate.cli.fleet_clusters import ClusterFolder, beside, check_output, check_report, clusters
from translate.cli.fleet_work import ClusterTask, failed, judged
from translate.cli.main import TROUBLE
from translate.cli.options import (
    bounds,
    namespace,
    on_loss,
    options_of,
    recursive,
    said,
    source_engine,
    target_engine,
    target_version,
    version,
)
from translate.cli.outputs import STDOUT, Outputs, outputs
from translate.cli.patience import patience
from translate.cli.processes import Done, by_processes
from translate.cli.reporting import Reports, reports, say_expired
from translate.cli.run_options import proof_cache
from translate.core.diagnostics import InputError
from translate.core.several import processors
from translate.rendering import fleet as fleet_report
from translate.rendering.terminal import terminal

FORMATS = ("text", "json", "markdown")


@click.command()
@click.argument("folders", nargs=-1, required=True, type=NAMED, metavar="DIR...")
@click.option("--to", type=DIALECT, help="Translate each cluster to this dialect.")
@click.option(
    "--after",
    "into",
    type=PLACE,
    metavar="DIR",
    help="Or compare each with the folder of its name in DIR, as verify does.",
)
@click.option("--output-dir", type=PLACE, help="With --to: write a folder for each cluster into this one.")
@click.option("--force", is_flag=True, help="With --output-dir: write over files that exist.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="How many processes work at once (default: as many as there are processors).",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Or let the workers of this scheduler of Dask (tcp://HOST:PORT) do the work; they must see the same folders.",
)
@recursive
@namespace
@source_engine
@version("--source-version", "With --to: the release that enforces the input")
@version("--before-version", "With --after: the release that enforces the clusters")
@version("--after-version", "With --after: the release that enforces what they become")
@target_engine
@on_loss()
@accepted
@target_version("With --to: ")
@bounds
@proof_cache
@outputs(FORMATS)
@configured
@said
def fleet(
    folders: tuple[str, ...],
    to: str | None,
    into: Path | None,
    outputs: Outputs,
    color: Any,
    **given: Any,
) -> int:
    """Translate or compare many clusters, and tell of all of them in one table.

    A DIR holds the policies of one cluster, as collect writes them, or a folder for each cluster. What is wrong with
    one is a line of the table and stops no other; the exit code is the gravest that one of them had by itself.

    \b
      netpol-translate fleet clusters/ --to cilium --output-dir cilium/
      netpol-translate fleet clusters/ --after cilium/
    """
    if into is not None and not is_typed("to"):
        to = None  # what a configuration translates to is no matter of a comparison
    if (to is None) == (into is None):
        raise click.UsageError("--to translates the clusters, --after compares them: one of the two")
    if given["output_dir"] and to is None:
        raise click.UsageError("--output-dir is for a translation: add --to")
    told = reports((), color, given)
    say_expired(given["config"], told)
    try:
        tasks = _tasks(folders, to, into, given)
        for path in (path for _, path in outputs if path != STDOUT):
            members = [task.cluster for task in tasks]
            check_report(path, members, given["output_dir"], recursive=given["recursive"])
        found = _done(tasks, given, told)
        written = {path: _written(found, name, color) for name, path in outputs}
        shown = written.pop(STDOUT, "")
        disk.write_all(written, replaceable=dict.fromkeys(written, True), sources=())
        disk.to_stdout(shown)
    except InputError as error:
        return fail(error, (), told)
    if not given["quiet"]:
        fleet_report.summary(found, told.err, verbose=given["verbose"])
    return found.exit_code


def _tasks(folders: tuple[str, ...], to: str | None, after: Path | None, given: dict[str, Any]) -> list[ClusterTask]:
    """What is to be done, in the order of the report. Raises InputError."""
    members = clusters(folders)
    if given["output_dir"] is not None:
        disk.check_folder(given["output_dir"])
        check_output(members, given["output_dir"])
    members = members if after is None else beside(members, after)
    config: Config = given["config"]
    options = options_of(given | {"facts": None, "suggest": False, "jobs": 1})
    if given["cache"] is not None:
        opened(given["cache"])
        options = altered(options, cache=os.path.join(_here(), given["cache"]))
    if isinstance(config.facts, Path):
        options = altered(options, facts=Path(_here(), config.facts))
    return [ClusterTask(one, to, options, given["recursive"], _here(), own_code()) for one in members]


def _here() -> str:
    """Where relative names begin; nowhere if the current folder is gone: names that are not relative need none."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def _done(tasks: list[ClusterTask], given: dict[str, Any], told: Reports) -> Fleet:
    """The outcomes in their order, whichever came first; a translation is written as it comes."""
    found: dict[int, ClusterOutcome] = {}
    with patience(told, lambda: f"{len(found)} of {len(tasks)} clusters"):
        for number, outcome, why in _work(tasks, given):
            one = failed(tasks[number], why) if outcome is None else outcome
            found[number] = _kept(one, tasks[number].cluster, given["output_dir"], force=given["force"])
    return Fleet(tuple(found[number] for number in range(len(tasks))))


def _work(tasks: list[ClusterTask], given: dict[str, Any]) -> Iterator[Done[ClusterOutcome]]:
    if given["scheduler"] is None:
        return by_processes(judged, tasks, given["jobs"] or processors())
    from translate.cli.dask_engine import by_dask  # needs the extra

    return by_dask(judged, tasks, given["scheduler"])


def _kept(one: ClusterOutcome, cluster: ClusterFolder, output: Path | None, *, force: bool) -> ClusterOutcome:
    """The outcome without its files, which are written if that was asked for."""
    texts = {} if output is None else {output / cluster.name / name: text for name, text in one.files}
    try:
        disk.write_all(texts, replaceable=dict.fromkeys(texts, force), sources=())
    except InputError as error:
        places = tuple(f"{problem.origin.file}: {problem.message}" for problem in error.problems[:1])
        more = len(error.problems) - 1
        remarks = (*one.remarks, *places, *((f"+ {more} more",) if more else ()))
        return replace(one, files=(), exit_code=TROUBLE, remarks=remarks)
    return replace(one, files=())


def _written(found: Fleet, name: str, color: Any) -> str:
    """The report as ``name`` has it."""
    match name:
        case "json":
            return fleet_report.as_json(found)
        case "markdown":
            return fleet_report.as_markdown(found)
        case _:
            stream = io.StringIO()
            shown = terminal(sys.stdout or stream, color)
            fleet_report.text(found, altered(shown, stream=stream))
            return stream.getvalue()
