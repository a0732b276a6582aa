"""PacketsByPolicy that both sides treat differently, and whose policy they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from translate.api.difference import Difference
from translate.api.report import MigrationReport
from translate.api.result import Result, source_of
from translate.core.diagnostics import Effect
from translate.core.origin import Place
from translate.frontend.sources import Places
from translate.prover.point import Others
from translate.prover.proof import Counterexample, Verdict
from translate.prover.rows import DiffRow
from translate.rendering.difference import WORDS, depending, when
from translate.rendering.migration import page
from translate.rendering.witness import lines, others, sentence

PacketsByPolicy: TypeAlias = Mapping[Place, Sequence[tuple[Effect, page.Packet]]]
"""By the policy of the input that they are about, with what they show."""
WHO = {Verdict.LOOSER: "gains", Verdict.TIGHTER: "loses", Verdict.MIXED: "either"}


def packet(example: Counterexample, before: Places, after: Places) -> page.Packet:
    """A packet, line by line."""
    told = (line.strip().partition(" ") for line in lines(example, before, after))
    when_ = others(example.point)
    title = f"{sentence(example.point)}{f', {when_}' * bool(when_)}"
    return page.Packet(title, tuple((name, " ".join(text.split())) for name, _, text in told))


def row(one: DiffRow, found: Difference) -> page.ChangeRow:
    """A row of what changes, in words."""
    verified = found.verification
    once = ", ".join(filter(None, (depending(found) if one.depends else "", when(one.once))))
    return page.ChangeRow(
        who=WHO[one.effect],
        source=one.source,
        destination=one.destination,
        packets=one.packets,
        was=WORDS[one.was_allowed],
        now=WORDS[one.is_allowed],
        judged=one.direction.value,
        once=once,
        example=packet(one.example, verified.before_places, verified.after_places),
    )


def examples(found: MigrationReport) -> PacketsByPolicy:
    """PacketsByPolicy by the policy of the input that they are about: those of all rows, or else of the proof."""
    result, difference = found.result, found.difference
    if result is None or result.proof is None:
        return {}
    some = [*_of_rows(difference)] or [*result.proof.counterexamples, *result.proof.later_counterexamples]
    told: dict[Place, list[tuple[Effect, page.Packet]]] = {}
    for example in some:
        place = _about(example, result)
        if place is not None:
            later = "-later" if example.point.others is not Others.NOTHING else ""
            one = packet(example, result.places, result.after_places)
            told.setdefault(place, []).append((Effect(f"{example.effect.value}{later}"), one))
    return told


def _of_rows(found: Difference | None) -> Iterator[Counterexample]:
    yield from (one.example for one in (*found.rows, *found.later)) if found is not None else ()


def _about(example: Counterexample, result: Result) -> Place | None:
    if example.before.policy is not None:
        return example.before.policy.origin.place
    mine = source_of(example.after.policy, result)
    return None if mine is None else mine.origin.place
