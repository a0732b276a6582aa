"""Objects that pass through come out as their author wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from translate.core.origin import Origin
from translate.core.origin import Path as Steps
from translate.yamlio.edit_item import same
from translate.yamlio.read import read
from translate.yamlio.verbatim import Keeper

CORPUS = sorted((Path(__file__).parents[3] / "shared" / "corpus").glob("*/*"))


def at(text: str, path: Steps, document: int = 0) -> dict[str, object]:
    """The value at a path."""
    value: Any = read(text, file="")[document].value
    for step in path:
        value = value[step]
    assert isinstance(value, dict)
    return value


def kept(text: str, path: Steps = (), document: int = 0, **more: object) -> str:
    """What is written for the object at a path."""
    keeper = Keeper({"f": read(text, file="f")[0].locator}.get)
    return keeper.text(Origin("f", document, path), {**more, **at(text, path, document)})


DOCUMENT = """# who owns this
kind: ConfigMap   # a comment
data:
    wide: "yes"
    list: [1, 2]
    text: |
        line
"""
WHOLE = {
    "alone": DOCUMENT,
    "between markers": f"---\n{DOCUMENT}---\n",
    "with an end": f"{DOCUMENT}...\n",
    "behind a directive": f"%YAML 1.1\n---\n{DOCUMENT}",
    "behind a document without a value": f"---\n---\n{DOCUMENT}",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_a_document_of_its_own_keeps_every_byte(text: str) -> None:
    assert kept(text) == DOCUMENT
    assert kept(text.replace("\n", "\r\n")).strip() == DOCUMENT.replace("\n", "\r\n").strip()


def test_the_second_document_begins_after_the_first() -> None:
    assert kept(f"kind: A\n---\n{DOCUMENT}", (), 1) == DOCUMENT


ITEMS = {
    "quotes, blanks and comments": (
        "kind: List\nitems:\n- kind: Secret\n  data: {k:   'dg=='}   # here\n\n- kind: B\n",
        0,
        "kind: Secret\ndata: {k:   'dg=='}   # here\n",
    ),
    "indented": (
        "kind: List\nitems:\n    # of A\n    - kind: A\n      data:\n          a: |\n            x\n\n             y\n      # end of A\n    - kind: B\n",
        0,
        "# of A\nkind: A\ndata:\n    a: |\n      x\n\n       y\n# end of A\n",
    ),
    "comments above, inside and below": (
        "items:\n- kind: A\n# of B\n#\tand more\n- kind: B\n  # inside\n  x: 1 # one\n  # below\n# of the list\nkind: List\n",
        1,
        "# of B\n#\tand more\nkind: B\n# inside\nx: 1 # one\n# below\n",
    ),
    "a dash on a line of its own": (
        "items:\n  - # beside\n    kind: A\n    x: 'y'\n",
        0,
        "# beside\nkind: A\nx: 'y'\n",
    ),
    "lines that lean to the left": (
        'items:\n  - kind: A\n    x: "one\n two"\n\n    # left\n  - kind: B\n',
        0,
        'kind: A\nx: "one\ntwo"\n',
    ),
    "an anchor": ("items:\n- &a\n  kind: A\n- &b kind: B\n", 0, "&a\nkind: A\n"),
    "brackets": (
        "items: [{kind: A}, # a\n  # of B\n  {kind: B,\n   x: 'y'}, # b\n]\n",
        1,
        "# of B\n{kind: B,\n   x: 'y'}  # b\n",
    ),
    "JSON": ('{"items": [{"kind": "A"},\n {"kind": "B", "x": [1,2]}]}', 1, '{"kind": "B", "x": [1,2]}\n'),
    "an alias whose anchor is elsewhere": (
        "items:\n- kind: A\n  x: &a {k: 'v'}\n- kind: B  # b\n  z:   *a\n",
        1,
        "kind: B    # b\nz: &a {k: 'v'}\n",
    ),
    "values that are not given, and an alias": (
        "items:\n- kind: A\n  x: &a {k: 'v', n: }\n- kind: B  # b\n  y:\n  metadata: {t: , name: b, u: null}\n  z:   *a\n",
        1,
        "kind: B    # b\ny:\nmetadata: {t: , name: b, u: null}\nz: &a {k: 'v', n: }\n",
    ),
    "a merge key whose anchor is elsewhere": (
        "items:\n- kind: A\n  x: &a {k: 'v'}\n- kind: B\n  y:\n    <<: *a\n    on: 08\n",
        1,
        "kind: B\ny:\n  <<: &a {k: 'v'}\n  on: 08\n",
    ),
}


@pytest.mark.parametrize(("text", "index", "expected"), ITEMS.values(), ids=ITEMS)
def test_an_item_of_a_list(text: str, index: int, expected: str) -> None:
    found = kept(text, ("items", index))
    assert found == expected
    assert read(found, file="")[0].value == at(text, ("items", index))


def test_an_item_of_a_typed_list_says_its_kind() -> None:
    text = "apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name:   'a'}\n"
    found = kept(text, ("items", 0), apiVersion="v1", kind="Secret")
    assert found == "apiVersion: v1\nkind: Secret\nmetadata: {name:   'a'}\n"


def test_a_list_in_a_list() -> None:
    text = "items:\n- kind: List\n  items:\n    - kind: A  # a\n      x:   1\n"
    assert kept(text, ("items", 0, "items", 0)) == "kind: A  # a\nx:   1\n"


@pytest.mark.parametrize("text", [DOCUMENT, f"items:\n- {DOCUMENT}"], ids=["document", "no such item"])
def test_what_cannot_be_kept_is_written(text: str) -> None:
    keeper = Keeper({"f": read(DOCUMENT, file="f")[0].locator}.get)
    for origin in (Origin("f", 0, ("items", 0)), Origin("f", 0), Origin("other", 0), Origin("f", -1)):
        assert keeper.text(origin, {"other": "yes"}) == "other: 'yes'\n"


def test_only_so_much_goes_through_ruamel() -> None:
    pad = "".join(f"  k{n}: 'text of some length'\n" for n in range(12_000))
    text = f"items:\n- kind: A\n  x: &a [1]\n{pad}- kind: B # b\n  z: *a\n"
    assert len(text) > 1 << 18
    assert kept(text, ("items", 1)) == "kind: B\nz:\n- 1\n"


def stripped(text: str) -> set[str]:
    """The lines, without what they are indented by."""
    return {"", *(line.strip().removeprefix("-").strip() for line in text.split("\n"))}


@pytest.mark.skipif(not CORPUS, reason="the corpus folder is not beside this checkout")
def test_every_object_of_the_corpus_keeps_its_text() -> None:
    """Nothing in it is written anew: documents keep their bytes, items of lists every line but for its indentation."""
    for path in CORPUS:
        documents = read(path.read_bytes(), file="f")
        keeper = Keeper({document.file: document.locator for document in documents[:1]}.get)
        for document in documents:
            if not isinstance(document.value, dict):
                continue
            lines = stripped(document.locator.text(document.index))
            items = document.value.get("items") if document.value.get("kind") == "List" else None
            for steps, value in [((), document.value), *((("items", n), item) for n, item in enumerate(items or []))]:
                found = keeper.text(Origin("f", document.index, steps), value)
                assert stripped(found) <= lines, path.name
                assert same(read(found, file="")[0].value, value)
