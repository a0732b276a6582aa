"""The account of every sample's plan: what is not one object for one, rule by rule, has a reason that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

import translate
from translate.rendering.plan import why

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = sorted(path for path in SAMPLES.rglob("*.yaml") if path.stem in ("kubernetes", "calico", "cilium"))


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(SAMPLES)) for path in FILES])
def test_every_change_of_number_has_a_reason(path: Path) -> None:
    facts = path.with_name("facts.yaml")
    for to in {"kubernetes", "calico", "cilium"} - {path.stem}:
        try:
            found = translate.convert(
                path, to=to, facts=facts if facts.exists() else None, explain_plan=True, verify=False
            )
        except translate.Error:
            continue
        assert found.account is not None
        for row in found.account.rows:
            said = why(row, found)
            text = "; ".join(said)
            assert len(row.targets) == 1 or "object" in text, row
            assert len(row.targets) < 2 or "objects: " in text, row
            assert "cannot say it in one" not in text, row
            assert "{" not in text, row
            assert row.allows[0] == row.allows[1] or len(row.targets) != 1 or row.kept or said, row
            assert row.denies == (0, 0) or row.denies[0] == row.denies[1] or said, row
