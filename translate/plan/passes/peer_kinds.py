"""Rules with many peers: one peer a rule in Calico, but for ranges of one family, which it lists; one kind of peers an
element in Cilium. Anyone absorbs all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.model.edit import rules_of, with_rules
from translate.model.peers import Anyone, Cidr, Peer
from translate.model.policy import Policy, Rule
from translate.plan.context import Pass, Target


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Split each rule into rules that the target can hold; their union is the same."""

    grouped, most = GROUPINGS[target.can.peers], target.can.most_blocks

    def split(rule: Rule) -> Iterable[Rule]:
        return (rule,) if len(rule.peers) == 1 else parts(rule)

    def parts(rule: Rule) -> Iterator[Rule]:
        anyone = next((peer for peer in rule.peers if isinstance(peer, Anyone)), None)
        for peers in grouped(rule.peers if anyone is None else (anyone,), most):
            yield rule if peers == rule.peers else replace(rule, peers=peers, origin=_origin(rule, peers))

    return tuple([with_rules(policy, split) for policy in policies])


def _together(peers: tuple[Peer, ...], _most: int) -> Iterable[tuple[Peer, ...]]:
    return (peers,) if peers else ()


def _by_kind(peers: tuple[Peer, ...], _most: int) -> Iterable[tuple[Peer, ...]]:
    groups: dict[type[Peer], list[Peer]] = {}
    for peer in peers:
        groups.setdefault(type(peer), []).append(peer)
    return map(tuple, groups.values())


def _apart(peers: tuple[Peer, ...], most: int) -> Iterable[tuple[Peer, ...]]:
    """One by one, but ranges without holes by family, ``most`` of them together."""
    groups: dict[object, list[Peer]] = {}
    for number, peer in enumerate(peers):
        key = (":" in peer.block, peer.reach) if isinstance(peer, Cidr) and not peer.excluding else number
        groups.setdefault(key, []).append(peer)
    for group in groups.values():
        for first in range(0, len(group), most or 1):
            yield tuple(group[first : first + (most or 1)])


GROUPINGS: dict[str, Callable[[tuple[Peer, ...], int], Iterable[tuple[Peer, ...]]]] = {
    "any": _together,
    "kind": _by_kind,
    "one": _apart,
}
"""How peers stand in rules, and how many ranges one rule may list."""


def _origin(rule: Rule, peers: tuple[Peer, ...]) -> Origin:
    """The first part stands for the rule, the others for the peer they hold."""
    return rule.origin if peers[0] is rule.peers[0] else peers[0].origin


def _broken(policy: Policy, target: Target) -> bool:
    grouped = GROUPINGS[target.can.peers]
    return any(len(list(grouped(rule.peers, target.can.most_blocks))) > 1 for rule in rules_of(policy))


PASS = Pass(
    run,
    needs="peers in their final form",
    guarantees="no rule has more peers, or of more kinds, than the target holds in one",
    broken=_broken,
)
