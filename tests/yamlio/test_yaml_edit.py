"""New list items and new documents in a text of which every other byte stays as it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translate.core.diagnostics import InputError
from translate.yamlio import edit
from translate.yamlio.edit import Insertion
from translate.yamlio.read import read

FILES = sorted((Path(__file__).parents[3] / "shared" / "corpus" / "calico").glob("*"))
LOG = {"action": "Log"}
TCP = {"action": "Log", "protocol": "TCP", "source": {"nets": ["10.0.0.0/8"]}}


def edited(text: str, insertions: list[Insertion], appended: tuple[str, ...] | list[str] = ()) -> str | None:
    """The result where only the text was inserted into: no document went through ruamel.yaml."""
    found = edit.edited(text, insertions, appended)
    return None if found is None or found.relaid else found.text


def log(index: int, value: Any = LOG, like: int | None = None, path: tuple[str | int, ...] = ("i",)) -> Insertion:
    return Insertion(0, path, index, value, like)


def before(index: int, text: str, path: tuple[str | int, ...] = ("i",)) -> Insertion:
    """A Log rule before the item at ``index`` that matches what the item matches."""
    value: Any = read(text, file="")[0].value
    for step in path:
        value = value[step]
    return log(index, {**value[index], "action": "Log"}, index, path)


def check(text: str, insertions: list[Insertion], expected: str | None, *appended: str) -> None:
    """The result is as expected, and so it is with Windows line endings, a byte order mark, or no last line end."""
    assert edited(text, insertions, appended) == expected
    if expected is not None:
        assert edited("\ufeff" + text, insertions, appended) == "\ufeff" + expected
        if "\n" in text:
            assert edited(text.replace("\n", "\r\n"), insertions, appended) == expected.replace("\n", "\r\n")


BLOCKS = {
    "not indented": (
        "i:\n- action: Deny\n  protocol: TCP\nk: 1\n",
        "i:\n- action: Log\n  protocol: TCP\n- action: Deny\n  protocol: TCP\nk: 1\n",
    ),
    "indented": (
        "i:\n    - action: Deny\n      source:\n          nets:\n              - 10.0.0.0/8\nk: 1\n",
        "i:\n    - action: Log\n      source:\n          nets:\n              - 10.0.0.0/8\n"
        "    - action: Deny\n      source:\n          nets:\n              - 10.0.0.0/8\nk: 1\n",
    ),
    "wide after the dash": (
        "i:\n  -   action: Deny\n      protocol: TCP\n",
        "i:\n  -   action: Log\n      protocol: TCP\n  -   action: Deny\n      protocol: TCP\n",
    ),
    "dash on a line of its own": (
        "i:\n-\n  action: Deny\n  protocol: TCP\n",
        "i:\n- action: Log\n  protocol: TCP\n-\n  action: Deny\n  protocol: TCP\n",
    ),
    "the quotes and blanks of the author": (
        "i:\n- 'action' :  \"Deny\"\n  protocol:   'TCP'\n",
        "i:\n- 'action' :  \"Log\"\n  protocol:   'TCP'\n- 'action' :  \"Deny\"\n  protocol:   'TCP'\n",
    ),
    "comments inside are not copied": (
        "i:\n- action: Deny # no\n  # the nets\n  source: # from\n\n    nets: [10.0.0.0/8, # ten\n      11.0.0.0/8]\n",
        "i:\n- action: Log\n  source:\n    nets: [10.0.0.0/8,\n      11.0.0.0/8]\n"
        "- action: Deny # no\n  # the nets\n  source: # from\n\n    nets: [10.0.0.0/8, # ten\n      11.0.0.0/8]\n",
    ),
    "a number sign that is no comment": (
        "i:\n- action: Deny\n  a: x#y\n  b: '# z'\n  c: |\n    # text\n",
        "i:\n- action: Log\n  a: x#y\n  b: '# z'\n  c: |\n    # text\n- action: Deny\n  a: x#y\n  b: '# z'\n  c: |\n    # text\n",
    ),
    "a folded text": (
        "i:\n- action: Deny\n  selector: >-   # long\n    a == 'b' &&\n    c == 'd'\n\nk: 1\n",
        "i:\n- action: Log\n  selector: >-\n    a == 'b' &&\n    c == 'd'\n"
        "- action: Deny\n  selector: >-   # long\n    a == 'b' &&\n    c == 'd'\n\nk: 1\n",
    ),
    "a text that keeps its line ends": (
        "i:\n- action: Deny\n  a: |+\n    x\n\n\nk: 1\n",
        "i:\n- action: Log\n  a: |+\n    x\n\n\n- action: Deny\n  a: |+\n    x\n\n\nk: 1\n",
    ),
    "flow items": (
        "i:\n  -  { action: Deny, source: {nets: [10.0.0.0/8]} }  # c\n",
        "i:\n  -  { action: Log, source: {nets: [10.0.0.0/8]} }\n"
        "  -  { action: Deny, source: {nets: [10.0.0.0/8]} }  # c\n",
    ),
    "comment above the first item": (
        "i: # list\n# about the deny\n# rule\n- action: Deny\n",
        "i: # list\n- action: Log\n# about the deny\n# rule\n- action: Deny\n",
    ),
    "a comment that stands apart": (
        "i:\n# about the list\n\n# about the item\n- action: Deny\n",
        "i:\n# about the list\n\n- action: Log\n# about the item\n- action: Deny\n",
    ),
    "an anchor on the item": (
        "i:\n- &a\n  action: Deny\n  p: &b TCP\nk: [*a, *b]\n",
        "i:\n- action: Log\n  p: TCP\n- &a\n  action: Deny\n  p: &b TCP\nk: [*a, *b]\n",
    ),
    "an alias in the item": (
        "a: &a {nets: [10.0.0.0/8]}\ni:\n- action: Deny\n  source: *a\n",
        "a: &a {nets: [10.0.0.0/8]}\ni:\n- action: Log\n  source: *a\n- action: Deny\n  source: *a\n",
    ),
    "an item with a merge key": (
        "a: &a {nets: [1.0.0.0/8]}\ni:\n- action: Deny\n  source:\n    <<: *a\n- <<: *a\n",
        "a: &a {nets: [1.0.0.0/8]}\ni:\n- action: Log\n  source:\n    <<: *a\n- action: Deny\n  source:\n    <<: *a\n- <<: *a\n",
    ),
    "an item made by a merge key": (
        "a: &a {protocol: TCP}\ni:\n- <<: *a\n  action: Deny\n",
        "a: &a {protocol: TCP}\ni:\n- protocol: TCP\n  action: Log\n- <<: *a\n  action: Deny\n",
    ),
    "an alias as the item": (
        "a: &a {action: Deny, protocol: TCP}\ni:\n- *a\n",
        "a: &a {action: Deny, protocol: TCP}\ni:\n- action: Log\n  protocol: TCP\n- *a\n",
    ),
    "a tag": (
        "i:\n- action: !!str Deny\n  protocol: TCP\n",
        "i:\n- action: Log\n  protocol: TCP\n- action: !!str Deny\n  protocol: TCP\n",
    ),
    "a document between markers": (
        "%YAML 1.1\n---\ni:\n- action: Deny\n...\n",
        "%YAML 1.1\n---\ni:\n- action: Log\n- action: Deny\n...\n",
    ),
}


@pytest.mark.parametrize(("text", "expected"), BLOCKS.values(), ids=BLOCKS)
def test_before_the_first_item(text: str, expected: str) -> None:
    check(text, [before(0, text)], expected)


LATER = {
    "comments stay with their items": (
        "i:\n- action: Allow\n  # still allow\n# deny\n#\tand a tab\n- action: Deny\n",
        "i:\n- action: Allow\n  # still allow\n- action: Log\n# deny\n#\tand a tab\n- action: Deny\n",
    ),
    "only comments of the item above": (
        "i:\n- action: Allow\n  # still allow\n- action: Deny\n",
        "i:\n- action: Allow\n  # still allow\n- action: Log\n- action: Deny\n",
    ),
    "deeper, but after a blank line": (
        "i:\n- action: Allow\n\n  # about deny\n- action: Deny\n",
        "i:\n- action: Allow\n\n- action: Log\n  # about deny\n- action: Deny\n",
    ),
    "blank lines between items": (
        "i:\n  - action: Allow\n\n  - action: Deny\n\nk: 1\n",
        "i:\n  - action: Allow\n\n  - action: Log\n  - action: Deny\n\nk: 1\n",
    ),
    "what looks like a comment is text": (
        "i:\n- action: |\n    Allow\n    # text\n- action: Deny\n",
        "i:\n- action: |\n    Allow\n    # text\n- action: Log\n- action: Deny\n",
    ),
}


@pytest.mark.parametrize(("text", "expected"), LATER.values(), ids=LATER)
def test_before_a_later_item(text: str, expected: str) -> None:
    check(text, [before(1, text)], expected)


ENDS = {
    "before the next field": (
        "i:\n- action: Deny\nk: 1\n",
        "i:\n- action: Deny\n- action: Log\n  protocol: TCP\n  source:\n    nets:\n    - 10.0.0.0/8\nk: 1\n",
    ),
    "the steps of the item": (
        "i:\n  - action: Allow\n    to:\n        ports:\n          - 80\n",
        "i:\n  - action: Allow\n    to:\n        ports:\n          - 80\n"
        "  - action: Log\n    protocol: TCP\n    source:\n        nets:\n          - 10.0.0.0/8\n",
    ),
    "the brackets of the item": (
        "i:\n- action: Allow\n  source: {nets: [1.0.0.0/8]}\n",
        "i:\n- action: Allow\n  source: {nets: [1.0.0.0/8]}\n"
        "- action: Log\n  protocol: TCP\n  source: {nets: [10.0.0.0/8]}\n",
    ),
    "no brackets where only empty values have them": (
        "i:\n- action: Allow\n  source: {}\n",
        "i:\n- action: Allow\n  source: {}\n- action: Log\n  protocol: TCP\n  source:\n    nets:\n    - 10.0.0.0/8\n",
    ),
    "a flow item": (
        "i:\n- {action: Allow}\n",
        "i:\n- {action: Allow}\n- {action: Log, protocol: TCP, source: {nets: [10.0.0.0/8]}}\n",
    ),
    "no line end": (
        "i:\n- {action: Allow} # c",
        "i:\n- {action: Allow} # c\n- {action: Log, protocol: TCP, source: {nets: [10.0.0.0/8]}}",
    ),
    "comments below": (
        "i:\n  - {action: Allow}\n    # about allow\n  # - {action: Deny}\n# about k\nk: 1\n",
        "i:\n  - {action: Allow}\n    # about allow\n  # - {action: Deny}\n"
        "  - {action: Log, protocol: TCP, source: {nets: [10.0.0.0/8]}}\n# about k\nk: 1\n",
    ),
    "comments below a list that is not indented": (
        "i:\n- {action: Allow}\n  # about allow\n# about k\nk: 1\n",
        "i:\n- {action: Allow}\n  # about allow\n"
        "- {action: Log, protocol: TCP, source: {nets: [10.0.0.0/8]}}\n# about k\nk: 1\n",
    ),
    "comments at the end of the stream": (
        "i:\n- {action: Allow}\n\n# the end\n",
        "i:\n- {action: Allow}\n- {action: Log, protocol: TCP, source: {nets: [10.0.0.0/8]}}\n\n# the end\n",
    ),
    "after a text that keeps its line ends": (
        "i:\n- a: |+\n    x\n\nk: 1\n",
        "i:\n- a: |+\n    x\n\n- action: Log\n  protocol: TCP\n  source:\n    nets:\n    - 10.0.0.0/8\nk: 1\n",
    ),
    "after an end marker": (
        "i:\n- {action: Allow}\n...\n",
        "i:\n- {action: Allow}\n- {action: Log, protocol: TCP, source: {nets: [10.0.0.0/8]}}\n...\n",
    ),
    "an item that is null": (
        "i:\n-\nk: 1\n",
        "i:\n-\n- action: Log\n  protocol: TCP\n  source:\n    nets:\n    - 10.0.0.0/8\nk: 1\n",
    ),
}


@pytest.mark.parametrize(("text", "expected"), ENDS.values(), ids=ENDS)
def test_at_the_end(text: str, expected: str) -> None:
    check(text, [log(1, TCP)], expected)


def test_at_the_end_after_a_blank_line_where_the_others_have_one() -> None:
    text = "i:\n- action: Allow\n\n- action: Deny\n\nk: 1\n"
    check(text, [log(2)], "i:\n- action: Allow\n\n- action: Deny\n\n- action: Log\n\nk: 1\n")


FLOWS = {
    "one line": ("i: [{action: Deny}] # c\n", 0, "i: [{action: Log}, {action: Deny}] # c\n"),
    "at the end": ("i: [{action: Deny}]\n", 1, "i: [{action: Deny}, {action: Log}]\n"),
    "compact": ("i: [{action: Deny},{action: Deny}]\n", 1, "i: [{action: Deny},{action: Log},{action: Deny}]\n"),
    "a comma at the end": ("i: [{action: Deny},]\n", 1, "i: [{action: Deny}, {action: Log},]\n"),
    "a pair without braces": ("i: [action: Deny]\n", 0, "i: [{action: Log}, action: Deny]\n"),
    "empty": ("i: []   # c\n", 0, "i: [{action: Log}]   # c\n"),
    "empty with an anchor": ("i: &a []\n", 0, "i: &a [{action: Log}]\n"),
    "lines": (
        "i: [\n  # deny\n  {action: Deny},\n  {action: Allow}\n]\n",
        0,
        "i: [\n  {action: Log},\n  # deny\n  {action: Deny},\n  {action: Allow}\n]\n",
    ),
    "lines, at the end": (
        "i: [\n  {action: Deny}  # c\n]\n",
        1,
        "i: [\n  {action: Deny},  # c\n  {action: Log}\n]\n",
    ),
    "lines, a comma at the end": (
        "i: [\n  {action: Deny},  # a, b\n]\n",
        1,
        "i: [\n  {action: Deny},  # a, b\n  {action: Log},\n]\n",
    ),
    "lines, a comma in a comment": (
        "i: [\n  {action: Deny}  # a, b\n]\n",
        1,
        "i: [\n  {action: Deny},  # a, b\n  {action: Log}\n]\n",
    ),
    "bracket on the line of the item": (
        "i: [\n  {action: Deny}]\n",
        1,
        "i: [\n  {action: Deny},\n  {action: Log}]\n",
    ),
    "JSON": ('{"i":[{"action":"Deny"}]}\n', 0, '{"i":[{"action":"Log"}, {"action":"Deny"}]}\n'),
    "JSON, empty": ('{"i": []}', 0, '{"i": [{"action": "Log"}]}'),
    "JSON, lines": (
        json.dumps({"i": [{"action": "Deny"}]}, indent=2),
        1,
        json.dumps({"i": [{"action": "Deny"}, {"action": "Log"}]}, indent=2),
    ),
    "JSON with what only JSON has": (
        '{"a": "\\/\\ud83d\\ude00\t\x7f", "i": [{"action": "Deny"}]}'.replace("\t", ""),
        0,
        '{"a": "\\/\\ud83d\\ude00\x7f", "i": [{"action": "Log"}, {"action": "Deny"}]}',
    ),
    "JSON, text in the place of null": (
        '{"i": [{"action": null}]}',
        1,
        '{"i": [{"action": null}, {"action": "Log"}]}',
    ),
    "one JSON value after the other": (
        '{"i": []}\n{"i": []}\n',
        0,
        '{"i": [{"action": "Log"}]}\n{"i": []}\n',
    ),
}


@pytest.mark.parametrize(("text", "index", "expected"), FLOWS.values(), ids=FLOWS)
def test_within_brackets(text: str, index: int, expected: str) -> None:
    check(text, [log(index)], expected)


def test_items_within_brackets_are_copied() -> None:
    text = "i: [{ action: 'Deny', p: {\"q\": [1,2] } },\n    {a: [x], # c\n     action: Deny}]\n"
    check(
        text,
        [before(0, text), before(1, text)],
        "i: [{ action: 'Log', p: {\"q\": [1,2] } }, { action: 'Deny', p: {\"q\": [1,2] } },\n"
        "    {a: [x],\n     action: Log},\n    {a: [x], # c\n     action: Deny}]\n",
    )


def test_a_pair_without_braces_is_no_item_to_copy() -> None:
    text = "i: [action: Deny]\n"
    check(text, [before(0, text)], "i: [{action: Log}, action: Deny]\n")


def test_json_items_are_copied() -> None:
    text = json.dumps({"i": [{"action": "Deny", "p": {"q": [1]}}]}, indent=4)
    rule = {"action": "Log", "p": {"q": [1]}}
    expected = json.dumps({"i": [rule, {"action": "Deny", "p": {"q": [1]}}]}, indent=4)
    check(text, [before(0, text)], expected)


def test_only_what_agrees_is_copied() -> None:
    text = "i:\n- action: Deny\n  metadata: {annotations: {a: b}}\n  protocol: 'TCP'\n  source:\n    nets: ['10.0.0.0/8']\n"
    value = {"protocol": "TCP", "source": {"nets": ["11.0.0.0/8"]}, "action": "Log", "ipVersion": 4}
    new = "- action: Log\n  protocol: 'TCP'\n  source:\n    nets:\n    - 11.0.0.0/8\n  ipVersion: 4\n"
    check(text, [log(0, value, 0)], text.replace("i:\n", "i:\n" + new))


def test_several_insertions_go_by_the_places_of_the_input() -> None:
    text = "i:\n- action: Allow\n- action: Deny\n- action: Pass\nk: []\n"
    insertions = [log(3, {"action": "A"}), log(1, {"action": "B"}), log(1, {"action": "C"}), log(0, path=("k",))]
    check(
        text,
        insertions,
        "i:\n- action: Allow\n- action: B\n- action: C\n- action: Deny\n- action: Pass\n- action: A\nk: [{action: Log}]\n",
    )


def test_a_list_kind_and_foreign_documents() -> None:
    text = (
        "# top\n---\n# nothing\n---\nkind: ConfigMap\ndata: {a:   'b'}\n--- # list\nkind: List\nitems:\n"
        "- kind: Secret\n- kind: NetworkPolicy\n  spec:\n    egress:\n    # why\n    - action: Deny\n---\nkind: X\n"
    )
    path = ("items", 1, "spec", "egress")
    assert edited(text, [Insertion(1, path, 0, LOG, 0)]) == text.replace("    # why", "    - action: Log\n    # why")


def test_a_list_at_the_root() -> None:
    check("# c\n- action: Deny\n# end\n", [log(0, path=())], "- action: Log\n# c\n- action: Deny\n# end\n")
    check("- action: Deny\n# end\n", [log(1, path=())], "- action: Deny\n- action: Log\n# end\n")


def test_a_list_behind_an_alias_is_written_once_if_all_its_users_want_the_same() -> None:
    text = "i: &r\n- action: Deny\nk: *r\n"
    both = [before(0, text), before(0, text, ("k",))]
    check(text, both, "i: &r\n- action: Log\n- action: Deny\nk: *r\n")
    assert edited(text, both[:1]) is None
    assert edited(text, both[1:]) is None
    assert edited(text, [both[0], log(1, path=("k",))]) is None


REFUSED = {
    "no such document": ("i: []\n", Insertion(1, ("i",), 0, LOG)),
    "no such field": ("k: []\n", log(0)),
    "no list": ("i: {}\n", log(0)),
    "a null": ("i:\n", log(0)),
    "no such index": ("i: []\n", log(1)),
    "a negative index": ("i: [1]\n", log(-1)),
    "no YAML": ("i: [\n", log(0)),
    "a list that a merge key brings": ("a: &a\n  i: []\nb:\n  <<: *a\n", log(0, path=("b", "i"))),
    "a list that a merge key takes away": ("a: &a\n  i: []\nb:\n  <<: *a\n", log(0, path=("a", "i"))),
    "a dash after a dash": ("- - action: Deny\n", log(0, path=(0,))),
}


@pytest.mark.parametrize(("text", "insertion"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_edited_is_left_to_the_writer(text: str, insertion: Insertion) -> None:
    assert edited(text, [insertion]) is None


APPENDED = {
    "one document": ("a: 1\n", "a: 1\n---\nb: 2\n"),
    "no line end": ("a: 1", "a: 1\n---\nb: 2"),
    "nothing": ("", "b: 2\n"),
    "only comments": ("# c\n", "# c\n---\nb: 2\n"),
    "comments at the end": ("a: 1\n# c\n", "a: 1\n# c\n---\nb: 2\n"),
    "start markers": ("---\na: 1\n---\nc: 1\n", "---\na: 1\n---\nc: 1\n---\nb: 2\n"),
    "end markers": ("---\na: 1\n...\n", "---\na: 1\n...\n---\nb: 2\n...\n"),
    "blank lines": ("a: 1\n\n---\n\nc: 1\n", "a: 1\n\n---\n\nc: 1\n\n---\nb: 2\n"),
    "a separator at the end": ("a: 1\n---\n", "a: 1\n---\nb: 2\n"),
    "a separator in a text": ("a: |\n  ---\n", "a: |\n  ---\n---\nb: 2\n"),
    "a text that keeps its line ends": ("a: |+\n  x\n\n", "a: |+\n  x\n\n---\nb: 2\n"),
    "JSON at the end": ('a: 1\n---\n{"a": 1}\n', 'a: 1\n---\n{"a": 1}\n---\nb: 2\n'),
    "one JSON object": ('{"a": 1}\n', None),
}


@pytest.mark.parametrize(("text", "expected"), APPENDED.values(), ids=APPENDED)
def test_appended(text: str, expected: str | None) -> None:
    check(text, [], expected, "b: 2\n")
    check(text, [], expected, "---\nb: 2\n")


def test_several_documents_and_an_insertion() -> None:
    check("i: []", [log(0)], "i: [{action: Log}]\n---\n# c\nb:\n- 2\n---\nc: 3", "# c\nb:\n- 2\n", "---\nc: 3\n")


def test_nothing_to_do_changes_nothing() -> None:
    for path in FILES[::10]:
        text = path.read_bytes().decode()
        assert edited(text, []) == text


SCALARS = st.sampled_from(
    ["TCP", "'TCP'", "\"a == 'b'\"", "4", "[80, 90]", "{nets: [10.0.0.0/8]}", "{}", "!!str 1", ""]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99999) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=6,
)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A block list as some author may have laid it out, between other fields."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    pad = " " * draw(st.integers(0, 4))
    gap = " " * draw(st.integers(1, 3))
    noise = st.lists(st.sampled_from(["", "# c", "  # c", "      # c", " #\tt"]), max_size=2)
    comment = st.sampled_from(["", " # beside", "\t#\tb", "  "])
    lines = ["a: 'b' # c", "i:"]
    for _ in range(draw(st.integers(1, 4))):
        lines += draw(noise)
        fields = ["action: Deny", *(f"f{n}: {one}" for n, one in enumerate(draw(st.lists(SCALARS, max_size=3))))]
        if draw(st.booleans()):
            inner = [field for field in fields if "!!" not in field and not field.endswith(" ")]
            lines.append(f"{pad}-{gap}{{{', '.join(inner)}}}{draw(comment)}")
            continue
        for number, one in enumerate(draw(st.permutations(fields))):
            lead = f"{pad}-{gap}" if not number else " " * len(f"{pad}-{gap}")
            lines.append(f"{lead}{one}{draw(comment)}")
    lines += [*draw(noise), *draw(st.sampled_from([[], ["k: 1"], ["...", "# end"]]))]
    return newline.join(lines) + draw(st.sampled_from(["", newline]))


@settings(max_examples=300, deadline=None)
@given(rules(), st.data())
def test_the_input_is_what_remains_without_the_new_lines(text: str, data: st.DataObject) -> None:
    document: Any = read(text, file="")[0].value
    items = document["i"]
    insertions = []
    for index in data.draw(st.lists(st.integers(0, len(items)), min_size=1, max_size=3)):
        like = data.draw(st.none() | st.integers(0, len(items) - 1))
        same = like is not None and data.draw(st.booleans())
        value = {**items[like or 0], "action": "Log"} if same else {"action": "Log", "x": data.draw(VALUES)}
        insertions.append(log(index, value, like))
    result = edited(text, insertions)
    assert result is not None
    assert _only_adds(text, result)


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUES, max_size=3), VALUES, st.sampled_from([None, 2]), st.data())
def test_json_stays_json(items: list[Any], new: Any, indent: int | None, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(items)))
    result = edited(json.dumps({"a": {"i": items}}, indent=indent), [log(index, new, path=("a", "i"))])
    assert result is not None
    assert json.loads(result) == {"a": {"i": [*items[:index], new, *items[index:]]}}


def _only_adds(text: str, result: str) -> bool:
    """Whether the lines of ``text`` are lines of ``result`` in their order."""
    lines = iter(result.splitlines(keepends=True))
    ended = text.endswith(("\n", "\r"))
    wanted = text.splitlines(keepends=True)
    if not ended and wanted:  # a last line without an end may have got one
        return all(any(line.rstrip("\r\n") == one.rstrip("\r\n") for line in lines) for one in wanted)
    return all(any(line == one for line in lines) for one in wanted)


def _lists(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], list[Any]]]:
    """The rule lists of the policies in a document."""
    if not isinstance(value, dict):
        return
    if isinstance(value.get("items"), list):
        for index, item in enumerate(value["items"]):
            yield from _lists(item, (*path, "items", index))
    spec = value.get("spec")
    for name in ("ingress", "egress"):
        if isinstance(spec, dict) and isinstance(spec.get(name), list):
            yield (*path, "spec", name), spec[name]


def _wanted(document: int, path: tuple[str | int, ...], items: list[Any]) -> list[Insertion]:
    """A Log rule before each Deny and before the last rule, or in the empty list."""
    chosen = [i for i, rule in enumerate(items) if rule.get("action") == "Deny" or i == len(items) - 1]
    found = [Insertion(document, path, i, {**items[i], "action": "Log"}, i) for i in chosen]
    return found or [Insertion(document, path, 0, LOG)]


@pytest.mark.skipif(not FILES, reason="the corpus folder is not beside this checkout")
def test_over_the_corpus() -> None:
    counts: Counter[str] = Counter()
    for path in FILES:
        text = path.read_bytes().decode()
        try:
            documents = read(text, file="")
        except InputError:
            counts["unreadable"] += 1
            continue
        for document in documents:
            for where, items in _lists(document.value):
                result = edited(text, _wanted(document.index, where, items), ["kind: New\n"])
                if result is None:
                    counts["not edited"] += 1
                    continue
                counts["edited"] += 1
                if items:
                    assert _only_adds(text, result), path.name
    assert counts["not edited"] * 50 <= counts["edited"], counts
