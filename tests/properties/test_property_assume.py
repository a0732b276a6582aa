"""With assumptions about addresses the prover says what trying every point says, and so do the translations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from ipaddress import ip_address, ip_network
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace
from msgspec.structs import replace as pointed

import translate
from tests.properties.strategies import effort
from tests.properties.test_property_brute_force import ADDRESSES, tiny_sets, universe
from tests.properties.test_property_prover import tried
from tests.semantics import CILIUM
from translate.model.assume import Assume
from translate.model.edit import with_peers
from translate.model.facts import Facts
from translate.model.peers import Cidr, Peer
from translate.model.policy import Direction, PolicySet
from translate.model.traffic import TCP
from translate.prover.compare import prove
from translate.prover.point import PeerClass, Pod, Point
from translate.prover.proof import Verdict

RANGES = ("169.254.0.0/16", "169.254.169.254/32", "8.8.8.0/24", "10.0.0.0/8", "224.0.0.0/3", "100.0.0.0/9")
PIECES = (
    *("169.254.169.254", "169.254.1.1", "8.8.8.8", "10.1.0.1", "224.0.0.1", "240.0.0.1", "100.64.0.1"),
    *("100.0.0.1", "1.1.1.1", "172.16.0.1", "127.0.0.1"),
)
"""One address of each piece into which the ranges and what is assumed cut the line."""
ASSUMED = st.sampled_from([(), (Assume.LINK_LOCAL,), (Assume.PUBLIC,), tuple(Assume)])


def is_so(point: Point, assumed: tuple[Assume, ...]) -> bool:
    """Whether what is assumed holds of a point, said with the words of the standard library where it has some."""
    if point.peer_class in (
        PeerClass.OUTSIDE,
        PeerClass.HEALTH,
        PeerClass.INGRESS,
        PeerClass.INIT,
        PeerClass.UNMANAGED,
    ):
        return True
    address = ip_address(point.address)
    local = address.is_link_local or address.is_loopback
    if Assume.LINK_LOCAL in assumed and (local or address.is_multicast):
        return False
    shared = address in ip_network("100.64.0.0/10")
    private = any(address in ip_network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
    return Assume.PUBLIC not in assumed or local or shared or private


@cache
def worlds() -> tuple[Point, ...]:
    """The points of the small universe, at an address of each piece."""
    return tuple(pointed(one, address=at) for one in universe() if one.address == ADDRESSES[0] for at in PIECES)


def of_world(assumed: tuple[Assume, ...]) -> Iterator[Point]:
    return (point for point in worlds() if is_so(point, assumed))


@effort(8)
@given(tiny_sets(), tiny_sets(), ASSUMED, st.lists(st.sampled_from(RANGES), min_size=2, max_size=2))
def test_what_is_assumed_is_tried_whole(
    before: PolicySet, after: PolicySet, assumed: tuple[Assume, ...], blocks: list[str]
) -> None:
    before, after = (_moved(one, block) for one, block in zip((before, after), blocks, strict=True))
    expected = tried(before, after, partial(of_world, assumed))
    event(expected.value)
    proof = prove(before, after, facts=Facts(assumed=assumed))
    assert proof.verdict is expected
    for shown in proof.counterexamples:
        assert is_so(shown.point, assumed)


def _moved(policies: PolicySet, block: str) -> PolicySet:
    """The policies with another range in place of each."""

    def change(peer: Peer) -> tuple[Peer, ...]:
        return (replace(peer, block=block, excluding=()),) if isinstance(peer, Cidr) else (peer,)

    return replace(policies, policies=tuple(with_peers(policy, change) for policy in policies.policies))


BLOCKS = st.sampled_from(["169.254.169.254/32", "8.8.8.0/24", "10.0.0.0/8", "100.0.0.0/9"])
CALICO_RULES = st.builds(
    lambda action, nets: {"action": action, "destination": {"nets": nets}} if nets else {"action": action},
    st.sampled_from(["Allow", "Deny"]),
    st.lists(BLOCKS, max_size=2, unique=True),
)
CILIUM_PEERS = st.one_of(
    st.builds(lambda blocks: {"toCIDR": blocks}, st.lists(BLOCKS, min_size=1, max_size=2, unique=True)),
    st.just({"toEntities": ["world"]}),
    st.just({"toEntities": ["all"]}),
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, str, list[dict[str, Any]]]:
    """A policy of one engine, and the other engine."""
    if draw(st.booleans()):
        spec = {"types": ["Egress"], "egress": draw(st.lists(CALICO_RULES, min_size=1, max_size=3))}
        kind, version, to = "NetworkPolicy", "projectcalico.org/v3", "cilium"
    else:
        spec = {"endpointSelector": {}, "egress": draw(st.lists(CILIUM_PEERS, min_size=1, max_size=2))}
        spec |= {"egressDeny": draw(st.lists(CILIUM_PEERS, max_size=1))}
        kind, version, to = "CiliumNetworkPolicy", "cilium.io/v2", "calico"
    name = {"name": "p", "namespace": "x"}
    return to, kind, [{"apiVersion": version, "kind": kind, "metadata": name, "spec": spec}]


def points() -> Iterator[Point]:
    """What a pod may send, to whom it may be and where."""
    subject = Pod("x", (), ())
    for peer_class in (PeerClass.POD_SAME, PeerClass.OTHER_NODE, PeerClass.OUTSIDE):
        peer = subject if peer_class is PeerClass.POD_SAME else None
        for at in PIECES:
            yield Point(Direction.EGRESS, subject, peer_class, peer, at, TCP, 80)


@effort(40)
@given(documents(), ASSUMED)
def test_translations_are_right_where_it_is_so(
    given_one: tuple[str, str, list[dict[str, Any]]], assumed: tuple[Assume, ...]
) -> None:
    to, kind, document = given_one
    try:
        result = translate.convert(document, to=to, facts=Facts(assumed=assumed))
    except translate.UnsupportedError:
        event("refused")
        return
    if not result.text:
        event("not written")
        return
    assert result.proof is not None
    event(f"{kind} {result.proof.verdict.value}")
    before, after = translate.load(document), translate.load(result.text)
    found = tried(before, after, lambda: [point for point in points() if is_so(point, assumed)])
    assert found in (Verdict.SAME, result.proof.verdict)
    assert found in (Verdict.SAME, Verdict.TIGHTER)
    assert CILIUM in (before.semantics, after.semantics)
