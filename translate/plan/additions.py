"""The allows that a target could say beside those of a form: the peers and the packets that the forms of a policy speak
of, each with each, and the widest that any policy may have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from translate.core.origin import Origin, Place
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Kind, Kinds, Peer, Reach, Workloads
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule
from translate.model.selectors import EVERYTHING
from translate.model.semantics import Semantics
from translate.model.traffic import ANY_TRAFFIC, SCTP, TCP, UDP, Traffic
from translate.plan.union import Addition, PolicyKey, allows, home
from translate.tables.records import Capabilities, PeerWord

EVERY_PACKET = (ANY_TRAFFIC, *(Traffic(protocol=protocol) for protocol in (TCP, UDP, SCTP)))
"""The widest packets that all dialects can say."""


def additions(base: PolicySet, forms: Iterable[PolicySet], can: Capabilities) -> Iterator[Addition]:
    """The allows that policies of ``base`` could have, those of a policy together and the widest first."""
    spoken: dict[tuple[Place, Direction], list[Rule]] = {}
    for form in forms:
        for policy, direction, rule in allows(form):
            spoken.setdefault((policy.origin.place, direction), []).append(rule)
    seen: set[tuple[PolicyKey, Direction]] = set()
    for policy in base.policies:
        for direction in Direction:
            if policy.section(direction) is None or (home(policy), direction) in seen:
                continue
            seen.add((home(policy), direction))
            for rule in _rules(policy, spoken.get((policy.origin.place, direction), ()), base.semantics, can):
                yield Addition(policy, direction, rule)


def _rules(policy: Policy, spoken: Iterable[Rule], engine: Semantics, can: Capabilities) -> Iterator[Rule]:
    """Each peer with all packets, said to come from the rule that speaks of them."""
    peers: dict[Peer, Origin] = dict.fromkeys(_widest(policy, engine, can), policy.origin)
    items: dict[Traffic, Origin] = dict.fromkeys(EVERY_PACKET, policy.origin)
    for rule in spoken:
        for peer in rule.peers:
            peers.setdefault(peer, rule.origin)
        for item in rule.traffic:
            if item.condition is None:
                items.setdefault(item, rule.origin)
    for (peer, origin), (item, where) in product(peers.items(), items.items()):
        yield Rule(Action.ALLOW, (peer,), (item,), where if origin is policy.origin else origin)


def _widest(policy: Policy, engine: Semantics, can: Capabilities) -> Iterator[Peer]:
    yield Anyone()
    if policy.identity.namespace is not None:
        yield Workloads(OWN_NAMESPACE, EVERYTHING)
    yield Workloads(EVERYTHING, EVERYTHING)
    yield from (Cidr(block, (), engine.reach or Reach.OPEN) for block in ("0.0.0.0/0", "::/0"))
    if PeerWord.KINDS in can.peer_words:
        yield from (Kinds((kind,)) for kind in (Kind.OWN_NODE, Kind.OTHER_NODES))
