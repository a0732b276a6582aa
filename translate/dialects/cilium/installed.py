"""What Cilium keeps of itself in a cluster: the ConfigMap of its agents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from translate.core.loose import map_at, text_at
from translate.dialects.cilium.settings import SETTINGS
from translate.dialects.installed import Agent, Installed, OwnObject, OwnWord

CONFIG = OwnObject("", ("v1",), "ConfigMap", "kube-system", "cilium-config")
POOLS = ("cluster-pool-ipv4-cidr", "cluster-pool-ipv6-cidr")
FAMILIES = ("enable-ipv4", "enable-ipv6")


def tell(objects: Iterable[Mapping[str, Any]]) -> OwnWord:
    """The settings that change what policies mean; the ranges of pods, where the agents hand them out."""
    for value in objects:
        if CONFIG.is_it(value):
            data = map_at(value, "data")
            settings = {name: data[name] for name in SETTINGS.fields if name in data}
            return OwnWord(pods=tuple(_ranges(data)), settings=settings)
    return OwnWord()


def _ranges(data: Mapping[str, Any]) -> Iterable[str]:
    """The pools of the families that are on, where addresses come from them."""
    if text_at(data, "ipam") == "cluster-pool":
        for pool, family in zip(POOLS, FAMILIES, strict=True):
            if text_at(data, family) == "true":
                yield from filter(None, re.split(r"[,\s]+", text_at(data, pool)))


INSTALLED = Installed(
    (CONFIG,), tell, Agent(("k8s-app", "cilium"), "cilium-agent", ("cilium", "mirrored-cilium-cilium"))
)
