"""What is said to be lost where order is worked out: the packets that the other pieces of an allow do not let through."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import text

CILIUM = "a CiliumNetworkPolicy (cilium.io/v2) cannot say them"
KUBERNETES = "a Kubernetes NetworkPolicy cannot say them"
NARROW = "the source compares addresses, a Cilium range matches only addresses outside the cluster"
LEAVE = "no longer leave the pods of NetworkPolicy/shop/p"
LOSE = "the pods of NetworkPolicy/shop/p lose access to"
OTHERS = "protocols other than TCP, UDP, SCTP, ICMP and ICMPv6"
DENIED = [
    # what is denied before an Allow of everything, the target, what is lost
    (
        "ipVersion: 6, protocol: TCP, destination: {ports: [25]}",
        "cilium",
        [
            f"packets of other protocols than TCP, UDP, SCTP and ICMP over IPv6 {LEAVE}: {CILIUM}",
            f"{LOSE} all pods and nodes inside 0.0.0.0/0 on TCP 25 and {OTHERS}: {NARROW}",
        ],
    ),
    (
        "ipVersion: 6, protocol: TCP, destination: {ports: [25]}",
        "kubernetes",
        [f"packets of other protocols than TCP, UDP and SCTP (ping among them) over IPv6 {LEAVE}: {KUBERNETES}"],
    ),
    (
        "ipVersion: 4, protocol: UDP, destination: {ports: [53, '8000:9000']}",
        "cilium",
        [
            f"packets of other protocols than TCP, UDP, SCTP and ICMP over IPv4 {LEAVE}: {CILIUM}",
            f"{LOSE} all pods and nodes inside ::/0 on UDP 53, 8000-9000 and {OTHERS}: {NARROW}",
        ],
    ),
    (
        "ipVersion: 6, protocol: SCTP",
        "cilium",
        [
            f"packets of other protocols than TCP, UDP, SCTP and ICMP over IPv6 {LEAVE}: {CILIUM}",
            f"{LOSE} all pods and nodes inside 0.0.0.0/0 on protocols other than TCP, UDP, ICMP and ICMPv6: {NARROW}",
        ],
    ),
    (
        "protocol: TCP, destination: {ports: [25]}",
        "kubernetes",
        [f"packets of other protocols than TCP, UDP and SCTP (ping among them) {LEAVE}: {KUBERNETES}"],
    ),
    ("ipVersion: 6", "cilium", [f"{LOSE} all pods and nodes inside 0.0.0.0/0: {NARROW}"]),
]


@pytest.mark.parametrize(("deny", "to", "lost"), DENIED)
def test_what_is_lost_is_told_by_its_packets(deny: str, to: str, lost: list[str]) -> None:
    given = text("calico", f"types: [Egress], egress: [{{action: Deny, {deny}}}, {{action: Allow}}]")
    result = translate.convert(given, to=to)
    assert [loss.message for loss in result.losses if loss.code in ("NPT501", "NPT509")] == lost
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.TIGHTER


def test_a_range_that_stands_as_it_was_written_is_told_without_packets() -> None:
    given = text(
        "calico",
        "types: [Egress], egress: [{action: Allow, protocol: TCP, destination: {nets: [10.0.0.0/8], ports: [1]}}]",
    )
    (loss,) = translate.convert(given, to="cilium").losses
    assert loss.message == f"{LOSE} pods and nodes inside 10.0.0.0/8: {NARROW}"


@pytest.mark.parametrize(
    ("to", "title"), [("kubernetes", "Kubernetes NetworkPolicy"), ("cilium", "CiliumNetworkPolicy (cilium.io/v2)")]
)
def test_what_is_left_beside_a_denied_service_is_lost_and_not_the_service(to: str, title: str) -> None:
    given = text(
        "calico",
        "types: [Egress], egress: [{action: Deny, destination: {services: {name: db, namespace: data}}}, {action: Allow}]",
    )
    lost = {loss.message for loss in translate.convert(given, to=to).losses if loss.code == "NPT508"}
    who = "peers other than endpoints and ports of the Service data/db"
    assert lost == {f"{LOSE} {who}: a {title} cannot say them"}


def test_what_a_range_leaves_out_is_not_said_to_be_lost() -> None:
    given = text(
        "calico", "types: [Egress], egress: [{action: Allow, destination: {notNets: [10.0.0.0/8, 172.16.0.0/12]}}]"
    )
    lost = [loss.message for loss in translate.convert(given, to="cilium").losses]
    assert lost == [f"{LOSE} pods and nodes inside 0.0.0.0/0 (but for 10.0.0.0/8, 172.16.0.0/12): {NARROW}"]
