"""The allows that a target could say beside those of a form: the peers and the packets that the forms of a policy speak
of, each with each, and the widest that any policy may have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from msgspec.structs import replace

from translate.core.origin import Origin, Place
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Kind, Kinds, Peer, Reach, Workloads, parts
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule, Section
from translate.model.selectors import EVERYTHING
from translate.model.traffic import SCTP, TCP, UDP, Traffic
from translate.plan.union import Addition, PolicyKey, allows, home
from translate.tables.records import Capabilities, PeerWord

PLAIN = (None, TCP, UDP, SCTP)
EVERY_PACKET = tuple(Traffic(protocol=protocol) for protocol in PLAIN)
"""The widest packets that all dialects can say."""


def additions(base: PolicySet, forms: Iterable[PolicySet], given: PolicySet, can: Capabilities) -> Iterator[Addition]:
    """The allows that policies of ``base`` could have, those of a policy together and the widest first: of what
    ``forms`` speak of, and of the ranges and ports of what is ``given``.
    """
    reach = base.semantics.reach or Reach.OPEN
    spoken: dict[tuple[Place, Direction], list[Rule]] = {}
    for form in forms:
        for policy, direction, rule in allows(form):
            spoken.setdefault((policy.origin.place, direction), []).append(rule)
    for policy in given.policies:
        for direction in Direction:
            spoken.setdefault((policy.origin.place, direction), []).extend(_sayable(policy.section(direction), reach))
    seen: set[tuple[PolicyKey, Direction]] = set()
    for policy in base.policies:
        for direction in Direction:
            if policy.section(direction) is None or (home(policy), direction) in seen:
                continue
            seen.add((home(policy), direction))
            widest = (*_widest(policy, can), *(Cidr(block, (), reach) for block in ("0.0.0.0/0", "::/0")))
            for rule in _rules(policy, widest, spoken.get((policy.origin.place, direction), ())):
                yield Addition(policy, direction, rule)


def _sayable(section: Section | None, reach: Reach) -> Iterator[Rule]:
    """What every dialect can say of the rules of a section: their ranges, as another engine means them, and ports."""
    for rule in section.rules if section is not None else ():
        ranges = [replace(part, reach=reach) for peer in rule.peers for part in parts(peer) if isinstance(part, Cidr)]
        plain = [item for item in rule.traffic if item.is_plain and item.protocol in PLAIN]
        yield replace(rule, peers=tuple(ranges), traffic=tuple(plain))


def _rules(policy: Policy, widest: Iterable[Peer], spoken: Iterable[Rule]) -> Iterator[Rule]:
    """Each peer with all packets, said to come from the rule that speaks of them."""
    peers: dict[Peer, Origin] = dict.fromkeys(widest, policy.origin)
    items: dict[Traffic, Origin] = dict.fromkeys(EVERY_PACKET, policy.origin)
    for rule in spoken:
        for peer in rule.peers:
            peers.setdefault(peer, rule.origin)
        for item in rule.traffic:
            if item.condition is None:
                items.setdefault(item, rule.origin)
    for (peer, origin), (item, where) in product(peers.items(), items.items()):
        yield Rule(Action.ALLOW, (peer,), (item,), where if origin is policy.origin else origin)


def _widest(policy: Policy, can: Capabilities) -> Iterator[Peer]:
    """Who any policy may speak of."""
    yield Anyone()
    if policy.identity.namespace is not None:
        yield Workloads(OWN_NAMESPACE, EVERYTHING)
    yield Workloads(EVERYTHING, EVERYTHING)
    if PeerWord.KINDS in can.peer_words:
        yield from (Kinds((kind,)) for kind in (Kind.OWN_NODE, Kind.OTHER_NODES))
