"""``verify`` says how ``explain`` is asked about its counterexample, and ``explain`` then answers as the proof does."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

import translate
from translate.api.replay import replay

SAMPLES = Path(__file__).parents[2] / "samples"
SPELLED = {
    ("ordered-deny", "calico", "cuts"): [("shop{app=gateway,quarantine=yes}@10.244.0.10", "shop{app=api}:8443")],
    ("packets", "calico", "cilium"): [("shop{}@[fd00:244::10]", "shop{app=worker}:8080")],
    ("global-policy", "by-label", "calico"): [
        ("kube-system{}", "other{}@10.244.1.10:80"),
        ("shop{}", "other{}@10.244.1.10:53/udp"),
    ],
    ("fqdn", "cilium", "kubernetes"): [("shop{app=billing}", "dns:api.payments.example.com@203.0.113.10:443")],
    ("own-endpoints", "calico", "cilium"): [("ingress", "shop{app=shop}:8080")],
    ("clusterwide", "calico", "by-label"): [
        ("payments{}/any{}@10.244.0.10", "payments{}/any{app=postgres}:80"),
        ("payments{env=prod}/any{}@10.244.0.10", "payments{env=prod}/any{}:5432"),
    ],
    ("layer-7", "calico", "cilium"): [None],
    ("cilium-default-deny", "cilium", "closed"): [None],
}
PAIRS = [
    pair
    for folder in sorted({path.parent for path in SAMPLES.rglob("case.toml")})
    for pair in itertools.permutations([folder / f"{name}.yaml" for name in ("kubernetes", "calico", "cilium")], 2)
    if all(path.exists() for path in pair)
]


@pytest.mark.parametrize(("folder", "before", "after"), SPELLED)
def test_how_a_packet_is_spelled(folder: str, before: str, after: str) -> None:
    found = translate.verify(SAMPLES / folder / f"{before}.yaml", SAMPLES / folder / f"{after}.yaml")
    assert [replay(found, one) for one in found.counterexamples] == SPELLED[folder, before, after]


def test_the_answer_is_that_of_the_proof() -> None:
    asked = 0
    for before, after in PAIRS:
        found = translate.verify(before, after)
        for example in found.counterexamples:
            question = replay(found, example)
            if question is None:
                continue
            asked += 1
            told = translate.explain(after, from_=question[0], to=question[1])
            (answer,) = {walk.answer for walk in told.walks if walk.direction is example.point.direction}
            wanted = translate.Answer.ALLOWED if example.after.allowed else translate.Answer.DENIED
            assert answer is wanted, (before, after, question)
    assert asked > 40
