"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec.structs import fields

from translate.api.options import Options
from translate.cli.choices import ENGINE, NAMED, PLACE, OneOf, Told, releases
from translate.cli.config import Config, configured
from translate.cli.run_options import jobs
from translate.cli.snapshots import facts_of_snapshot, named_inputs
from translate.core.near import near
from translate.frontend.facts import FactsInput
from translate.model.assume import Assume
from translate.prover.allowance import MAX_MEMORY, MAX_SECONDS
from translate.prover.budget import MAX_STEPS

F = TypeVar("F", bound=Callable[..., Any])

REPORTS = ("text", "json", "sarif", "github", "junit", "markdown")
SHORT = {"md": "markdown"}


def common(function: F) -> F:
    """--config, -q, -v, --color, --report."""
    text = f"Write a report: {', '.join(REPORTS)}; to stderr, to PATH, or with - to stdout. Repeatable."
    report = click.option("--report", "report", multiple=True, metavar="FORMAT[=PATH]", callback=_reports, help=text)
    return configured(said(report(function)))


def said(function: F) -> F:
    """-q, -v, --color."""
    for decorate in reversed(
        (
            click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong."),
            click.option("-v", "--verbose", count=True, help="Say more: assumptions, all rows; -vv tracebacks."),
            click.option("--color", type=OneOf(["auto", "always", "never"]), default="auto", help="Colour on stderr."),
        )
    ):
        function = decorate(function)
    return function


def inputs(function: F) -> F:
    """FILES, -f, -R, --default-namespace, --source-engine, --source-version, --facts and its flags."""
    for decorate in reversed(
        (
            click.argument("files", nargs=-1, type=NAMED, metavar="[FILES]..."),
            click.option(
                "-f",
                "--filename",
                "more_files",
                multiple=True,
                type=NAMED,
                help="A file or directory, like FILES; - is stdin.",
            ),
            recursive,
            namespace,
            source_engine,
            version("--source-version", "The release that enforces the input"),
            facts,
        )
    ):
        function = decorate(function)
    return function


def facts(function: F) -> F:
    """--facts, and the facts that have a flag of their own."""
    for decorate in reversed(
        (
            click.option(
                "--facts",
                type=PLACE,
                metavar="FILE",
                help="What policies do not say of the cluster; netpol-translate facts --example prints such a file.",
            ),
            _ranges("--pods", "CIDR", "The addresses of pods are in this range, and it has no others."),
            _ranges("--nodes", "CIDR", "Likewise of nodes; an address stands for itself."),
            _ranges("--services", "CIDR", "Likewise of Services."),
            _ranges("--api-server", "IP", "The API server has this address."),
            click.option(
                "--namespace",
                "facts_namespaces",
                multiple=True,
                metavar="NAME[=LABELS]",
                help="There is this namespace, with these labels (key=value,key=value), and none but those so named.",
            ),
            click.option(
                "--assume",
                type=OneOf([one.value for one in Assume]),
                multiple=True,
                help="No pod and no node has a link-local, loopback or multicast address; or all of them have private "
                "ones. Reports list it. Repeatable.",
            ),
        )
    ):
        function = decorate(function)
    return function


def _ranges(flag: str, metavar: str, text: str) -> Callable[[F], F]:
    name = f"facts_{flag.removeprefix('--').replace('-', '_')}"
    return click.option(flag, name, multiple=True, metavar=metavar, help=f"{text} Repeatable.")


def _facts_of(given: Mapping[str, Any], config: Config) -> FactsInput:
    """The facts of the file and of the flags; those of a configuration give way to both. Raises InputError."""
    ranges = {
        "pods": given.get("facts_pods", ()),
        "nodes": given.get("facts_nodes", ()),
        "services": given.get("facts_services", ()),
        "apiServers": given.get("facts_api_server", ()),
    }
    named, assumed = given.get("facts_namespaces", ()), given.get("assume", ())
    file = given["facts"] or facts_of_snapshot(named_inputs())
    if not (named or assumed or any(ranges.values())):
        return config.facts if file is None else file
    from translate.frontend.facts_flags import giving_way, with_flags  # only where flags state facts

    if file is not None:
        return with_flags(file, ranges, named, assumed)
    return with_flags(giving_way(config.facts, ranges, named), ranges, named, assumed)


def bounds(function: F) -> F:
    """--max-steps, --max-seconds, --max-memory."""
    steps = click.option(
        "--max-steps",
        type=click.IntRange(1),
        default=MAX_STEPS,
        metavar="N",
        help=f"How much work a proof may take, in steps, before it is undecided (default: {MAX_STEPS}).",
    )
    return steps(limits(function))


