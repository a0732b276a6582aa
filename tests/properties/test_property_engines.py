"""What convert writes, played on the independent interpreters of Calico and Cilium, does what the input does."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import translate
from tests.properties.strategies import Document, clusters, effort, network_policies, probes
from tests.reference import calico, cilium, kubernetes
from tests.reference.vectors import documents_in
from tests.reference.world import Cluster, Probe

ON_CALICO = kubernetes.Reading(own_node_egress_exempt=False)
ON_CILIUM = kubernetes.Reading(block_matches_pods=False, block_matches_nodes=False, own_node_egress_exempt=False)


def written(documents: list[Document], to: str, **options: Any) -> list[Document]:
    """The translation, read from its text by a reader of our own."""
    result = translate.convert(documents, to=to, verify=False, **options)
    assert result.open_losses == ()
    return documents_in(result.text)


def world(data: st.DataObject) -> tuple[Cluster, list[Probe]]:
    """A cluster and what is sent through it."""
    cluster = data.draw(clusters())
    return cluster, data.draw(st.lists(probes(cluster), min_size=10, max_size=25))


@effort(25)
@given(network_policies(), st.data())
def test_calico_does_with_the_translation_what_kubernetes_asks(documents: list[Document], data: st.DataObject) -> None:
    """Calico compares addresses, and polices what a pod sends to its own node."""
    cluster, some = world(data)
    engine = calico.Calico(written(documents, "calico"), cluster)
    for probe in some:
        asked = kubernetes.allowed(documents, cluster, probe, ON_CALICO)
        assert engine.verdict(probe) == ("allow" if asked else "deny", False), probe


@effort(25)
@given(network_policies(), st.data())
def test_cilium_does_with_the_translation_what_kubernetes_asks(documents: list[Document], data: st.DataObject) -> None:
    """Cilium's ranges are of the world outside."""
    cluster, some = world(data)
    engine = cilium.Agent(written(documents, "cilium"), cluster)
    for probe in some:
        asked = kubernetes.allowed(documents, cluster, probe, ON_CILIUM)
        assert engine.answer(probe).verdict == ("allow" if asked else "deny"), probe


@effort(25)
@given(network_policies(), st.data())
def test_exactly_the_denied_packets_are_logged(documents: list[Document], data: st.DataObject) -> None:
    """With denial logging every verdict stays, and a packet is logged if and only if it is denied."""
    cluster, some = world(data)
    engine = calico.Calico(written(documents, "calico", log_denials=True), cluster)
    for probe in some:
        asked = kubernetes.allowed(documents, cluster, probe, ON_CALICO)
        assert engine.verdict(probe) == ("allow" if asked else "deny", not asked), probe
