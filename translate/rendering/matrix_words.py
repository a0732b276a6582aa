"""What the cells of a matrix say, in the words of all its outputs, and marks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from translate.api.matrix import Matrix
from translate.core.shortened import shortened
from translate.prover.matrix.told import Access, MatrixCell, MatrixGroup
from translate.prover.row_packets import ANY

EVERYTHING, NOTHING = "everything", "nothing"
PLAIN = {Access.ALL: "*", Access.NOTHING: ".", Access.UNDECIDED: "?", Access.UNASKED: " ", Access.NOBODY: " "}
MEANINGS = {
    Access.ALL: EVERYTHING,
    Access.NOTHING: NOTHING,
    Access.UNDECIDED: "undecided",
    Access.UNASKED: "not judged: no policy for pods is asked",
    Access.NOBODY: "no such pair",
}

ORDER = (Access.ALL, Access.NOTHING, Access.SOME, Access.DEPENDS, Access.UNDECIDED, Access.UNASKED, Access.NOBODY)


def text_of(cell: MatrixCell) -> str:
    """A cell in words."""
    match cell.access:
        case Access.SOME:
            return cell.always
        case Access.DEPENDS:
            some = EVERYTHING if cell.sometimes == ANY else cell.sometimes
            return f"{cell.always}; perhaps {some}" if cell.always else f"perhaps {some}"
        case access:
            return MEANINGS[access]


def members_of(group: MatrixGroup, most: int) -> str:
    """Who is known to be in a group, without the namespace that is said beside it; the first ``most``."""
    names = [name.replace(f"{group.namespace}/", "", 1) for name in group.members]
    return shortened(names, most)


@dataclass(frozen=True, slots=True)
class Legend:
    """Marks for all that cells say: small letters for what is certain, capitals for what depends."""

    marks: dict[MatrixCell, str]

    @property
    def is_short(self) -> bool:
        """Whether one letter is enough for each."""
        return all(self.marks.values())


def legend(found: Matrix) -> Legend:
    """The marks of all cells that are shown, what most cells say first."""
    cells = Counter(found.cells[i][j] for i, j in found.pairs)
    letters = {Access.SOME: iter(ascii_lowercase), Access.DEPENDS: iter(ascii_uppercase)}
    order = sorted(cells, key=lambda cell: (-cells[cell], text_of(cell), cell.rests_on))
    marks = {cell: PLAIN.get(cell.access) or next(letters[cell.access], "") for cell in order}
    # Everything and nothing come first, then the letters in their order.
    return Legend(dict(sorted(marks.items(), key=lambda item: ORDER.index(item[0].access))))


def counted(found: Matrix) -> str:
    """How many pairs there are, and what is said of them."""
    names = Counter(found.cells[i][j].access for i, j in found.pairs)
    words = {Access.ALL: EVERYTHING, Access.SOME: "some ports", Access.NOTHING: NOTHING}
    parts = [f"{names[one]} {words.get(one, one.value)}" for one in Access if names[one]]
    total = len(found.pairs)
    return (
        f"{len(found.groups)} groups · {total} pair{'s' * (total != 1)}: {' · '.join(parts)}" if parts else "no pairs"
    )


def left_out(found: Matrix) -> Iterator[str]:
    """What the matrix does not tell, in lines."""
    if found.left_out:
        yield (
            f"+ at least {found.left_out} more groups, mostly of pods with labels of several selectors at once: "
            "--focus tells that of one pod, a larger --max-groups all"
        )
    if found.unpeopled:
        one = found.unpeopled == 1
        yield (
            f"+ {found.unpeopled} group{'' if one else 's'} of labels that no pod or workload of the input has "
            "(--all-groups)"
        )
