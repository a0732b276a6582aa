"""The report as Markdown, for a pull request or a change record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from translate.api.report import MigrationReport
from translate.rendering.difference_formats import escaped
from translate.rendering.migration import page
from translate.rendering.migration.build import page_of
from translate.rendering.terminal import safe

GAINS = {"gains": "✘ gains", "loses": "! loses", "either": "? either"}


def as_markdown(found: MigrationReport) -> str:
    """The page."""
    told = page_of(found)
    return "\n".join(_lines(told)).rstrip() + "\n"


def _lines(told: page.Page) -> Iterator[str]:
    answer = told.verdict
    yield from (f"# {escaped(told.title)}", "", f"**{answer.mark} {escaped(answer.word)}**", "")
    yield from (f"{escaped(answer.sentence)}.", "", *_list(answer.remarks))
    yield from _table(("count", "of"), ((count, name) for name, count in answer.counts))
    yield from _refused(told)
    if told.findings:
        yield from ("## What is lost", "")
        for one in told.findings:
            yield from _finding(one)
    yield from _changes(told)
    yield from _picture(told.picture)
    for policy in told.policies:
        yield from _policy(policy)
    if told.policies_left:
        yield from (f"{told.policies_left} more policies, without their texts:", "")
        yield from _table(("policy", "exactness"), told.others)
    yield from ("## Assumptions and facts", "")
    yield from _list(f"{one.text}; what settles it: {one.way}" if one.way else one.text for one in told.assumptions)
    yield from _steps("What would settle losses", told.settling)
    yield from _list(told.notes)
    yield from _steps("Seeing denials", told.denials, level=2)
    yield from ("## Cut-over and way back", "")
    yield from _steps("Before", told.before_cut_over, box=True)
    yield from _steps("Cut-over", told.cut_over, box=True)
    yield from _steps("Way back", told.way_back, box=True)
    yield from ("## Evidence and words", "")
    yield from _table(("file", "SHA-256"), told.inputs)
    yield from _list(f"{word}: {meaning}" for word, meaning in told.words)


def _refused(told: page.Page) -> Iterator[str]:
    if told.problems or told.refused:
        yield from ("## What is refused", "")
        yield from _list(f"{where} {message}" for where, message in told.problems)
        for one in told.refused:
            yield from _finding(one)


def _finding(one: page.FindingGroup) -> Iterator[str]:
    yield from (f"### {one.mark} {escaped(f'{one.word}: {one.code} {one.name}')}", "", escaped(one.meaning), "")
    yield from _list(f"{where} {message}" for where, message in one.places)
    yield from [f"+ {one.more} more of this kind", ""] if one.more else ()
    for example in one.packets:
        yield from _packet(example)
    yield from [f"Way out: {escaped(one.way_out)}", ""] if one.way_out else ()


def _changes(told: page.Page) -> Iterator[str]:
    yield from ("## Who gains or loses what", "")
    for title, some in (("Today", told.rows), ("Only once another policy is added", told.later_rows)):
        if some:
            yield from (f"{title}:", "")
            heads = ("access", "from", "to", "on", "was", "is", "judged by policies of the")
            yield from _table(heads, map(_row, some))
    if not told.rows:
        yield from (escaped(told.no_rows), "")
    yield from [escaped(told.rows_note), ""] if told.rows_note else ()


def _row(one: page.ChangeRow) -> tuple[str, ...]:
    now = f"{one.now} ({one.once})" if one.once else one.now
    judge = "receiver" if one.judged == "ingress" else "sender"
    return GAINS[one.who], one.source, one.destination, one.packets, one.was, now, judge


def _picture(told: page.Picture) -> Iterator[str]:
    yield from ("## Who may reach whom", "")
    if not told.svg:
        yield from (f"{escaped(told.why)}.", "", *_code("sh", told.commands))
        return
    if told.changes:
        yield from ("What changes:", "")
        yield from _table(("from", "to", "was", "is", "depending on"), told.changes)
    yield from ("Who reaches whom afterwards; nothing else gets through between any two groups:", "")
    yield from _table(("from", "to", "on", "depending on"), told.reached)
    yield from _table(("group", "who exactly"), told.groups)
    yield from _list(told.notes)


def _policy(one: page.PolicyView) -> Iterator[str]:
    codes = f" ({', '.join(one.codes)})" if one.codes else ""
    yield from (f"## {one.mark} {escaped(f'{one.word}: {one.name} → {one.targets}{codes}')}", "")
    yield from _list(one.says)
    for example in one.packets:
        yield from _packet(example)
    yield from (f"Before ({escaped(one.where)}):", "", *_yaml(one.before), "After:", "")
    for text in one.after:
        yield from _yaml(text)


def _packet(one: page.Packet) -> Iterator[str]:
    yield from _table(("one packet", ""), one.lines)


def _yaml(text: page.Text) -> Iterator[str]:
    more = (f"# + {text.more} more lines",) if text.more else ()
    yield from _code("yaml", (*text.lines, *more))


def _code(language: str, lines: Sequence[str]) -> Iterator[str]:
    """A fenced block whose fence no line of it can end."""
    told = [safe(line) for line in lines]
    if told:
        fence = "`" * (3 + max(_ticks(line) for line in told))
        yield from (f"{fence}{language}", *told, fence, "")


def _ticks(line: str) -> int:
    stripped = line.lstrip()
    return len(stripped) - len(stripped.lstrip("`"))


def _steps(title: str, some: Sequence[page.ToDo], *, level: int = 3, box: bool = False) -> Iterator[str]:
    if some:
        yield from (f"{'#' * level} {title}", "")
    for one in some:
        yield from (f"- {'[ ] ' * box}{escaped(one.text)}", "")
        yield from (f"  {line}" if line else line for line in _code("sh", one.commands))


def _list(some: Iterable[str]) -> Iterator[str]:
    lines = [f"- {escaped(text)}" for text in some]
    yield from [*lines, ""] if lines else ()


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    told = [f"| {' | '.join(map(escaped, row))} |" for row in rows]
    if told:
        yield from (f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *told, "")
