"""``netpol-translate collect``."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from translate.cli import files as disk
from translate.cli.choices import NAMED, PLACE
from translate.cli.main import FOUND, OK, TROUBLE
from translate.cli.options import said
from translate.cli.patience import patience
from translate.cli.reporting import Reports, reports
from translate.cli.snapshots import is_snapshot
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.core.release import release
from translate.dialects import get
from translate.rendering import text as text_report

if TYPE_CHECKING:
    from translate.cluster.events import ClusterSource
    from translate.cluster.snapshot import Collected

HINT = """name what to read: a cluster (-A for all of it, -n NS for a namespace), or what kubectl printed
  netpol-translate collect -A
  kubectl get networkpolicies,pods,nodes,namespaces,services -A -o json | netpol-translate collect -"""
EXTRA = 'reading a cluster needs an extra: pip install "netpol-translate[cluster]", or pipe in what kubectl prints'
FOLDER = Path("cluster")


@click.command()
@click.argument("files", nargs=-1, type=NAMED, metavar="[FILES]...")
@click.option("-A", "--all-namespaces", is_flag=True, help="Read a cluster: all of its namespaces.")
@click.option("-n", "--namespace", "namespaces", multiple=True, metavar="NS", help="Read of it this one. Repeatable.")
@click.option("--context", metavar="NAME", help="The context of the kubeconfig (default: its current one).")
@click.option("--kubeconfig", type=PLACE, help="The kubeconfig (default: as kubectl finds it).")
@click.option("--output-dir", type=PLACE, default=FOLDER, help="The folder (default: cluster).")
@click.option("--force", is_flag=True, help="Write over a snapshot that stands there.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    metavar="S",
    help="Seconds for one page (default: 30).",
)
@click.option(
    "--page-size", type=click.IntRange(1), default=500, metavar="N", help="How many objects a page has (default: 500)."
)
@click.option("--print-rbac", is_flag=True, help="Print the ClusterRole that reading a cluster takes, and read none.")
@said
def collect(files: tuple[str, ...], color: str, **given: Any) -> int:
    """Take a snapshot of a cluster: policies and what is known of pods, as a folder that is input and facts.

    Read only: nothing but list and get, and no Secret. FILES, or - for stdin, hold what kubectl printed instead.

    \b
      netpol-translate collect -A
      netpol-translate --to cilium cluster/
    """
    if given["print_rbac"]:
        from translate.cluster.rbac import cluster_role  # only there

        disk.to_stdout(cluster_role())
        return OK
    live = given["all_namespaces"] or bool(given["namespaces"])
    _check(files, live, given)
    told = reports((), color, given)
    try:
        check_place(given["output_dir"], force=given["force"], read=files)
        with ExitStack() as opened:
            source = _cluster(given, opened) if live else _printed(files, opened)
            found = _collected(source, given["output_dir"], told)
    except InputError as error:
        text_report.problems(error.problems, told.err)
        return TROUBLE
    _say(found, given["output_dir"], told)
    return FOUND if live and found.withheld else OK


def _check(files: tuple[str, ...], live: bool, given: dict[str, Any]) -> None:
    """Raise UsageError for what does not go together."""
    if given["all_namespaces"] and given["namespaces"]:
        raise click.UsageError("-A and -n exclude each other")
    if files and live:
        raise click.UsageError("FILES are read instead of a cluster: leave out -A and -n, or the files")
    if not live and (given["context"] or given["kubeconfig"]):
        raise click.UsageError("--context and --kubeconfig name a cluster: add -A, or -n NS")
    if not live and not files and (sys.stdin is None or sys.stdin.isatty()):
        raise click.UsageError(HINT)
    if "-" in files and sys.stdin is None:
        raise click.UsageError("no input: stdin is closed")


def check_place(folder: Path, *, force: bool, read: Sequence[str]) -> None:
    """Raise InputError where a folder may not be written: only a snapshot is ever replaced, and no file that is
    ``read``.
    """
    disk.check_folder(folder)
    if folder.is_symlink():
        raise _trouble(folder, "is a link: name the folder itself")
    if folder.is_dir() and any(folder.iterdir()):
        if not is_snapshot(folder):
            raise _trouble(folder, "exists and is no snapshot: it is never written over")
        if not force:
            raise _trouble(folder, "exists: --force writes over it")
    inside = disk.real(folder) + os.sep
    for name in read:
        if name != "-" and disk.real(name).startswith(inside):
            raise _trouble(Path(name), f"is an input, and never written over: it is in {folder}")


def _cluster(given: dict[str, Any], opened: ExitStack) -> ClusterSource:
    try:
        from translate.cluster.api_server import ApiServer, connect  # needs the extra
    except ImportError:
        raise _trouble(Path("collect"), EXTRA) from None
    connection = connect(given["kubeconfig"], given["context"], page=given["page_size"], seconds=given["timeout"])
    opened.callback(connection.client.close)
    return ApiServer(connection, tuple(dict.fromkeys(given["namespaces"])))


def _printed(files: tuple[str, ...], opened: ExitStack) -> ClusterSource:
    from translate.cluster.printed import Printed  # only there

    return Printed(tuple((name, _stream(name, opened)) for name in dict.fromkeys(files or ("-",))))


def _stream(name: str, opened: ExitStack) -> IO[str]:
    if name == "-":
        return io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="surrogateescape")
    try:
        file = opened.enter_context(Path(name).open("rb"))  # noqa: SIM115 - the stack closes it
    except OSError as error:
        raise _trouble(Path(name), f"cannot be read: {error.strerror}") from None
    return io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape")


def _collected(source: ClusterSource, folder: Path, told: Reports) -> Collected:
    from translate.cluster.snapshot import collect as write  # only there

    doing = ["collecting"]

    def tell(text: str) -> None:
        doing[0] = text

    try:
        with patience(told, lambda: doing[0]):
            return write(source, folder, tell)
    except OSError as error:
        raise _trouble(folder, f"cannot be written: {error.strerror or error}") from None


def _say(found: Collected, folder: Path, told: Reports) -> None:
    """What is there, what is not, and how to go on."""
    from translate.cluster.unseen import without  # only there

    if not told.quiet:
        counts = ", ".join(f"{count:,} {name}" for name, count in found.counts) or "nothing"
        told.err.prose(f"{folder}: {counts}", hang=2)
        if found.left:
            told.err.prose(f"{found.left:,} objects of other kinds left out", "dim", hang=2)
        for name in found.again:
            told.err.prose(f"note: {name} changed while they were listed: listed again from the start", "dim", hang=2)
        if found.unlisted:
            names = found.came_or_went
            text = f"note: namespaces came or went meanwhile ({names}): which there are is not stated"
            told.err.prose(text, "dim", hang=2)
        for engine, versions in found.releases:
            told.err.prose(f"enforced by {' '.join((engine, ', '.join(versions))).strip()}", hang=2)
    for one in found.withheld:
        text = f"! partial: {one.resource} not seen ({one.why}); not known: {without(one.resource)}"
        told.err.prose(text, "yellow", hang=2)
    if not told.quiet:
        told.err.line(f"go on with: netpol-translate --to DIALECT {folder}{_flags(found)}", "dim")


def _flags(found: Collected) -> str:
    """What to say of the one engine that was found; in the midst of an upgrade nobody can say which release counts."""
    if len(found.releases) != 1:
        return ""
    ((engine, versions),) = found.releases
    known = release(versions[0]) if len(versions) == 1 and get(engine).tells_releases else None
    return f" --source-engine {engine}" + (f" --source-version {engine}={known}" if known else "")


def _trouble(place: Path, message: str) -> InputError:
    return InputError([Problem(message=message, origin=Origin(str(place)))])
