"""Names in the output: every policy of the input keeps one of its own, whatever the mixture."""

from __future__ import annotations

import pytest

import translate
from translate import Verdict

KUBERNETES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}}
"""
CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {selector: "app == 'db'", types: [Ingress]}
"""
CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: db}}, ingress: [{}]}
"""
EITHER = CALICO.replace("app == 'db'", "app == 'db' || app == 'dc'")
SECOND = CALICO.replace("name: web", "name: web-2")
GENERATED = KUBERNETES.replace("name: web,", "generateName: web-,")
LONG = "a" * 253

INPUTS = [
    # name, input, how many objects Kubernetes gets, how many Calico
    ("two kinds of Calico", f"{KUBERNETES}---\n{CALICO}", 2, 2),
    ("two kinds of Cilium", f"{KUBERNETES}---\n{CILIUM}", 2, 2),
    ("a part like a policy", f"{EITHER}---\n{SECOND}", 3, 2),
    ("a policy like a part", f"{SECOND}---\n{EITHER}", 3, 2),
    ("generated names", f"{GENERATED}---\n{GENERATED}", 2, 2),
    ("a long name in parts", EITHER.replace("name: web", f"name: {LONG}"), 2, 1),
]


@pytest.mark.parametrize(("given", "kubernetes", "calico"), [row[1:] for row in INPUTS], ids=[row[0] for row in INPUTS])
@pytest.mark.parametrize("verify", [True, False])
def test_names_stay_apart(given: str, kubernetes: int, calico: int, verify: bool) -> None:
    for to, count in (("kubernetes", kubernetes), ("calico", calico), ("cilium", kubernetes)):
        result = translate.convert(given, to=to, verify=verify)
        names = [item["metadata"]["name"] for item in result.objects if "name" in item["metadata"]]
        assert len(result.objects) == count
        assert len(set(names)) == len(names)
        assert all(len(name) <= 253 for name in names)
        if verify:
            assert result.proof is not None
            assert result.proof.verdict is Verdict.SAME


def test_a_name_that_changes_is_said() -> None:
    result = translate.convert(f"{KUBERNETES}---\n{CILIUM}", to="cilium")
    assert [loss.code for loss in result.losses] == ["NPT301"]


def test_calico_names_with_a_tier_prefix_stay_in_calico() -> None:
    result = translate.convert(CALICO.replace("name: web", "name: default.web"), to="calico")
    assert [item["metadata"]["name"] for item in result.objects] == ["default.web"]
    assert result.losses == ()
