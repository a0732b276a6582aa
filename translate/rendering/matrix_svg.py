"""Who may reach whom as a picture: a grid with a row and a column for each group, by namespace, and what marks mean.

It stands alone: no script, no font, nothing from elsewhere; light and dark as its reader has it, and never by colour
alone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

from translate.api.matrix import Matrix
from translate.prover.matrix.told import Access, MatrixCell, MatrixGroup
from translate.rendering.matrix_words import MEANINGS, counted, legend, members_of, text_of
from translate.rendering.terminal import safe

CELL, GAP, HEAD, EDGE = 28, 12, 22, 24
LETTER = 7.2
"""How wide a letter is at most, on the average of a line, at the size of labels."""
LONGEST, TALLEST = 44, 30
NARROWEST = 560
MOST_HINTS = 10_000
"""With more cells than that none has a text of its own: nobody could point at one."""
NOTE, LINE = 260, 22
"""How wide a column of the legend is, and how high a line."""
CLASSES = {
    Access.ALL: "all",
    Access.SOME: "some",
    Access.NOTHING: "none",
    Access.DEPENDS: "depends",
    Access.UNDECIDED: "open",
}
BLANK = (Access.UNASKED, Access.NOBODY)
STYLE = """
.page{fill:#fff}.t{fill:#1c2530;font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.h{font-size:20px;font-weight:600}.s{fill:#5b6875}.b{font-weight:600}.e{text-anchor:end}.m{text-anchor:middle}
.none{fill:#eef1f4}.unasked{fill:url(#unasked)}.unasked-line{stroke:#d8dee4}
.all{fill:#1f5fa8}.some{fill:#a9cdf2}.depends{fill:url(#depends)}.depends-back{fill:#fbe3b3}.depends-line{stroke:#d19a2a}
.open{fill:#fff;stroke:#b3261e;stroke-width:2}.on-all{fill:#fff}.on-some,.on-depends{fill:#10243d}.on-open{fill:#b3261e}
.gained{fill:none;stroke:#b3261e;stroke-width:3}.lost{fill:none;stroke:#1c2530;stroke-width:3;stroke-dasharray:5 3}
@media (prefers-color-scheme:dark){.page{fill:#12171d}.t{fill:#e6ebf0}.s{fill:#9aa7b4}.none{fill:#1f2830}
.unasked-line{stroke:#2c3741}.all{fill:#8fc0ff}.some{fill:#2f5f95}.depends-back{fill:#5a4416}.depends-line{stroke:#c8962f}
.open{fill:#12171d;stroke:#ff8a80}.on-all{fill:#0b1a2c}.on-some,.on-depends{fill:#fff}.on-open{fill:#ff8a80}
.gained{stroke:#ff8a80}.lost{stroke:#e6ebf0}}
"""
_Entry: TypeAlias = tuple[str, str, str]
"""A mark, its style, and what it means."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things are: the places of rows and columns, from where the grid begins."""

    left: float
    top: float
    rows: tuple[float, ...]
    columns: tuple[float, ...]
    heads: tuple[tuple[float, str], ...]
    width: float
    bottom: float


def as_svg(found: Matrix) -> str:
    """The picture."""
    place, marks = _layout(found), legend(found).marks
    notes, high = _placed(_legend(found, marks), place.width - 2 * EDGE)
    height = place.bottom + 24 + high + EDGE
    size = f'viewBox="0 0 {place.width:.0f} {height:.0f}" width="{place.width:.0f}" height="{height:.0f}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
        f'<title id="title">{_text(_title(found))}</title>',
        f'<desc id="desc">{_text(_described(found))}</desc>',
        f"<style>{STYLE}</style>",
        _pattern("unasked", "", "unasked-line"),
        _pattern("depends", "depends-back", "depends-line"),
        f'<rect class="page" width="{place.width:.0f}" height="{height:.0f}"/>',
        _line(EDGE, EDGE + 20, _title(found), "h"),
        _line(EDGE, EDGE + 44, _described(found), "s"),
        *_labels(found, place),
        *_cells(found, place, marks),
        f'<g transform="translate(0 {place.bottom + 24:.1f})">',
        *notes,
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _title(found: Matrix) -> str:
    return "What changes in who may reach whom" if found.before else "Who may reach whom"


def _described(found: Matrix) -> str:
    """What somebody who does not see the picture wants to know as well."""
    parts = [f"{len(found.changes)} of {len(found.pairs)} pairs change"] if found.before else []
    parts += [counted(found), "rows send, columns receive"]
    parts += [f"undecided: {found.reason}"] if found.reason else []
    return " · ".join(parts)


def _layout(found: Matrix) -> _Layout:
    names = [_name(group) for group in found.groups]
    rows: list[float] = []
    columns: list[float] = []
    heads: list[tuple[float, str]] = []
    x = y = 0.0
    home = None
    for group in found.groups:
        if group.namespace != home:
            home = group.namespace
            x, y = x + (GAP if columns else 0), y + (GAP if rows else 0)
            if home:
                heads.append((y, home))
                y += HEAD
        rows.append(y)
        columns.append(x)
        x, y = x + CELL, y + CELL
    longest = max([*map(len, names), *(len(head) - 4 for _, head in heads), 8])
    left = EDGE + longest * LETTER + 44
    tallest = min(TALLEST, max((len(group.name) + 3 for group in found.groups), default=0))
    top = EDGE + 60 + tallest * LETTER * 0.82 + 16
    lean = tallest * LETTER * 0.57
    return _Layout(
        left, top, tuple(rows), tuple(columns), tuple(heads), max(NARROWEST, left + x + lean + EDGE), top + y + 8
    )


def _name(group: MatrixGroup) -> str:
    """What stands beside a row, below the name of its namespace."""
    name = group.name.removeprefix(f"{group.namespace}/") if group.namespace else group.name
    known = members_of(group, 1)
    return _short(f"{name} [{known}]" if known else name, LONGEST)


def _short(text: str, most: int) -> str:
    text = safe(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _labels(found: Matrix, place: _Layout) -> Iterator[str]:
    for y, head in place.heads:
        yield _line(EDGE, place.top + y + HEAD - 6, _short(head, LONGEST + 4), "b")
    for number, y in enumerate(place.rows):
        middle = place.top + y + CELL / 2 + 4.5
        name = _name(found.groups[number])
        indent = 12 if found.groups[number].namespace else 0
        yield _line(EDGE + indent, middle, name, "", found.groups[number].text)
        yield _line(place.left - 8, middle, str(number + 1), "s e")
    for number, x in enumerate(place.columns):
        at = f"translate({place.left + x + CELL / 2 + 4:.1f} {place.top - 8:.1f}) rotate(-55)"
        label = _short(f"{number + 1} {found.groups[number].name}", TALLEST)
        yield f'<text class="t" transform="{at}">{_text(label)}</text>'


def _cells(found: Matrix, place: _Layout, marks: dict[MatrixCell, str]) -> Iterator[str]:
    """The cells that were asked for, and those that no policy is asked about."""
    wanted, changed = set(found.pairs), set(found.changes)
    hints = len(wanted) <= MOST_HINTS
    for i, row in enumerate(found.cells):
        for j, cell in enumerate(row):
            x, y = place.left + place.columns[j], place.top + place.rows[i]
            if (i, j) in wanted:
                drawn = _cell(cell, marks[cell].strip("."), x, y)
                drawn += _changed(found.before[i][j], cell, x, y) if (i, j) in changed else ""
                yield f"<g>{_hint(found, i, j)}{drawn}</g>" if hints else drawn
            elif cell.access in BLANK and not found.focus:
                yield _box("unasked", x, y)


def _cell(cell: MatrixCell, mark: str, x: float, y: float) -> str:
    style = CLASSES[cell.access]
    at = f'x="{x + CELL / 2:.1f}" y="{y + CELL / 2 + 4.5:.1f}"'
    return _box(style, x, y) + (f'<text class="t m b on-{style}" {at}>{_text(mark)}</text>' if mark else "")


def _box(style: str, x: float, y: float) -> str:
    return f'<rect class="{style}" x="{x + 1:.1f}" y="{y + 1:.1f}" width="{CELL - 2}" height="{CELL - 2}" rx="3"/>'


def _hint(found: Matrix, i: int, j: int) -> str:
    cell = found.cells[i][j]
    says = text_of(cell) + (f" (depending on {'; '.join(cell.rests_on)})" if cell.rests_on else "")
    if found.before and found.before[i][j] != cell:
        says = f"was {text_of(found.before[i][j])}, is {says}"
    return f"<title>{_text(f'{found.groups[i].name} → {found.groups[j].name}: {says}')}</title>"


def _changed(was: MatrixCell, now: MatrixCell, x: float, y: float) -> str:
    """A frame around what changes: a full one where more gets through or other things, broken where less does."""
    less = now.access is Access.NOTHING or was.access is Access.ALL
    style = "lost" if less else "gained"
    return f'<rect class="{style}" x="{x + 2:.1f}" y="{y + 2:.1f}" width="{CELL - 4}" height="{CELL - 4}" rx="2"/>'


def _legend(found: Matrix, marks: dict[MatrixCell, str]) -> Iterator[_Entry]:
    """What marks and frames mean."""
    for cell, mark in marks.items():
        rests = f", depending on {'; '.join(cell.rests_on)}" if cell.rests_on else ""
        yield mark.strip("."), CLASSES[cell.access], f"{text_of(cell)}{rests}"
    blank = dict.fromkeys(cell.access for row in found.cells for cell in row if cell.access in BLANK)
    if blank and not found.focus:
        yield "", "unasked", "; ".join(MEANINGS[access] for access in blank)
    if found.changes:
        yield "", "gained", "changes: more gets through, or something else"
        yield "", "lost", "changes: less gets through"


def _placed(entries: Iterator[_Entry], width: float) -> tuple[list[str], float]:
    """The entries below each other, short ones in as many columns as there is room for; and how high that is."""
    listed = list(entries)
    room, count = int(width / LETTER) - 5, max(1, int(width // NOTE))
    short = [entry for entry in listed if len(entry[2]) * LETTER <= NOTE - 50]
    height = -(-len(short) // count)
    lines: list[str] = []
    for number, entry in enumerate(short):
        lines += _note(EDGE + number // height * NOTE, LINE * (number % height), *entry)
    for mark, style, text in (entry for entry in listed if entry not in short):
        for number, line in enumerate(textwrap.wrap(safe(text), max(30, room))):
            lines += _note(EDGE, LINE * height, "" if number else mark, "" if number else style, line)
            height += 1
    return lines, LINE * height


def _note(x: float, y: float, mark: str, style: str, text: str) -> Iterator[str]:
    if style:
        yield f'<rect class="{style}" x="{x}" y="{y - 14:.1f}" width="20" height="18" rx="3"/>'
    if mark:
        yield f'<text class="t m b on-{style}" x="{x + 10}" y="{y:.1f}">{_text(mark)}</text>'
    yield _line(x + 30, y, text, "")


def _pattern(name: str, back: str, line: str) -> str:
    under = f'<rect class="{back}" width="8" height="8"/>' if back else ""
    return (
        f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'{under}<line class="{line}" x1="0" y1="0" x2="0" y2="8" stroke-width="3"/></pattern>'
    )


def _line(x: float, y: float, text: str, style: str, hint: str = "") -> str:
    more = f"<title>{_text(hint)}</title>" if hint else ""
    return f'<text class={quoteattr(f"t {style}".strip())} x="{x:.1f}" y="{y:.1f}">{_text(text)}{more}</text>'


def _text(text: str) -> str:
    """Text that is never markup, without characters that XML does not have."""
    return escape(safe(text))
