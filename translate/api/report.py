"""``report``: all that is to be known of a migration before it is done, in one value."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Unpack

from msgspec.structs import replace as altered

from translate.api.convert import converted
from translate.api.denials import logging_for
from translate.api.difference import Difference, listed
from translate.api.matrix import Matrix, drawn
from translate.api.options import Options, ReportKeywords, chosen, dialect
from translate.api.releases import release_of
from translate.api.result import LossError, Mapped, Result, Verification
from translate.core.diagnostics import Effect, InputError, Loss, Note, Problem, Refusal, Report, UnsupportedError
from translate.core.origin import Locates, Origin, Place
from translate.core.several import at_most
from translate.dialects import get
from translate.dialects.denials import LogRequest
from translate.frontend.intake import Intake, take_in
from translate.frontend.sources import Input, Places, Source, sources
from translate.model.policy import Identity
from translate.prover.allowance import allowed
from translate.yamlio.verbatim import Keeper

MOST_ROWS = 100
"""So many rows are told of today, and as many of later."""
MOST_PAIRS = 200
"""The text of so many policies is told; of those of which something is lost first."""
MOST_DRAWN = 40
"""A picture of more groups nobody reads."""
MOST_POLICIES_DRAWN = 100
"""With more policies than that it is not even looked at how many groups there are, which costs as much as a proof."""
MOST_TRIED = 30
"""What would make it one to one is tried for so many policies: each try is a translation."""
MOST_SUGGESTED = 100
"""Likewise which facts would settle losses."""


@dataclass(frozen=True, slots=True)
class InputText:
    """One text of the input: what it is called, and the SHA-256 of its bytes in hexadecimal digits."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PolicyPair:
    """One policy as it stands in the input, and the objects that stand for it.

    ``line``: that of the first line of ``before`` in its file, 0 where it is not there line by line.
    """

    policy: Mapped
    before: str
    line: int
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DenialPlan:
    """How denials of the output are seen: what ``log_denials`` would add, or notes how they are seen without.

    ``rules``: so many Log rules, each before a Deny; ``policies``: those that are added, with Log at their end.
    ``refusals``: why they cannot be logged.
    """

    rules: int = 0
    policies: tuple[Identity, ...] = ()
    notes: tuple[Note, ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What a translation from ``dialects`` keeps and loses, for those who decide about it.

    ``result``: the translation of what is not refused; None where all of it is. ``difference``: who gains or loses
    what, None where nothing was compared. ``matrix``: who may reach whom before and after; None where there is nothing
    to draw or too much (``too_many``). ``pairs``: the texts of policies, the gravest first, of which ``left_out`` more
    are not told. ``losses``: of what is refused, as far as that was looked at. ``ways``: what would not be refused.
    """

    to: str
    inputs: tuple[InputText, ...]
    dialects: tuple[str, ...] = ()
    result: Result | None = None
    difference: Difference | None = None
    matrix: Matrix | None = None
    too_many: bool = False
    denials: DenialPlan = DenialPlan()
    pairs: tuple[PolicyPair, ...] = ()
    left_out: int = 0
    problems: tuple[Problem, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    losses: tuple[Loss, ...] = ()
    ways: tuple[str, ...] = ()
    places: Locates = field(default_factory=Places, repr=False, compare=False)

    @property
    def is_refused(self) -> bool:
        """Whether something of the input is not translated."""
        return bool(self.problems or self.refusals)

    @property
    def is_written(self) -> bool:
        """Whether there is an output for all of the input."""
        return self.result is not None and not (self.result.withheld or self.is_refused)

    @property
    def open_losses(self) -> tuple[Loss, ...]:
        """The losses that change what is let through and that nobody accepted."""
        return self.losses if self.result is None else self.result.open_losses


def report(
    source: Input, *, to: str, options: Options | None = None, **keywords: Unpack[ReportKeywords]
) -> MigrationReport:
    """All that is to be known before ``source`` is migrated to the dialect ``to``.

    An input that is refused, or cannot be read, in part or as a whole, is a report as well: it says so. Of ``options``
    what ``convert`` goes by, but for what adds to policies; everything is proved. Raises InputError for facts that
    cannot be read.
    """
    asked, target = chosen(options, keywords, ReportKeywords), dialect(to)
    asked = altered(asked, verify=True, explain_plan=True, keep_going=True, log_denials=False)
    with allowed(asked.max_seconds, asked.max_memory), at_most(asked.jobs):
        return _reported(sources(source), target, asked)


def _reported(given: tuple[Source, ...], target: str, asked: Options) -> MigrationReport:
    intake = take_in(given)
    asked = altered(asked, suggest=len(intake.native) <= MOST_SUGGESTED)
    frame = MigrationReport(target, tuple(map(_input, given)), intake.dialects, places=intake.places)
    try:
        result = converted(intake, target, asked, most_tried=MOST_TRIED)
    except LossError as stop:
        result = stop.result
    except UnsupportedError as error:
        return replace(
            frame,
            refusals=error.refusals,
            losses=error.losses,
            ways=error.ways,
            problems=intake.problems,
            places=error.places or intake.places,
        )
    except InputError as error:
        names = {source.name for source in given}
        if not error.problems or any(one.origin.file not in names for one in error.problems):
            raise  # what is wrong is no text of the input: facts, say
        return replace(frame, problems=error.problems, refusals=intake.refusals)
    return _filled(frame, result, intake, asked)


def _filled(frame: MigrationReport, result: Result, intake: Intake, asked: Options) -> MigrationReport:
    """The report of a translation."""
    pairs = _graded(result)
    matrix, too_many = _picture(result, intake, asked)
    return replace(
        frame,
        result=result,
        difference=_difference(result, asked),
        matrix=matrix,
        too_many=too_many,
        denials=_denials(result, asked),
        pairs=tuple(_pairs(pairs[:MOST_PAIRS], result, intake)),
        left_out=max(0, len(pairs) - MOST_PAIRS),
        problems=result.problems,
        refusals=result.refusals,
        losses=result.losses,
        places=result.places,
    )


def _input(source: Source) -> InputText:
    text = repr(source.objects) if source.objects else source.text
    raw = text if isinstance(text, bytes) else text.encode("utf-8", errors="surrogatepass")
    return InputText(source.name, "" if source.trouble or source.objects else hashlib.sha256(raw).hexdigest())


def _difference(result: Result, asked: Options) -> Difference | None:
    if result.proof is None or result.before is None or result.after is None:
        return None
    found = Verification(
        result.proof, result.before, result.after, result.places, result.after_places, facts=result.facts
    )
    return listed(found, steps=asked.max_steps, most=min(asked.max_rows, MOST_ROWS))


def _picture(result: Result, intake: Intake, asked: Options) -> tuple[Matrix | None, bool]:
    """The matrix of both sides, and whether there is none because it would be too large."""
    before, after = result.before, result.after
    if before is None or after is None or not before.policies or before.semantics.unknown or after.semantics.unknown:
        return None, False
    if max(len(before.policies), len(after.policies)) > MOST_POLICIES_DRAWN:
        return None, True
    found = drawn(before, after, result.facts, intake.foreign, asked, most=MOST_DRAWN)
    return found, found is None


def _denials(result: Result, asked: Options) -> DenialPlan:
    """What ``--log-denials`` would do to the output, or why nothing is needed."""
    if result.after is None or not result.after.policies:
        return DenialPlan()
    said = Report()
    found = logging_for(result.after, result.to, LogRequest(), said, steps=asked.max_steps)
    observed = get(result.to).observe_denials
    if observed is not None and observed.can_name(release_of(asked.target_version, result.to)):
        observed.named(result.after, {}, said)
    names = tuple(policy.identity for policy in found.policies)
    return DenialPlan(len(found.rules), names, tuple(said.notes), tuple(said.refusals))


def _graded(result: Result) -> list[Mapped]:
    """The policies, those of which most is lost first, each kind in the order of the input."""
    order = (Effect.LOOSER, Effect.MIXED, Effect.TIGHTER, Effect.UNKNOWN, Effect.LOOSER_LATER, Effect.TIGHTER_LATER)
    rank = {effect: number for number, effect in enumerate((*order, Effect.EXACT))}
    return sorted(result.policies, key=lambda row: (rank[row.exactness], not row.codes))


def _pairs(rows: list[Mapped], result: Result, intake: Intake) -> Iterator[PolicyPair]:
    """The text of each policy, and of what stands for it."""
    keeper, values = Keeper(result.places.locator), _values(intake)
    written: dict[tuple[str, str | None, str], list[str]] = {}
    for made, part in zip(result.objects, result.parts, strict=True):
        meta = made.get("metadata") or {}
        name = str(meta.get("name") or meta.get("generateName") or "")
        written.setdefault((str(made.get("kind")), meta.get("namespace"), name), []).append(part)
    for row in rows:
        value = values.get(row.origin.place)
        text = "" if value is None else keeper.text(row.origin, value)
        line = _line(text, row.origin, result.places)
        targets = ((t.kind, space, t.name) for t in row.targets for space in dict.fromkeys((t.namespace, None)))
        yield PolicyPair(row, text, line, tuple(part for key in targets for part in written.get(key, ())))


def _values(intake: Intake) -> Mapping[Place, Mapping[str, Any]]:
    return {item.origin.place: item.value for _, item in intake.native}


def _line(text: str, origin: Origin, places: Places) -> int:
    """The line of a file that ``text`` begins with; 0 where it is not there as it stands."""
    found, locator = places.locate(origin), places.locator(origin.file)
    if found is None or locator is None or not text:
        return 0
    mine, lines = text.rstrip("\n").split("\n"), locator.source.split("\n")
    above = next((number for number, line in enumerate(mine) if line.strip() and line.strip()[0] != "#"), 0)
    start = found[0] - above
    there = lines[start - 1 : start - 1 + len(mine)] if start > 0 else []
    return start if [one.strip() for one in there] == [one.strip() for one in mine] else 0
