"""The allows that a target could say beside those of a form: the peers and the packets that the forms of a policy speak
of, each with each, and the widest that any policy may have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from translate.core.origin import Place
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
    """The allows that policies of ``base`` could have, those of each in one rule of many peers and packets, the widest
    first: of what ``forms`` speak of, and of the ranges and ports of what is ``given``.
    """
    reach = base.semantics.reach or Reach.OPEN
    spoken: defaultdict[tuple[Place, Direction], _Spoken] = defaultdict(_Spoken)
    for form in forms:
        for policy, direction, rule in allows(form):
            spoken[policy.origin.place, direction].add(rule)
    for policy in given.policies:
        for direction in Direction:
            for rule in _sayable(policy.section(direction), reach):
                spoken[policy.origin.place, direction].add(rule)
    seen: set[tuple[PolicyKey, Direction]] = set()
    for policy in base.policies:
        for direction in Direction:
            if policy.section(direction) is None or (home(policy), direction) in seen:
                continue
            seen.add((home(policy), direction))
            widest = (*_widest(policy, can), *(Cidr(block, (), reach) for block in ("0.0.0.0/0", "::/0")))
            yield Addition(policy, direction, spoken[policy.origin.place, direction].each_with_each(policy, widest))


class _Spoken(Struct):
    """The peers and the packets that the rules of a policy speak of in one direction, in the order in which they come.

    A policy may stand in hundreds of parts, each of which may have all that the others speak of.
    """

    peers: dict[Peer, None] = field(default_factory=dict)
    traffic: dict[Traffic, None] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
        """Know what a rule speaks of."""
        self.peers.update(dict.fromkeys(rule.peers))
        self.traffic.update(dict.fromkeys(item for item in rule.traffic if item.condition is None))

    def each_with_each(self, policy: Policy, widest: Iterable[Peer]) -> Rule:
        """The widest peers and all others with all packets."""
        peers, items = dict.fromkeys(widest) | self.peers, dict.fromkeys(EVERY_PACKET) | self.traffic
        return Rule(Action.ALLOW, tuple(peers), tuple(items), policy.origin)


def _sayable(section: Section | None, reach: Reach) -> Iterator[Rule]:
    """What every dialect can say of the rules of a section: their ranges, as another engine means them, and ports."""
    for rule in section.rules if section is not None else ():
        ranges = [replace(part, reach=reach) for peer in rule.peers for part in parts(peer) if isinstance(part, Cidr)]
        plain = [item for item in rule.traffic if item.is_plain and item.protocol in PLAIN]
        yield replace(rule, peers=tuple(ranges), traffic=tuple(plain))


def _widest(policy: Policy, can: Capabilities) -> Iterator[Peer]:
    """Who any policy may speak of."""
    yield Anyone()
    if policy.identity.namespace is not None:
        yield Workloads(OWN_NAMESPACE, EVERYTHING)
    yield Workloads(EVERYTHING, EVERYTHING)
    if PeerWord.KINDS in can.peer_words:
        yield from (Kinds((kind,)) for kind in (Kind.OWN_NODE, Kind.OTHER_NODES))
