"""Ranges of a rule that others of it hold already, or that are one together.

What a person wrote stays: it may say more to people than to an engine. What stands for sets, entities or facts was
written by nobody.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias

from msgspec.structs import replace

from translate.core.origin import Place
from translate.core.ranges import lies_in, overlap
from translate.model.edit import rules_of
from translate.model.peers import Cidr, Peer, parts
from translate.model.policy import Policy

_Network: TypeAlias = IPv4Network | IPv6Network
WrittenRange: TypeAlias = tuple[str, int, str]
"""File and document that say a range, and the range."""


def written_ranges(policies: Iterable[Policy]) -> frozenset[WrittenRange]:
    """The ranges that stand in policies of the input themselves; several from one place are those of a set."""
    peers = (peer for policy in policies for rule in rules_of(policy) for peer in rule.peers)
    ranges = (part for peer in peers for part in parts(peer) if isinstance(part, Cidr))
    blocks: dict[Place, str] = {}
    of_sets: set[Place] = set()
    for one in ranges:
        place = one.origin.place
        if blocks.setdefault(place, one.block) != one.block:
            of_sets.add(place)
    return frozenset((place[0], place[1], block) for place, block in blocks.items() if place not in of_sets)


def fewest_peers(peers: tuple[Peer, ...], written: Container[WrittenRange]) -> tuple[Peer, ...]:
    """The peers without ranges that nobody wrote and another one holds, and with halves of such a range as one."""
    ranges = [peer for peer in peers if isinstance(peer, Cidr)]
    made = [_named(one) not in written for one in ranges]
    if len(ranges) < 2 or not any(made):
        return peers
    left = iter(_joined(_uncontained(ranges, made), made))
    found = (next(left) if isinstance(peer, Cidr) else peer for peer in peers)
    return tuple(peer for peer in found if peer is not None)


def fewest_holes(written: Iterable[str], made: Iterable[str]) -> tuple[str, ...]:
    """What is cut out of a range: what stood there before, and of what is ``made`` what no other one holds."""
    kept = dict.fromkeys(written)
    both = dict.fromkeys((*kept, *made))
    if len(both) < 2 or len(both) == len(kept):
        return tuple(both)
    networks = {ip_network(one): one for one in both}
    lengths = sorted({network.prefixlen for network in networks})

    def is_held(network: _Network) -> bool:
        wider = (length for length in lengths if length < network.prefixlen)
        return any(network.supernet(new_prefix=length) in networks for length in wider)

    return tuple(one for network, one in networks.items() if one in kept or not is_held(network))


def _named(one: Cidr) -> WrittenRange:
    return one.origin.file, one.origin.document, one.block


def _uncontained(ranges: Sequence[Cidr], made: Sequence[bool]) -> list[Cidr | None]:
    """The ranges, None for those ``made`` that another one holds."""
    networks = [ip_network(one.block) for one in ranges]
    lengths = sorted({network.prefixlen for network in networks})
    at: dict[_Network, list[int]] = {}
    for number, network in enumerate(networks):
        at.setdefault(network, []).append(number)

    def is_held(number: int) -> bool:
        network = networks[number]
        around = (network.supernet(new_prefix=length) for length in lengths if length <= network.prefixlen)
        others = (other for wide in around for other in at.get(wide, ()) if other != number)
        return any(
            _holds(ranges[other], ranges[number])
            and (other < number or not made[other] or not _holds(ranges[number], ranges[other]))
            for other in others
        )

    return [None if made[number] and is_held(number) else one for number, one in enumerate(ranges)]


def _holds(outer: Cidr, inner: Cidr) -> bool:
    """Whether a range whose block holds the block of another has all addresses of that."""
    missing = (hole for hole in outer.excluding if overlap(hole, inner.block))
    return (
        outer.reach is inner.reach
        and lies_in(inner.block, outer.block)
        and all(any(lies_in(hole, own) for own in inner.excluding) for hole in missing)
    )


def _joined(ranges: Sequence[Cidr | None], made: Sequence[bool]) -> list[Cidr | None]:
    """The ranges, two halves ``made`` of one place as the whole, where the first of them stood."""
    found = list(ranges)
    at = {
        (ip_network(one.block), one.reach, one.origin.place): number
        for number, one in enumerate(found)
        if one is not None and made[number] and not one.excluding
    }
    todo = sorted(at, key=lambda key: -key[0].prefixlen)
    for key in todo:  # grows: what was joined may be a half itself
        network, reach, place = key
        if key not in at or network.prefixlen == 0:
            continue
        whole = network.supernet()
        low, high = ((half, reach, place) for half in whole.subnets())
        if low not in at or high not in at:
            continue
        first, last = sorted((at.pop(low), at.pop(high)))
        one = found[first]
        if one is not None:
            found[first], found[last] = replace(one, block=str(whole)), None
            at[whole, reach, place] = first
            todo.append((whole, reach, place))
    return found
