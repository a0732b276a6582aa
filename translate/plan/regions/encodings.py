"""Rules as boxes, each encoded once: several forms and both directions ask for the same, and rules share much."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeAlias

from translate.core.origin import Place
from translate.model.peers import Peer
from translate.model.policy import Policy, Rule, Subject
from translate.model.selectors import Label
from translate.plan.regions.boxes import Box, tidy
from translate.plan.regions.encode import own_boxes, packet_boxes, peer_boxes, put_together, subject

_Known: TypeAlias = "tuple[Rule, Subject, str | None, list[Box]]"
"""A rule, whose it is, and its boxes."""


@dataclass(slots=True)
class Encodings:
    """The boxes of rules of any number of policy sets; a list that was given out is not to be changed."""

    made: int = 0
    """How many rules were encoded."""
    _rules: dict[Place, list[_Known]] = field(default_factory=dict)
    _shared: dict[Hashable, list[Box]] = field(default_factory=dict)

    def subject(self, policy: Policy) -> list[Box]:
        """The pods that a policy governs. Raises TooManyBoxesError."""
        return self._kept(("pods", policy.subject, policy.identity.namespace), lambda: subject(policy))

    def rule(self, rule: Rule, policy: Policy) -> list[Box]:
        """What a rule matches, its subject included. Raises TooManyBoxesError."""
        # Unknowns have the origin that they have here: equal rules of two places are two. Those of one place are few,
        # mostly one and the same: held against each other they cost less than a hash of all that they say.
        here = self._rules.setdefault(rule.origin.place, [])
        for known, subject_of_it, namespace, boxes in here:
            is_it = known is rule or known == rule
            if is_it and subject_of_it == policy.subject and namespace == policy.identity.namespace:
                return boxes
        self.made += 1
        who = self._who(rule, policy)
        peers = tidy(box for peer in rule.peers for box in self._peer(peer, policy))
        packets = self._kept(("packets", rule.traffic), lambda: packet_boxes(rule.traffic))
        found = put_together(who, peers, packets)
        here.append((rule, policy.subject, policy.identity.namespace, found))
        return found

    def _who(self, rule: Rule, policy: Policy) -> list[Box]:
        if rule.subject is not None:
            return tidy(own_boxes(rule, policy))
        return self._kept(("few", policy.subject, policy.identity.namespace), lambda: tidy(self.subject(policy)))

    def _peer(self, peer: Peer, policy: Policy) -> list[Box]:
        return self._kept(("peer", peer, policy.identity.namespace), lambda: peer_boxes(peer, policy))

    def _kept(self, key: Hashable, make: Callable[[], list[Box]]) -> list[Box]:
        """What ``make`` gives, the same for equal keys if no part of it has an origin."""
        found = self._shared.get(key)
        if found is None:
            found = make()
            if all(about is None or isinstance(about, Label) for box in found for _, about in box):
                self._shared[key] = found
        return found