def limits(function: F) -> F:
    """--max-seconds, --max-memory."""
    for decorate in reversed(
        (
            click.option(
                "--max-seconds",
                type=click.IntRange(1),
                default=MAX_SECONDS,
                metavar="N",
                help=f"How much CPU time the run may take before its proofs are undecided (default: {MAX_SECONDS}).",
            ),
            click.option(
                "--max-memory",
                type=click.IntRange(1),
                default=MAX_MEMORY,
                metavar="MIB",
                help=f"Likewise how much memory (default: {MAX_MEMORY}).",
            ),
        )
    ):
        function = decorate(function)
    return function


def on_loss(text: str = "the nearest looser one (written only where it is accepted)") -> Callable[[F], F]:
    """--on-loss."""
    return click.option(
        "--on-loss",
        type=OneOf(["tighten", "loosen", "stop"]),
        default="tighten",
        help=f"What the target cannot say: the nearest tighter form (default), {text}, or nothing at all.",
    )


def target_version(condition: str = "") -> Callable[[F], F]:
    """--target-version."""
    text = f"{condition}refuse what this release of the target does not have: {{}}. Repeatable."
    return click.option(
        "--target-version",
        multiple=True,
        metavar="DIALECT=VERSION",
        callback=versions,
        cls=Told,
        tell=releases,
        help=text[:1].upper() + text[1:],
    )


def recursive(function: F) -> F:
    """-R."""
    return click.option("-R", "--recursive", is_flag=True, help="Read folders with all that is below them.")(function)


def namespace(function: F) -> F:
    """--default-namespace."""
    return click.option(
        "--default-namespace",
        "default_namespace",
        default="default",
        metavar="NS",
        callback=_namespace,
        help="The namespace of objects that name none (default: default).",
    )(function)


def source_engine(function: F) -> F:
    """--source-engine."""
    return click.option(
        "--source-engine",
        type=ENGINE,
        help="Who enforces the Kubernetes policies of the input today: settles what their API leaves open.",
    )(function)


def target_engine(function: F) -> F:
    """--target-engine."""
    text = "Who enforces the Kubernetes policies of AFTER."
    return click.option("--target-engine", type=ENGINE, help=text)(function)


def both_sides(function: F) -> F:
    """BEFORE and AFTER, and how they are read."""
    for decorate in reversed(
        (
            click.argument("before", type=NAMED),
            click.argument("after", type=NAMED),
            recursive,
            namespace,
            source_engine,
            facts,
            version("--before-version", "The release that enforces BEFORE"),
            version("--after-version", "The release that enforces AFTER"),
            target_engine,
            bounds,
            jobs,
        )
    ):
        function = decorate(function)
    return function


def versions(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Releases as they are stated of dialects. Raises BadParameter."""
    from translate.api.releases import release_of

    try:
        release_of(values, "")
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, parameter) from None
    return values


def version(flag: str, text: str) -> Callable[[F], F]:
    """An option for the release that enforces an input."""
    return click.option(
        flag,
        multiple=True,
        metavar="DIALECT=VERSION",
        callback=_versions_read,
        help=f"{text}, as in calico=3.31: which of two policies of equal order is first depends on it.",
    )


def _versions_read(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    from translate.api.releases import check_read

    try:
        check_read(values)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, parameter) from None
    return values


def options_of(given: Mapping[str, Any]) -> Options:
    """The options of the library among those of a command, which have the same names. Raises InputError for facts."""
    config: Config = given["config"]
    known = {field.name: given[field.name] for field in fields(Options) if field.name in given}
    if "facts" in known:
        known["facts"] = _facts_of(given, config)
    if "accept" in known:
        known["accept"] = (*known["accept"], *config.accepts)
    try:
        return Options(**known)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _namespace(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    from translate.core.names import dns_label_problem

    problem = dns_label_problem(value)
    if problem is not None:
        raise click.BadParameter(f"{value!r} {problem}", ctx, parameter)
    return value


def _reports(
    ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, Path | None], ...]:
    found: list[tuple[str, Path | None]] = []
    for value in values:
        name, equals, path = value.partition("=")
        name = SHORT.get(name, name)
        if name not in REPORTS:
            message = f"{name!r} is not one of {', '.join(REPORTS)}{near(name, REPORTS)}"
            raise click.BadParameter(message, ctx, parameter)
        if equals and not path:
            raise click.BadParameter(f"{value!r} names no file", ctx, parameter)
        if path and any(Path(path) == other for _, other in found):
            raise click.BadParameter(f"{path!r} is named for two reports", ctx, parameter)
        found.append((name, Path(path) if path else None))
    return tuple(found)
