"""``-j``: how many processes a run may take is no matter of what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.test_jobs import pytestmark as pytestmark
from tests.api.test_jobs import text


@pytest.mark.parametrize("arguments", [("convert", "--to", "cilium"), ("verify", "after.yaml")], ids=lambda one: one[0])
def test_what_is_printed_is_the_same(run, tmp_path: Path, arguments: tuple[str, ...], monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("before.yaml").write_text(text(), encoding="utf-8")
    Path("after.yaml").write_text(text(7), encoding="utf-8")
    command, *rest = arguments
    printed = [run(command, "before.yaml", *rest, "-j", jobs) for jobs in ("1", "2")]
    assert printed[0] == printed[1]
    assert printed[0].code == (0 if command == "convert" else 1)


def test_there_is_at_least_one(run) -> None:
    found = run("convert", "--to", "calico", "-j", "0", "-")
    assert found.code == 2
    assert "0 is not in the range x>=1" in found.err
