"""Foreign objects pass through as their author wrote them."""

from __future__ import annotations

import pytest

from translate.yamlio.read import read
from translate.yamlio.verbatim import verbatim

DOCUMENT = """# who owns this
kind: ConfigMap   # a comment
data:
    wide: "yes"
    list: [1, 2]
    text: |
        line
"""
LIST = """kind: List
items:
- kind: Secret
  data: {k: 'dg=='}   # here
- kind: ConfigMap
  data:
    a: "no"
"""


def value(text: str) -> object:
    return read(text, file="")[0].value


def test_a_document_of_its_own_keeps_every_byte() -> None:
    assert verbatim(DOCUMENT, (), value(DOCUMENT)) == DOCUMENT
    assert verbatim(f"---\n{DOCUMENT}---\n", (), value(DOCUMENT)) == DOCUMENT


def test_an_item_of_a_list_keeps_comments_and_quotes() -> None:
    items = value(LIST)["items"]  # type: ignore[index]
    assert verbatim(LIST, ("items", 0), items[0]) == "kind: Secret\ndata: {k: 'dg=='}     # here\n"
    assert verbatim(LIST, ("items", 1), items[1]) == 'kind: ConfigMap\ndata:\n  a: "no"\n'


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("items:\n- &a {k: 1}\n- b: *a\n", ("items", 1)),
        ("items: [", ("items", 0)),
        (LIST, ("items", 7)),
    ],
    ids=["an alias whose anchor is elsewhere", "no YAML", "no such item"],
)
def test_what_cannot_be_kept_faithfully_is_left_to_the_writer(text: str, path: tuple[str, int]) -> None:
    assert verbatim(text, path, {"other": True}) is None
