"""What a Kubernetes policy is taken to mean where an engine that is known does otherwise: shown, unless one is named."""

from __future__ import annotations

import pytest

import translate

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec:
"""
UNLISTED = "rules of a direction that policyTypes does not list mean nothing; Cilium enforces them"
UNSEEN = "pods have the labels that the input asks for; Cilium leaves these out of what it knows of pods"
WAY = "--source-engine says who enforces them today"
SAID = {
    "egress that is not listed": (
        "{podSelector: {}, policyTypes: [Ingress], egress: [{to: [{podSelector: {}}]}]}",
        f"{UNLISTED} (egress of NetworkPolicy/shop/p)",
    ),
    "ingress that is not listed": (
        "{podSelector: {}, policyTypes: [Egress], ingress: [{}]}",
        f"{UNLISTED} (ingress of NetworkPolicy/shop/p)",
    ),
    "egress that is listed": ("{podSelector: {}, policyTypes: [Ingress, Egress], egress: [{}]}", None),
    "nothing that is not listed": ("{podSelector: {}, policyTypes: [Ingress], egress: []}", None),
    "egress by default": ("{podSelector: {}, egress: [{}]}", None),
    "a subject by a label that Cilium leaves out": (
        "{podSelector: {matchLabels: {statefulset.kubernetes.io/pod-name: db-0}}}",
        f'{UNSEEN} ("statefulset.kubernetes.io/pod-name")',
    ),
    "a peer by one": (
        "{podSelector: {}, ingress: [{from: [{podSelector: {matchExpressions: "
        "[{key: pod-template-hash, operator: DoesNotExist}]}}]}]}",
        f'{UNSEEN} ("pod-template-hash")',
    ),
    "labels that it keeps": ("{podSelector: {matchLabels: {app.kubernetes.io/name: db}}}", None),
    "a namespace by its name": (
        "{podSelector: {}, ingress: [{from: [{namespaceSelector: "
        "{matchLabels: {kubernetes.io/metadata.name: shop}}}]}]}",
        None,
    ),
}


def told(result: translate.Result) -> list[str]:
    """What a proof takes for granted of who enforces the input, and shows."""
    assert result.proof is not None
    return [str(one) for one in result.proof.assumptions if one.about.name == "ENFORCER" and one.about.shown]


@pytest.mark.parametrize("name", SAID)
def test_what_turns_on_the_engine_of_the_input(name: str) -> None:
    spec, said = SAID[name]
    result = translate.convert(f"{POLICY}  {spec}", to="calico")
    assert told(result) == ([] if said is None else [f"{said}; {WAY}"])


@pytest.mark.parametrize("engine", ["calico", "cilium"])
def test_an_engine_that_is_named_does_what_it_does(engine: str) -> None:
    spec, _ = SAID["egress that is not listed"]
    result = translate.convert(f"{POLICY}  {spec}", to="calico", source_engine=engine)
    assert told(result) == []
    assert ("Egress" in result.text) is (engine == "cilium")


def test_many_are_told_together() -> None:
    spec, _ = SAID["egress that is not listed"]
    texts = [f"{POLICY}  {spec}".replace("name: p", f"name: p{number}") for number in range(5)]
    (said,) = told(translate.convert("---\n".join(f"{text}\n" for text in texts), to="calico"))
    parts = [f"egress of NetworkPolicy/shop/p{number}" for number in range(3)]
    assert said == f"{UNLISTED} ({', '.join(parts)} and 2 more); {WAY}"


@pytest.mark.parametrize(("other", "shown"), [("[{}]", False), ("[]", True)])
def test_of_two_files_only_what_one_of_them_says_turns_on_the_engine(other: str, shown: bool) -> None:
    before = f"{POLICY}  {{podSelector: {{}}, policyTypes: [Ingress], egress: [{{}}]}}"
    after = f"{POLICY}  {{podSelector: {{}}, policyTypes: [Ingress], ingress: [], egress: {other}}}"
    proof = translate.verify(before, after).proof
    assert proof.verdict.value == "same"
    assert any(one.text.startswith(UNLISTED) for one in proof.assumptions) is shown


def test_an_output_is_not_read_as_an_engine_that_departs_from_it() -> None:
    """Beside a policy of Calico the input's own is enforced by it, and stays as it is: on Cilium it would open more."""
    calico = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: q, namespace: shop}\nspec: {types: [Egress]}\n"
    for spec, reading in (
        ("{podSelector: {}, policyTypes: [Ingress], egress: [{}]}", translate.Interpretation.BLOCKS),
        ("{podSelector: {}, policyTypes: [Ingress], ingress: [{}]}", translate.Interpretation.LEAST),
    ):
        proof = translate.convert(f"{calico}---\n{POLICY}  {spec}", to="kubernetes").proof
        assert proof is not None
        assert proof.reading is reading
