"""What Calico keeps of itself in a cluster: its pools of addresses and the configuration of Felix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from translate.core.loose import map_at, text_at, texts_at
from translate.dialects.calico.settings import SETTINGS
from translate.dialects.installed import Agent, Installed, OwnObject, OwnWord, Right

POOLS = tuple(OwnObject(*api, "IPPool") for api in (("projectcalico.org", ("v3",)), ("crd.projectcalico.org", ("v1",))))
FELIX = tuple(
    OwnObject(*api, "FelixConfiguration")
    for api in (("projectcalico.org", ("v3",)), ("crd.projectcalico.org", ("v1",)))
)
TIERED = Right(
    "projectcalico.org",
    (
        "tiers",
        "tier.networkpolicies",
        "tier.globalnetworkpolicies",
        "tier.stagednetworkpolicies",
        "tier.stagedglobalnetworkpolicies",
    ),
    ("get", "list"),
)
"""Calico's API server shows policies of those tiers alone that somebody may get."""
EVERYWHERE = "default"
"""The name of the configuration for all nodes; those of single nodes have other names."""


def tell(objects: Iterable[Mapping[str, Any]]) -> OwnWord:
    """The pools that workloads get addresses from, and what Felix is told on all nodes alike."""
    known = tuple(objects)
    specs = [map_at(one, "spec") for one in known if any(pool.is_it(one) for pool in POOLS)]
    uses = (spec for spec in specs if "Workload" in texts_at(spec, "allowedUses") or not texts_at(spec, "allowedUses"))
    pods = tuple(dict.fromkeys(text_at(spec, "cidr") for spec in uses))
    felix = [one for one in known if any(kind.is_it(one) for kind in FELIX)]
    shared = [map_at(one, "spec") for one in felix if map_at(one, "metadata").get("name") == EVERYWHERE]
    settings = {name: spec[name] for spec in shared for name in SETTINGS.fields if name in spec}
    own = {
        name
        for one in felix
        for name in SETTINGS.fields
        if map_at(one, "spec").get(name, settings.get(name)) != settings.get(name)
    }
    return OwnWord(pods=pods, settings={name: value for name, value in settings.items() if name not in own})


AGENT = Agent(("k8s-app", "calico-node"), "calico-node", ("node", "calico-node", "mirrored-calico-node"))
INSTALLED = Installed((*POOLS, *FELIX), tell, AGENT, (TIERED,))
