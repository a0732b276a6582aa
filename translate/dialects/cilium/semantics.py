"""Cilium as an engine (Cilium documentation, network policy; options of the agent)."""

from __future__ import annotations

from translate.dialects.cilium.settings import CiliumSettings
from translate.model.peers import Reach
from translate.model.semantics import Combining, Enforcement, OwnNode, Semantics, Sentences, SharedPolicies
from translate.model.settings import EngineSettings

NAME, TITLE = "cilium", "Cilium"
API_VERSION = "cilium.io/v2"
DEFAULTS = {
    "enable-policy": "enforcement default",
    "allow-localhost": "allow-localhost on",
    "policy-cidr-match-mode": "policy-cidr-match-mode empty",
    "policy-default-local-cluster": "policy-default-local-cluster on",
    "": "both address families",
}
"""Each option that a proof supposes by default, and how it is told."""


def semantics(settings: EngineSettings) -> Semantics:
    """What Cilium does, set up like that."""
    cilium = settings.of(CiliumSettings)
    stated = cilium.stated
    rest = ", ".join(text for name, text in DEFAULTS.items() if name not in stated)
    return Semantics(
        NAME,
        TITLE,
        Combining.DENY_OVERRIDES,
        Reach.OUTSIDE,
        from_own_node=OwnNode.UNLESS_DENIED if cilium.lets_own_node_in else OwnNode.ASKED,
        to_own_node=OwnNode.ASKED,
        ranges_hold_nodes=cilium.ranges_hold_nodes,
        ranges_hold_pods=cilium.ranges_hold_pods,
        has_endpoints=True,
        enforcement=_enforcement(cilium),
        shared=SharedPolicies(),
        sentences=Sentences(
            running=(f"{TITLE} runs with its defaults: {rest}",),
            drops=f"{TITLE} reports what it drops anyway (hubble observe --verdict DROPPED)",
            stated=tuple(f"{TITLE} runs with {name}: {value}" for name, value in stated.items()),
            sets="no other CiliumCIDRGroup has labels that rules select",
            all_sets="the CiliumCIDRGroups of the input are all that there are",
            kind_of_sets="CiliumCIDRGroup",
        ),
    )


def _enforcement(cilium: CiliumSettings) -> Enforcement:
    if cilium.enforces_nothing:
        return Enforcement.NOWHERE
    return Enforcement.EVERYWHERE if cilium.isolates_all else Enforcement.SELECTED
