"""``netpol-translate [convert] FILES --to DIALECT``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from translate.api.convert import convert as translate
from translate.api.releases import release_of
from translate.api.result import Result
from translate.cli import files as disk
from translate.cli.main import FOUND, OK, TROUBLE, UNDECIDED
from translate.cli.options import common, inputs
from translate.cli.reporting import Reports, ReportTargets, failure, reports
from translate.core.diagnostics import InputError, UnsupportedError
from translate.dialects import ALIASES
from translate.frontend.sources import Source
from translate.prover.compare import Verdict
from translate.report import json as json_report
from translate.report import text as text_report
from translate.report.terminal import Terminal
from translate.tables import load

NAMES = ("kubernetes", "calico", "cilium", *ALIASES)


def _versions(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    try:
        release_of(values, "")
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, parameter) from None
    return values


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
@click.option(
    "--log-direction",
    type=click.Choice(["both", "ingress", "egress"]),
    default="both",
    help="With --log-denials: which direction to log (default: both).",
)
@click.option("--log-explicit", is_flag=True, help="With --log-denials: only what Deny rules deny.")
@click.option(
    "--target-version",
    multiple=True,
    metavar="DIALECT=VERSION",
    callback=_versions,
    help="Refuse what this release of the target does not have: calico=3.26 to 3.32, cilium=1.15 to 1.20. Repeatable.",
)
@click.option("--staged", is_flag=True, help="Calico: write staged policies, which are not enforced.")
@click.option(
    "--max-rules",
    type=click.IntRange(1),
    default=500,
    metavar="N",
    help="How many rules may stand in place of one policy where order has to be worked out (default: 500).",
)
@click.option("--explain-plan", is_flag=True, help="Say which forms were tried, and why one was taken.")
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
def convert(files: tuple[str, ...], color: str, report: ReportTargets, **options: Any) -> int:
    """Translate policies to another dialect and prove that the meaning was kept.

    FILES are YAML or JSON files, folders, or - for stdin. The translation goes to stdout, all else to stderr.
    """
    if options["output_dir"] and options["output_file"]:
        raise click.UsageError("--output-dir and --output-file exclude each other")
    if options["staged"] and ALIASES.get(options["to"], options["to"]) != "calico":
        raise click.UsageError("--staged needs --to calico: no other dialect has staged policies")
    if (options["log_explicit"] or options["log_direction"] != "both") and not options["log_denials"]:
        raise click.UsageError("--log-direction and --log-explicit say what --log-denials logs: add --log-denials")
    told = reports(report, color)
    given: tuple[Source, ...] = ()
    try:
        given = disk.inputs((*files, *options["more_files"]), options["recursive"])
        result = _translated(given, options)
        stopped = options["on_loss"] == "stop" and bool(result.open_losses)
        if stopped:
            result = replace(result, text="", objects=(), parts=())
        _deliver(result, given, told, options, stopped=stopped)
    except (InputError, UnsupportedError) as error:
        return fail(error, given, told)
    return _exit_code(result)


def _translated(given: tuple[Source, ...], options: Mapping[str, Any]) -> Result:
    return translate(
        given,
        to=options["to"],
        from_=ALIASES.get(options["from_"], options["from_"]),
        default_namespace=options["default_namespace"],
        source_engine=options["source_engine"],
        on_loss="loosen" if options["on_loss"] == "loosen" else "tighten",
        accept=_codes(options["accept"]),
        facts=options["facts"],
        max_rules=options["max_rules"],
        explain_plan=options["explain_plan"],
        log_denials=options["log_denials"],
        log_direction=options["log_direction"],
        log_explicit=options["log_explicit"],
        stage=options["staged"],
        verify=options["verify"],
        passthrough=options["passthrough"],
        stamp=options["stamp"],
        target_version=options["target_version"],
    )


def _codes(accept: Sequence[str]) -> tuple[str, ...]:
    known = load.codes()
    found = []
    for item in accept:
        code = item.partition("=")[0].strip().upper()
        if code not in known or known[code].kind != "loss":
            message = f"{code!r} is no code of a loss (see: netpol-translate rule)"
            raise click.BadParameter(message, param_hint="--accept")
        found.append(code)
    return tuple(found)


def _deliver(
    result: Result, given: tuple[Source, ...], told: Reports, options: Mapping[str, Any], *, stopped: bool
) -> None:
    """Write files first, all or none; then stdout; then say what happened."""
    quiet, verbose = options["quiet"], options["verbose"]

    def render(out: Terminal) -> None:
        if quiet:
            text_report.losses(result.open_losses, result.accepted, result.places, out)
        else:
            text_report.result(result, out, verbose=verbose)
            if options["explain_plan"]:
                text_report.plan(result, out)
            _say_namespace(result, options["default_namespace"], out)
        if stopped:
            out.line("nothing is written: --on-loss stop", "yellow")

    report = json_report.of_result(result)
    outputs = _files(result, options) if result.text else {}
    texts = told.files(report, render)
    replaceable = dict.fromkeys(outputs, options["force"]) | dict.fromkeys(texts, True)
    disk.write_all(outputs | texts, replaceable=replaceable, sources=given)
    if not outputs:
        disk.to_stdout(_text(result, options["output"]))
    told.say(report, render)


def _files(result: Result, options: Mapping[str, Any]) -> dict[Path, str]:
    """What goes to files instead of stdout."""
    form = options["output"]
    if options["output_file"] is not None:
        if str(options["output_file"]) == "-":
            return {}
        return {options["output_file"]: _text(result, form)}
    if options["output_dir"] is None:
        return {}
    disk.check_folder(options["output_dir"])
    found: dict[Path, str] = {}
    for number, value in enumerate(result.objects):
        path = _place(options["output_dir"], value, ".json" if form == "json" else ".yaml", found)
        found[path] = _json(value) if form == "json" else result.parts[number]
    return found


def _place(folder: Path, value: Mapping[str, Any], suffix: str, taken: Mapping[Path, str]) -> Path:
    """A file of its own for each object: names can fall together where one is generated."""
    meta = value["metadata"] if isinstance(value.get("metadata"), dict) else {}
    stem = str(meta.get("name") or meta.get("generateName") or "unnamed")
    kind, namespace = str(value.get("kind")), meta.get("namespace")
    path, number = disk.object_path(folder, kind, namespace, stem, suffix), 1
    while path in taken:
        number += 1
        path = disk.object_path(folder, kind, namespace, f"{stem}.{number}", suffix)
    return path


def _text(result: Result, form: str) -> str:
    if form == "yaml" or not result.text:
        return result.text
    if form == "json":
        single = len(result.objects) == 1
        return _json(result.objects[0] if single else {"apiVersion": "v1", "kind": "List", "items": result.objects})
    return "".join(f"{_name(value)}\n" for value in result.objects)


def _name(value: Mapping[str, Any]) -> str:
    meta = value["metadata"] if isinstance(value.get("metadata"), dict) else {}
    name = meta.get("name") or meta.get("generateName")
    return "/".join(str(part) for part in (value.get("kind"), meta.get("namespace"), name) if part)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def _say_namespace(result: Result, namespace: str, out: Terminal) -> None:
    """Objects without a namespace were read as if they were in the default one: say so, and how to change it."""
    policies = result.before.policies if result.before is not None else ()
    count = sum(not p.metadata.namespace_given and p.identity.namespace is not None for p in policies)
    if count:
        which = "1 policy names" if count == 1 else f"{count} policies name"
        out.line(f"note: {which} no namespace: read as {namespace} (-n NS)", "dim")


def fail(error: InputError | UnsupportedError, given: tuple[Source, ...], told: Reports) -> int:
    """Report a run that produced nothing; the exit code."""
    report, render = failure(error)
    texts = told.files(report, render)
    try:
        disk.write_all(texts, replaceable=dict.fromkeys(texts, True), sources=given)
    except InputError as second:
        if second.problems != getattr(error, "problems", ()):
            told.say(*failure(second))
    told.say(report, render)
    return TROUBLE


def _exit_code(result: Result) -> int:
    withheld = not result.text and any(row.targets for row in result.policies)
    if result.open_losses or withheld:
        return FOUND
    if result.logging is not None and result.logging.holds is False:
        return FOUND
    undecided = result.proof is not None and result.proof.verdict is Verdict.UNDECIDED
    undecided = undecided or (result.logging is not None and result.logging.holds is None)
    return UNDECIDED if undecided else OK
