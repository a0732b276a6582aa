"""A forecast of a translation, and what can be shown to be wrong with the input itself; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Unpack

from msgspec.structs import replace

from translate.api.convert import convert
from translate.api.going_on import without
from translate.api.lints import Lint, lints
from translate.api.options import CheckKeywords, Options, chosen
from translate.api.releases import read_on
from translate.api.result import Result
from translate.core.diagnostics import InputError, Problem, Refusal, UnsupportedError
from translate.core.origin import Place
from translate.core.several import at_most
from translate.frontend.facts import facts_of
from translate.frontend.intake import Intake, take_in
from translate.frontend.link import Linked, link
from translate.frontend.sources import Input, Places, sources
from translate.model.facts import Facts
from translate.prover.allowance import allowed


@dataclass(frozen=True, slots=True)
class Check:
    """What was found in an input; ``forecast`` is its translation where one was asked for, as ``convert`` gives it.

    ``problems``: what cannot be read, or is no legal object: it is left out of all the rest. ``refusals``: what is not
    read, or not translated. ``policies``: how many policies were looked at.
    """

    findings: tuple[Lint, ...]
    policies: int
    forecast: Result | None = None
    refusals: tuple[Refusal, ...] = ()
    problems: tuple[Problem, ...] = ()
    places: Places = field(default_factory=Places, repr=False, compare=False)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to look at: no finding, nothing refused or not legal, nothing lost that is not
        accepted.
        """
        lost = self.forecast is not None and bool(self.forecast.open_losses)
        return not (self.findings or self.refusals or self.problems or lost)


def check(
    source: Input, *, to: str | None = None, options: Options | None = None, **keywords: Unpack[CheckKeywords]
) -> Check:
    """Look for what is not meant in the policies of ``source``, and foresee what a translation to ``to`` loses.

    Raises InputError where nothing of it is valid. What is wrong or refused is told, and the rest looked at all the
    same.
    """
    asked = chosen(options, keywords, CheckKeywords)
    with allowed(asked.max_seconds, asked.max_memory), at_most(asked.jobs):
        return _checked(source, to, asked)


def _checked(source: Input, to: str | None, asked: Options) -> Check:
    given = sources(source)
    facts = facts_of(asked.facts)
    linked, problems = _readable(take_in(given), asked, facts)
    linked = read_on(asked.source_version, linked)
    found = lints(linked, steps=asked.max_steps)
    forecast, refusals = None, tuple(linked.report.refusals)
    if to is not None:
        try:
            # What is not valid is told once, of the input itself.
            forecast = replace(convert(given, to=to, options=asked, keep_going=True), problems=())
            refusals = forecast.refusals
        except UnsupportedError as error:
            refusals = error.refusals
    return Check(found, len(linked.policies.policies), forecast, refusals, problems, linked.places)


def _readable(intake: Intake, asked: Options, facts: Facts) -> tuple[Linked, tuple[Problem, ...]]:
    """What can be read of an input, and what is wrong with the rest. Raises InputError."""
    problems: dict[tuple[Problem, Place], Problem] = {}
    while True:
        try:
            found = link(intake, default_namespace=asked.default_namespace, engine=asked.source_engine, facts=facts)
        except InputError as error:
            problems |= {(one, one.origin.place): one for one in error.problems}
            rest = without(intake, [one.origin for one in error.problems], (), asked.default_namespace)
            if rest is None or not rest.native:
                raise InputError(problems.values()) from None
            intake = rest
        else:
            return found, tuple(problems.values())
