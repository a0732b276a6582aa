"""The output in the order of the input: nothing is lost, added or changed by putting it in order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import translate
from translate.api.in_order import in_order, stream
from translate.frontend.sources import Source
from translate.yamlio.read import read

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(
    path
    for path in (ROOT / "samples").rglob("*.yaml")
    if path.stem in ("kubernetes", "calico", "cilium") and "log-in-place" not in path.parts
)
OTHER = """# A service
apiVersion: v1
kind: Service
metadata: {name: a}
"""
DIRECTIVE = '%YAML 1.1\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "b"}\n...\n'


def key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def objects(text: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for document in read(text, file=""):
        value = document.value
        assert isinstance(value, dict)
        found += value["items"] if value.get("kind") == "List" else [value]
    return found


@pytest.mark.parametrize("target", ["calico", "cilium"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.relative_to(ROOT / "samples").as_posix())
def test_every_object_stands_once_and_others_stay_where_they_were(path: Path, target: str) -> None:
    text = f"{OTHER}---\n{path.read_text(encoding='utf-8').removeprefix('---')}\n---\n{OTHER.replace('name: a', 'name: z')}"
    try:
        result = translate.convert([Source("-", text)], to=target, verify=False, passthrough=True)
    except translate.Error as error:
        pytest.skip(f"not translated: {error!s:.60}")
    if not result.text:
        pytest.skip("withheld: nothing is written")
    pieces = in_order(result, read(text, file="-"), namespace="default")
    whole = stream(pieces, result)
    assert sorted(map(key, objects(whole))) == sorted(map(key, result.objects))
    assert whole == "---\n".join(piece.text for piece in pieces)
    assert [json.loads(key(pieces[at].values[0]))["metadata"] for at in (0, -1)] == [{"name": "a"}, {"name": "z"}]
    assert pieces[0].text == OTHER


def test_directives_and_ends_of_documents_part_nothing_else() -> None:
    text = f"{DIRECTIVE}---\n{OTHER}"
    result = translate.convert(text, to="calico", passthrough=True)
    pieces = in_order(result, read(text, file="input"), namespace="default")
    assert [piece.is_kept for piece in pieces] == [True, True]
    assert stream(pieces, result) == 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "b"}\n---\n' + OTHER


def test_what_would_be_read_as_anything_else_gives_way_to_the_text_of_the_result() -> None:
    text = f"{OTHER}---\n{OTHER.replace('name: a', 'name: z')}"
    result = translate.convert(text, to="calico", passthrough=True)
    pieces = in_order(result, read(text, file="input"), namespace="default")
    assert stream(pieces[:1], result) == result.text
