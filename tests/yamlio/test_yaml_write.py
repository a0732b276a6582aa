"""What is written, to the character; and that every reader takes back what was written."""

import json
from functools import reduce
from typing import Any, cast

import pytest
import ruamel.yaml
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from translate.yamlio.comments import comments
from translate.yamlio.document_comments import Comment, DocumentComments
from translate.yamlio.read import read
from translate.yamlio.write import write

TEXTS = {
    "app": "app",
    "k8s:app.kubernetes.io/name": "k8s:app.kubernetes.io/name",
    "two words": "two words",
    "10.0.0.0/8": "10.0.0.0/8",
    "2001:db8::/32": "2001:db8::/32",
    "::/0": "'::/0'",
    "10.0.0.1": "'10.0.0.1'",
    "8080-tcp": "'8080-tcp'",
    "": "''",
    "y": "'y'",
    "Off": "'Off'",
    "nUll": "'nUll'",
    "NaN": "'NaN'",
    "1e3": "'1e3'",
    "0o17": "'0o17'",
    "08": "'08'",
    "12:30": "'12:30'",
    "2024-01-01": "'2024-01-01'",
    "_1": "'_1'",
    "~": "'~'",
    "<<": "'<<'",
    "=": "'='",
    "!has(x)": "'!has(x)'",
    "a: b": "'a: b'",
    "a #b": "'a #b'",
    "a  b": "'a  b'",
    "a b ": "'a b '",
    "a:": "'a:'",
    "app == 'x'": "\"app == 'x'\"",
    "'\"": "'''\"'",
    "a\\'b": "'a\\''b'",
    "é": "'é'",
    "😀": "'😀'",
    "\t": '"\\t"',
    "\x07\x85": '"\\x07\\x85"',
    "\u2028'\"\\": '"\\u2028\'\\"\\\\"',
    "\ufeff": '"\\uFEFF"',
    "a\u202eb": '"a\\u202Eb"',
    "a\r\nb": '"a\\r\\nb"',
    "\n": '"\\n"',
    "a\n\n": '"a\\n\\n"',
    " a\nb": '" a\\nb"',
    "a \nb": '"a \\nb"',
    "a\nb ": '"a\\nb "',
    "a\nb": "|-\n  a\n  b",
    "a\n\n  b\n": "|\n  a\n\n    b",
    "a\n# b\n---": "|-\n  a\n  # b\n  ---",
}


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_texts(text: str) -> None:
    assert write([{"k": text}]) == f"k: {TEXTS[text]}\n"


VALUES = {
    "nothing": (None, "k: null\n"),
    "booleans": ([True, False], "k:\n- true\n- false\n"),
    "numbers": ([1, -5, 0.5, 1e16, 5e-324], "k:\n- 1\n- -5\n- 0.5\n- 1.0e+16\n- 5.0e-324\n"),
    "empty": ([{}, []], "k:\n- {}\n- []\n"),
    "list of mappings": ([{"a": 1, "b": [2]}, {"c": {}}], "k:\n- a: 1\n  b:\n  - 2\n- c: {}\n"),
    "list of lists": ([[1, [2]], [{"a": 3}]], "k:\n- - 1\n  - - 2\n- - a: 3\n"),
    "mapping of mappings": ({"a": {"b": ["x\ny"]}}, "k:\n  a:\n    b:\n    - |-\n      x\n      y\n"),
    "awkward keys": ({"y": 1, "a\nb": 2, "": 3}, "k:\n  'y': 1\n  \"a\\nb\": 2\n  '': 3\n"),
}


@pytest.mark.parametrize(("value", "text"), VALUES.values(), ids=VALUES.keys())
def test_values(value: object, text: str) -> None:
    assert write([{"k": value}]) == text


def test_long_keys_are_written_out() -> None:
    name = "x" * 1001
    assert (
        write([{"k": [{name: 1, "b": {name: [2]}}]}]) == f"k:\n- ? {name}\n  : 1\n  b:\n    ? {name}\n    :\n    - 2\n"
    )


def test_documents() -> None:
    assert write([]) == ""
    assert write([{}]) == "{}\n"
    assert write([{"a": 1}, {}, {"b": 2}]) == "a: 1\n---\n{}\n---\nb: 2\n"


def test_no_anchors() -> None:
    shared = {"a": [1]}
    assert write([{"b": shared, "c": shared}]) == "b:\n  a:\n  - 1\nc:\n  a:\n  - 1\n"


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_numbers_json_does_not_have(value: float) -> None:
    with pytest.raises(ValueError, match="JSON has no number"):
        write([{"a": value}])


def test_values_json_does_not_have() -> None:
    with pytest.raises(TypeError, match="tuple is no type of JSON"):
        write([{"a": (1,)}])


def test_comments_in_their_places() -> None:
    document = {"a": 1, "s": {"rules": [{"b": "x\ny", "c": []}, "d", [1]]}}
    about = DocumentComments(
        ("head", "", " indented"),
        ("tail",),
        {
            ("a",): Comment(("above",), "beside"),
            ("s",): Comment((), "section"),
            ("s", "rules", 0): Comment(("item",)),
            ("s", "rules", 0, "b"): Comment((), "text"),
            ("s", "rules", 0, "c"): Comment(("field",), "empty"),
            ("s", "rules", 1): Comment((), "scalar"),
            ("s", "rules", 2): Comment((), "dash"),
            ("s", "rules", 2, 0): Comment(("inner",)),
            ("s", "gone", "deep"): Comment(("lost",), "too"),
            ("gone",): Comment((), "lost"),
        },
    )
    assert write([{"z": 0}, document], [None, about]) == (
        "z: 0\n---\n# head\n#\n#  indented\n# lost\n\n# above\na: 1  # beside\n# lost\n# too\ns:  # section\n  rules:\n"
        "  # item\n  - b: |-  # text\n      x\n      y\n    # field\n    c: []  # empty\n  - d  # scalar\n  - # dash\n"
        "    # inner\n    - 1\n# tail\n"
    )


