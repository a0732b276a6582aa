"""Classes of label values: every truth vector that some value has is a class, and every example is a legal value."""

from __future__ import annotations

import itertools

import pytest

from translate.model.selectors import Atom, Contains, EndsWith, Exists, In, Label, Scope, StartsWith, holds
from translate.prover.budget import Budget, OutOfBudget
from translate.prover.label_classes import LONGEST, ValueConstants, examples, fresh, gather, legal

KEY = Label(Scope.POD, "k")


def exact(*values: str) -> Atom:
    """One of ``values``."""
    return In(KEY, values)


def prefix(text: str) -> Atom:
    """Values that begin so."""
    return StartsWith(KEY, text)


def suffix(text: str) -> Atom:
    """Values that end so."""
    return EndsWith(KEY, text)


def infix(text: str) -> Atom:
    """Values in which it occurs."""
    return Contains(KEY, text)


TABLE: list[tuple[Atom, ...]] = [
    (),
    (Exists(KEY),),
    (exact("a"), exact("b", "a")),
    (exact(""), prefix("")),
    (suffix(""), infix("")),
    (prefix("a"), prefix("ab")),
    (suffix("a"), suffix("ba")),
    (infix("a"), infix("aa")),
    (infix("ab"), infix("ba")),
    (infix("a-b"), prefix("a-"), suffix("-b")),
    (exact("ab"), prefix("a"), suffix("b"), infix("ab")),
    (exact("aba"), prefix("ab"), suffix("ba"), infix("b")),
    (exact("a-", "-a", "a.b"), prefix("-"), suffix("."), infix("_")),
    (infix("aab"), infix("ab"), suffix("b")),
    (infix("abab"), suffix("ab"), prefix("ab")),
    (infix("a b"), prefix("ä"), exact("ä")),
    (prefix("b"), exact("a", "b", "ba"), infix("bb"), suffix("ab")),
]
ALPHABET = "abz-._"
SHORT = [
    "".join(letters)
    for size in range(6)
    for letters in itertools.product(ALPHABET, repeat=size)
    if legal("".join(letters))
]


def vector(atoms: tuple[Atom, ...], value: str) -> tuple[bool, ...]:
    """Which of ``atoms`` are true for ``value``; each value of a list on its own."""
    single = [In(KEY, (text,)) for atom in atoms if isinstance(atom, In) for text in atom.values]
    return tuple(holds(atom, value) for atom in (*atoms, *single))


@pytest.mark.parametrize("atoms", TABLE)
def test_classes_are_those_of_all_short_values(atoms: tuple[Atom, ...]) -> None:
    """Disjoint, exhaustive, legal; examples are among the shortest of their class."""
    found = examples(gather(atoms), Budget())
    vectors = [vector(atoms, value) for value in found]
    assert all(legal(value) for value in found)
    assert len(set(vectors)) == len(found)
    assert {vector(atoms, value) for value in SHORT} <= set(vectors)
    shortest: dict[tuple[bool, ...], int] = {}
    for value in SHORT:
        shortest.setdefault(vector(atoms, value), len(value))
    if gather(atoms).has_patterns:
        assert [len(value) for value in found] == [
            shortest.get(mark, len(value)) for mark, value in zip(vectors, found, strict=True)
        ]


@pytest.mark.parametrize("atoms", TABLE)
def test_names_have_the_classes_of_all_values_that_are_not_empty(atoms: tuple[Atom, ...]) -> None:
    """Also that which no pattern fits, although the shortest value of it is the empty one."""
    found = examples(gather(atoms), Budget(), may_be_empty=False)
    vectors = [vector(atoms, name) for name in found]
    assert all(name and legal(name) for name in found)
    assert len(set(vectors)) == len(found)
    assert {vector(atoms, name) for name in SHORT if name} <= set(vectors)


def test_the_longest_value_is_still_found() -> None:
    """A suffix and a prefix of 63 characters together are one value, of 64 together none."""
    for size, classes in ((LONGEST - 1, True), (LONGEST, False)):
        atoms = (prefix("a" * size), suffix("b"))
        found = examples(gather(atoms), Budget())
        assert any(vector(atoms, value) == (True, True) for value in found) is classes


def test_values_are_illegal_for_a_reason() -> None:
    """At most 63 characters of letters, digits, dash, dot and underscore, letters or digits at both ends."""
    assert [text for text in ("", "a", "A9", "a-b", "a" * 63) if not legal(text)] == []
    assert [text for text in ("-a", "a-", ".", "a b", "ä", "a/b", "a" * 64) if legal(text)] == []


def test_a_fresh_value_is_none_of_those_mentioned() -> None:
    """Also where somebody mentions the usual stand-ins."""
    assert fresh(["a"]) == "other"
    assert fresh(["other", "other1"]) == "other2"
    found = examples(ValueConstants(exact=frozenset({"other", "b", "not legal"})), Budget())
    assert found == ["b", "other", "other1"]


def test_the_walk_is_paid_for() -> None:
    """A dozen substrings on one key exceed a small budget instead of running on."""
    atoms = tuple(infix(text) for text in ("ab", "cd", "ef", "gh", "ij", "kl", "mn", "op", "qr", "st", "uv", "wx"))
    with pytest.raises(OutOfBudget):
        examples(gather(atoms), Budget(10_000))
