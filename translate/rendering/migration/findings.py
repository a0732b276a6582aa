"""What is lost and what is refused, those of one code and one way out together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from translate.api.report import MigrationReport
from translate.core.accepting import NOTHING
from translate.core.diagnostics import Effect
from translate.core.identity import Identity
from translate.core.origin import Place
from translate.rendering import findings
from translate.rendering.migration import page
from translate.rendering.migration.marks import mark
from translate.rendering.migration.packets import PacketsByPolicy
from translate.tables import load

MOST_PLACES, MOST_PACKETS = 12, 1


def refused(found: MigrationReport) -> tuple[page.FindingGroup, ...]:
    """What is not translated."""
    return _grouped(findings.of_refusals(found.refusals), {}, {})


def lost(found: MigrationReport, packets: PacketsByPolicy) -> tuple[page.FindingGroup, ...]:
    """What the output says differently, the gravest first, with a packet where there is one."""
    accepted = NOTHING if found.result is None else found.result.accepted
    named = {} if found.result is None else {row.source: row.origin.place for row in found.result.policies}
    return _grouped(findings.of_losses(found.losses, accepted, found.places), packets, named)


def problems(found: MigrationReport) -> page.NamedTexts:
    """What cannot be read, by its place."""
    told = []
    for one in found.problems:
        where = ":".join([one.origin.file or "input", *(str(n) for n in (one.line, one.column) if n)])
        told.append((where, one.message))
    return tuple(told)


def _grouped(
    some: Iterable[findings.Finding],
    packets: PacketsByPolicy,
    named: Mapping[Identity, Place],
) -> tuple[page.FindingGroup, ...]:
    groups: dict[findings.Group, list[findings.Finding]] = {}
    for one in some:
        groups.setdefault(one.group, []).append(one)
    return tuple(_one(group, packets, named) for _, group in sorted(groups.items()))


def _one(
    group: list[findings.Finding],
    packets: PacketsByPolicy,
    named: Mapping[Identity, Place],
) -> page.FindingGroup:
    first, record = group[0], load.codes().get(group[0].code)
    places = (named[one.about] for one in group if one.about is not None and one.about in named)
    mine = (found for place in places for found in packets.get(place, ()))
    shown = dict.fromkeys(example for effect, example in mine if _fits(first.word, effect))
    return page.FindingGroup(
        word=f"{first.word}, accepted" if first.accepted else first.word,
        mark=mark(first.word),
        code=first.code,
        name=record.name if record else "",
        meaning=record.meaning.strip() if record else "",
        places=tuple((one.where, one.message) for one in group[:MOST_PLACES]),
        more=max(0, len(group) - MOST_PLACES),
        way_out="" if first.accepted else first.hint or (record.way_out.strip() if record else ""),
        policies=len({one.about for one in group}),
        packets=tuple(shown)[:MOST_PACKETS],
    )


def _fits(word: str, effect: Effect) -> bool:
    """Whether a packet shows what a loss of this word does."""
    return word == effect or word in (Effect.MIXED, Effect.UNKNOWN)
