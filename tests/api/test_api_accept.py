"""Losses that are accepted at one place: there alone they are accepted, and there alone the looser form is written."""

from __future__ import annotations

from pathlib import Path

import pytest

import translate
from translate import Accept, Effect, InputError, Options, Verdict
from translate.core.accepting import Acceptance, Accepted
from translate.core.diagnostics import Loss
from translate.core.identity import Identity
from translate.frontend.sources import Source

CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  egress:
  - toCIDR:
    - 10.0.0.0/8
    - 192.0.2.0/24
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: db
spec:
  endpointSelector: {matchLabels: {app: db}}
  egress:
  - toCIDR: [10.0.0.0/8]
"""
REQUESTS = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: %s, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: %s}}
  ingress:
  - fromEndpoints: [{}]
    toPorts:
    - ports: [{port: "80", protocol: TCP}]
      rules: {http: [{path: /healthy}]}
"""
WEB, DB = "CiliumNetworkPolicy/shop/web", "CiliumNetworkPolicy/default/db"


def converted(
    *accept: str | Accept, source: str = CILIUM, to: str = "calico", name: str = "p.yaml"
) -> translate.Result:
    return translate.convert((Source(name, source),), to=to, on_loss="loosen", accept=accept)


def kept(result: translate.Result) -> dict[str, list[str]]:
    """The ranges of each object of the output."""
    return {
        value["metadata"]["name"]: [
            net for rule in value["spec"].get("egress", ()) for net in rule["destination"]["nets"]
        ]
        for value in result.objects
    }


BOTH, FIRST, SECOND = ["10.0.0.0/8", "192.0.2.0/24"], ["10.0.0.0/8"], ["192.0.2.0/24"]
PLACES: list[tuple[str | Accept, list[str], list[str]]] = [
    # what is accepted, ranges that shop/web keeps, ranges that db keeps
    ("NPT506", BOTH, FIRST),
    ("NPT506=agreed on Monday", BOTH, FIRST),
    (Accept(code="NPT506"), BOTH, FIRST),
    (f"NPT506@{WEB}", BOTH, []),
    (f"NPT506@{WEB}=see a@b = c", BOTH, []),
    (Accept(code="NPT506", policy=WEB), BOTH, []),
    (f"NPT506@{DB}", [], FIRST),
    ("NPT506@CiliumNetworkPolicy/db", [], FIRST),
    ("NPT506@p.yaml:8", FIRST, []),
    ("NPT506@./p.yaml:9:7", SECOND, []),
    (Accept(code="NPT506", file="p.yaml", line=9), SECOND, []),
    ("NPT506@p.yaml:7", BOTH, []),  # the rule, with what is in it
    ("NPT506@p.yaml:4", BOTH, []),  # the spec
    ("NPT506@p.yaml:3", BOTH, []),  # the metadata stand for the object
    ("NPT506@p.yaml:1", BOTH, []),
    ("NPT506@p.yaml:11", [], FIRST),
    ("NPT506@p.yaml:14", [], FIRST),
    ("NPT506@p.yaml:18", [], FIRST),
    ("NPT506@p.yaml:5", [], []),  # the subject loses nothing
    ("NPT509", [], []),
]


@pytest.mark.parametrize(("accept", "web", "db"), PLACES, ids=lambda value: getattr(value, "words", None))
def test_the_looser_form_stands_where_it_is_accepted_and_the_tighter_elsewhere(
    accept: str | Accept, web: list[str], db: list[str]
) -> None:
    result = converted(accept)
    assert kept(result) == {"web": web, "db": db}
    effects = {(loss.object, loss.effect) for loss in result.open_losses}
    assert effects == {
        (name, Effect.TIGHTER) for name, ranges, whole in ((WEB, web, BOTH), (DB, db, FIRST)) if ranges != whole
    }


def test_two_accepts_add_up() -> None:
    assert kept(converted("NPT506@p.yaml:9", f"NPT506@{DB}")) == {"web": SECOND, "db": FIRST}


def test_nothing_is_written_where_nothing_is_accepted() -> None:
    result = converted()
    assert (result.text, [loss.code for loss in result.open_losses]) == ("", ["NPT506", "NPT506"])


