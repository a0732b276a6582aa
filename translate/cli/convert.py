"""``netpol-translate [convert] FILES --to DIALECT``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

from translate.api.convert import convert as translate
from translate.api.result import Result
from translate.cli import files as disk
from translate.cli.main import FOUND, OK, TROUBLE, UNDECIDED
from translate.cli.options import common, inputs
from translate.core.diagnostics import InputError, UnsupportedError
from translate.report import json as json_report
from translate.report import text as text_report
from translate.report.terminal import Terminal, terminal
from translate.tables import load
from translate.verify.compare import Verdict
from translate.yamlio.write import write as to_yaml

NAMES = ("kubernetes", "calico", "cilium", "k8s", "np")


@dataclass(frozen=True, slots=True)
class Output:
    """Where the translation goes and how."""

    form: Literal["yaml", "json", "name"]
    folder: Path | None
    file: Path | None
    force: bool


@click.command()
@inputs
@click.option("--to", required=True, type=click.Choice(NAMES), help="The dialect to translate to.")
@click.option("--from", "from_", type=click.Choice(("auto", *NAMES)), default="auto", help="Take only this dialect.")
@click.option(
    "--on-loss",
    type=click.Choice(["tighten", "loosen", "stop"]),
    default="tighten",
    help="What the target cannot say: the nearest tighter form (default), the nearest looser one (written only if its "
    "code is accepted), or nothing at all.",
)
@click.option("--accept", multiple=True, metavar="CODE[=REASON]", help="Accept a loss by its code. Repeatable.")
@click.option("--log-denials", is_flag=True, help="Calico: log exactly what is denied, verdicts unchanged (proved).")
@click.option("--verify/--no-verify", default=True, help="Prove the written text against the input (default: on).")
@click.option(
    "--stamp",
    type=click.Choice(["comment", "annotation", "none"]),
    default="none",
    help="Say in each object which policy it stands for.",
)
@click.option("--passthrough", is_flag=True, help="Put foreign objects of the input behind the translated ones.")
@click.option("-o", "--output", type=click.Choice(["yaml", "json", "name"]), default="yaml", help="What to print.")
@click.option("--output-dir", type=click.Path(path_type=Path), help="Write one file per object into this folder.")
@click.option("--output-file", type=click.Path(path_type=Path), help="Write to this file instead of stdout.")
@click.option("--force", is_flag=True, help="Write over files that exist.")
@common
def convert(
    files: tuple[str, ...],
    more_files: tuple[str, ...],
    recursive: bool,
    accept: tuple[str, ...],
    output: Literal["yaml", "json", "name"],
    output_dir: Path | None,
    output_file: Path | None,
    force: bool,
    on_loss: Literal["tighten", "loosen", "stop"],
    color: Literal["auto", "always", "never"],
    reports: tuple[tuple[str, Path | None], ...],
    quiet: bool,
    verbose: int,
    **options: Any,
) -> int:
    """Translate policies to another dialect and prove that the meaning was kept.

    FILES are YAML or JSON files, folders, or - for stdin. The translation goes to stdout, all else to stderr.
    """
    if output_dir and output_file:
        raise click.UsageError("--output-dir and --output-file exclude each other")
    err = terminal(sys.stderr, color)
    try:
        given = disk.inputs((*files, *more_files), recursive)
        result = translate(
            given,
            to=options["to"],
            from_="auto" if options["from_"] == "auto" else _long(options["from_"]),
            default_namespace=options["default_namespace"],
            source_engine=options["source_engine"],
            on_loss="loosen" if on_loss == "loosen" else "tighten",
            accept=_codes(accept),
            log_denials=options["log_denials"],
            verify=options["verify"],
            passthrough=options["passthrough"],
            stamp=options["stamp"],
        )
        stopped = on_loss == "stop" and bool(result.open_losses)
        if not stopped:
            _write(result, Output(output, output_dir, output_file, force))
        _report(result, reports, err, quiet=quiet, verbose=verbose, force=force)
        _say_namespace(result, options["default_namespace"], err, quiet)
    except InputError as error:
        return trouble(error, reports, err, force)
    except UnsupportedError as error:
        return refused(error, reports, err, force)
    if stopped and not quiet:
        err.line("nothing is written: --on-loss stop", "yellow")
    return _exit_code(result)


def _long(name: str) -> str:
    return {"k8s": "kubernetes", "np": "kubernetes"}.get(name, name)


def _codes(accept: Sequence[str]) -> tuple[str, ...]:
    known = load.codes()
    found = []
    for item in accept:
        code = item.partition("=")[0].strip().upper()
        if code not in known or known[code].kind != "loss":
            raise click.BadParameter(
                f"{code!r} is no code of a loss (see: netpol-translate rule)", param_hint="--accept"
            )
        found.append(code)
    return tuple(found)


def _write(result: Result, output: Output) -> None:
    if not result.text:
        return
    if output.folder is not None:
        paths: dict[Path, str] = {}
        for number, value in enumerate(result.objects):
            meta = value["metadata"] if isinstance(value.get("metadata"), dict) else {}
            name = str(meta.get("name") or f"{meta.get('generateName', '')}{number}")
            path = disk.object_path(output.folder, str(value.get("kind")), meta.get("namespace"), name)
            paths[path] = to_yaml([value], [result.comments[number]])
        disk.write_all(paths, force=output.force)
        return
    text = _text(result, output.form)
    if output.file is not None:
        disk.write(output.file, text, force=output.force)
    else:
        sys.stdout.write(text)
        sys.stdout.flush()


def _text(result: Result, form: str) -> str:
    if form == "yaml":
        return result.text
    if form == "json":
        whole: Any = result.objects[0] if len(result.objects) == 1 else None
        whole = whole or {"apiVersion": "v1", "kind": "List", "items": list(result.objects)}
        return json.dumps(whole, indent=2, ensure_ascii=True) + "\n"
    return "".join(f"{target}\n" for row in result.policies for target in row.targets)


def _report(
    result: Result,
    reports: tuple[tuple[str, Path | None], ...],
    err: Terminal,
    *,
    quiet: bool,
    verbose: int,
    force: bool,
) -> None:
    """The reports that were asked for; without any, text on stderr."""
    for name, path in reports:
        if name == "json":
            emit_json(json_report.of_result(result), path, force)
    if quiet:
        text_report.losses(result.open_losses, result.accepted, result.places, err)
    elif not reports or any(name == "text" for name, _ in reports) or any(path for _, path in reports):
        text_report.result(result, err, verbose=verbose)


def emit_json(report: dict[str, Any], path: Path | None, force: bool) -> None:
    """Write a JSON report to ``path``, or to stderr. A report may be written over: it is no policy."""
    text = json_report.text(report)
    if path is None:
        sys.stderr.write(text)
    else:
        disk.write(path, text, force=True)


def trouble(error: InputError, reports: tuple[tuple[str, Path | None], ...], err: Terminal, force: bool) -> int:
    """Report invalid input; the exit code."""
    for name, path in reports:
        if name == "json":
            emit_json(json_report.of_trouble(error.problems, ()), path, force)
    text_report.problems(error.problems, err)
    return TROUBLE


def refused(error: UnsupportedError, reports: tuple[tuple[str, Path | None], ...], err: Terminal, force: bool) -> int:
    """Report what is not translated; the exit code."""
    for name, path in reports:
        if name == "json":
            emit_json(json_report.of_trouble((), error.refusals), path, force)
    text_report.refusals(error.refusals, err)
    err.line("nothing is written", "red")
    return TROUBLE


def _say_namespace(result: Result, namespace: str, err: Terminal, quiet: bool) -> None:
    """Objects without a namespace were read as if they were in the default one: say so, and how to change it."""
    if quiet or result.before is None:
        return
    count = sum(not policy.metadata.namespace_given for policy in result.before.policies)
    if count:
        err.line(
            f"note: {count} polic{'y names' if count == 1 else 'ies name'} no namespace: read as {namespace} (-n NS)",
            "dim",
        )


def _exit_code(result: Result) -> int:
    if result.open_losses or (not result.text and result.policies):
        return FOUND
    if result.logging is not None and result.logging.holds is False:
        return FOUND
    undecided = result.proof is not None and result.proof.verdict is Verdict.UNDECIDED
    undecided = undecided or (result.logging is not None and result.logging.holds is None)
    return UNDECIDED if undecided else OK
