"""Rules with many peers: one peer a rule in Calico, one kind of peers an element in Cilium; anyone absorbs all
others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.model.peers import Anyone, Peer
from translate.model.policy import Policy, Rule
from translate.plan.context import Target
from translate.plan.edit import with_rules


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Split each rule into rules that the target can hold; their union is the same."""

    def split(rule: Rule) -> Iterable[Rule]:
        return (rule,) if len(rule.peers) == 1 else parts(rule)

    def parts(rule: Rule) -> Iterator[Rule]:
        anyone = [peer for peer in rule.peers if isinstance(peer, Anyone)]
        groups: dict[object, list[Peer]] = {}
        for number, peer in enumerate(anyone[:1] or rule.peers):
            key = {"any": 0, "kind": type(peer), "one": number}[target.can.peers]
            groups.setdefault(key, []).append(peer)
        for peers in groups.values():
            yield rule if tuple(peers) == rule.peers else replace(rule, peers=tuple(peers), origin=_origin(rule, peers))

    return tuple(with_rules(policy, split) for policy in policies)


def _origin(rule: Rule, peers: list[Peer]) -> Origin:
    """The first part stands for the rule, the others for the peer they hold."""
    return rule.origin if peers[0] is rule.peers[0] else peers[0].origin
