"""Every file that a stranger wrote is translated with a proof, or says by name why not; nothing is silently dropped."""

from __future__ import annotations

import re

import pytest

from tests.corpus import ROOT, WAYS, counts

HONEST = re.compile(
    r"same|invalid|no policy|logs exactly"
    # What is tighter names every reason; NPT504 is a difference that nothing else explains, with its packet.
    r"|tighter NPT50[1-49](.NPT5\d\d)*|tighter NPT508(.NPT5\d\d)*|tighter NPT507(.NPT5\d\d)*"
    r"|refused NPT2\d\d"
    # Withheld: what would be looser is not written.
    r"|(looser|mixed) (NPT5\d\d.)*NPT5(05|11)"
)
LEAST_SAME = {
    ("kubernetes", "calico"): 300,
    ("kubernetes", "cilium"): 300,
    ("calico", "kubernetes"): 40,
    ("calico", "calico"): 235,
    ("calico", "cilium"): 80,
    ("cilium", "kubernetes"): 180,
    ("cilium", "calico"): 180,
    ("admin", "kubernetes"): 0,
    ("admin", "calico"): 0,
    ("admin", "cilium"): 0,
}


@pytest.mark.skipif(not ROOT.is_dir(), reason="the collection of policies is not beside this checkout")
@pytest.mark.parametrize(("folder", "target"), WAYS, ids=lambda way: str(way))
def test_every_file_has_an_honest_outcome(folder: str, target: str) -> None:
    found = counts(folder, target)
    assert [outcome for outcome in found if not HONEST.fullmatch(outcome)] == [], found
    assert found["same"] >= LEAST_SAME[folder, target], found
    if folder == "kubernetes":
        assert not any("NPT504" in outcome or "looser" in outcome for outcome in found), found
