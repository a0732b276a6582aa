"""Who may reach whom: the drawing, and the same as tables for those who do not see it."""

from __future__ import annotations

from translate.api.matrix import Matrix
from translate.api.report import MOST_DRAWN, MOST_POLICIES_DRAWN, MigrationReport
from translate.prover.matrix.told import Access, MatrixCell
from translate.prover.proof import Verdict
from translate.rendering.matrix_svg import as_svg
from translate.rendering.matrix_words import left_out, members_of, text_of
from translate.rendering.migration import page
from translate.rendering.migration.commands import command, files_of

MOST_MEMBERS = 5
MANY = (
    f"a picture of more than {MOST_DRAWN} groups, or of more than {MOST_POLICIES_DRAWN} policies, is one that nobody "
    "reads: draw a namespace at a time"
)
NOBODY = "there is nothing to draw"


def picture(found: MigrationReport) -> page.Picture:
    """The drawing, or why there is none."""
    matrix = found.matrix
    if matrix is None or not matrix.groups:
        if found.too_many:
            focus = ("--focus", "NAMESPACE", "-o", "svg=reach.svg")
            return _none(MANY, (command("matrix", *files_of(found), "--to", found.to, *focus),))
        return _none(NOBODY if matrix is None or not matrix.reason else matrix.reason)
    return page.Picture(
        svg=as_svg(matrix),
        why="",
        commands=(),
        groups=tuple((one.name, _who(one.text, members_of(one, MOST_MEMBERS))) for one in matrix.groups),
        reached=tuple(_reached(matrix)),
        changes=tuple(_changes(matrix)),
        notes=(
            *_settled(found, matrix),
            *left_out(matrix),
            *matrix.notes,
            *([f"undecided: {matrix.reason}"] if matrix.reason else []),
        ),
    )


def _settled(found: MigrationReport, matrix: Matrix) -> tuple[str, ...]:
    """Which framed cells are no difference that a proof has to find: the input leaves them open."""
    proof = found.result.proof if found.result is not None else None
    if proof is None or proof.verdict is not Verdict.SAME:
        return ()
    opened = sum(matrix.before[i][j].access is Access.DEPENDS for i, j in matrix.changes)
    if not opened:
        return ()
    which = "All framed cells" if opened == len(matrix.changes) else f"{opened} of {len(matrix.changes)} framed cells"
    return (
        f"{which} were open before: the input leaves them to addresses, labels or who enforces it. The output says "
        "more, within what is left open: that is why the proof says “same”",
    )


def _none(why: str, commands: tuple[str, ...] = ()) -> page.Picture:
    return page.Picture("", why, commands, (), (), (), ())


def _who(text: str, members: str) -> str:
    return f"{text} (known: {members})" if members else text


def _reached(matrix: Matrix) -> list[tuple[str, str, str, str]]:
    """From, to, on what, depending on what: after, those whom one group reaches alike together."""
    together: dict[tuple[int, MatrixCell], list[str]] = {}
    for i, j in matrix.pairs:
        if matrix.cells[i][j].access is not Access.NOTHING:
            together.setdefault((i, matrix.cells[i][j]), []).append(matrix.groups[j].name)
    return [
        (matrix.groups[i].name, ", ".join(names), text_of(cell), "; ".join(cell.rests_on))
        for (i, cell), names in together.items()
    ]


def _changes(matrix: Matrix) -> list[tuple[str, str, str, str, str]]:
    """From, to, was, is, depending on what."""
    told = []
    for i, j in matrix.changes:
        was, now = matrix.before[i][j], matrix.cells[i][j]
        rests = "; ".join(dict.fromkeys((*was.rests_on, *now.rests_on)))
        told.append((matrix.groups[i].name, matrix.groups[j].name, text_of(was), text_of(now), rests))
    return told
