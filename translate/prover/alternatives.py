"""What neither the policies nor the facts tell of a connection, and which values of it policies can tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from itertools import product

from translate.core.ranges import LAST_ADDRESS, V6, bounds, family
from translate.model.edit import rules_of
from translate.model.facts import Facts
from translate.model.peers import Cidr, Nodes, Peer, Workloads, asked_together, parts
from translate.model.policy import AddressSet, Direction, Policy, Rule
from translate.model.selectors import Contains, EndsWith, In, Label, Selector, StartsWith, atoms
from translate.model.traffic import Traffic
from translate.prover.addresses import place
from translate.prover.asking import fresh
from translate.prover.point import PODS, PeerClass
from translate.prover.world_constraints import may_be_of

COMMON_PORT = 40000
"""A port as packets come from."""
FIRST_TRIED = ("10.0.0.10", "203.0.113.10", "fd00::10", "2001:db8::10")


def rules(policies: Iterable[Policy], direction: Direction) -> Iterator[Rule]:
    """All rules of one direction."""
    for policy in policies:
        section = policy.section(direction)
        yield from section.rules if section else ()


def peers(found: Iterable[Rule]) -> Iterator[Peer]:
    """All that peers of rules are made of."""
    for rule in found:
        for peer in rule.peers:
            yield from parts(peer)


def own_sides(found: Iterable[Rule]) -> Iterator[Peer]:
    """All that rules ask of the side of their own pod."""
    for rule in found:
        for peer in rule.subject or ():
            yield from parts(peer)


def blocks(found: Iterable[Peer], sets: tuple[AddressSet, ...]) -> tuple[str, ...]:
    """The ranges that an address may be found by."""
    listed: dict[str, None] = {}
    for peer in found:
        if isinstance(peer, Cidr):
            listed.update(dict.fromkeys((peer.block, *peer.excluding)))
        elif isinstance(peer, Workloads) and peer.sets is not None:
            listed.update(dict.fromkeys(block for one in sets for block in one.blocks))
    return tuple(listed)


def addresses(ranges: Iterable[str], version: int, kind: PeerClass, facts: Facts) -> tuple[str, ...]:
    """One address of ``version`` for each way in which ``ranges`` may hold it, of those that such an end may have."""
    asked = [bounds(one) for one in ranges if family(one) == version]
    found: dict[tuple[bool, ...], str] = {}
    for number in _tried(asked, version, facts):
        held = tuple(low <= number <= high for low, high in asked)
        if held not in found and fits(kind, text := _spelled(number), facts):
            found[held] = text
    return tuple(found.values())


def has_address(version: int, kind: PeerClass, facts: Facts) -> bool:
    """Whether such an end may have an address of ``version`` at all."""
    return any(fits(kind, _spelled(number), facts) for number in _tried((), version, facts))


def _tried(asked: Iterable[tuple[int, int]], version: int, facts: Facts) -> Iterator[int]:
    """Common addresses first, then one of each piece that all addresses are cut into by what is asked and known."""
    yield from (bounds(text)[0] for text in FIRST_TRIED if family(text) == version)
    known = (*facts.pods, *facts.nodes, *facts.services, *facts.api_servers, *facts.nobody, *facts.everybody)
    first, last = (V6, LAST_ADDRESS) if version == 6 else (0, V6 - 1)
    cuts = {first}
    for low, high in (*asked, *(bounds(one) for one in known if family(one) == version)):
        cuts |= {low, high + 1}
    ordered = sorted(cut for cut in cuts if cut <= last)
    yield from (_inside(low, high - 1) for low, high in zip(ordered, [*ordered[1:], last + 1], strict=True))


def fits(kind: PeerClass, address: str, facts: Facts) -> bool:
    """Whether an end of ``kind`` may have ``address`` in a cluster of ``facts``."""
    at_a_service = any(low <= place(address) <= high for low, high in map(bounds, facts.services))
    absent = kind in PODS and bool(facts.pods) and family(address) not in {family(one) for one in facts.pods}
    return not at_a_service and not absent and may_be_of(kind, address, facts)


def _inside(low: int, high: int) -> int:
    """An address of a piece, none of its ends if it can be."""
    return low + 1 if high - low > 1 else low


@lru_cache(maxsize=4096)
def _spelled(number: int) -> str:
    return str(IPv6Address(number - V6) if number >= V6 else IPv4Address(number))


def tells_families(items: Iterable[Traffic]) -> bool:
    """Whether some traffic is of one address family alone."""
    return any(item.family is not None or tells_families(item.excluding) for item in items)


def source_ports(items: Iterable[Traffic]) -> tuple[int, ...]:
    """One port for each way in which ranges of source ports may hold it, a common one first."""
    ranges = list(_source_ranges(items))
    cuts = sorted({1, COMMON_PORT} | {n for first, last in ranges for n in (max(first, 1), last + 1) if n <= 65535})
    found: dict[tuple[bool, ...], int] = {}
    for number in (COMMON_PORT, *cuts):
        found.setdefault(tuple(first <= number <= last for first, last in ranges), number)
    return tuple(found.values())


def _source_ranges(items: Iterable[Traffic]) -> Iterator[tuple[int, int]]:
    for item in items:
        if item.source is not None:
            yield item.source.first, item.source.last
        yield from _source_ranges(item.excluding)


def values(policies: Iterable[Policy], direction: Direction) -> dict[Label, tuple[str, ...]]:
    """What labels are compared with, by label."""
    found: dict[Label, dict[str, None]] = {}
    patterns: dict[Label, dict[str, None]] = {}
    for selector in _selectors(policies, direction):
        for atom in atoms(selector):
            match atom:
                case In(label, texts):
                    found.setdefault(label, {}).update(dict.fromkeys(texts))
                case StartsWith(label, text) | EndsWith(label, text) | Contains(label, text):
                    patterns.setdefault(label, {})[text] = None
                case _:
                    pass
    for label, parts_of in patterns.items():
        fitting = _fitting(tuple(parts_of), tuple(found.get(label, ())))
        found.setdefault(label, {}).update(dict.fromkeys(fitting))
    return {label: tuple(known) for label, known in found.items()}


def _fitting(patterns: tuple[str, ...], values: tuple[str, ...]) -> Iterator[str]:
    """Values that patterns match at their beginning, their end, both, or in between."""
    spare = fresh((*patterns, *values))
    for text in patterns:
        yield from (text, f"{text}{spare}", f"{spare}{text}", f"{spare}{text}{spare}")
    yield from (f"{one}{spare}{two}" for one, two in product(patterns, repeat=2) if one != two)


def _selectors(policies: Iterable[Policy], direction: Direction) -> Iterator[Selector]:
    for policy in policies:
        yield asked_together(policy.subject.namespaces, policy.subject.pods)
        for rule in rules((policy,), direction):
            for peer in (*peers((rule,)), *own_sides((rule,))):
                if isinstance(peer, Workloads):
                    yield asked_together(peer.namespaces, peer.pods)


def node_labels(policies: Iterable[Policy]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The labels that a node may have, as far as policies ask for them; none first."""
    asked: dict[str, dict[str, None]] = {}
    for policy in policies:
        for peer in peers(rules_of(policy)):
            for atom in atoms(peer.labels) if isinstance(peer, Nodes) else ():
                asked.setdefault(atom.label.key, {}).update(dict.fromkeys(atom.values if isinstance(atom, In) else ()))
    choices = [[None, *((key, text) for text in (*texts, fresh(texts)))] for key, texts in asked.items()]
    return tuple(tuple(pair for pair in chosen if pair is not None) for chosen in product(*choices))


def each(items: Iterable[Rule]) -> Iterator[Traffic]:
    """The traffic of rules."""
    for rule in items:
        yield from rule.traffic
