"""``verify``, ``roundtrip``, ``load``, ``dump``, ``dialects``."""

from __future__ import annotations

import pytest

import translate
from translate import InputError, UnsupportedError, Verdict

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 80}]}]
"""
OPEN = POLICY.replace("from: [{podSelector: {matchLabels: {app: api}}}], ", "")
OTHER = POLICY.replace("app: api", "app: other")
CLOSED = POLICY.replace("  ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 80}]}]\n", "")
RANGE = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  endpointSelector: {}
  egress: [{toCIDR: [10.0.0.0/8]}]
"""
SOURCE_NAME = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, source: {ports: [http]}}]
"""
VERDICTS = [
    (POLICY, POLICY, Verdict.SAME),
    (POLICY, OPEN, Verdict.LOOSER),
    (OPEN, POLICY, Verdict.TIGHTER),
    (POLICY, OTHER, Verdict.MIXED),
    (POLICY, CLOSED, Verdict.TIGHTER),
    (POLICY, "", Verdict.LOOSER),
    ("", POLICY, Verdict.TIGHTER),
    (POLICY, SOURCE_NAME, Verdict.UNDECIDED),
    (SOURCE_NAME, SOURCE_NAME, Verdict.UNDECIDED),
]


@pytest.mark.parametrize(("before", "after", "verdict"), VERDICTS)
def test_verify(before: str, after: str, verdict: Verdict) -> None:
    found = translate.verify(before, after)
    assert found.proof.verdict is verdict
    effects = {"same": [], "undecided": [], "mixed": ["looser", "tighter"]}.get(verdict.value, [verdict.value])
    assert [example.effect.value for example in found.proof.counterexamples] == effects


def test_verify_answers_with_a_verdict_as_documented() -> None:
    """``proof = translate.verify(before, after)  # .verdict is an enum; bool(proof) is an error on purpose``."""
    proof = translate.verify(POLICY, OPEN)
    assert proof.verdict is Verdict.LOOSER
    with pytest.raises(TypeError):
        bool(proof)


def test_a_proof_is_no_truth_value() -> None:
    for proof in (translate.verify(POLICY, POLICY).proof, translate.convert(POLICY, to="calico").proof):
        with pytest.raises(TypeError, match=r"compare \.verdict"):
            bool(proof)


def test_the_counterexample_names_both_ends_and_both_decisions() -> None:
    (example,) = translate.verify(POLICY, OPEN).proof.counterexamples
    assert (example.before.allowed, example.after.allowed) == (False, True)
    assert example.point.subject.labels == (("app", "web"),)
    assert (example.point.protocol, example.point.port) == (6, 80)


def test_verify_reads_all_dialects() -> None:
    for to in ("calico", "cilium"):
        assert translate.verify(POLICY, translate.convert(POLICY, to=to).yaml()).proof.verdict is Verdict.SAME


def test_verify_of_nothing_is_no_answer() -> None:
    with pytest.raises(InputError, match="neither input holds a policy"):
        translate.verify("", "# nothing\n")


@pytest.mark.parametrize("via", ["kubernetes", "k8s", "calico", "cilium"])
def test_roundtrip(via: str) -> None:
    trip = translate.roundtrip(POLICY, via=via)
    assert (trip.proof.verdict, trip.differences) == (Verdict.SAME, {})


def test_roundtrip_tells_what_changed() -> None:
    trip = translate.roundtrip(RANGE, via="calico")
    assert trip.proof.verdict is Verdict.TIGHTER
    assert list(trip.differences) == ["shop/out"]
    assert any("10.0.0.0/8" in line for line in trip.differences["shop/out"])


def test_roundtrip_of_nothing_and_of_what_is_not_read() -> None:
    with pytest.raises(InputError, match="the input holds no policy"):
        translate.roundtrip("", via="calico")
    with pytest.raises(UnsupportedError):
        translate.roundtrip(SOURCE_NAME, via="kubernetes")
    with pytest.raises(ValueError, match="nix"):
        translate.roundtrip(POLICY, via="nix")


@pytest.mark.parametrize("to", ["kubernetes", "k8s", "calico", "cilium"])
def test_load_and_dump_are_convert_without_a_proof(to: str) -> None:
    assert translate.dump(translate.load(POLICY), to=to) == translate.convert(POLICY, to=to).yaml()


def test_dump_never_loses_anything() -> None:
    with pytest.raises(UnsupportedError) as caught:
        translate.dump(translate.load(RANGE), to="calico")
    assert [loss.code for loss in caught.value.losses] == ["NPT502"]
    with pytest.raises(ValueError, match="nix"):
        translate.dump(translate.load(POLICY), to="nix")


def test_dump_never_writes_a_label_that_nobody_asked_for() -> None:
    """A Calico subject that names its own namespace is no pod label ``kubernetes.io/metadata.name`` in Kubernetes."""
    calico = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {selector: "projectcalico.org/namespace == 'shop' && app == 'db'", types: [Ingress]}
"""
    assert "metadata.name" not in translate.dump(translate.load(calico), to="kubernetes")
    assert "metadata.name" not in translate.convert(calico, to="kubernetes", verify=False).yaml()


def test_dump_writes_no_name_twice() -> None:
    two = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: shop}
specs:
- {endpointSelector: {matchLabels: {app: a}}, ingress: [{}]}
- {endpointSelector: {matchLabels: {app: b}}, ingress: [{}]}
"""
    for to in ("kubernetes", "calico", "cilium"):
        assert translate.dump(translate.load(two), to=to).count("  name: p\n") == 1


def test_load_refuses_what_is_not_read() -> None:
    with pytest.raises(UnsupportedError) as caught:
        translate.load(SOURCE_NAME)
    assert [refusal.code for refusal in caught.value.refusals] == ["NPT202"]


def test_capabilities() -> None:
    assert list(translate.capabilities()) == ["kubernetes", "calico", "cilium"]
    assert translate.capabilities()["calico"].actions == ("Allow", "Deny", "Pass", "Log")


def test_everything_that_is_exported_is_there() -> None:
    for name in translate.__all__:
        assert getattr(translate, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nix'"):
        _ = translate.nix
