"""Every file that a stranger wrote is translated with a proof, or says by name why not; nothing is silently dropped."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpus import TARGETS, files, outcomes

ALLOWED = {"same", "invalid", "no policy", "tighter NPT503", "refused NPT201", "refused NPT203", "refused NPT210"}


@pytest.mark.parametrize("target", TARGETS)
def test_every_file_has_an_honest_outcome(target: str) -> None:
    if not files():
        pytest.skip("the collection of policies is not beside this checkout")
    counts = Counter(outcome for path in files() for outcome in outcomes(path, target))
    assert counts.keys() <= ALLOWED, counts
    assert counts["same"] > 300, counts
