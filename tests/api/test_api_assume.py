"""What people assume of addresses: exact where it is enough, listed where an answer rests on it, never on by itself."""

from __future__ import annotations

from typing import Any

import pytest

import translate
from tests.passes.fitting import text
from translate import About, Assume, Effect, InputError, Verdict

LINK_LOCAL = {"assume": ["link-local-is-outside"]}
PUBLIC = {"assume": ["public-is-outside"]}
BOTH = {"assume": ["public-is-outside", "link-local-is-outside"]}
ALONE = {"complete": ["Policy"]}
METADATA = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: no-metadata}
spec:
  namespaceSelector: all()
  types: [Egress]
  egress:
  - {action: Deny, destination: {nets: [BLOCK]}}
  - {action: Allow}
"""
METADATA_CILIUM = {
    "endpointSelector": {"matchExpressions": [{"key": "k8s:io.kubernetes.pod.namespace", "operator": "Exists"}]},
    "egress": [{"toEntities": ["all"]}],
    "egressDeny": [{"toCIDR": ["BLOCK"]}],
}


def convert(source: Any, to: str, *facts: dict[str, Any], **options: Any) -> translate.Result:
    return translate.convert(source, to=to, facts={key: fact[key] for fact in facts for key in fact}, **options)


def assumed(proof: translate.Proof | None) -> list[str]:
    assert proof is not None
    return [one.text for one in proof.assumptions if one.about is About.ASSUMED]


@pytest.mark.parametrize(
    ("block", "facts"),
    [
        ("169.254.169.254/32", LINK_LOCAL),
        ("224.0.0.0/4", LINK_LOCAL),
        ("fe80::/10", LINK_LOCAL),
        ("203.0.113.0/24", PUBLIC),
        ("2001:db8::/32", PUBLIC),
        ("ff00::/8", PUBLIC),
        ("169.254.169.254/32", BOTH),
    ],
)
def test_a_block_of_one_range_is_exact_there_and_back(block: str, facts: dict[str, Any]) -> None:
    source = METADATA.replace("BLOCK", f'"{block}"')
    there = convert(source, "cilium", facts, ALONE)
    assert there.proof is not None
    assert (there.proof.verdict, there.losses) == (Verdict.SAME, ())
    spec = METADATA_CILIUM | {"egressDeny": [{"toCIDR": [block]}]}
    assert [one["spec"] for one in there.objects] == [spec]
    back = convert(there.text, "calico", facts, ALONE)
    assert back.proof is not None
    assert (back.proof.verdict, back.losses) == (Verdict.SAME, ())
    rules = [rule for one in back.objects for rule in one["spec"]["egress"]]
    assert rules == [{"action": "Deny", "destination": {"nets": [block]}}, {"action": "Allow"}]
    for found in (there, back):
        assert assumed(found.proof) == [f"{one.claim} (--assume {one})" for one in needed(block, facts)]


def needed(block: str, facts: dict[str, Any]) -> list[Assume]:
    """What is assumed of a block: of two that say it, one."""
    return [Assume(one) for one in facts["assume"] if "169" not in block or one == Assume.LINK_LOCAL]


@pytest.mark.parametrize("facts", [{}, PUBLIC])
def test_without_it_a_pod_may_have_the_address(facts: dict[str, Any]) -> None:
    result = convert(METADATA.replace("BLOCK", "169.254.169.254/32"), "cilium", facts, ALONE)
    assert result.proof is not None
    assert result.proof.verdict is Verdict.TIGHTER
    assert {loss.code for loss in result.losses} == {"NPT501"}


@pytest.mark.parametrize(
    ("block", "facts"),
    [
        ("10.1.0.0/16", BOTH),
        ("100.64.0.0/10", BOTH),
        ("fd00::/8", BOTH),
        ("169.0.0.0/8", LINK_LOCAL),
        ("172.0.0.0/8", PUBLIC),
        ("0.0.0.0/0", BOTH),
        ("203.0.113.0/24", LINK_LOCAL),
    ],
)
def test_a_range_that_may_hold_somebody_is_not_exact(block: str, facts: dict[str, Any]) -> None:
    there = text("calico", f"types: [Egress], egress: [{{action: Allow, destination: {{nets: ['{block}']}}}}]")
    assert codes(convert(there, "cilium", facts)) == {"NPT501": Effect.TIGHTER}
    back = text("cilium", f"endpointSelector: {{}}, egress: [{{toCIDR: ['{block}']}}]")
    assert codes(convert(back, "calico", facts)) == {"NPT502": Effect.TIGHTER}


def codes(result: translate.Result) -> dict[str, Effect]:
    return {loss.code: loss.effect for loss in result.losses}


PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]
LOCAL = ["169.254.0.0/16", "127.0.0.0/8"]


@pytest.mark.parametrize(
    ("facts", "peer", "code", "nets"),
    [
        (PUBLIC, "toCIDR: [0.0.0.0/0]", "NPT502", [("0.0.0.0/0", [*PRIVATE, *LOCAL])]),
        (BOTH, "toCIDR: [0.0.0.0/0]", "NPT502", [("0.0.0.0/0", PRIVATE)]),
        (
            PUBLIC,
            "toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/7, 172.16.0.0/12]}]",
            "NPT502",
            [("0.0.0.0/0", ["10.0.0.0/7", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", *LOCAL])],
        ),
        (
            BOTH,
            "toEntities: [world]",
            "NPT508",
            [("0.0.0.0/0", PRIVATE), ("::/0", ["fc00::/7"])],
        ),
        (BOTH, "toCIDR: [10.0.0.0/8]", "NPT502", []),
        (LINK_LOCAL, "toCIDR: [0.0.0.0/0]", "NPT502", []),
    ],
)
def test_of_a_wide_range_the_part_where_nobody_is_stays(
    facts: dict[str, Any], peer: str, code: str, nets: list[tuple[str, list[str]]]
) -> None:
    result = convert(text("cilium", f"endpointSelector: {{}}, egress: [{{{peer}}}]"), "calico", facts)
    assert result.proof is not None
    assert (result.proof.verdict, codes(result)) == (Verdict.TIGHTER, {code: Effect.TIGHTER})
    (policy,) = result.objects
    found = [rule["destination"] for rule in policy["spec"].get("egress", [])]
    assert found == [{"nets": [block], "notNets": holes} for block, holes in nets]


def test_a_wide_range_between_private_ones_is_exact() -> None:
    """All private ranges are left out of it, in whatever pieces."""
    holes = [*PRIVATE[:3], "100.64.0.0/11", "100.96.0.0/11", *LOCAL]
    peer = f"toCIDRSet: [{{cidr: 0.0.0.0/0, except: [{', '.join(holes)}]}}]"
    result = convert(text("cilium", f"endpointSelector: {{}}, egress: [{{{peer}}}]"), "calico", PUBLIC)
    assert result.proof is not None
    assert (result.proof.verdict, result.losses) == (Verdict.SAME, ())
    assert result.objects[0]["spec"]["egress"][0]["destination"] == {"nets": ["0.0.0.0/0"], "notNets": holes}


def test_loosened_the_whole_range_is_said_once() -> None:
    given = text("cilium", "endpointSelector: {}, egress: [{toEntities: [world]}]")
    result = convert(given, "calico", PUBLIC, on_loss="loosen", accept=["NPT506"])
    found = [rule["destination"] for rule in result.objects[0]["spec"]["egress"]]
    assert found == [{"nets": ["0.0.0.0/0"]}, {"nets": ["::/0"]}]


def test_it_is_listed_only_where_the_answer_rests_on_it() -> None:
    plain = text("calico", "types: [Ingress], ingress: [{action: Allow, source: {selector: a == 'b'}}]")
    assert assumed(convert(plain, "cilium", BOTH).proof) == []
    ranges = {"pods": ["10.244.0.0/16"], "nodes": ["172.18.0.0/16"]}
    stated = convert(METADATA.replace("BLOCK", "203.0.113.0/24"), "cilium", PUBLIC, ranges)
    assert assumed(stated.proof) == []
    assert [str(one) for one in stated.proof.assumptions if one.about is About.STATED]


def test_where_something_is_lost_all_the_same_it_is_listed() -> None:
    """That no more is lost rests on it."""
    rules = (
        "[{action: Allow, destination: {nets: [203.0.113.0/24]}}, {action: Allow, destination: {nets: [10.0.0.0/8]}}]"
    )
    given = text("calico", f"types: [Egress], egress: {rules}")
    result = convert(given, "cilium", PUBLIC)
    assert [loss.origin.path for loss in result.losses] == [("spec", "egress", 1, "destination", "nets", 0)]
    assert assumed(result.proof) == ["pods and nodes have private addresses alone (--assume public-is-outside)"]


def test_a_range_that_it_leaves_as_it_is_does_not_bring_it_in() -> None:
    given = text("calico", "types: [Egress], egress: [{action: Allow, destination: {nets: [0.0.0.0/0]}}]")
    result = convert(given, "cilium", LINK_LOCAL)
    assert (codes(result), assumed(result.proof)) == ({"NPT501": Effect.TIGHTER}, [])


def test_where_it_takes_both_both_are_listed() -> None:
    peer = f"toCIDRSet: [{{cidr: 0.0.0.0/0, except: [{', '.join(PRIVATE)}]}}]"
    result = convert(
        text("cilium", f"endpointSelector: {{}}, egress: [{{{peer}}}, {{toCIDR: [10.0.0.0/8]}}]"), "calico", BOTH
    )
    assert (codes(result), len(assumed(result.proof))) == ({"NPT502": Effect.TIGHTER}, 2)
    assert result.objects[0]["spec"]["egress"][0]["destination"] == {"nets": ["0.0.0.0/0"], "notNets": PRIVATE}


def test_without_a_proof_it_is_a_note() -> None:
    given = METADATA.replace("BLOCK", "169.254.169.254/32")
    assert [one.message for one in convert(given, "cilium", LINK_LOCAL, verify=False).notes] == [
        "assumed and not proved: no pod and no node has a link-local, loopback or multicast address; not so where nodes "
        "answer DNS at 169.254.20.10 (NodeLocal DNSCache)"
    ]
    unasked = text("calico", "types: [Egress], egress: [{action: Allow, destination: {nets: [203.0.113.0/24]}}]")
    assert convert(unasked, "cilium", LINK_LOCAL, verify=False).notes == ()


def test_a_policy_that_names_the_dns_cache_of_nodes_is_told_of_it() -> None:
    rule = "{action: Allow, protocol: UDP, destination: {nets: [169.254.20.10/32], ports: [53]}}"
    result = convert(text("calico", f"types: [Egress], egress: [{rule}]"), "cilium", LINK_LOCAL)
    assert [one.message for one in result.notes] == [
        "NetworkPolicy/shop/p names 169.254.20.10/32: at 169.254.20.10 nodes answer DNS where NodeLocal DNSCache runs, so "
        "there link-local-is-outside is not so"
    ]


def test_what_a_kubernetes_range_covers_is_no_question_where_nobody_is() -> None:
    """Who enforces the input is asked unless a report can do without."""
    given = text("kubernetes", "podSelector: {}, egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]")
    for facts, asked in (({}, True), (PUBLIC, False)):
        proof = convert(given, "cilium", facts).proof
        assert proof is not None
        assert any(one.about is About.ENFORCER for one in proof.assumptions) is asked


def test_ranges_of_cilium_that_match_nodes_match_none_there() -> None:
    mode: dict[str, Any] = {"settings": {"cilium": {"policy-cidr-match-mode": ["nodes"]}}}
    deny = text(
        "cilium", "endpointSelector: {}, egress: [{toEntities: [all]}], egressDeny: [{toCIDR: [203.0.113.0/24]}]"
    )
    assert "NPT521" not in codes(convert(deny, "calico", mode, PUBLIC))
    proof = convert(deny, "calico", mode, PUBLIC).proof
    assert proof is not None
    assert proof.verdict is Verdict.SAME


NODE = """\
---
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: Hostname, address: n1}, {type: InternalIP, address: 10.0.0.1}, {type: ExternalIP, address: 8.8.4.4}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
status: {phase: PHASE, podIP: 169.254.7.7, podIPs: [{ip: 169.254.7.7}]}
"""


@pytest.mark.parametrize(
    ("facts", "phase", "messages"),
    [
        (LINK_LOCAL, "Succeeded", []),
        ({}, "Running", []),
        (
            LINK_LOCAL,
            "Running",
            [
                "Pod/shop/web has the address 169.254.7.7: it contradicts assume link-local-is-outside: no pod and no node "
                "has a link-local, loopback or multicast address"
            ],
        ),
        (
            PUBLIC,
            "Running",
            [
                "Node/n1 has the address 8.8.4.4: it contradicts assume public-is-outside: pods and nodes have private "
                "addresses alone"
            ],
        ),
    ],
)
def test_objects_that_contradict_it_are_refused(facts: dict[str, Any], phase: str, messages: list[str]) -> None:
    given = METADATA.replace("BLOCK", "169.254.169.254/32") + NODE.replace("PHASE", phase)
    if not messages:
        assert convert(given, "cilium", facts).text
        return
    with pytest.raises(InputError) as found:
        convert(given, "cilium", facts)
    assert [one.message for one in found.value.problems] == messages


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            LINK_LOCAL | {"pods": ["10.0.0.0/8", "169.254.0.0/24"]},
            'pods[1] "169.254.0.0/24" contradicts assume link-local-is-outside: no pod and no node has a link-local, loopback '
            "or multicast address",
        ),
        (
            PUBLIC | {"nodes": ["172.0.0.0/8"]},
            'nodes[0] "172.0.0.0/8" contradicts assume public-is-outside: pods and nodes have private addresses alone',
        ),
        (
            {"assume": ["public-is-outsid"]},
            'assume[0] "public-is-outsid" must be one of link-local-is-outside, public-is-outside; did you mean '
            "'public-is-outside'?",
        ),
        ({"assume": "public-is-outside"}, "assume must be a list of link-local-is-outside, public-is-outside"),
    ],
)
def test_facts_that_make_no_sense_are_refused(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as found:
        convert(METADATA, "cilium", facts)
    assert [one.message for one in found.value.problems] == [message]


def test_verify_and_explain_list_it() -> None:
    given = METADATA.replace("BLOCK", "169.254.169.254/32")
    after = convert(given, "cilium", LINK_LOCAL, verify=False).text
    assert translate.verify(given, after, facts=ALONE).verdict is Verdict.LOOSER
    found = translate.verify(given, after, facts=ALONE | LINK_LOCAL)
    assert (found.verdict, len(assumed(found.proof))) == (Verdict.SAME, 1)
    told = translate.explain(given, from_="shop{}", to="169.254.169.254:80", facts=LINK_LOCAL)
    assert told.answer is translate.Answer.DENIED
    assert [note for note in told.notes if "assumed" in note] == [
        "assumed: no pod and no node has a link-local, loopback or multicast address; not so where nodes answer DNS at "
        "169.254.20.10 (NodeLocal DNSCache)"
    ]
    for facts, answer in ({}, translate.Answer.DEPENDS), (LINK_LOCAL, translate.Answer.ALLOWED):
        assert translate.explain(given, from_="shop{}", to="shop{}:80", facts=facts).answer is answer


def test_facts_of_the_library_are_typed() -> None:
    facts = translate.Facts(assumed=(Assume.LINK_LOCAL,))
    result = translate.convert(METADATA.replace("BLOCK", "169.254.169.254/32"), to="cilium", facts=facts)
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME
