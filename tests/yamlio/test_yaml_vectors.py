"""Every text a real API server was asked to read, entry by entry: with libyaml, and with PyYAML's own parser."""

from typing import Any

import pytest
import yaml

from tests.reference.vectors import lines_of
from translate.core.diagnostics import InputError
from translate.yamlio.read import read

HEAD = "apiVersion: t.example.com/v1\nkind: Probe\nmetadata: {name: p, namespace: default}\n"
ENTRIES = list(lines_of("yaml-reader.jsonl"))

# Where the server reads something and we refuse: what it reads is nothing anybody means.
TAG = "the cluster reads an unquoted"
STRICTER = {
    "!a": TAG,  # the empty string for the server
    "!foo": TAG,
    "!has(x)": TAG,  # as a Calico selector: everything
    "!foo bar": TAG,  # the tag is dropped
    "!!python/object:os.system x": TAG,
    f"%TAG ! tag:example.com,2000:\n---\n{HEAD}v: !foo 1\n": TAG,
    '{1: a, "1": b}': 'key "1" is given twice on line 4',  # two keys in YAML, one in JSON: which value wins is chance
}
# PyYAML's own parser wants no tabs between words; libyaml and Go take them.
STRICTER_WITHOUT_LIBYAML = {"a\tb": "a tab stands", "\ta": "a tab stands"}


def stream(entry: dict[str, Any]) -> str:
    return entry["text"] if "document" in entry else f"{HEAD}v: {entry['text']}\n"


def expected(entry: dict[str, Any]) -> dict[str, Any]:
    if "document" in entry:
        return entry["json"]
    return {"v": entry["json"]} if entry.get("present", True) else {}


def spelled(value: Any) -> Any:
    """The value as it compares: numbers above 64 bits are floats in the server, whatever digits it prints."""
    if isinstance(value, dict):
        return {key: spelled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [spelled(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and not -(1 << 63) <= value < 1 << 63:
        return ("float", float(value))
    return (type(value).__name__, value)


def check(entry: dict[str, Any], stricter: dict[str, str]) -> None:
    text = stream(entry)
    if "error" in entry or entry["text"] in stricter:
        with pytest.raises(InputError) as caught:
            read(text, file="probe.yaml")
        (problem,) = caught.value.problems
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message.startswith(stricter.get(entry["text"], ""))
        return
    value = read(text, file="probe.yaml")[0].value
    got = {key: value[key] for key in ("v", "w") if value.get(key) is not None}
    assert spelled(got) == spelled(expected(entry))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.get("document") or repr(entry["text"])[:40])
def test_reads_what_the_server_reads(entry: dict[str, Any]) -> None:
    check(entry, STRICTER)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.get("document") or repr(entry["text"])[:40])
def test_reads_the_same_without_libyaml(entry: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    check(entry, STRICTER | STRICTER_WITHOUT_LIBYAML)


def test_the_table_of_stricter_entries_is_alive() -> None:
    accepted = {entry["text"] for entry in ENTRIES if "error" not in entry}
    assert set(STRICTER) | set(STRICTER_WITHOUT_LIBYAML) <= accepted
