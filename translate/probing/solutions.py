"""Labels that make a selector true: plain ones first, and no more of them than it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import islice

from translate.model.selectors import (
    NAMESPACE_NAME,
    And,
    Atom,
    Contains,
    EndsWith,
    Exists,
    In,
    Label,
    Not,
    Or,
    Selector,
    StartsWith,
    atoms,
    holds,
)
from translate.prover.budget import UNFINISHED, Budget

Given = Mapping[Label, str | None]
"""The values of labels; None: there must be no such label."""
MOST_WAYS, MOST_STEPS = 8, 2_000
SOME_VALUE = "probe"
SPARE = (SOME_VALUE, f"{SOME_VALUE}-2")


def solutions(selector: Selector, given: Given | None = None, most: int = MOST_WAYS) -> list[Given]:
    """The first few ways to label something so that ``selector`` is true, beyond what is ``given``.

    Of the name of a namespace only what is asked for is told: whoever chooses another one sees to what is excluded.
    """
    found: list[Given] = []
    with suppress(*UNFINISHED):  # what was found before is as good
        found.extend(islice(_Search(selector, Budget(MOST_STEPS)).ways(selector, given or {}, wanted=True), most))
    return found


class _Search:
    """Tries the values of labels that ``asked`` speaks of, one by one, as long as the budget lasts."""

    def __init__(self, asked: Selector, budget: Budget) -> None:
        self._asked, self._budget = asked, budget

    @cached_property
    def _values(self) -> dict[Label, dict[str, None]]:
        found: dict[Label, dict[str, None]] = {}
        for atom in atoms(self._asked):
            found.setdefault(atom.label, {}).update(dict.fromkeys(_values(atom)))
        return found

    def ways(self, selector: Selector, known: Given, *, wanted: bool) -> Iterator[Given]:
        """Each way to make ``selector`` true, or false where that is ``wanted``. Raises OutOfBudget."""
        match selector:
            case Not(term):
                yield from self.ways(term, known, wanted=not wanted)
            case And(terms) | Or(terms) if isinstance(selector, And) is wanted:
                yield from self._all(sorted(terms, key=_openness), known, wanted=wanted)
            case And(terms) | Or(terms):
                for term in terms:
                    yield from self.ways(term, known, wanted=wanted)
            case _:
                self._budget.spend()
                yield from self._of_atom(selector, known, wanted=wanted)

    def _all(self, terms: list[Selector], known: Given, *, wanted: bool) -> Iterator[Given]:
        if not terms:
            yield known
            return
        for found in self.ways(terms[0], known, wanted=wanted):
            yield from self._all(terms[1:], found, wanted=wanted)

    def _of_atom(self, atom: Atom, known: Given, *, wanted: bool) -> Iterator[Given]:
        if atom.label == NAMESPACE_NAME and not (wanted and isinstance(atom, In)):
            if wanted or not isinstance(atom, Exists):
                yield known
            return
        if atom.label in known:
            value = known[atom.label]
            if (value is not None and holds(atom, value)) is wanted:
                yield known
            return
        if not wanted:
            yield {**known, atom.label: None}
        for chosen in dict.fromkeys((*_values(atom), *self._values[atom.label], *SPARE)):
            if holds(atom, chosen) is wanted:
                yield {**known, atom.label: chosen}


def _openness(term: Selector) -> int:
    """What leaves less open comes first, so that what is chosen need not be taken back."""
    match term:
        case In():
            return 0
        case StartsWith() | EndsWith() | Contains():
            return 1
        case And() | Or():
            return 2
        case Exists():
            return 3
        case Not():
            return 4


def _values(atom: Atom) -> Iterable[str]:
    match atom:
        case In(_, values):
            return values
        case Exists():
            return (SOME_VALUE,)
        case StartsWith(_, text):
            return (text, f"{text}{SOME_VALUE}")
        case EndsWith(_, text):
            return (text, f"{SOME_VALUE}{text}")
        case Contains(_, text):
            return (text, f"{SOME_VALUE}{text}{SOME_VALUE}")
