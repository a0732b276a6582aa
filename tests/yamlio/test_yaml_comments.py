"""Which value a comment belongs to."""

import pytest

from translate.core.origin import Path
from translate.yamlio.comments import comments
from translate.yamlio.document_comments import Comment, DocumentComments
from translate.yamlio.read import read


def found(text: str) -> dict[int, DocumentComments]:
    """The comments of every document that has some."""
    documents = read(text, file="")
    each = {one.index: comments(one.locator, one.index) for one in documents}
    return {index: one for index, one in each.items() if one != DocumentComments()}


def above(*lines: str) -> Comment:
    return Comment(before=lines)


def beside(text: str) -> Comment:
    return Comment(beside=text)


ATTACHED: dict[str, tuple[str, dict[Path, Comment]]] = {
    "beside a value": ("a: 1 # x\n", {("a",): beside("x")}),
    "beside a key": ("ingress:  # x\n- a\n", {("ingress",): beside("x")}),
    "beside a field of an item": ("a:\n- cidr: 1.2.3.0/24  # x\n", {("a", 0, "cidr"): beside("x")}),
    "beside an item": ("a:\n- 1.2.3.0/24 # x\n", {("a", 0): beside("x")}),
    "beside a dash": ("a:\n- # x\n  b: 1\n", {("a", 0): beside("x")}),
    "beside a list within brackets": ("a: [1, 2] # x\n", {("a",): beside("x")}),
    "beside brackets within brackets": ("a: [1, [2]] # x\n", {("a",): beside("x")}),
    "inside brackets": ("a: [1, # x\n  2] # y\n", {("a", 0): beside("x"), ("a",): beside("y")}),
    "above inside brackets": ("a: [1,\n  # x\n  2]\n", {("a", 1): above("x")}),
    "beside a block text": ("a: |  # x\n  # data\n  y\nb: 1\n", {("a",): beside("x")}),
    "beside a folded text": ("a: >-\n  y # data\n# x\nb: 1\n", {("b",): above("x")}),
    "beside a long text": ("a: one\n  two # x\n", {("a",): beside("x")}),
    "twice beside": ("a: # x\n  one # y\n", {("a",): beside("x; y")}),
    "beside an alias": ("a: &a {b: 1} # x\nc: *a # y\n", {("a",): beside("x"), ("c",): beside("y")}),
    "inside an anchor": ("a: &a\n  b: 1 # x\nc: *a\n", {("a", "b"): beside("x")}),
    "beside a merge": ("a: &a {b: 1}\nc:\n  d: 1\n  <<: *a # x\n", {("c",): beside("x")}),
    "inside an anchor merged beside it": (
        "c:\n  d: &x\n    # x\n    b: 1 # y\n  <<: *x\n",
        {("c", "d", "b"): Comment(("x",), "y")},
    ),
    "inside a merge": ("c:\n  <<:\n    b: 1 # x\n", {("c", "b"): beside("x")}),
    "normalised key": ("y: 1 # x\n", {("true",): beside("x")}),
    "explicit key": ("? a\n: 1 # x\n", {("a",): beside("x")}),
    "above a field": ("a: 1\n# x\n# y\nb: 2\n", {("b",): above("x", "y")}),
    "above with blank lines": ("a: 1\n\n# x\n\n# y\n\nb: 2\n", {("b",): above("x", "y")}),
    "above an item": ("a:\n# x\n- b: 1\n", {("a", 0): above("x")}),
    "above the first field": ("# x\na: 1\n", {("a",): above("x")}),
    "after a dash": ("a:\n-\n  # x\n  b: 1\n", {("a", 0, "b"): above("x")}),
    "above an item of an item": ("a:\n- - b\n  # x\n  - c\n", {("a", 0, 1): above("x")}),
    "above a later field of an item": ("a:\n- b: 1\n  # x\n  c: 2\n", {("a", 0, "c"): above("x")}),
    "after the last item": ("a:\n- b\n# - c\nd: 1\n", {("d",): above("- c")}),
    "between key and value": ("a:\n  # x\n  one\nb: 1\n", {("a",): above("x")}),
    "list with an anchor": ("a: &l\n# x\n- b\n- c # y\n", {("a", 0): above("x"), ("a", 1): beside("y")}),
    "empty items": ("a:\n- # x\n- b # y\n", {("a", 0): beside("x"), ("a", 1): beside("y")}),
    "no comments in texts": ("a: b#c\nd: 'e # f'\ng: \"h # i\"\nj: |\n  # k\n", {}),
    "blanks": ("a: 1 #x\nb: 1 #  y \nc: 1 #\n", {("a",): beside("x"), ("b",): beside(" y")}),
    "wide characters": ("é: 'ü' # x\n", {("é",): beside("x")}),
    "crlf": ("a: 1 # x\r\n# y\r\nb: 1\r\n", {("a",): beside("x"), ("b",): above("y")}),
}


@pytest.mark.parametrize(("text", "at"), ATTACHED.values(), ids=ATTACHED.keys())
def test_attaches(text: str, at: dict[Path, Comment]) -> None:
    about = found(text).get(0, DocumentComments())
    assert {path: one for path, one in about.at.items() if one != Comment()} == at


WHOLE = {
    "head and tail": (
        "# licence\n\n# x\na: 1\n# end\n\n# of file\n",
        {0: DocumentComments(("licence",), ("end", "of file"), {("a",): above("x")})},
    ),
    "before dashes": ("# licence\n---\na: 1\n", {0: DocumentComments(("licence",))}),
    "beside dashes": ("--- # x\na: 1\n", {0: DocumentComments(("x",))}),
    "each document its own": (
        "# one\n\na: 1 # x\n# end\n---\n# two\n\nb: 1 # y\n",
        {
            0: DocumentComments(("one",), ("end",), {("a",): beside("x")}),
            1: DocumentComments(("two",), (), {("b",): beside("y")}),
        },
    ),
    "documents without a value": ("a: 1\n---\n# x\n---\n---\n# y\n\nb: 1\n", {1: DocumentComments(("x", "y"))}),
    "no document after": ("a: 1\n---\n# x\n", {0: DocumentComments((), ("x",))}),
    "no document at all": ("# x\n", {}),
    "no comment": ("a: 1\n---\nb: '#'\n", {}),
    "only the second": ("a: 1\n---\nb: 1 # x\n", {1: DocumentComments((), (), {("b",): beside("x")})}),
    "empty mapping": ("# x\n{} # y\n# z\n", {0: DocumentComments(("x",), ("y", "z"))}),
    "after three dots": ("a: 1\n...\n# x\n", {0: DocumentComments((), ("x",))}),
    "byte order mark": ("\ufeff# x\n\na: 1\n", {0: DocumentComments(("x",))}),
    "json": ('{\n\t"a": "# no"\n}\n', {}),
}


@pytest.mark.parametrize(("text", "expected"), WHOLE.values(), ids=WHOLE.keys())
def test_documents(text: str, expected: dict[int, DocumentComments]) -> None:
    assert found(text) == expected


def test_order_is_that_of_the_text() -> None:
    about = found("# w\na: 1\nb: 1 # x\n# y\nc: 1\nd: 1 # z\n")[0]
    assert list(about.at) == [("a",), ("b",), ("c",), ("d",)]
