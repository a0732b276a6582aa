"""``netpol-translate [convert] FILES --to DIALECT``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from translate.api.convert import convert as translate
from translate.api.options import Options, dialect
from translate.api.result import LossError, Result
from translate.cli import files as disk
from translate.cli.accepting import accepted
from translate.cli.choices import DIALECT, DIALECT_OR_AUTO, PLACE, OneOf, Told, titles
from translate.cli.main import FOUND, OK, TROUBLE, UNDECIDED
from translate.cli.options import bounds, common, inputs, on_loss, options_of, target_version
from translate.cli.patience import counted, patience
from translate.cli.reporting import Reports, ReportTargets, failure, reports, say_expired
from translate.cli.run_options import jobs, proof_cache
from translate.core.diagnostics import InputError, UnsupportedError
from translate.dialects import get, those
from translate.frontend.sources import Source
from translate.prover.proof import Verdict
from translate.rendering import text as text_report
from translate.rendering.terminal import Terminal


@click.command()
@inputs
@click.option("--to", required=True, type=DIALECT, help="The dialect to translate to.")
@click.option("--from", "from_", type=DIALECT_OR_AUTO, default="auto", help="Take only this dialect.")
@on_loss()
@accepted
@click.option(
    "--log-denials",
    is_flag=True,
    cls=Told,
    tell=titles(lambda dialect: dialect.log_denials is not None),
    help="{}: log exactly what is denied, verdicts unchanged (proved).",
)
@click.option(
    "--log-direction",
    type=OneOf(["both", "ingress", "egress"]),
    default="both",
    help="With --log-denials: which direction to log (default: both).",
)
@click.option("--log-explicit", is_flag=True, help="With --log-denials: only what Deny rules deny.")
@target_version()
@click.option(
    "--staged",
    "stage",
    is_flag=True,
    cls=Told,
    tell=titles(lambda dialect: dialect.staging is not None),
    help="{}: write staged policies, which are not enforced.",
)
@click.option(
    "--max-rules",
    type=click.IntRange(1),
    default=500,
    metavar="N",
    help="How many rules may stand in place of one policy where order has to be worked out (default: 500).",
)
@bounds
@jobs
@proof_cache
@click.option(
    "--explain-plan",
    is_flag=True,
    help="Say what stands for what and why, what would make it one to one, which forms were tried, and what was not.",
)
@click.option(
    "--keep-going",
    is_flag=True,
    help="Write what can be translated, with what is missing named at its top; the exit code stays 2.",
)
@click.option(
    "--suggest/--no-suggest", default=True, help="Try which facts would settle losses, and say them (default: on)."
)
@click.option("--verify/--no-verify", default=True, help="Prove the written text against the input (default: on).")
@click.option(
    "--stamp",
    type=OneOf(["comment", "annotation", "none"]),
    default="none",
    help="Say in each object which policy it stands for.",
)
@click.option("--passthrough", is_flag=True, help="Put foreign objects of the input behind the translated ones.")
@click.option("-o", "--output", type=OneOf(["yaml", "json", "name"]), default="yaml", help="What to print.")
@click.option("--output-dir", type=PLACE, help="Write one file per object into this folder.")
@click.option("--output-file", type=PLACE, help="Write to this file instead of stdout.")
@click.option("--force", is_flag=True, help="Write over files that exist.")
@common
def convert(to: str, color: str, report: ReportTargets, **given: Any) -> int:
    """Translate policies to another dialect and prove that the meaning was kept.

    FILES are YAML or JSON files, folders, or - for stdin. The translation goes to stdout, all else to stderr.
    """
    if given["output_dir"] and given["output_file"]:
        raise click.UsageError("--output-dir and --output-file exclude each other")
    if given["stage"] and get(dialect(to)).staging is None:
        able = " or ".join(found.name for found in those(lambda found: found.staging is not None))
        raise click.UsageError(f"--staged needs --to {able}: no other dialect has staged policies")
    if (given["log_explicit"] or given["log_direction"] != "both") and not given["log_denials"]:
        raise click.UsageError("--log-direction and --log-explicit say what --log-denials logs: add --log-denials")
    delivery, told = _delivery(given), reports(report, color, given)
    if told.take_stdout and not (given["output_file"] or given["output_dir"]):
        raise click.UsageError("the output and a report would both go to stdout: name a file for one (--output-file)")
    say_expired(given["config"], told)
    texts: tuple[Source, ...] = ()
    try:
        options = asked(given, told)
        texts = disk.inputs((*given["files"], *given["more_files"]), given["recursive"])
        with patience(told, f"translating {counted(len(texts))}"):
            result, stopped = _translated(texts, to, options)
        _deliver(result, texts, told, options, delivery, stopped=stopped)
    except (InputError, UnsupportedError) as error:
        code = fail(error, texts, told)
        if isinstance(error, InputError) and len(texts) > 1 and not given["keep_going"]:
            told.note("nothing is written: --keep-going writes what is not wrong")
        return code
    return exit_code(result)


class Delivery(Struct, frozen=True):
    """Where the output goes, and how much is said about it."""

    form: str
    folder: Path | None
    file: Path | None
    force: bool
    verbose: int


def _delivery(given: Mapping[str, Any]) -> Delivery:
    names = ("output", "output_dir", "output_file", "force", "verbose")
    return Delivery(*(given[name] for name in names))


def asked(given: Mapping[str, Any], told: Reports) -> Options:
    """The options of the library; nothing is tried that nobody reads. Raises InputError for facts."""
    return options_of({**given, "suggest": given["suggest"] and told.is_told_in_text})


def _translated(given: tuple[Source, ...], to: str, options: Options) -> tuple[Result, bool]:
    """The translation, and whether it is withheld because ``--on-loss stop`` was asked for."""
    try:
        return translate(given, to=to, options=options), False
    except LossError as stop:
        return stop.result, True


def _deliver(
    result: Result,
    given: tuple[Source, ...],
    told: Reports,
    options: Options,
    delivery: Delivery,
    *,
    stopped: bool,
) -> None:
    """Write files first, all or none; then stdout; then say what happened."""

    def render(out: Terminal, quiet: bool) -> None:
        if quiet:
            text_report.problems(result.problems, out)
            text_report.refusals(result.refusals, out, verbose=delivery.verbose)
            text_report.losses(result.open_losses, result.accepted, result.places, out, verbose=delivery.verbose)
        else:
            text_report.result(result, out, verbose=delivery.verbose)
            if options.explain_plan:
                from translate.rendering.plan import plan  # only where it is asked for

                plan(result, out, verbose=delivery.verbose)
            _say_namespace(result, options.default_namespace, out)
        if stopped:
            out.line("nothing is written: --on-loss stop", "yellow")

    outputs = files_of(result, delivery) if result.text else {}
    result = _placed(result, outputs, delivery)

    @cache
    def report() -> dict[str, Any]:
        if options.explain_plan:
            from translate.rendering.plan_json import of_plan  # only for programs, like the next

            return of_plan(result)
        from translate.rendering.json import of_result

        return of_result(result)

    texts = told.files(report, render)
    replaceable = dict.fromkeys(outputs, delivery.force) | dict.fromkeys(texts, True)
    disk.write_all(disk.together(outputs, texts), replaceable=replaceable, sources=given)
    if not outputs:
        disk.to_stdout(_text(result, delivery.form))
    told.say(report, render)


def files_of(result: Result, delivery: Delivery) -> dict[Path, str]:
    """What goes to files instead of stdout."""
    form = delivery.form
    if delivery.file is not None:
        return {} if str(delivery.file) == "-" else {delivery.file: _text(result, form)}
    if delivery.folder is None:
        return {}
    disk.check_folder(delivery.folder)
    found: dict[Path, str] = {}
    for number, value in enumerate(result.objects):
        path = _place(delivery.folder, value, ".json" if form == "json" else ".yaml", found)
        found[path] = _json(value) if form == "json" else result.parts[number]
    return found


def _placed(result: Result, outputs: Mapping[Path, str], delivery: Delivery) -> Result:
    """The result with places of its output as they are in what is written."""
    if not outputs or delivery.form != "yaml":
        return result
    if delivery.file is not None:
        return result.delivered(str(delivery.file))
    return result.parted([str(path) for path in outputs])


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
        out.line(f"note: {which} no namespace: read as {namespace} (--default-namespace NS)", "dim")


def fail(error: InputError | UnsupportedError, given: tuple[Source, ...], told: Reports) -> int:
    """Report a run that produced nothing; the exit code."""
    report, render = failure(error, verbose=told.verbose)
    texts = told.files(report, render)
    try:
        disk.write_all(texts, replaceable=dict.fromkeys(texts, True), sources=given)
    except InputError as second:
        if second.problems != getattr(error, "problems", ()):
            told.say(*failure(second, verbose=told.verbose))
    told.say(report, render)
    return FOUND if isinstance(error, UnsupportedError) and not error.refusals else TROUBLE


def exit_code(result: Result) -> int:
    """What a translation ends with."""
    if result.refusals or result.problems:
        return TROUBLE
    if result.open_losses:
        return FOUND
    if result.logging is not None and result.logging.holds is False:
        return FOUND
    undecided = result.proof is not None and result.proof.verdict is Verdict.UNDECIDED
    undecided = undecided or (result.logging is not None and result.logging.holds is None)
    return UNDECIDED if undecided else OK