def test_a_condition_stays_where_it_was_not_given_up() -> None:
    source = REQUESTS % ("a", "a") + "---\n" + REQUESTS % ("b", "b")
    result = converted("NPT510@CiliumNetworkPolicy/shop/a", source=source, to="kubernetes")
    rules = {value["metadata"]["name"]: value["spec"].get("ingress", []) for value in result.objects}
    assert (len(rules["a"]), rules["b"]) == (1, [])
    assert [(loss.code, loss.object) for loss in result.open_losses] == [("NPT509", "CiliumNetworkPolicy/shop/b")]


def test_all_that_is_a_wider_form_asks_where_it_is_accepted() -> None:
    groups = "apiVersion: cilium.io/v2\nkind: CiliumCIDRGroup\nmetadata: {name: g}\nspec: {externalCIDRs: [10.0.0.0/8]}\n---\n"
    for peer in ("toEntities: [world]", "toCIDRSet: [{cidrGroupRef: g}]"):
        source = groups + CILIUM.replace("toCIDR:\n    - 10.0.0.0/8\n    - 192.0.2.0/24", peer)
        result = converted(f"NPT506@{WEB}", source=source.replace("toCIDR: [10.0.0.0/8]", peer))
        effects = {loss.object: loss.effect for loss in result.losses if loss.effect is not Effect.EXACT}
        assert (effects, bool(result.text)) == ({WEB: Effect.LOOSER, DB: Effect.TIGHTER}, True)


DENIES = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  enableDefaultDeny: {egress: false}
  egressDeny:
  - toCIDR: [10.0.0.0/8]
