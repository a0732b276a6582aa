"""The library: what it takes, what it returns, what it raises."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml

import translate
from tests.passes.fitting import text
from translate import Effect, InputError, UnsupportedError, Verdict
from translate.core.origin import Origin

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 80}]}]
"""
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
OPEN = POLICY.replace("from: [{podSelector: {matchLabels: {app: api}}}], ", "")


def verdict(result: translate.Result) -> Verdict:
    """The verdict of the proof there must be."""
    assert result.proof is not None
    return result.proof.verdict


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Any]:
    """One policy in every form that is taken."""
    path = tmp_path / "web.yaml"
    path.write_text(POLICY)
    return {
        "str": POLICY,
        "bytes": POLICY.encode(),
        "utf-16": POLICY.encode("utf-16"),
        "Path": path,
        "text file": io.StringIO(POLICY),
        "binary file": io.BytesIO(POLICY.encode()),
        "list": [yaml.safe_load(POLICY)],
        "generator": (item for item in [yaml.safe_load(POLICY)]),
    }


@pytest.mark.parametrize("form", ["str", "bytes", "utf-16", "Path", "text file", "binary file", "list", "generator"])
@pytest.mark.parametrize("to", ["kubernetes", "calico", "cilium"])
def test_every_form_of_input_gives_the_same(inputs: dict[str, Any], form: str, to: str) -> None:
    result = translate.convert(inputs[form], to=to)
    assert result.yaml() == translate.convert(POLICY, to=to).yaml()
    assert verdict(result) is Verdict.SAME


def test_an_open_file_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("a: [")
    with open(tmp_path / "bad.yaml") as file, pytest.raises(InputError) as caught:
        translate.convert(file, to="calico")
    assert caught.value.origin.file == str(tmp_path / "bad.yaml")


def test_the_result() -> None:
    result = translate.convert(POLICY, to="calico")
    assert [item["kind"] for item in result.objects] == ["NetworkPolicy"]
    assert list(yaml.safe_load_all(result.yaml())) == list(result.objects)
    assert (result.losses, result.exactness, verdict(result)) == ((), Effect.EXACT, Verdict.SAME)
    (row,) = result.policies
    assert (str(row.source), [str(target) for target in row.targets], row.exactness) == (
        "NetworkPolicy/shop/web",
        ["NetworkPolicy/shop/web"],
        Effect.EXACT,
    )


def test_no_policy_is_an_empty_result() -> None:
    for given in ("", [], "# nothing\n"):
        result = translate.convert(given, to="calico")
        assert (result.yaml(), result.objects, result.policies) == ("", (), ())


def test_losses_are_values() -> None:
    result = translate.convert(RANGE, to="calico")
    (loss,) = result.losses
    assert (loss.code, loss.effect, loss.object) == ("NPT502", Effect.TIGHTER, "CiliumNetworkPolicy/shop/out")
    assert loss.origin == Origin("input", 0, ("spec", "egress", 0, "toCIDR", 0))
    assert (result.exactness, verdict(result)) == (Effect.TIGHTER, Verdict.TIGHTER)


def test_stop_raises_what_would_be_lost() -> None:
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(RANGE, to="calico", on_loss="stop")
    assert ([x.code for x in caught.value.losses], caught.value.refusals) == (["NPT502"], ())
    result = translate.convert(RANGE, to="calico", on_loss="stop", accept=["NPT502"])
    assert verdict(result) is Verdict.TIGHTER


def test_a_looser_text_is_given_only_where_it_is_accepted() -> None:
    for verify in (True, False):
        result = translate.convert(RANGE, to="calico", on_loss="loosen", verify=verify)
        assert (result.yaml(), result.objects) == ("", ())
        assert [x.code for x in result.losses] == ["NPT506"]
    result = translate.convert(RANGE, to="calico", on_loss="loosen", accept=["NPT506"])
    assert (result.objects[0]["spec"]["egress"], verdict(result)) == (
        [{"action": "Allow", "destination": {"nets": ["10.0.0.0/8"]}}],
        Verdict.LOOSER,
    )


def test_what_is_not_read_is_raised_with_its_place() -> None:
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(SOURCE_NAME, to="calico")
    (refusal,) = caught.value.refusals
    assert (refusal.code, refusal.line, refusal.column) == ("NPT202", 6, 61)
    assert refusal.origin.path == ("spec", "ingress", 0, "source", "ports", 0)


