"""Who is told what: reports to files, one machine-readable report alone on stderr, or text for people there."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct

from translate.cli.config import Config, UnusableError
from translate.cli.files import to_stdout
from translate.cli.main import FOUND, OK, UNDECIDED
from translate.cli.snapshots import remarks
from translate.core.accepting import NOTHING
from translate.core.diagnostics import InputError, Problem, Refusal, UnsupportedError
from translate.core.origin import Origin
from translate.frontend.sources import Places
from translate.prover.proof import Proof, Verdict
from translate.rendering import text as text_report
from translate.rendering.terminal import Terminal, terminal

MakeReport: TypeAlias = Callable[[], dict[str, Any]]
"""Makes the report for programs: it places every object in the text again, which costs as much as translating it."""
Render: TypeAlias = Callable[[Terminal, bool], None]
"""Writes the text for people; with True only what is wrong."""
ReportTargets: TypeAlias = tuple[tuple[str, Path | None], ...]
STDOUT = Path("-")


class Reports(Struct, frozen=True):
    """The reports that were asked for, and the terminal that the rest goes to."""

    wanted: ReportTargets
    err: Terminal
    quiet: bool = False
    verbose: int = 0

    @property
    def take_stdout(self) -> bool:
        """Whether a report goes to stdout."""
        return any(path == STDOUT for _, path in self.wanted)

    @property
    def is_told_in_text(self) -> bool:
        """Whether anybody reads more than what is wrong."""
        return not self.quiet or any(name == "text" for name, _ in self.wanted)

    def files(self, report: MakeReport, render: Render) -> dict[Path, str]:
        """The text of each report that goes to a file."""
        named = ((name, path) for name, path in self.wanted if path not in (None, STDOUT))
        return {path: _text(name, report, render) for name, path in named if path is not None}

    def say(self, report: MakeReport, render: Render) -> None:
        """Tell stdout what was asked for there, and stderr: what is for programs alone if that was asked for, else the
        text; all of it where it was asked for, whatever else is to be quiet.
        """
        for name, path in self.wanted:
            if path == STDOUT:
                to_stdout(_text(name, report, render))
        alone = [name for name, path in self.wanted if path is None and name != "text"]
        for name in alone:
            self.err.stream.write(_text(name, report, render))
        if not alone or ("text", None) in self.wanted:
            render(self.err, self.quiet and ("text", None) not in self.wanted)
        if any(name == "github" for name, _ in self.wanted):
            _summarise(report)

    def note(self, text: str, style: str = "dim") -> None:
        """A line for people, where no program reads along."""
        if all(path is not None or name == "text" for name, path in self.wanted):
            self.err.line(text, style)


def _text(name: str, report: MakeReport, render: Render) -> str:
    if name == "json":
        from translate.rendering import json  # only for programs

        return json.text(report())
    if name != "text":
        return _formatted(name, report)
    stream = io.StringIO()
    render(Terminal(stream, colour=False, symbols=True), False)
    return stream.getvalue()


def _formatted(name: str, report: MakeReport) -> str:
    from translate.rendering.formats import FORMATS  # seldom asked for, and not light

    return FORMATS[name](report())


def _summarise(report: MakeReport) -> None:
    """Put the Markdown where a GitHub job shows it, if it runs in one. Raises UnusableError."""
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if place:
        text = _formatted("markdown", report)
        try:
            with open(place, "a", encoding="utf-8", errors="surrogateescape") as summary:
                summary.write(text)
        except OSError as error:
            message = f"cannot be written: {error.strerror or error} (GITHUB_STEP_SUMMARY)"
            raise UnusableError((Problem(message=message, origin=Origin(place)),)) from None


def reports(wanted: ReportTargets, color: Any, given: Mapping[str, Any]) -> Reports:
    """The reports of a command, as loud as ``given`` says."""
    told = Reports(wanted, terminal(sys.stderr, color), given["quiet"], given["verbose"])
    config = given.get("config")
    if given["verbose"] and config is not None and config.path:
        told.note(f"config: {config.path}")
    for text in remarks(given):
        told.note(text)
    return told


def say_expired(config: Config, told: Reports) -> None:
    """The accepts that hold no more."""
    for one in config.expired:
        accept = one.accept
        told.note(f"{accept.written}: {accept.words} was accepted until {one.until}: it is not used", "yellow")


def _trouble(problems: Sequence[Problem], refusals: Sequence[Refusal]) -> dict[str, Any]:
    from translate.rendering.json import of_trouble  # only for programs

    return of_trouble(problems, refusals)


def failure(error: InputError | UnsupportedError, *, verbose: int = 0) -> tuple[MakeReport, Render]:
    """The report of a run that produced nothing: what was refused, and what was lost of the rest."""
    if isinstance(error, InputError):
        problems, unread = error.problems, error.refusals

        def say(out: Terminal, _: bool) -> None:
            text_report.problems(problems, out)
            text_report.refusals(unread, out, verbose=verbose)

        return partial(_trouble, problems, unread), say
    refusals, losses, places = error.refusals, error.losses, error.places or Places()

    def render(out: Terminal, _: bool) -> None:
        text_report.refusals(refusals, out, verbose=verbose)
        text_report.losses(losses, NOTHING, places, out, verbose=verbose)
        out.line("nothing is written", "red")
        for text in error.ways:
            out.prose(f"plan: {text}")

    return partial(_trouble, (), refusals), render


def exit_code(proof: Proof) -> int:
    """What a command ends with whose answer is ``proof``."""
    if proof.verdict is Verdict.UNDECIDED:
        return UNDECIDED
    return OK if proof.is_same else FOUND
