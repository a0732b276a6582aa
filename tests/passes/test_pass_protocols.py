"""IP protocols by number: those with a word, ICMP over the family of which messages are sent, and those without."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import form, policies, rule, run
from translate.plan.passes import protocols

POLICY = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: {types: [Egress], egress: [{action: Allow, %s}]}
"""


def spec(match: str) -> str:
    """A policy of one rule."""
    return f"types: [Egress], egress: [{{action: Allow, {match}}}]"


def lost(what: str, why: str) -> str:
    return f"packets of {what} no longer leave the pods of NetworkPolicy/shop/p: a CiliumNetworkPolicy (cilium.io/v2) {why}"


LEFT_ALONE = [
    "protocol: 6",
    "protocol: ICMP",
    "protocol: ICMPv6",
    "protocol: 1, ipVersion: 4",
    "protocol: 58, ipVersion: 6",
]
REWRITTEN = [
    # match, rules, what is told
    ("protocol: 1", [rule(["anyone"], ["ICMP IPv4"])], lost("ICMP over IPv6", "cannot say them")),
    ("protocol: 58", [rule(["anyone"], ["ICMPv6 IPv6"])], lost("ICMPv6 over IPv4", "cannot say them")),
    (
        "protocol: 1, icmp: {type: 8}",
        [rule(["anyone"], ["ICMP type 8 code None IPv4"])],
        lost("ICMP over IPv6", "cannot say them"),
    ),
    # a range of the family that messages of the protocol are sent over says it all
    ("protocol: 1, destination: {nets: [192.0.2.0/24]}", [rule(["192.0.2.0/24"], ["ICMP IPv4"])], None),
    ("protocol: 58, destination: {nets: ['2001:db8::/32']}", [rule(["2001:db8::/32"], ["ICMPv6 IPv6"])], None),
    ("protocol: 1, destination: {nets: ['2001:db8::/32']}", [], lost("ICMP over IPv6", "cannot say them")),
    ("protocol: 47", [], lost("IP protocol 47", "has no word for that protocol")),
]


@pytest.mark.parametrize("match", LEFT_ALONE)
def test_left_alone(match: str) -> None:
    assert run(protocols.run, policies("calico", spec(match)), "cilium").untouched


@pytest.mark.parametrize(("match", "rules", "told"), REWRITTEN)
def test_rewritten(match: str, rules: list[dict], told: str | None) -> None:
    outcome = run(protocols.run, policies("calico", spec(match)), "cilium")
    assert outcome.forms == [form("all", egress=rules)]
    assert outcome.codes == ([] if told is None else ["NPT507 tighter"])
    assert outcome.said == ([] if told is None else [told])


def test_kubernetes_has_no_word_for_icmp_of_either_family() -> None:
    outcome = run(protocols.run, policies("calico", spec("protocol: 1")), "kubernetes")
    assert outcome.forms == [form("all", egress=[])]
    (said,) = outcome.said
    assert said.startswith("packets of ICMP no longer leave the pods of NetworkPolicy/shop/p: ")
    assert said.endswith(" has no word for that protocol")


@pytest.mark.parametrize(
    ("match", "field"),
    [
        ("protocol: 1, destination: {selector: has(x)}", {"family": "IPv4", "type": 0}),
        ("protocol: 58, icmp: {type: 128}, destination: {selector: has(x)}", {"family": "IPv6", "type": 128}),
    ],
)
def test_a_number_is_written_as_the_name_is(match: str, field: dict[str, object]) -> None:
    """What is left out, no host sends: messages of one family over the other one."""
    result = translate.convert(POLICY % match, to="cilium", suggest=False)
    ((element,),) = [found["spec"]["egress"] for found in result.objects]
    assert element["icmps"] == [{"fields": [field]}]
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.TIGHTER
    (loss,) = result.losses
    assert loss.code == "NPT507"
    assert loss.hint == f"accept it: over IPv{6 if field['family'] == 'IPv4' else 4} hosts send " + (
        "ICMPv6 instead" if field["family"] == "IPv4" else "ICMP instead"
    )
