"""A forecast of a translation, and what can be shown to be wrong with the input itself; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Unpack

from translate.api.convert import convert
from translate.api.lints import Lint, lints
from translate.api.options import CheckKeywords, Options, chosen
from translate.api.releases import read_on
from translate.api.result import Result
from translate.core.diagnostics import Refusal, UnsupportedError
from translate.frontend.facts import facts_of
from translate.frontend.intake import take_in
from translate.frontend.link import link
from translate.frontend.sources import Input, Places, sources


@dataclass(frozen=True, slots=True)
class Check:
    """What was found in an input; ``forecast`` is its translation where one was asked for, as ``convert`` gives it.

    ``refusals``: what is not read, or not translated. ``policies``: how many policies were looked at.
    """

    findings: tuple[Lint, ...]
    policies: int
    forecast: Result | None = None
    refusals: tuple[Refusal, ...] = ()
    places: Places = field(default_factory=Places, repr=False, compare=False)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to look at: no finding, nothing refused, nothing lost that is not accepted."""
        lost = self.forecast is not None and bool(self.forecast.open_losses)
        return not (self.findings or self.refusals or lost)


def check(
    source: Input, *, to: str | None = None, options: Options | None = None, **keywords: Unpack[CheckKeywords]
) -> Check:
    """Look for what is not meant in the policies of ``source``, and foresee what a translation to ``to`` loses.

    Raises InputError for input that is not valid. What is refused is told, and the rest looked at all the same.
    """
    asked = chosen(options, keywords, CheckKeywords)
    given = sources(source)
    facts = facts_of(asked.facts)
    linked = link(take_in(given), default_namespace=asked.default_namespace, engine=asked.source_engine, facts=facts)
    linked = read_on(asked.source_version, linked)
    found = lints(linked, steps=asked.max_steps)
    forecast, refusals = None, tuple(linked.report.refusals)
    if to is not None:
        try:
            forecast = convert(given, to=to, options=asked, keep_going=True)
            refusals = forecast.refusals
        except UnsupportedError as error:
            refusals = error.refusals
    return Check(found, len(linked.policies.policies), forecast, refusals, linked.places)