def test_bad_input_is_raised_with_its_place() -> None:
    with pytest.raises(InputError) as caught:
        translate.convert(POLICY.replace("app: web", "app: 1"), to="calico")
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (5, 31)
    assert caught.value.origin == Origin("input", 0, ("spec", "podSelector", "matchLabels", "app"))
    assert isinstance(caught.value, translate.Error)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        translate.convert(tmp_path / "no.yaml", to="calico")
    assert caught.value.origin == Origin(str(tmp_path / "no.yaml"))
    assert caught.value.problems[0].message == "cannot be read: No such file or directory"


@pytest.mark.parametrize("given", [None, 5, {"apiVersion": "v1"}, [1], bytearray(b"a")])
def test_what_is_no_input_is_a_type_error(given: Any) -> None:
    with pytest.raises(TypeError, match="input must be YAML text, bytes"):
        translate.convert(given, to="calico")


@pytest.mark.parametrize(
    "options",
    [
        {"to": "nix"},
        {"to": "calico", "from_": "nix"},
        {"to": "calico", "on_loss": "bogus"},
        {"to": "calico", "stamp": "bogus"},
        {"to": "calico", "source_engine": "bogus"},
        {"to": "calico", "log_direction": "bogus"},
        {"to": "calico", "accept": ["NPT999"]},
        {"to": "calico", "accept": "NPT502"},
        {"to": "calico", "default_namespace": "A b"},
    ],
    ids=str,
)
def test_an_option_that_does_not_exist_is_a_value_error(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"nix|bogus|NPT|A b"):
        translate.convert(POLICY.replace(", namespace: shop", ""), **options)


def test_aliases_are_taken_on_both_sides() -> None:
    for name in ("k8s", "np", "kubernetes"):
        result = translate.convert(POLICY, to=name, from_=name)
        assert (result.to, verdict(result)) == ("kubernetes", Verdict.SAME)


OBJECTS = [
    {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", 5: 6},
    {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p", 1: 2}},
    {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": {"podSelector": {"matchLabels": {1: "a"}}}},
    {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": object()}},
    {"apiVersion": "v1", "kind": "Thing", "data": {1, 2}},
]


@pytest.mark.parametrize("given", OBJECTS, ids=range(len(OBJECTS)))
def test_objects_that_are_no_json_are_bad_input(given: dict[Any, Any]) -> None:
    with pytest.raises(InputError):
        translate.convert([given], to="calico", passthrough=True)


def test_objects_that_hold_themselves_are_bad_input() -> None:
    for kind, key in (("List", "items"), ("Thing", "data")):
        given: dict[str, Any] = {"apiVersion": "v1", "kind": kind}
        given[key] = [given]
        with pytest.raises(InputError):
            translate.convert([given], to="calico", passthrough=True)


def test_the_input_objects_are_left_as_they_were() -> None:
    given = [yaml.safe_load(POLICY), {"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "a"}}]
    before = yaml.safe_dump(given)
    result = translate.convert(given, to="calico", passthrough=True, stamp="annotation")
    result.objects[-1]["metadata"]["name"] = "changed"
    assert yaml.safe_dump(given) == before


def test_results_are_frozen() -> None:
    result = translate.convert(POLICY, to="calico")
    with pytest.raises(AttributeError):
        result.text = ""  # type: ignore[misc]


def test_a_loss_that_no_packet_shows_says_on_what_that_rests() -> None:
    policy = text("cilium", "endpointSelector: {}, egress: [{toEntities: [host]}]")
    everyone = policy.replace("name: p", "name: q").replace("[host]", "[all]")
    result = translate.convert(f"{policy}---\n{everyone}", to="kubernetes")
    assert [(loss.code, loss.effect.value, loss.message) for loss in result.losses] == [
        (
            "NPT508",
            "exact",
            "the pods of CiliumNetworkPolicy/shop/p lose access to processes on a pod's own node: a Kubernetes "
            "NetworkPolicy cannot say them; no packet changes by it, given what the proof assumes of the engine",
        )
    ]


def test_the_comment_of_a_merged_rule_goes_to_what_is_left_of_it() -> None:
    source = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  endpointSelector: {}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: "53", protocol: UDP}]}]
  # Tests come from everywhere
  - toPorts: [{ports: [{port: "53", protocol: UDP}]}]
    fromEndpoints: [{matchLabels: {app: test}}]
"""
    written = translate.convert(source, to="kubernetes").text
    assert "          # Tests come from everywhere\n          app: test\n" in written
