"""Calico as an engine (Calico documentation, policy evaluation; FelixConfiguration)."""

from __future__ import annotations

from translate.dialects.calico.settings import CalicoSettings
from translate.model.peers import Reach
from translate.model.semantics import Combining, OwnNode, Semantics, Sentences, SharedPolicies, TieBreak
from translate.model.settings import EngineSettings

NAME, TITLE = "calico", "Calico"
API_VERSION, CRD_API_VERSION = "projectcalico.org/v3", "crd.projectcalico.org/v1"
ORDER = 1000.0
"""Of Kubernetes policies in the default tier (Calico documentation, policy order)."""


def semantics(settings: EngineSettings) -> Semantics:
    """What Calico does, set up like that."""
    calico = settings.of(CalicoSettings)
    stated = calico.stated.items()
    return Semantics(
        NAME,
        TITLE,
        Combining.FIRST_APPLICABLE,
        Reach.ADDRESS,
        from_own_node=OwnNode.ALWAYS,
        to_own_node=OwnNode.DROPPED if calico.drops_to_own_node else OwnNode.ASKED,
        shared=SharedPolicies(ORDER),
        ties=(TieBreak.BY_NAME, TieBreak.BY_NAMESPACE),
        sentences=Sentences(
            stated=tuple(f"{TITLE} runs with {name}: {value}" for name, value in stated),
            ties=(
                "Calico 3.32 and later sorts equal orders by name, namespace, kind",
                "Calico up to 3.31 sorts equal orders by namespace, tier and name",
            ),
            tunnels=f"{TITLE} drops VXLAN (UDP 4789) and IP-in-IP that a pod sends, whatever policies allow",
            tunnels_let_through="allowVXLANPacketsFromWorkloads and allowIPIPPacketsFromWorkloads of "
            "FelixConfiguration let them through",
            sets="no other NetworkSet, GlobalNetworkSet or HostEndpoint has labels that rules select",
            all_sets="the NetworkSets, GlobalNetworkSets and HostEndpoints of the input are all that there are",
            kind_of_sets="NetworkSet",
        ),
    )
