"""``netpol-translate verify BEFORE AFTER``."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from translate.api.compare import verify as compare
from translate.api.difference import Difference, listed
from translate.api.options import Options
from translate.api.replay import replay
from translate.api.result import Verification
from translate.cli import files as disk
from translate.cli.config import Config, is_typed
from translate.cli.convert import fail
from translate.cli.options import both_sides, common, options_of
from translate.cli.patience import counted, patience
from translate.cli.reporting import ReportTargets, exit_code, reports
from translate.cli.run_options import proof_cache
from translate.core.diagnostics import InputError
from translate.frontend.sources import Source
from translate.prover.proof import Counterexample
from translate.rendering import difference as text_rows
from translate.rendering import json as json_report
from translate.rendering import text as text_report
from translate.rendering.terminal import Terminal

PREVIEW_ROWS = 3
PREVIEW_STEPS = 200_000
FACTS = ("facts", "facts_pods", "facts_nodes", "facts_services", "facts_api_server", "facts_namespaces", "assume")
READING = dict.fromkeys(("recursive", "default_namespace", "no_config", *FACTS), "")
SIDES = ("before", "after", "source_engine", "target_engine", "before_version", "after_version")
OF_BOTH = dict.fromkeys((*SIDES, "max_steps", "max_seconds", "max_memory", "config"), "") | READING
OF_ONE = {"after": "", "target_engine": "--source-engine", "after_version": "--source-version"} | READING
"""What is told of AFTER, and how explain calls it where that is another name."""


@click.command()
@both_sides
@proof_cache
@common
def verify(before: str, after: str, color: str, report: ReportTargets, **given: Any) -> int:
    """Prove that BEFORE and AFTER let through the same packets, or print one that differs.

    Both are files, folders, or - for stdin, of any dialect.
    """
    if before == after == "-":
        raise click.UsageError("only one of BEFORE and AFTER can be stdin")
    told, asked = reports(report, color, given), _asking_of_after(given["config"])
    texts: tuple[Source, ...] = ()
    try:
        options = options_of(given)
        first, second = (disk.inputs((name,), given["recursive"]) for name in (before, after))
        texts = first + second
        with patience(told, f"comparing {counted(len(texts))}"):
            found = compare(first, second, options=options)

        def again(example: Counterexample) -> str:
            question = replay(found, example) if asked else None
            return f"{asked} --from {shlex.quote(question[0])} --to {shlex.quote(question[1])}" if question else ""

        def render(out: Terminal, quiet: bool) -> None:
            if not quiet or not found.proof.is_same:
                text_report.verification(found, out, verbose=given["verbose"], again=again)

        document = cache(partial(json_report.of_verification, found))
        files = told.files(document, render)
        disk.write_all(files, replaceable=dict.fromkeys(files, True), sources=texts)
    except InputError as error:
        return fail(error, texts, told)
    told.say(document, render)
    if not (found.proof.is_same or given["quiet"] or ("json", None) in report):
        text_rows.preview(_first_rows(found, options), told.err, "netpol-translate diff" + _as_typed(OF_BOTH))
    return exit_code(found.proof)


def _first_rows(found: Verification, options: Options) -> Difference:
    """The most general rows of what differs; they are asked for once the answer is told, and with few steps."""
    return listed(found, steps=min(options.max_steps, PREVIEW_STEPS), most=PREVIEW_ROWS)


def _asking_of_after(config: Config) -> str:
    """The command that reads AFTER as this run does; empty where there is none.

    What a configuration says of the input is here said of BEFORE, so it is not asked again: all that counts is typed.
    """
    command = "netpol-translate explain"
    if not config.path:
        return command + _as_typed(OF_ONE)
    typed = _as_typed(OF_ONE, ParameterSource.DEFAULT_MAP)
    if config.facts is None or is_typed("facts"):
        return f"{command}{typed} --no-config"
    if isinstance(config.facts, Path) and not any(map(is_typed, FACTS)):
        return f"{command}{typed} --no-config --facts {shlex.quote(str(config.facts))}"
    return ""


def _as_typed(names: Mapping[str, str], *others: ParameterSource) -> str:
    """The arguments and options of this run among ``names``, each under its name there; also those of ``others``."""
    context = click.get_current_context()
    texts = []
    for parameter in context.command.params:
        name = parameter.name or ""
        if name not in names or context.get_parameter_source(name) not in (ParameterSource.COMMANDLINE, *others):
            continue
        values = context.params[name]
        flag = [names[name] or max(parameter.opts, key=len)] if isinstance(parameter, click.Option) else []
        for value in values if parameter.multiple else [values]:
            texts += flag if value is True else [*flag, str(value)]
    return "".join(f" {shlex.quote(text)}" for text in texts)
