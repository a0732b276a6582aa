"""``docs/proof.md`` and ``docs/prover.md`` name what there is: files, tests, and a kind of evidence for each property."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROOF, PROVER = ROOT / "docs" / "proof.md", ROOT / "docs" / "prover.md"
NAMED = re.compile(r"`((?:(?:translate|tests|docs|mappings|samples|benchmarks)/[\w./-]+)|pyproject\.toml)(?:::(\w+))?`")
CELLS = re.compile(r"^\| (.+) \|$", re.MULTILINE)
EVIDENCE = {
    "property": re.compile(r"from hypothesis import"),
    "golden": re.compile(r"\bCASES\b"),
    "contract": re.compile(r"tool\.importlinter\.contracts"),
}
"""What shows in a file of this kind; of the others nothing does."""


def tables(page: Path) -> list[list[str]]:
    """The cells of all rows of tables, but for the lines below their heads."""
    rows = [line.split(" | ") for line in CELLS.findall(page.read_text(encoding="utf-8"))]
    return [row for row in rows if not set(row[0]) <= {"-", "|"}]


KINDS = {row[0] for row in tables(PROOF) if len(row) == 2} - {"evidence"}
PROPERTIES = [row for row in tables(PROOF) if len(row) == 3 and row[0] != "property"]


@pytest.mark.parametrize("page", [PROOF, PROVER], ids=lambda path: path.name)
def test_all_that_is_named_is_there(page: Path) -> None:
    """Files, and tests within them."""
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert len(named) > 10
    for path, name in named:
        assert (ROOT / path).exists(), path
        assert not name or re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), name


def test_there_are_properties() -> None:
    """Each is said once."""
    assert len({row[0] for row in PROPERTIES}) == len(PROPERTIES) > 30
    assert set(EVIDENCE) < KINDS
    assert {kind for row in PROPERTIES for kind in row[2].split(", ")} == KINDS


@pytest.mark.parametrize("row", PROPERTIES, ids=lambda row: row[0][:60])
def test_a_property_is_held_by_what_it_says(row: list[str]) -> None:
    """Tests hold it, nothing else stands in their cell, and their files are of the kinds of evidence that are named."""
    _, held, evidence = row
    named = NAMED.findall(held)
    kinds = evidence.split(", ")
    assert any(name.startswith("test_") for _, name in named)
    assert NAMED.sub("", held).strip() == ""
    texts = [(ROOT / path).read_text(encoding="utf-8") for path, _ in named]
    for kind in kinds:
        assert kind in KINDS
        assert kind not in EVIDENCE or any(EVIDENCE[kind].search(text) for text in texts), kind
