"""What a report of a migration says, section by section: the same words in all of its forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Facts: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values, as in a list of definitions."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: a word, its mark, the sentences that say what it means, and what is first to be done."""

    word: str
    mark: str
    sentence: str
    remarks: tuple[str, ...] = ()
    counts: Facts = ()


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet that both sides treat differently, line by line."""

    title: str
    lines: Facts


@dataclass(frozen=True, slots=True)
class Finding:
    """What is lost or refused for one reason: its word and mark, code and name, what it means, where, the way out.

    ``more``: how many places are not told.
    """

    word: str
    mark: str
    code: str
    name: str
    meaning: str
    places: Facts
    more: int
    way_out: str
    policies: int
    packets: tuple[Packet, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
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
class Policy:
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
class Step:
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
    verdict: Verdict
    refused: tuple[Finding, ...]
    problems: Facts
    findings: tuple[Finding, ...]
    rows: tuple[Row, ...]
    later_rows: tuple[Row, ...]
    rows_note: str
    no_rows: str
    policies: tuple[Policy, ...]
    policies_left: int
    others: Facts
    assumptions: tuple[Assumed, ...]
    settling: tuple[Step, ...]
    notes: tuple[str, ...]
    picture: Picture
    denials: tuple[Step, ...]
    before_cut_over: tuple[Step, ...]
    cut_over: tuple[Step, ...]
    way_back: tuple[Step, ...]
    inputs: Facts
    words: Facts
