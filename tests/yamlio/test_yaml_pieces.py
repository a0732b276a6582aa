"""Texts read in pieces: the documents and places are those of the whole text, and what is not certain is read whole."""

from __future__ import annotations

from itertools import product

import pytest

from tests.golden.cases import SAMPLES
from translate.core.diagnostics import InputError
from translate.yamlio.limits import DEFAULT, Limits
from translate.yamlio.pieces import HeldPieces, TextPiece, cut, read_pieces
from translate.yamlio.read import read


class Memory(HeldPieces):
    """Pieces, and how many were read."""

    def __init__(self) -> None:
        super().__init__()
        self.learnt = 0

    def learn(self, text: str, piece: TextPiece) -> None:
        super().learn(text, piece)
        self.learnt += 1


DOCUMENTS = [
    "a: 1\n",
    "# about it\na: {b: [1, 2.5, yes, ~]}\n# below\n",
    "",
    "# nothing but words\n",
    "null\n",
    "a: |\n  ---\n  text\n\nb: >-\n  folded\n",
    "a: '---'\nb: \"--- \\\n  x\"\n",
    "a: &here [1, 2]\nb: *here\n",
    "a: --- \nb: plain\n  ---\n",
    "--\n",
    "----\n",
    "- a\n-  --- \n",
    "a: !!str 1\n",
    "a: ü \U0001f600\n",
]
MARKS = ["---\n", "--- # words\n", "---\t\n", "---   \n", "--- \n"]


def told(text: str, memory: Memory | None) -> list[tuple[object, int, int, int]] | tuple[object, ...]:
    """Values and places of the documents, or the fault."""
    found = cut(text) if memory is not None else None
    try:
        documents = read(text, file="f", known=(found, memory) if found is not None and memory is not None else None)
    except InputError as error:
        return error.problems
    spans = documents[0].locator.spans if documents else ()
    return [(one.value, span.start, span.end, span.line) for one, span in zip(documents, spans, strict=True)]


@pytest.mark.parametrize("mark", MARKS, ids=repr)
def test_documents_and_places_are_those_of_the_whole(mark: str) -> None:
    memory = Memory()
    for first, second, third in product(DOCUMENTS, repeat=3):
        text = f"{first}{mark}{second}---\n{third}"
        whole = told(text, None)
        assert told(text, memory) == whole, text
        assert told(text, memory) == whole, text
        assert told(f"---\n{text}", memory) == told(f"---\n{text}", None), text


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.yaml")), ids=lambda path: path.parent.name + "/" + path.name)
def test_samples_are_read_alike(path) -> None:
    text, memory = path.read_text(encoding="utf-8"), Memory()
    assert told(text, memory) == told(text, memory) == told(text, None)


@pytest.mark.parametrize(
    "text",
    [
        "%YAML 1.1\n---\na: 1\n",
        "a: 1\n...\n---\nb: 1\n",
        "a: 1\n---\nb: 1\n...\n%TAG ! tag:x,2000:\n---\nc: !x 1\n",
        "a: 1\r\n---\r\nb: 1\r\n",
        "a: 1\r---\rb: 1\r",
        "a: 1\x85---\x85b: 1\n",
        "a: 1\u2028---\u2028b: 1\n",
        "a: 1\n---\n\ufeffb: 1\n",
        '{"a": 1}\n{"b": 1}\n',
        ' \n{"a": 1}\n---\n{"b": 1}\n',
        "[1]\n---\n[2]\n",
    ],
    ids=repr,
)
def test_what_is_not_certain_is_read_as_a_whole(text: str) -> None:
    assert cut(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n---\nb: [1\n---\nc: 1\n",
        'a: 1\n---\nb: "open\n---\nc: 1\n',
        "a: 1\n---\na: 1\na: 2\n",
        "a: &x 1\n---\nb: *x\n",
        "a: 1\n---\nb: 1\n c: 2\n---\nd: 1\n",
        "a: 1\n--- |\nx\n---\n",
        "a: 1\n---\nb: !lone\n---\nc: 1\n",
        "a: ! \n---\nb: 1\n",
        'a: "x\\/y"\n---\nb: 1\n',
        "a: 1\n--- {b: 1}\n--- c\n",
    ],
    ids=repr,
)
def test_faults_are_told_as_ever(text: str) -> None:
    assert cut(text) is not None
    assert told(text, Memory()) == told(text, None)


def test_only_what_is_new_is_read() -> None:
    texts = [f"a: {number}\n" for number in range(100)]
    memory = Memory()
    told("---\n".join(texts), memory)
    assert memory.learnt == 100
    texts[40:41] = ["a: changed\n", "a: new\n"]
    text = "---\n".join(texts)
    assert told(text, memory) == told(text, None)
    assert memory.learnt == 102


def test_limits_count_what_was_read_before() -> None:
    """Below them the pieces are taken; above them the text is read as a whole, which says what is wrong."""
    memory, found = Memory(), cut("a: [1, 2]\n---\nb: [3, 4]\n")
    assert found is not None
    assert read_pieces(found, "f", DEFAULT, memory) is not None
    for limits in (Limits(nodes=5), Limits(documents=1)):
        assert read_pieces(found, "f", limits, memory) is None
        with pytest.raises(InputError, match="the input holds more than"):
            read(found.text, file="f", limits=limits, known=(found, memory))
    assert read_pieces(found, "f", Limits(nodes=6, documents=2), memory) is not None