"""


def test_what_is_lost_of_a_part_is_told_of_the_policy_of_the_input() -> None:
    told, made = "CiliumNetworkPolicy/shop/db", "CiliumNetworkPolicy/shop/cilium-denies.db-denies"
    result = translate.convert(DENIES, to="calico", accept=[f"NPT501@{told}"])
    assert ([loss.object for loss in result.losses], result.open_losses) == ([told], ())
    assert made not in result.losses[0].message
    with pytest.raises(translate.InputError, match="cilium-denies"):
        translate.convert(DENIES, to="calico", accept=[f"NPT501@{made}"])


def test_a_tighter_loss_is_accepted_at_its_place_alone() -> None:
    result = translate.convert(CILIUM, to="calico", accept=[f"NPT502@{WEB}"])
    assert [(loss.code, loss.object) for loss in result.open_losses] == [("NPT502", DB)]
    with pytest.raises(translate.LossError) as caught:
        translate.convert(CILIUM, to="calico", on_loss="stop", accept=[f"NPT502@{WEB}"])
    assert [loss.object for loss in caught.value.losses] == [DB]
    every = [f"NPT502@{WEB}", f"NPT502@{DB}"]
    assert translate.convert(CILIUM, to="calico", on_loss="stop", accept=every).text


def test_another_difference_of_the_place_is_not_accepted_with_it() -> None:
    result = translate.convert(CILIUM, to="calico", accept=[f"NPT501@{WEB}"])
    assert [loss.code for loss in result.open_losses] == ["NPT502", "NPT502"]


def test_what_nothing_uses_is_known() -> None:
    result = converted("NPT506", "NPT502", f"NPT510@{WEB}", "NPT506@p.yaml:5")
    assert [one.words for one in result.accepted.unused(result.losses)] == [
        "NPT502",
        f"NPT510@{WEB}",
        "NPT506@p.yaml:5",
    ]


def test_what_turns_out_to_change_nothing_needs_no_accept() -> None:
    source = CILIUM.replace("10.0.0.0/8", "203.0.113.0/24").replace("192.0.2.0/24", "198.51.100.0/24")
    facts = {"pods": ["10.244.0.0/16"], "nodes": ["172.18.0.0/16"]}
    result = translate.convert(source, to="calico", facts=facts, accept=["NPT502"])
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME
    assert [one.code for one in result.accepted.unused(result.losses)] == ["NPT502"]


def test_the_rest_is_accepted_where_an_object_is_refused() -> None:
    stray = "---\napiVersion: policy.linkerd.io/v1\nkind: LinkerdNetworkPolicy\nmetadata: {name: x}\n"
    accept = [f"NPT502@{DB}", "NPT502@LinkerdNetworkPolicy/x"]
    result = translate.convert(CILIUM + stray, to="calico", keep_going=True, accept=accept)
    assert (len(result.refusals), [loss.object for loss in result.open_losses]) == (1, [WEB])


NOWHERE = [
    ("NPT506@CiliumNetworkPolicy/shop/wbe", f"called 'CiliumNetworkPolicy/shop/wbe'; did you mean {WEB!r}?"),
    ("NPT506@CiliumNetworkPolicy/web", f"called 'CiliumNetworkPolicy/web'; did you mean {WEB!r}?"),
    ("NPT506@xyz", "nothing in the input is called 'xyz'"),
    ("NPT506@p.yml:3", "'p.yml' is no file of the input; did you mean 'p.yaml'?"),
    ("NPT506@p.yaml:10", "no object is on line 10 of p.yaml"),
    ("NPT506@p.yaml:900", "no object is on line 900 of p.yaml"),
]


@pytest.mark.parametrize(("accept", "said"), NOWHERE)
def test_a_place_that_the_input_does_not_have_is_an_error(accept: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        converted(accept)
    (problem,) = caught.value.problems
    assert (problem.origin.file, problem.message.startswith(f"{accept}: ")) == ("accept", True)
    assert problem.message.endswith(said)


def test_an_object_without_a_namespace_is_offered_as_it_is_written() -> None:
    source = CILIUM.replace("name: web, namespace: shop", "name: web")
    with pytest.raises(InputError) as caught:
        converted("NPT506@NetworkPolicy/other/web", source=source)
    assert caught.value.problems[0].message.endswith("did you mean 'CiliumNetworkPolicy/web'?")


def test_a_loss_is_about_an_object_and_not_about_its_name() -> None:
    about = {loss.about for loss in converted().losses}
    assert about == {Identity("CiliumNetworkPolicy", "shop", "web"), Identity("CiliumNetworkPolicy", "default", "db")}
    alike = Loss(
        code="NPT506", effect=Effect.LOOSER, message="", about=Identity("CiliumNetworkPolicy", None, "shop/web")
    )
    accepted = Acceptance((Accepted("NPT506", "", (), Identity("CiliumNetworkPolicy", "shop", "web")),))
    assert alike.object == WEB
    assert not accepted.holds(alike)


def test_all_places_that_are_none_are_told_together() -> None:
    with pytest.raises(InputError) as caught:
        converted("NPT506", *(accept for accept, _ in NOWHERE))
    assert len(caught.value.problems) == len(NOWHERE)
    with pytest.raises(InputError):
        translate.convert(CILIUM, to="calico", on_loss="stop", accept=["NPT502@xyz"])


WRONG = [
    ("NPT5060", "not 'NPT5060'; did you mean 'NPT506'?"),
    ("NPT506@", "'NPT506@' names no place behind the @: a policy, or FILE:LINE"),
    ("NPT506@ =reason", "'NPT506@ =reason' names no place behind the @: a policy, or FILE:LINE"),
    ("NPT506@p.yaml:0", "what NPT506 is accepted for needs a file and a line of it, counted from 1"),
]


@pytest.mark.parametrize(("accept", "said"), WRONG)
def test_what_is_no_accept_is_a_value_error(accept: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        Options(accept=[accept])
    assert str(caught.value).endswith(said)


def test_an_accept_is_for_one_place() -> None:
    with pytest.raises(ValueError, match="for a policy or for a line, not for both at once"):
        Accept(code="NPT506", policy=WEB, file="p.yaml", line=3)
    with pytest.raises(ValueError, match="needs a file and a line"):
        Accept(code="NPT506", line=3)


def test_a_file_is_known_by_each_of_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(CILIUM)
    for given in (Path("p.yaml"), tmp_path / "p.yaml"):
        for asked in ("p.yaml", str(tmp_path / "p.yaml"), "../" + tmp_path.name + "/p.yaml"):
            result = translate.convert(given, to="calico", accept=[f"NPT502@{asked}:9"])
            assert [one.words for one in result.accepted.unused(result.losses)] == [f"NPT502@{asked}:9"]
            result = translate.convert(given, to="calico", accept=[f"NPT502@{asked}:8"])
            assert [loss.object for loss in result.open_losses] == [DB]


def test_objects_that_are_no_text_have_no_lines() -> None:
    value = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}, "spec": {}}
    with pytest.raises(InputError, match=r"'p\.yaml' is no file of the input"):
        translate.convert([value], to="calico", accept=["NPT506@p.yaml:1"])
