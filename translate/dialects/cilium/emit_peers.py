"""Spells the peers of one element: they are of one kind, in the list that Cilium has for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from translate.core.origin import Path
from translate.dialects.base import Draft
from translate.dialects.cilium.emit_selector import key_of, pinned
from translate.dialects.cilium.named_sets import group_named
from translate.dialects.spelling import UnfitError, label_selector, mark_range
from translate.model.peers import Both, Cidr, Fqdn, Kind, Kinds, Nodes, Opaque, OwnNamespace, Peer, Workloads
from translate.model.unknowns import API_SERVER

ENTITY = {
    Kind.OWN_NODE: "host",
    Kind.OTHER_NODES: "remote-node",
    Kind.OUTSIDE: "world",
    Kind.HEALTH: "health",
    Kind.INGRESS: "ingress",
    Kind.INIT: "init",
    Kind.UNMANAGED: "unmanaged",
}


def peer_list(draft: Draft, at: Path, peers: tuple[Peer, ...], side: str) -> tuple[str, list[Any]]:
    """The field (``fromEndpoints``, ``toCIDRSet`` …) of the element that is ``at`` a path, and its items."""
    groups = any(group_named(peer) is not None for peer in peers)
    kinds = (
        {Cidr if group_named(peer) is not None else type(peer) for peer in peers} if groups else set(map(type, peers))
    )
    if len(kinds) != 1:
        raise UnfitError(f"{peers} are no one kind of peers")
    kind = kinds.pop()
    if kind not in WORDS:
        raise UnfitError(f"{peers[0]} as a peer")
    name, spell = WORDS[kind]
    if groups or any(isinstance(peer, Cidr) and peer.excluding for peer in peers):
        name, spell = "CIDRSet", _cidr_set
    field = f"{side}{name}"
    at = (*at, field)
    values: list[Any] = []
    known: set[str] = set()
    for peer in peers:
        part = draft.part()
        for value in spell(part, (*at, len(values)), peer):
            key = repr(value)  # a list may hold tens of thousands of ranges
            if key in known:
                continue
            known.add(key)
            draft.take(part)
            if draft.marks is not None:
                _mark_peer(draft, at, len(values), peer)
            values.append(value)
    return field, values


def _mark_peer(draft: Draft, at: Path, index: int, peer: Peer) -> None:
    if isinstance(peer, Cidr):
        draft.mark(at, index, peer.origin, "cidr")
    draft.mark(at, index, peer.origin)


def _endpoints(draft: Draft, at: Path, peer: Any) -> list[Any]:
    if isinstance(peer.namespaces, OwnNamespace):
        return [label_selector(draft, at, peer.pods, key_of)]
    return [label_selector(draft, at, pinned(peer.namespaces, peer.pods), key_of)]


def _entities(_draft: Draft, _at: Path, peer: Any) -> list[Any]:
    """Pods have no entity of their own: they are said as endpoints."""
    return [ENTITY[kind] for kind in peer.kinds]


def _api_server(_draft: Draft, _at: Path, peer: Any) -> list[Any]:
    """The one thing besides that Cilium has a word for: the API server, on a node or outside."""
    kinds, *unknown = peer.peers
    if not isinstance(kinds, Kinds) or [x.unknown for x in unknown if isinstance(x, Opaque)] != [API_SERVER]:
        raise UnfitError(f"{peer} as a peer")
    return ["kube-apiserver"]


def _nodes(draft: Draft, at: Path, peer: Any) -> list[Any]:
    return [label_selector(draft, at, peer.labels, lambda label: label.key)]


def _names(_draft: Draft, _at: Path, peer: Any) -> list[Any]:
    return [{"matchPattern" if "*" in peer.pattern else "matchName": peer.pattern}]


def _cidr(_draft: Draft, _at: Path, peer: Any) -> list[Any]:
    return [peer.block]


def _cidr_set(draft: Draft, at: Path, peer: Any) -> list[Any]:
    group = group_named(peer)
    if group is not None:
        return [{"cidrGroupRef": group}]
    value: dict[str, Any] = {"cidr": peer.block}
    mark_range(draft, at, peer)
    if peer.excluding:
        value["except"] = list(peer.excluding)
    return [value]


WORDS: dict[type[Peer], tuple[str, Callable[[Draft, Path, Any], list[Any]]]] = {
    Workloads: ("Endpoints", _endpoints),
    Cidr: ("CIDR", _cidr),
    Kinds: ("Entities", _entities),
    Both: ("Entities", _api_server),
    Nodes: ("Nodes", _nodes),
    Fqdn: ("FQDNs", _names),
}
