"""What can be added to a set is what the other set lets through and this one does not, and nothing of what it denies."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

import translate
from translate.core.origin import Origin
from translate.model.facts import NO_FACTS
from translate.model.peers import Anyone, Cidr, Peer, Reach, Workloads
from translate.model.policy import Action, PolicySet, Rule
from translate.model.selectors import EVERYTHING
from translate.model.traffic import TCP, UDP, PortRange, Traffic
from translate.prover.room import Room, room

MARK = Origin("asked", 0)
PODS, EVERYONE = Workloads(EVERYTHING, EVERYTHING), Anyone()
WEB, DNS = Traffic(TCP, PortRange(443, 443)), Traffic(UDP, PortRange(53, 53))
HEAD = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  order: 100
  selector: all()
  types: [Ingress]
  ingress:
"""


def calico(*rules: str) -> PolicySet:
    """The set of one policy."""
    return translate.load(HEAD + "".join(f"  - {rule}\n" for rule in rules))


def asked(
    before: PolicySet, after: PolicySet, peers: list[Peer], packets: list[Traffic], *, steps: int = 100_000
) -> Room:
    """What of these can be added at the end of the only policy."""
    (policy,) = after.policies
    assert policy.ingress is not None
    rule = Rule(Action.ALLOW, tuple(peers), tuple(packets), MARK)
    wide = replace(policy, ingress=replace(policy.ingress, rules=(*policy.ingress.rules, rule)))
    return room(before, replace(after, policies=(wide,)), [MARK.place], NO_FACTS, own_node_aside=False, steps=steps)


def fitting(found: Room) -> list[tuple[Peer, Traffic]]:
    """The peer and the packets of each rule that fits."""
    assert found.is_all
    return [(fit.rule.peers[0], fit.rule.traffic[0]) for fit in found.fits]


WIDE = calico("{action: Deny, protocol: UDP}", "{action: Allow}")
NARROW = calico("{action: Allow, protocol: TCP, destination: {ports: [443]}}")


def test_what_the_other_set_lets_through_fits() -> None:
    assert fitting(asked(WIDE, NARROW, [EVERYONE], [Traffic(TCP)])) == [(EVERYONE, Traffic(TCP))]


def test_what_the_other_set_denies_does_not_fit() -> None:
    assert fitting(asked(WIDE, NARROW, [EVERYONE, PODS], [Traffic(), Traffic(UDP), DNS])) == []


def test_what_is_let_through_already_does_not_fit() -> None:
    assert fitting(asked(WIDE, NARROW, [EVERYONE, PODS], [WEB])) == []


def test_what_one_rule_adds_no_second_one_does() -> None:
    found = asked(WIDE, NARROW, [EVERYONE, PODS], [Traffic(TCP), Traffic(TCP, PortRange(1, 1024))])
    assert fitting(found) == [(EVERYONE, Traffic(TCP))]


def test_a_deny_that_stands_before_it_leaves_nothing_to_add() -> None:
    closed = calico("{action: Deny, protocol: TCP}", "{action: Allow, protocol: SCTP}")
    assert fitting(asked(WIDE, closed, [EVERYONE], [Traffic(TCP)])) == []


def test_a_deny_that_takes_some_of_it_leaves_the_rest() -> None:
    before = calico("{action: Deny, source: {nets: [10.0.0.0/8]}}", "{action: Allow, protocol: TCP}")
    after = calico("{action: Deny, source: {nets: [10.0.0.0/8]}}", "{action: Allow, protocol: SCTP}")
    inside = Cidr("10.1.0.0/16", (), Reach.ADDRESS)
    assert fitting(asked(before, after, [inside], [Traffic(TCP)])) == []
    assert fitting(asked(before, after, [EVERYONE], [Traffic(TCP)])) == []
    allowed = calico("{action: Allow, protocol: TCP, source: {nets: [192.0.2.0/24]}}")
    assert fitting(asked(before, allowed, [inside, EVERYONE], [Traffic(TCP)])) == []
    outside = Cidr("11.0.0.0/8", (), Reach.ADDRESS)
    assert fitting(asked(before, allowed, [inside, outside], [Traffic(TCP)])) == [(outside, Traffic(TCP))]


def test_beside_an_input_that_leaves_something_open_nothing_is_looked_for() -> None:
    before = translate.load(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"
        "spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}\n"
    )
    assert fitting(asked(before, NARROW, [EVERYONE], [Traffic(TCP)])) == []


@pytest.mark.parametrize("steps", [0, 40])
def test_a_search_that_ends_early_says_so(steps: int) -> None:
    assert not asked(WIDE, NARROW, [EVERYONE, PODS], [Traffic(TCP)], steps=steps).is_all


def test_policies_of_other_namespaces_take_no_steps() -> None:
    """Nor do they decide what fits; one that governs pods of any namespace does."""
    rule = Rule(Action.ALLOW, (EVERYONE,), (Traffic(TCP),), MARK)
    (policy,) = NARROW.policies
    assert policy.ingress is not None
    wide = replace(policy, ingress=replace(policy.ingress, rules=(*policy.ingress.rules, rule)))
    elsewhere = [
        replace(p, identity=replace(p.identity, namespace=f"n{at}")) for at in range(100) for p in WIDE.policies
    ]
    before, after = (replace(s, policies=(*mine, *elsewhere)) for s, mine in ((WIDE, WIDE.policies), (NARROW, (wide,))))
    found = room(before, after, [MARK.place], NO_FACTS, own_node_aside=False, steps=500)
    assert fitting(found) == [(EVERYONE, Traffic(TCP))]
    everywhere = (
        HEAD.replace("kind: Net", "kind: GlobalNet").replace(", namespace: shop", "").replace("order: 100", "order: 1")
    )
    closing = translate.load(everywhere + "  - {action: Deny, protocol: TCP, source: {nets: [192.0.2.0/24]}}\n")
    beside = replace(before, policies=(*closing.policies, *before.policies))
    assert fitting(room(beside, after, [MARK.place], NO_FACTS, own_node_aside=False, steps=5000)) == []
