"""Small, shared ways to look through a policy, and to change it without touching what is not meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from translate.model.peers import Anyone, Peer
from translate.model.policy import Policy, Rule, Section
from translate.model.traffic import ANY_TRAFFIC


def rules_of(policy: Policy) -> Iterator[Rule]:
    """The rules of both directions."""
    for section in (policy.ingress, policy.egress):
        if section is not None:
            yield from section.rules


def is_of_everything(rule: Rule) -> bool:
    """Whether a rule is about every packet of all subjects and everyone."""
    everyone = rule.subject is None and any(isinstance(peer, Anyone) for peer in rule.peers)
    return everyone and ANY_TRAFFIC in rule.traffic


def with_rules(policy: Policy, change: Callable[[Rule], Iterable[Rule]]) -> Policy:
    """The policy with each rule replaced by those that ``change`` makes of it; isolation stays."""
    ingress, egress = _section(policy.ingress, change), _section(policy.egress, change)
    if ingress is policy.ingress and egress is policy.egress:
        return policy
    return replace(policy, ingress=ingress, egress=egress)


def _section(section: Section | None, change: Callable[[Rule], Iterable[Rule]]) -> Section | None:
    if section is None:
        return None
    rules: list[Rule] = []
    for rule in section.rules:
        rules += change(rule)
    whole = tuple(rules)
    return section if whole == section.rules else replace(section, rules=whole)


def with_peers(policy: Policy, change: Callable[[Peer], Iterable[Peer]]) -> Policy:
    """The policy with each peer replaced by those that ``change`` makes of it; a rule left without peers goes.

    It must go: an empty list of peers means everyone in most dialects.
    """

    def changed(rule: Rule) -> Iterable[Rule]:
        peers: list[Peer] = []
        for peer in rule.peers:
            peers += change(peer)
        whole = tuple(peers)
        if whole == rule.peers:
            return (rule,)
        return (replace(rule, peers=whole),) if whole else ()

    return with_rules(policy, changed)
