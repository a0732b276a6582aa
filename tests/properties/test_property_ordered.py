"""Ordered, tiered and denying policies, translated, do what the input does; interpreters of the engines are the judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import translate
from tests.properties.ordered import PACKETS, facts_about, sent, worlds
from tests.properties.ordered_calico import calico_documents
from tests.properties.ordered_cilium import cilium_documents
from tests.properties.strategies import Document, effort
from tests.reference import calico, cilium, kubernetes
from tests.reference.vectors import documents_in
from tests.reference.world import Cluster, Probe
from translate.core.diagnostics import Effect
from translate.prover.assumptions import About
from translate.prover.proof import Verdict

OWN_NODE = "NPT511"
"""The loss of a Cilium deny against the pod's own node, which nobody else can keep out."""

OPENS_OTHERS = "NPT522"
"""What is the same today, and would open what the policies of others may close: never emitted, whatever today's verdict."""

LEAST = kubernetes.Reading(block_matches_pods=False, block_matches_nodes=False, own_node_egress_exempt=False)
MOST = kubernetes.Reading()

Judge = Callable[[Probe], tuple[bool, bool]]
"""What is let through at least and at most; they differ where the Kubernetes API leaves it to the engine."""


def judge(engine: str, given: Iterable[Document], cluster: Cluster) -> Judge:
    """The interpreter of an engine, with the documents loaded."""
    documents = list(given)
    if engine == "kubernetes":
        return lambda probe: (
            kubernetes.allowed(documents, cluster, probe, LEAST),
            kubernetes.allowed(documents, cluster, probe, MOST),
        )
    agent, felix = cilium.Agent(documents, cluster), calico.Calico(documents, cluster)

    def answer(probe: Probe) -> tuple[bool, bool]:
        verdict = agent.answer(probe).verdict if engine == "cilium" else felix.verdict(probe)[0]
        assert verdict in ("allow", "deny"), probe
        return verdict == "allow", verdict == "allow"

    return answer


def from_own_node(cluster: Cluster, probe: Probe) -> bool:
    """Whether the subject's own node, or a pod on that node's network, sends the packet."""
    pod = cluster.pods.get(probe.peer.value) if probe.peer.kind == "pod" else None
    node = pod.node if pod is not None and pod.host_network else probe.peer.value
    return probe.direction == "ingress" and node == cluster.pods[probe.subject].node


def compare(home: str, to: str, documents: list[Document], data: st.DataObject) -> None:
    """Translate, and send some packets from everywhere to everywhere through both.

    Left out of the comparison is only what a pod's own node sends to it, where the loss about that was accepted; where
    Kubernetes leaves a point to the engine, the two ways of settling it must bracket the input.
    """
    cluster = data.draw(worlds())
    try:
        result = translate.convert(documents, to=to, facts=data.draw(facts_about(cluster)), accept=[OWN_NODE])
    except translate.UnsupportedError:
        event("refused")
        return
    assert result.proof is not None
    verdict = result.proof.verdict
    looser = {loss.code for loss in result.losses if loss.effect in (Effect.LOOSER, Effect.MIXED)}
    event(f"{verdict.value}{', withheld' if looser - {OWN_NODE} else ''}")
    if looser - {OWN_NODE}:
        assert not result.text
        kept_today = any(one.verdict in ("same", "tighter") for one in result.tried if one.chosen)
        assert not kept_today or OPENS_OTHERS in looser, "emitted otherwise"
        return
    assert verdict in (Verdict.SAME, Verdict.TIGHTER) or looser
    assert not result.proof.is_same or not result.open_losses
    left_open = any(one.about in (About.ENGINE, About.ENFORCER) for one in result.proof.assumptions)
    before, after = judge(home, documents, cluster), judge(to, documents_in(result.text), cluster)
    for probe in (probe for packet in data.draw(PACKETS) for probe in sent(cluster, packet)):
        if looser and from_own_node(cluster, probe):
            continue
        (asked, _), (least, most) = before(probe), after(probe)
        assert least == most or left_open, (probe, "depends on the engine, and nobody says so")
        assert least <= asked, (probe, "denied by the input, allowed by the output")
        assert asked <= most or verdict is not Verdict.SAME, (probe, "allowed by the input, denied by the output")


@pytest.mark.parametrize("to", ["cilium", "kubernetes"])
def test_what_calico_orders_is_done(to: str) -> None:
    """Tiers, orders, Pass and Deny."""

    @effort(80)
    @given(calico_documents(), st.data())
    def run(documents: list[Document], data: st.DataObject) -> None:
        compare("calico", to, documents, data)

    run()


@pytest.mark.parametrize("to", ["calico", "kubernetes"])
def test_what_cilium_denies_is_denied(to: str) -> None:
    """Denies over allows, and sections that do not isolate."""

    @effort(60)
    @given(cilium_documents(), st.data())
    def run(documents: list[Document], data: st.DataObject) -> None:
        compare("cilium", to, documents, data)

    run()


def log_and_compare(documents: list[Document], data: st.DataObject) -> None:
    """Add denial logging, and send some packets from everywhere to everywhere through both."""
    cluster = data.draw(worlds())
    try:
        result = translate.convert(documents, to="calico", log_denials=True)
    except translate.UnsupportedError:
        event("refused")
        return
    assert result.proof is not None
    assert result.logging is not None
    assert result.proof.verdict is Verdict.SAME
    event(f"logged: {result.logging.holds}")
    before, after = calico.Calico(documents, cluster), calico.Calico(documents_in(result.text), cluster)
    for probe in (probe for packet in data.draw(PACKETS) for probe in sent(cluster, packet)):
        (asked, already), (done, logged) = before.verdict(probe), after.verdict(probe)
        assert asked == done, probe
        assert logged == (already or asked == "deny") or not result.logging.holds, probe


@effort(60)
@given(calico_documents(), st.data())
def test_exactly_the_denied_packets_are_logged(documents: list[Document], data: st.DataObject) -> None:
    """But for what Log rules of the input log already."""
    log_and_compare(documents, data)
