"""Plain documents read by lines hold what the parser finds in them, and all others are left to the parser."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.yamlio.test_yaml_corpus import FILES, NO_CORPUS
from tests.yamlio.test_yaml_plain import NOT_PLAIN, PLAIN, SMALL
from translate.core.diagnostics import InputError
from translate.yamlio.limits import DEFAULT
from translate.yamlio.pieces import cut
from translate.yamlio.plain_values import PlainReader
from translate.yamlio.read import read


def typed(value: Any) -> Any:
    """The value so that equality tells numbers from truth values, and fields in another sequence apart."""
    if isinstance(value, dict):
        return [(name, typed(inner)) for name, inner in value.items()]
    return [typed(inner) for inner in value] if isinstance(value, list) else (type(value).__name__, value)


def by_lines(text: str) -> list[Any] | None:
    """What a text of one document holds, as a list of none or one; None where it is left to the parser."""
    found = PlainReader(DEFAULT).read(text)
    return None if found is None else [found.value] if found.value is not None else []


def parsed(text: str) -> list[Any] | None:
    """The same as the parser has it; None for what is no YAML, or not the cluster's."""
    try:
        return [document.value for document in read(text, file="")]
    except InputError:
        return None


@pytest.mark.parametrize("text", PLAIN)
def test_plain_lines_are_read(text: str) -> None:
    assert typed(by_lines(text)) == typed(parsed(text))


LEFT = (
    "a: 1\na: 2\n",
    "a:\n  b: 1\n c: 2\n",
    "a: 1\n  b: 2\n",
    "- a\nb: 1\n",
    "a: 1\n- b\n",
    "a: .inf\n",
    "a:\n- {b: 1, b: 2}\n",
)
"""What only the parser, or our own rules behind it, know to be wrong."""


@pytest.mark.parametrize("text", [*NOT_PLAIN, *LEFT, "".join(f"{' ' * n}a:\n" for n in range(120))])
def test_what_is_not_plain_is_left_to_the_parser(text: str) -> None:
    assert by_lines(text) is None


@pytest.mark.parametrize("text", ["a:\n- [b]\n- [b]\n", "a: {b: [c]}\nd: {b: [c]}\n"])
def test_equal_brackets_are_values_of_their_own(text: str) -> None:
    (found,) = by_lines(text) or [{}]
    first, second = found["a"] if len(found) == 1 else found.values()
    assert first == second
    assert first is not second


LINES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "  ", "  ", "    ", "      ", " "]),
    st.sampled_from(["", "", "- ", "-  "]),
    st.sampled_from(["a:", "b:", "'c':", "1:", "yes:", "~:", "a/b.c:", "<<:", "x:y:", ""]),
    st.sampled_from(
        (
            *("", "", "", " x", " 1", " yes", " ~", " 'it'", ' "q: w"', " a b", " {}", " [a, 1]", " {a: b}", " # c"),
            *(" - x", " a: b", " |", " *x", " &y z", " !t", " a #b", " a:", " [a", " 'it''s'", " é", " 1e3", " 08"),
            *("#c", " ! x"),
        )
    ),
)


@given(st.lists(LINES, max_size=9), st.sampled_from(["", "---\n", "--- \n", "# c\n\n"]))
def test_whatever_is_read_by_lines_the_parser_reads_alike(lines: list[str], head: str) -> None:
    text = head + "\n".join(lines)
    found = by_lines(text)
    assert found is None or typed(found) == typed(parsed(text))


@pytest.mark.parametrize("text", SMALL)
def test_samples_are_read_alike(text: str) -> None:
    pieces = cut(text)
    for begin, end in zip(pieces.bounds, pieces.bounds[1:], strict=False) if pieces is not None else ():
        found = by_lines(text[begin:end])
        assert found is None or typed(found) == typed(parsed(text[begin:end]))


@NO_CORPUS
def test_files_of_strangers_are_read_alike() -> None:
    plain = others = 0
    for path in FILES:
        text = path.read_text(encoding="utf-8", errors="replace")
        pieces = cut(text)
        for begin, end in zip(pieces.bounds, pieces.bounds[1:], strict=False) if pieces is not None else ():
            found = by_lines(text[begin:end])
            plain, others = plain + (found is not None), others + (found is None)
            assert found is None or typed(found) == typed(parsed(text[begin:end])), path
    assert plain > 4 * others
