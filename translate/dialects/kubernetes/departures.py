"""Where an engine that is known does otherwise than the API says of a NetworkPolicy, so that a verdict turns on who
enforces it (cilium.md 8.2, K3 and K9).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from translate.core.names import shown
from translate.dialects.kubernetes.manifest import LabelSelector, NetworkPolicy
from translate.model.policy import Departure, Direction, Identity
from translate.tables import load

UNLISTED = "rules of a direction that policyTypes does not list mean nothing; Cilium enforces them"
UNSEEN = "pods have the labels that the input asks for; Cilium leaves these out of what it knows of pods"


def departures(policy: NetworkPolicy, identity: Identity) -> tuple[Departure, ...]:
    """What an engine does otherwise, and of which part of the policy."""
    return (*_unlisted(policy, identity), *_unseen(policy))


def _unlisted(policy: NetworkPolicy, identity: Identity) -> Iterator[Departure]:
    spec = policy.spec
    for direction, rules in ((Direction.INGRESS, spec.ingress), (Direction.EGRESS, spec.egress)):
        if rules and direction.capitalize() not in spec.policyTypes:
            yield Departure(UNLISTED, f"{direction} of {identity}")


def _unseen(policy: NetworkPolicy) -> Iterator[Departure]:
    for selector in _of_pods(policy):
        for key in (*selector.matchLabels, *[term.key for term in selector.matchExpressions]):
            if _is_unseen(key):
                yield Departure(UNSEEN, shown(key))


@lru_cache(maxsize=4096)  # a few labels make up most files
def _is_unseen(key: str) -> bool:
    return load.labels().unseen.hides(key)


def _of_pods(policy: NetworkPolicy) -> Iterator[LabelSelector]:
    """The selectors of pods: of the subject, and of peers."""
    spec = policy.spec
    yield spec.podSelector
    peers = chain(*(rule.from_ for rule in spec.ingress), *(rule.to for rule in spec.egress))
    yield from (peer.podSelector for peer in peers if peer.podSelector is not None)