def test_comments_before_the_first_field_of_an_item() -> None:
    about = DocumentComments((), (), {("a", 0, 0, "b"): Comment(("x",))})
    assert write([{"a": [[{"b": 1}]]}], [about]) == "a:\n- -\n    # x\n    b: 1\n"


def test_a_comment_beside_an_item_joins_its_first_field() -> None:
    document = {"a": [{"b": "1", "c": 2}, {"b": 1}, {"b": [1]}, {"b": "x\ny"}, {"b": 1}, {"b": {}}]}
    beside = {("a", index): Comment((), f"{index}") for index in range(6)}
    about = DocumentComments((), (), beside | {("a", 4, "b"): Comment((), "own")})
    assert write([document], [about]) == (
        "a:\n- b: '1'  # 0\n  c: 2\n- b: 1  # 1\n- # 2\n  b:\n  - 1\n- # 3\n  b: |-\n    x\n    y\n"
        "- # 4\n  b: 1  # own\n- b: {}  # 5\n"
    )


def test_comment_texts_cannot_become_yaml() -> None:
    about = DocumentComments(("a\nb: 1",), ("c\u2028d: 1",), {("k",): Comment(("e\r\nf\x07",), "g\nh: 2\x85i: 3")})
    text = write([{"k": 1}], [about])
    assert text == "# a\n# b: 1\n\n# e\n# f\ufffd\nk: 1  # g h: 2 i: 3\n# c\n# d: 1\n"
    assert read(text, file="")[0].value == {"k": 1}


def test_one_entry_of_comments_for_each_document() -> None:
    with pytest.raises(ValueError, match="zip"):
        write([{"a": 1}], [None, None])


NASTY = st.sampled_from(list(TEXTS)) | st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from(list("\n\r\t -#:?'\"\\|>!&*%@`[]{},.~=_0189abeExyno<"))
)
# Whole floats from 2^53 to 2^63 come back as the integers of their shortest digits, as from the API server: left out.
FLOATS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not 2**53 <= abs(number) < 2**63)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | FLOATS | NASTY
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NASTY, inner, max_size=4), max_leaves=12
)
DOCUMENTS = st.dictionaries(NASTY, TREES, max_size=5)


def strings(value: Any) -> Any:
    """The value with only its texts, keys and shape: what readers may not differ in, whatever they make of numbers."""
    if isinstance(value, dict):
        return {key: strings(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [strings(inner) for inner in value]
    return value if isinstance(value, str) else type(value) in (int, float)


def ruamel_values(text: str) -> list[Any]:
    reader = ruamel.yaml.YAML(typ="safe", pure=True)
    return list(reader.load_all(text))


@settings(deadline=None, max_examples=200)
@given(st.lists(DOCUMENTS, min_size=1, max_size=3))
@example([{"x" * 1001: {"x" * 1001: ["\U0001f600" * 400]}}])
def test_every_reader_takes_back_what_was_written(documents: list[dict[str, Any]]) -> None:
    text = write(documents)
    assert [document.value for document in read(text, file="")] == documents
    assert [document.value for document in read(text.encode(), file="")] == documents
    wanted = [strings(document) for document in documents]
    assert [strings(value) for value in yaml.load_all(text, Loader=yaml.CSafeLoader)] == wanted
    assert [strings(value) for value in ruamel_values(text)] == wanted


@settings(deadline=None, max_examples=100)
@given(DOCUMENTS)
def test_json_is_read_back(document: dict[str, Any]) -> None:
    assert read(json.dumps(document, indent=2), file="")[0].value == document


LINES = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=8).map(str.rstrip)
MARKS = st.builds(Comment, st.lists(LINES, max_size=2).map(tuple), LINES)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        steps = list(value.items() if isinstance(value, dict) else enumerate(value))
    return ([path] if path else []) + [inner for step, below in steps for inner in paths(below, (*path, step))]


def at_first_field(about: DocumentComments, document: dict[str, Any]) -> dict[tuple[Any, ...], Comment]:
    """The comments, with what stands beside an item moved to its first field: the two places may share a line."""
    at = dict(about.at)
    for path, comment in about.at.items():
        value = reduce(lambda inner, step: inner[step], path, cast(Any, document))
        if isinstance(path[-1], int) and isinstance(value, dict) and value and comment.beside:
            first = (*path, next(iter(value)))
            if first not in about.at:
                at[path] = Comment(comment.before, "")
                at[first] = Comment((), comment.beside)
    return {path: comment for path, comment in at.items() if comment != Comment()}


@settings(deadline=None, max_examples=200)
@given(DOCUMENTS, st.data())
def test_comments_are_read_back_where_they_were_written(document: dict[str, Any], data: st.DataObject) -> None:
    places = st.sampled_from(paths(document)) if document else st.nothing()
    at = data.draw(st.dictionaries(places, MARKS, max_size=6) if document else st.just({}))
    about = DocumentComments(
        data.draw(st.lists(LINES, max_size=2).map(tuple)),
        data.draw(st.lists(LINES, max_size=2).map(tuple)),
        {path: comment for path, comment in at.items() if comment != Comment()},
    )
    text = write([document], [about])
    (again,) = read(text, file="")
    assert again.value == document
    back = comments(again.locator, again.index)
    assert (back.head, back.tail) == (about.head, about.tail)
    assert at_first_field(back, document) == at_first_field(about, document)
