"""Every file that a stranger wrote is translated with a proof, or says by name why not; nothing is silently dropped."""

from __future__ import annotations

import re

import pytest

from tests.corpus import ROOT, WAYS, counts

HONEST = re.compile(
    r"same|invalid|no policy|logs exactly"
    # Today: what another policy would change is named; what it would open is withheld.
    r"|same NPT52[01]( NPT521)?|(same|tighter)( NPT5\d\d)* NPT522"
    # What is tighter names every reason; NPT504 is a difference that nothing else explains, with its packet.
    r"|tighter NPT50[1-49](.NPT5\d\d)*|tighter NPT508(.NPT5\d\d)*|tighter NPT5[01]7(.NPT5\d\d)*"
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
    ("cilium", "kubernetes"): 175,
    ("cilium", "calico"): 180,
    ("admin", "kubernetes"): 0,
    ("admin", "calico"): 0,
    ("admin", "cilium"): 0,
}
LEAST_SAME_LATER = {("calico", "kubernetes"): 27, ("calico", "cilium"): 70, ("cilium", "kubernetes"): 149}
"""Files that are the same whatever policy is added later, where that is fewer."""


@pytest.mark.skipif(not ROOT.is_dir(), reason="the collection of policies is not beside this checkout")
@pytest.mark.parametrize(("folder", "target"), WAYS, ids=lambda way: str(way))
def test_every_file_has_an_honest_outcome(folder: str, target: str) -> None:
    found = counts(folder, target)
    assert [outcome for outcome in found if not HONEST.fullmatch(outcome)] == [], found
    today = sum(count for outcome, count in found.items() if outcome.split()[0] == "same")
    assert today >= LEAST_SAME[folder, target], found
    assert found["same"] >= LEAST_SAME_LATER.get((folder, target), LEAST_SAME[folder, target]), found
    if folder == "kubernetes":
        assert not any("NPT504" in outcome or "looser" in outcome for outcome in found), found
