"""Selectors of Calico rules that can mean nothing but sets or host endpoints which the input does not hold."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import calico, documents, text
from translate.core.diagnostics import UnsupportedError
from translate.model.edit import rules_of
from translate.model.peers import Workloads, parts
from translate.prover.compare import prove
from translate.prover.proof import Verdict

FREE, PLACED = "addresses of GlobalNetworkSets or HostEndpoints", "addresses of NetworkSets"
ANY = f"{PLACED}, GlobalNetworkSets or HostEndpoints"
GLOBAL = "namespaceSelector: global()"
API = f"{GLOBAL}, selector: component == 'api'"
NO_SETS = {"complete": ["NetworkSet"]}


def rule(source: str, action: str = "Allow") -> str:
    return text("calico", f"types: [Ingress], ingress: [{{action: {action}, source: {{{source}}}}}, {{action: Allow}}]")


def allowing(source: str) -> str:
    return text("calico", f"types: [Ingress], ingress: [{{action: Allow, source: {{{source}}}}}]")


def unknowns(source: str, *beside: str, facts: dict[str, list[str]] | None = None) -> list[str]:
    """The unknown sets in the peers of a rule of namespace shop."""
    found = translate.load(documents(*beside, allowing(source)), facts=facts)
    peers = [peer for policy in found.policies for each in rules_of(policy) for peer in each.peers]
    named = (part for peer in peers for part in parts(peer) if isinstance(part, Workloads))
    return [str(part.unseen) for part in named if part.unseen is not None]


SET = calico("GlobalNetworkSet", "nets: [192.0.2.0/24]", "api", "component: api")
OTHER = calico("GlobalNetworkSet", "nets: [192.0.2.0/24]", "other", "component: other")
MEANT = [
    # source, objects beside it, the unknown
    (GLOBAL, [], [FREE]),
    (f"{GLOBAL}, selector: all()", [], [FREE]),
    (API, [], [f"{FREE} with component == 'api'"]),
    (API, [OTHER], [f"{FREE} with component == 'api'"]),
    (API, [SET], []),
    (f"{GLOBAL}, nets: [192.0.2.0/24]", [], [FREE]),
    (f"{GLOBAL}, notSelector: component == 'api'", [], [f"{FREE} with component != 'api'"]),
    (
        "selector: '!has(projectcalico.org/orchestrator)'",
        [],
        [f"{PLACED} with projectcalico.org/namespace == 'shop'"],
    ),
    (
        "namespaceSelector: all(), selector: '!has(projectcalico.org/orchestrator)'",
        [],
        [PLACED],
    ),
    # no set either
    ("namespaceSelector: all(), selector: '!has(projectcalico.org/namespace)'", [], []),
    (f"{GLOBAL}, selector: has(projectcalico.org/namespace)", [], []),
    # pods as well: the others are supposed not to be there, and named
    ("selector: component == 'api'", [], []),
    ("namespaceSelector: env == 'p'", [], []),
    ("namespaceSelector: env != 'p'", [], []),
]


@pytest.mark.parametrize(("source", "beside", "unknown"), MEANT)
def test_what_only_sets_can_match_is_an_unknown(source: str, beside: list[str], unknown: list[str]) -> None:
    assert unknowns(source, *beside) == unknown
    assert unknowns(source, *beside, facts=NO_SETS) == []


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
def test_an_allow_for_them_is_lost_by_name(to: str) -> None:
    result = translate.convert(allowing(API), to=to)
    assert [(loss.code, loss.effect.value) for loss in result.losses] == [("NPT508", "tighter")]
    (loss,) = result.losses
    assert loss.message == (
        f"{FREE} with component == 'api' lose access to the pods of NetworkPolicy/shop/p: none of them is in the input"
    )
    assert loss.hint == "add those that there are, or state that these are all (--facts, complete: [NetworkSet])"
    assert result.proof is not None
    assert result.proof.verdict is Verdict.TIGHTER
    (example,) = result.proof.counterexamples
    assert (example.point.peer, example.point.address) == (None, "203.0.113.10")


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
def test_a_deny_of_them_is_refused_once(to: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(rule(API, "Deny"), to=to)
    (refusal,) = caught.value.refusals
    assert refusal.code == "NPT210"
    assert f"{FREE} with component == 'api' of a Deny rule" in refusal.message
    assert refusal.message.endswith("none of them is in the input")


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
def test_with_the_set_or_the_fact_it_is_the_same(to: str) -> None:
    assert [loss.code for loss in translate.convert(documents(SET, allowing(API)), to="kubernetes").losses] == [
        "NPT303"
    ]
    stated = translate.convert(allowing(API), to=to, facts=NO_SETS)
    assert stated.losses == ()
    assert stated.proof is not None
    assert stated.proof.verdict is Verdict.SAME


PAIRS = [
    # before, after, verdict
    (rule(API, "Deny"), rule(API, "Deny"), Verdict.SAME),
    (rule(API, "Deny"), rule("nets: [192.0.2.0/24]", "Allow"), Verdict.LOOSER),
    (allowing(API), text("calico", "types: [Ingress]"), Verdict.TIGHTER),
    (text("calico", "types: [Ingress]"), allowing(API), Verdict.LOOSER),
    (allowing(API), allowing(GLOBAL), Verdict.MIXED),
    # the same however it is spelled
    (allowing(GLOBAL), allowing(f"{GLOBAL}, selector: all()"), Verdict.SAME),
    (
        allowing(f"{GLOBAL}, selector: \"a in {{'x', 'y'}} && b == 'z'\""),
        allowing(f"{GLOBAL}, selector: \"b == 'z' && a in {{'y', 'x'}}\""),
        Verdict.SAME,
    ),
]


@pytest.mark.parametrize(("before", "after", "verdict"), PAIRS)
def test_equal_selectors_mean_the_same_unknown_sets(before: str, after: str, verdict: Verdict) -> None:
    assert prove(translate.load(before), translate.load(after)).verdict is verdict


def test_calico_keeps_its_own_words() -> None:
    assert translate.convert(rule(API, "Deny"), to="calico").losses == ()
