"""The vectors of this repository: only our own cases, as their page says, and as they are drawn."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.reference.vectors import SHARED, quick_load
from tests.vectors.draw import MIXED, OWN, WHOLE, drawn, main, packed, unpacked

FILES = sorted(path for path in OWN.iterdir() if re.search(r"\.(yaml|jsonl|gz)$", path.name))
ROW = re.compile(r"\| `([\w.-]+)` \| (\d+) \| (\d*)")
FOREIGN = [
    {"id": "of a file that others wrote", "source": "corpus/calico/a.yaml", "documents": []},
    {"id": "with a file that others wrote", "source": "generated", "documents_from": "corpus/calico/a.yaml"},
]


def cases_in(path: Path) -> list[dict[str, Any]]:
    """The cases of a file."""
    text = unpacked(path).decode()
    cases = quick_load(text)["cases"] if path.suffix == ".yaml" else [json.loads(line) for line in text.splitlines()]
    return list(cases)


def test_the_page_counts_what_is_there() -> None:
    """Every file has its row, with its cases and their probes."""
    rows = {
        name: (int(cases), int(probes or 0)) for name, cases, probes in ROW.findall((OWN / "README.md").read_text())
    }
    counted = {path.name: cases_in(path) for path in FILES}
    assert rows == {
        name: (len(cases), sum(len(case.get("probes", ())) for case in cases)) for name, cases in counted.items()
    }


def test_nothing_of_others_is_given() -> None:
    """Engine cases stand for themselves; no file names one of the collection."""
    for path in FILES:
        assert b"corpus/" not in unpacked(path), path.name
        if path.suffix == ".gz":
            assert {(case["source"], "documents" in case, "documents_from" in case) for case in cases_in(path)} == {
                ("generated", True, False)
            }


def test_they_are_few() -> None:
    """The folder is small enough for everybody's checkout."""
    assert sum(path.stat().st_size for path in FILES) < 300_000


def test_only_own_cases_are_drawn(tmp_path: Path) -> None:
    """Drawn from a folder that holds more, the files are the same again, whatever the time and the folder."""
    folder, first, second = (tmp_path / name for name in ("all", "first", "second"))
    for path in (folder, first, second):
        path.mkdir()
    for name in WHOLE:
        (folder / name).write_bytes((OWN / name).read_bytes())
    more = "".join(f"{json.dumps(case)}\n" for case in FOREIGN).encode()
    for name in MIXED:
        own = unpacked(OWN / (name.removesuffix(".gz") + ".gz"))
        (folder / name).write_bytes(packed(more + own) if name.endswith(".gz") else more + own)
    main(folder, first)
    main(folder, second)
    for path in FILES:
        assert unpacked(first / path.name) == unpacked(path), path.name
        assert (first / path.name).read_bytes() == (second / path.name).read_bytes(), path.name


def test_packed_files_hold_no_name_and_no_time() -> None:
    """Neither flags (a name would be one) nor a time stand in the head of a gzip file."""
    assert {path.name: path.read_bytes()[3:8] for path in FILES if path.suffix == ".gz"} == {
        f"{name.removesuffix('.gz')}.gz": bytes(5) for name in MIXED
    }
    assert packed(b"x")[3:8] == bytes(5)


@pytest.mark.skipif(
    not (SHARED / "vectors").is_dir(), reason="the folder they are drawn from is not beside this checkout"
)
def test_they_are_drawn_from_all_vectors() -> None:
    """Drawing again gives what is here."""
    assert drawn(SHARED / "vectors") == {path.name: unpacked(path) for path in FILES}
