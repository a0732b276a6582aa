"""One value holds what the verbs can be asked for; keyword arguments and flags are its fields by other ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints

import click
import pytest
from msgspec import structs

import translate
from tests.passes.fitting import text
from translate import LossError, Options, UnsupportedError, Verdict
from translate.api import options as api
from translate.cli.convert import convert as convert_command
from translate.cli.diff import diff as diff_command
from translate.cli.matrix import matrix as matrix_command
from translate.cli.roundtrip import roundtrip as roundtrip_command
from translate.cli.verify import verify as verify_command

POLICY = text("kubernetes", "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", "name: p")
RANGE = text("cilium", "endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/8]}]")
DENYING = text("calico", "order: 1, types: [Ingress], ingress: [{action: Deny, protocol: UDP}, {action: Allow}]")
KEYWORDS = {
    "convert": api.ConvertKeywords,
    "verify": api.VerifyKeywords,
    "diff": api.DiffKeywords,
    "matrix": api.MatrixKeywords,
    "roundtrip": api.RoundTripKeywords,
    "load": api.LoadKeywords,
}


def ask(verb: str, **options: Any) -> Any:
    """What a verb answers."""
    match verb:
        case "convert":
            return translate.convert(POLICY, to="cilium", **options)
        case "verify":
            return translate.verify(POLICY, POLICY, **options)
        case "diff":
            return translate.diff(POLICY, POLICY, **options)
        case "matrix":
            return translate.matrix(POLICY, **options)
        case "roundtrip":
            return translate.roundtrip(POLICY, via="cilium", **options)
        case _:
            return translate.load(POLICY, **options)


@pytest.mark.parametrize("verb", KEYWORDS)
def test_keywords_and_options_ask_for_the_same(verb: str) -> None:
    plain = ask(verb)
    keywords = {"source_engine": "calico", "default_namespace": "shop"}
    asked = ask(verb, **keywords)
    assert asked == ask(verb, options=Options(**keywords))
    assert asked == ask(verb, options=Options(default_namespace="shop"), source_engine="calico")
    assert asked != plain
    assert plain == ask(verb, options=Options())


def test_a_keyword_goes_before_the_options() -> None:
    options = Options(on_loss="loosen")
    assert [x.code for x in translate.convert(RANGE, to="calico", options=options).losses] == ["NPT506"]
    result = translate.convert(RANGE, to="calico", options=options, on_loss="tighten")
    assert [x.code for x in result.losses] == ["NPT502"]


def test_one_value_serves_all_verbs_and_targets() -> None:
    options = Options(source_engine="calico", default_namespace="shop", log_denials=True, on_loss="stop")
    assert translate.convert(POLICY, to="calico", options=options).logging.holds is True
    with pytest.raises(LossError):
        translate.convert(POLICY, to="cilium", options=options)
    assert translate.verify(POLICY, POLICY, options=options).verdict is Verdict.SAME
    assert translate.roundtrip(POLICY, via="cilium", options=options).there.losses[0].code == "NPT501"


def test_options_are_frozen_and_named() -> None:
    with pytest.raises(AttributeError):
        Options().stage = True  # type: ignore[misc]
    with pytest.raises(TypeError):
        Options("default")  # type: ignore[misc]


@pytest.mark.parametrize(
    ("verb", "keyword"),
    [
        ("convert", "bogus"),
        ("convert", "target_engine"),
        ("verify", "stage"),
        ("roundtrip", "verify"),
        ("load", "stamp"),
    ],
)
def test_a_keyword_that_a_verb_does_not_have_is_a_type_error(verb: str, keyword: str) -> None:
    with pytest.raises(TypeError, match=f"'{keyword}' is no option of this: "):
        ask(verb, **{keyword: True})


def test_the_keywords_are_the_fields() -> None:
    """Each with its type; of all verbs together none is missing."""
    fields = get_type_hints(Options)
    for keywords in KEYWORDS.values():
        hints = get_type_hints(keywords)
        assert hints == {name: fields[name] for name in hints}
    assert {name for keywords in KEYWORDS.values() for name in get_type_hints(keywords)} == fields.keys()


@pytest.mark.parametrize(
    ("verb", "command"),
    [
        ("convert", convert_command),
        ("verify", verify_command),
        ("diff", diff_command),
        ("matrix", matrix_command),
        ("roundtrip", roundtrip_command),
    ],
)
def test_every_option_of_a_verb_is_a_flag_of_its_command(verb: str, command: click.Command) -> None:
    flags = {parameter.name: parameter.default for parameter in command.params}
    fields = {field.name: field.default for field in structs.fields(Options)}
    assert get_type_hints(KEYWORDS[verb]).keys() == flags.keys() & fields.keys()


WRONG: list[tuple[str, Any, str]] = [
    ("from_", "nix", "a dialect must be one of calico, cilium, kubernetes, not 'nix'"),
    ("on_loss", "nix", "on_loss must be one of loosen, stop, tighten, not 'nix'"),
    ("stamp", "nix", "stamp must be one of annotation, comment, none, not 'nix'"),
    ("log_direction", "nix", "log_direction must be one of both, egress, ingress, not 'nix'"),
    ("source_engine", "nix", "an engine must be one of calico, cilium, kubernetes, not 'nix'"),
    ("target_engine", "nix", "an engine must be one of calico, cilium, kubernetes, not 'nix'"),
    ("accept", "NPT502", "accept is a list of codes, not the text 'NPT502'"),
    ("facts", "facts.yaml", "facts are a path of pathlib, a map or Facts, not the text 'facts.yaml'"),
    ("target_version", "cilium", "'cilium' must be DIALECT=VERSION, as in cilium=1.20"),
    ("max_steps", 0, "max_steps must be at least 1, not 0"),
    ("max_rules", 0, "max_rules must be at least 1, not 0"),
    ("max_rows", 0, "max_rows must be at least 1, not 0"),
    ("max_groups", 0, "max_groups must be at least 1, not 0"),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_a_value_that_is_not_known_is_a_value_error_where_it_is_said(name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        Options(**{name: value})
    assert str(caught.value) == message


def test_stop_raises_the_translation_that_is_withheld() -> None:
    with pytest.raises(LossError) as caught:
        translate.convert(RANGE, to="calico", on_loss="stop")
    result = caught.value.result
    assert (result.text, result.objects, result.parts) == ("", (), ())
    assert (caught.value.losses, caught.value.refusals) == (result.open_losses, ())
    assert isinstance(caught.value, UnsupportedError)
    tightened = translate.convert(RANGE, to="calico")
    assert (result.losses, result.proof) == (tightened.losses, tightened.proof)


UNFINISHED: list[tuple[str, Callable[[], translate.Proof | None]]] = [
    ("convert", lambda: translate.convert(POLICY, to="cilium", max_steps=1).proof),
    ("verify", lambda: translate.verify(POLICY, RANGE, max_steps=1).proof),
    ("roundtrip", lambda: translate.roundtrip(POLICY, via="cilium", max_steps=1).proof),
]


@pytest.mark.parametrize(("verb", "proof"), UNFINISHED)
def test_a_proof_that_has_no_steps_is_undecided(verb: str, proof: Callable[[], translate.Proof | None]) -> None:
    found = proof()
    assert found is not None
    assert (found.verdict, found.reason) == (Verdict.UNDECIDED, "the proof did not finish within 1 steps")


def test_so_is_the_proof_of_logging() -> None:
    result = translate.convert(DENYING, to="calico", log_denials=True, max_steps=1)
    assert result.logging is not None
    assert result.logging.holds is None
    assert translate.convert(DENYING, to="calico", log_denials=True).logging.holds is True
