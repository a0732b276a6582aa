"""Peers by something else than pods and addresses: nodes, DNS names, services, whatever is outside; where the target
has no word for them they are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.edit import rules_of, with_rules
from translate.model.peers import Anyone, Both, Cidr, Except, Fqdn, Kinds, Nodes, Opaque, Peer, Workloads, parts
from translate.model.policy import Policy, Rule
from translate.model.unknowns import API_SERVER
from translate.plan.context import Pass, Target
from translate.plan.losing import drop
from translate.tables.records import PeerWord

DROPPED = "NPT508"
SERVERS, STATED = "addresses of the API server", "state them (--api-server)"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Leave out the peers that the target cannot name."""
    words = _words(target)

    def strange(peer: Peer) -> str:
        return "" if isinstance(peer, Workloads | Cidr | Anyone) else _said(peer, words)  # the many

    if not any(strange(peer) for policy in policies for rule in rules_of(policy) for peer in rule.peers):
        return policies

    def fitted(policy: Policy) -> Policy:
        def kept(rule: Rule) -> Iterator[Rule]:
            for peer in rule.peers:
                if what := strange(peer):
                    why, way = _of_unknowns(peer)
                    drop(DROPPED, what, rule, policy, target, report, origin=peer.origin, why=why, hint=way)
            peers = tuple(peer for peer in rule.peers if not strange(peer))
            if peers or not rule.peers:
                yield rule if peers == rule.peers else replace(rule, peers=peers)

        return with_rules(policy, kept)

    return tuple(fitted(policy) for policy in policies)


class _Words(Struct, frozen=True):
    """What there are words for; ``unknowns``: what only the dialect of the input knows, as in that dialect itself."""

    peers: tuple[PeerWord, ...]
    unknowns: bool


def _words(target: Target) -> _Words:
    return _Words(target.can.peer_words, unknowns=target.name == target.source.name)


def _of_unknowns(peer: Peer) -> tuple[str, str]:
    """Why nobody knows whom a peer means, and what would tell."""
    unknowns = [part.unknown for part in parts(peer) if isinstance(part, Opaque)]
    ways = (STATED if one == API_SERVER else one.way for one in unknowns)
    return next(filter(None, (one.why for one in unknowns)), ""), next(filter(None, ways), "")


def _said(peer: Peer, words: _Words) -> str:
    """What a peer is called in a message, if there is no word for it."""
    match peer:
        case Nodes() if PeerWord.NODES not in words.peers:
            return "nodes by label"
        case Fqdn(pattern) if PeerWord.NAMES not in words.peers:
            return f"addresses of the DNS name {pattern}"
        case Kinds(kinds) if PeerWord.KINDS not in words.peers:
            return f"peers that are {' or '.join(kinds)}"
        case Opaque(unknown) if not words.unknowns:
            return SERVERS if unknown == API_SERVER else str(unknown)
        case Both(peers):
            named = sorted(peers, key=lambda one: not any(isinstance(part, Opaque) for part in parts(one)))
            return next((said for one in named if (said := _said(one, words))), "")
        case Except(inner):
            said = _said(inner, words)
            return f"peers other than {said}" if said else ""
        case Anyone() | Workloads() | Cidr() | Nodes() | Fqdn() | Kinds() | Opaque():
            return ""
        case never:
            assert_never(never)


def _broken(policy: Policy, target: Target) -> bool:
    words = _words(target)
    return any(_said(peer, words) for rule in rules_of(policy) for peer in rule.peers)


PASS = Pass(
    run,
    needs="kinds of peers are said or gone",
    guarantees="no peer is a node by label, a DNS name or an unknown that the target has no word for",
    broken=_broken,
)
