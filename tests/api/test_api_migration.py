"""``translate.report``: all that is to be known of a migration, in one value."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import translate
from translate import Effect, InputError, Verdict
from translate.api import report as module

SAMPLES = Path(__file__).parents[2] / "samples"
TIERS = SAMPLES / "seed" / "three-tiers" / "kubernetes.yaml"
SWAP = SAMPLES / "engine-swap" / "calico.yaml"
HOSTS = SAMPLES / "host-policies" / "calico.yaml"
ACCOUNTS = SAMPLES / "service-accounts" / "calico.yaml"


def policy(number: int) -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: p{number}, namespace: shop}}\nspec: {{podSelector: {{matchLabels: {{app: a{number}}}}}}}\n"
    )


def test_a_loss_has_its_rows_its_texts_and_what_settles_it() -> None:
    found = translate.report(SWAP, to="cilium")
    assert found.result is not None
    assert found.difference is not None
    assert found.matrix is not None
    assert (found.to, found.dialects) == ("cilium", ("calico",))
    assert found.difference.verdict is Verdict.TIGHTER
    assert [row.effect for row in found.difference.rows] == [Verdict.TIGHTER, Verdict.TIGHTER]
    assert [loss.code for loss in found.open_losses] == ["NPT501"]
    assert len(found.matrix.changes) == 4
    assert found.result.suggestion is not None
    (pair,) = found.pairs
    assert pair.policy.exactness is Effect.TIGHTER
    assert (pair.before, pair.line) == (SWAP.read_text(encoding="utf-8"), 1)
    assert pair.after == found.result.parts
    assert found.inputs == (translate.InputText(str(SWAP), hashlib.sha256(SWAP.read_bytes()).hexdigest()),)
    assert (found.is_refused, found.is_written, found.left_out) == (False, True, 0)


def test_lines_are_those_of_the_file() -> None:
    lines = TIERS.read_text(encoding="utf-8").split("\n")
    for pair in translate.report(TIERS, to="calico").pairs:
        mine = pair.before.rstrip("\n").split("\n")
        assert lines[pair.line - 1 : pair.line - 1 + len(mine)] == mine


def test_a_text_that_is_written_anew_has_no_line() -> None:
    shared = "x: &a {matchLabels: {app: web}}\n"
    text = policy(1).replace("{matchLabels: {app: a1}}", "*a")
    listed = f"apiVersion: v1\nkind: List\n{shared}items:\n- " + text.replace("\n", "\n  ").rstrip()
    (pair,) = translate.report(listed, to="calico").pairs
    assert "app: web" in pair.before
    assert pair.line == 0


def test_how_denials_are_seen() -> None:
    calico, cilium, kubernetes = (translate.report(TIERS, to=to).denials for to in ("calico", "cilium", "kubernetes"))
    assert [str(one) for one in calico.policies] == [
        "NetworkPolicy/shop/zzz-log-denied-ingress",
        "NetworkPolicy/shop/zzz-log-denied-egress",
    ]
    assert calico.rules == 0
    assert (cilium.policies, len(cilium.notes)) == ((), 3)
    assert [one.code for one in kubernetes.refusals] == ["NPT213"]


def test_logging_is_planned_and_not_done() -> None:
    found = translate.report(TIERS, to="calico", options=translate.Options(log_denials=True, verify=False))
    assert found.result is not None
    assert "log-denied" not in found.result.text
    assert found.result.proof is not None


def test_what_is_refused_as_a_whole_is_a_report() -> None:
    found = translate.report(ACCOUNTS, to="kubernetes")
    assert found.result is None
    assert found.difference is None
    assert {one.code for one in found.refusals} == {"NPT210"}
    assert found.ways == ("not refused with --to cilium (the same)",)
    assert (found.is_refused, found.is_written) == (True, False)


def test_what_is_refused_in_part_is_told_beside_the_rest() -> None:
    found = translate.report(policy(1) + "---\n" + ACCOUNTS.read_text(encoding="utf-8"), to="kubernetes")
    assert found.result is not None
    assert {one.code for one in found.refusals} == {"NPT210"}
    assert [str(pair.policy.source) for pair in found.pairs] == ["NetworkPolicy/shop/p1"]
    assert (found.is_refused, found.is_written) == (True, False)


def test_what_cannot_be_read_is_a_report() -> None:
    found = translate.report("kind: [", to="calico")
    assert found.result is None
    assert [one.line for one in found.problems] == [2]
    assert found.is_refused


def test_facts_that_cannot_be_read_are_no_report() -> None:
    with pytest.raises(InputError, match="pods"):
        translate.report(TIERS, to="calico", facts={"pods": ["nowhere"]})


def test_losses_stop_what_is_written_and_not_the_report() -> None:
    found = translate.report(SWAP, to="cilium", on_loss="stop")
    assert found.result is not None
    assert (found.result.text, found.is_written) == ("", False)
    assert [loss.code for loss in found.open_losses] == ["NPT501"]


def test_what_is_too_much_is_counted_and_the_gravest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", 2)
    text = "---\n".join([*map(policy, range(3)), SWAP.read_text(encoding="utf-8")])
    found = translate.report(text, to="cilium")
    assert [pair.policy.exactness for pair in found.pairs] == [Effect.TIGHTER, Effect.EXACT]
    assert found.left_out == 2


def test_a_picture_that_nobody_could_read_is_not_drawn() -> None:
    many = translate.report("---\n".join(map(policy, range(module.MOST_DRAWN))), to="calico")
    more = translate.report("---\n".join(map(policy, range(module.MOST_POLICIES_DRAWN + 1))), to="calico")
    assert (many.matrix, many.too_many) == (None, True)
    assert (more.matrix, more.too_many) == (None, True)


def test_an_input_without_policies_compares_nothing() -> None:
    """Both policies are for hosts: what is left is no policy, and there is nothing to say of it."""
    found = translate.report(HOSTS, to="cilium")
    assert (found.result, len(found.refusals)) == (None, 2)
    assert (found.pairs, found.matrix, found.too_many) == ((), None, False)


def test_an_option_that_adds_to_policies_is_none_of_a_report() -> None:
    with pytest.raises(TypeError, match="log_denials"):
        translate.report(TIERS, to="calico", log_denials=True)  # type: ignore[call-arg]
