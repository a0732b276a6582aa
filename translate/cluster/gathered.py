"""What objects of a cluster tell, gathered one by one, and said as the lines of a facts file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import collapse_addresses, ip_address, ip_network
from typing import Any

import yaml

from translate.core.addresses import is_address, is_range
from translate.core.loose import map_at, maps_at, pairs_of, texts_at
from translate.core.shortened import shortened
from translate.dialects.installed import OwnWord
from translate.model.selectors import NAMESPACE_NAME

NOTHING_TOLD = OwnWord()
TUNNEL = re.compile(r"TunnelAddr$|WireguardInterfaceAddr$|ipv[46]-\w+-host$", re.IGNORECASE)
"""Annotations of nodes with an address that a network made for them."""
UNKNOWN = {
    "pods": "# pods: [10.244.0.0/16]      # the ranges that pods get their addresses from; {}",
    "services": "# services: [10.96.0.0/12]   # the range of Services: service-cluster-ip-range of the API server",
    "apiServers": "# apiServers: [172.18.0.2]   # of the API server: kubectl get endpointslices -n default",
}
SEEN_SERVERS = "# apiServers: [{}]   # if these are all that it has: a balancer before it has others\n"
TUNNELS = """\
# Nodes may have addresses among those of pods, too (tunnels, bridges): if yours have, add that range to nodes as well.
"""


@dataclass(slots=True)
class Gathered:
    """What was told so far: of pods and nodes nothing but their addresses and ranges is held."""

    namespaces: dict[str, dict[str, str]] = field(default_factory=dict)
    nodes: set[str] = field(default_factory=set)
    node_ranges: list[str] = field(default_factory=list)
    pods: set[str] = field(default_factory=set)
    """The addresses of pods that are not those of their nodes."""

    def take(self, value: Mapping[str, Any]) -> None:
        """Gather what an object of the core API tells."""
        match value.get("kind"):
            case "Namespace":
                name = str(map_at(value, "metadata").get("name"))
                self.namespaces[name] = dict(pairs_of(map_at(map_at(value, "metadata"), "labels")))
            case "Node":
                self.nodes.update(_node_addresses(value))
                self.node_ranges += [text for text in texts_at(map_at(value, "spec"), "podCIDRs") if is_range(text)]
            case "Pod":
                self.pods.update(_pod_addresses(value))

    def forget(self, kind: str) -> None:
        """Drop all that objects of a kind told: they will be told again."""
        match kind:
            case "Namespace":
                self.namespaces.clear()
            case "Node":
                self.nodes.clear()
                self.node_ranges.clear()
            case "Pod":
                self.pods.clear()

    def lines(self, word: OwnWord = NOTHING_TOLD) -> Iterator[str]:
        """The ranges and addresses; ``word``: what objects of the engines told. What is not certain is a comment."""
        pods = self._pod_ranges(word)
        yield flow("pods", pods) if pods else UNKNOWN["pods"].format(self._seen()).rstrip() + "\n"
        nodes = _sorted(self.nodes)
        yield flow("nodes", nodes) + TUNNELS if nodes else "# nodes: [172.18.0.0/16]      # the addresses of nodes\n"
        yield flow("services", word.services) if word.services else f"{UNKNOWN['services']}\n"
        seen = ", ".join(quoted(text) for text in _sorted(set(word.api_servers)))
        yield SEEN_SERVERS.format(seen) if seen else f"{UNKNOWN['apiServers']}\n"

    def namespace_lines(self) -> str:
        """All namespaces with their labels."""
        own = {name: _own(name, labels) for name, labels in sorted(self.namespaces.items())}
        return yaml_text({"namespaces": own})

    def _pod_ranges(self, word: OwnWord) -> list[str]:
        """What engines or nodes hand out to pods; nothing where pods have addresses outside of it, so that somebody
        else hands out.
        """
        mine = [ip_address(text) for text in self.pods]
        of_engines = [text for text in word.pods if is_range(text)] if mine else []
        for texts in (of_engines, self.node_ranges):
            ranges = [ip_network(text) for text in texts]
            if ranges and all(any(one in block for block in ranges) for one in mine):
                four = collapse_addresses(block for block in ranges if block.version == 4)
                six = collapse_addresses(block for block in ranges if block.version == 6)
                return [str(block) for block in (*four, *six)]
        return []

    def _seen(self) -> str:
        addresses = _sorted(self.pods)
        return f"seen: {shortened(addresses, 3)}" if addresses else ""


def _own(name: str, labels: Mapping[str, str]) -> dict[str, str]:
    """The labels that somebody gave: every namespace has its name under one key."""
    return {key: text for key, text in sorted(labels.items()) if (key, text) != (NAMESPACE_NAME.key, name)}


def _node_addresses(node: Mapping[str, Any]) -> Iterator[str]:
    """The addresses that a node says it has, inside and outside, and those that its network notes of tunnels."""
    given = maps_at(map_at(node, "status"), "addresses")
    texts = [str(one.get("address")) for one in given if one.get("type") in ("InternalIP", "ExternalIP")]
    noted = pairs_of(map_at(map_at(node, "metadata"), "annotations"))
    texts += [text.partition("/")[0] for key, text in noted if TUNNEL.search(key)]
    yield from (text for text in texts if is_address(text))


def _pod_addresses(pod: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of a pod that are not those of its node."""
    if map_at(pod, "spec").get("hostNetwork") is not True:
        given = (str(one.get("ip")) for one in maps_at(map_at(pod, "status"), "podIPs"))
        yield from (text for text in given if is_address(text))


def stated(lines: str) -> str:
    """The lines as a YAML map: where all of them are comments, one that states nothing stands below."""
    return lines if any(line[:1] not in ("#", "") for line in lines.splitlines()) else f"{lines}assume: []\n"


def flow(key: str, texts: Iterable[str]) -> str:
    """One line of YAML: a list of ranges."""
    return f"{key}: [{', '.join(quoted(text) for text in texts)}]\n"


def quoted(text: str) -> str:
    """An address as YAML in brackets needs it."""
    return f'"{text}"' if ":" in text else text


def yaml_text(value: Any) -> str:
    """A value as YAML in blocks."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=False, width=120)
    return text


def _sorted(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: (":" in text, int(ip_address(text))))
