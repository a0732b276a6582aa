"""What a report of a migration says, section by section: the same words in all of its forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

NamedTexts: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values, as in a list of definitions."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer: a word, its mark, the sentences that say what it means, and what is first to be done."""

    word: str
    mark: str
    sentence: str
    remarks: tuple[str, ...] = ()
    counts: NamedTexts = ()


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet that both sides treat differently, line by line."""

    title: str
    lines: NamedTexts


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """What is lost or refused for one reason: its word and mark, code and name, what it means, where, the way out.

    ``more``: how many places are not told.
    """

    word: str
    mark: str
    code: str
    name: str
    meaning: str
    places: NamedTexts
    more: int
    way_out: str
    policies: int
    packets: tuple[Packet, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Who gains or loses what."""

    who: str
    source: str
    destination: str
    packets: str
    was: str
    now: str
    judged: str
    once: str
    example: Packet


@dataclass(frozen=True, slots=True)
class Text:
    """The text of an object, and where it stands; ``line``: the number of its first line; ``more``: lines left out."""

    title: str
    lines: tuple[str, ...]
    line: int = 1
    more: int = 0


@dataclass(frozen=True, slots=True)
class PolicyView:
    """One policy before and after, and what became of it; ``open``: it is worth a look."""

    name: str
    targets: str
    word: str
    mark: str
    codes: tuple[str, ...]
    where: str
    says: tuple[str, ...]
    before: Text
    after: tuple[Text, ...]
    packets: tuple[Packet, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a proof takes for granted, and what settles it."""

    text: str
    way: str
    shown: bool


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something to be done, with commands to type."""

    text: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Who may reach whom: a drawing as SVG (empty: none, ``why`` says why), and the same as a table."""

    svg: str
    why: str
    commands: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    reached: tuple[tuple[str, str, str, str], ...]
    changes: tuple[tuple[str, str, str, str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report."""

    title: str
    verdict: Headline
    refused: tuple[FindingGroup, ...]
    problems: NamedTexts
    findings: tuple[FindingGroup, ...]
    rows: tuple[ChangeRow, ...]
    later_rows: tuple[ChangeRow, ...]
    rows_note: str
    no_rows: str
    policies: tuple[PolicyView, ...]
    policies_left: int
    others: NamedTexts
    assumptions: tuple[Assumed, ...]
    settling: tuple[ToDo, ...]
    notes: tuple[str, ...]
    picture: Picture
    denials: tuple[ToDo, ...]
    before_cut_over: tuple[ToDo, ...]
    cut_over: tuple[ToDo, ...]
    way_back: tuple[ToDo, ...]
    inputs: NamedTexts
    words: NamedTexts
