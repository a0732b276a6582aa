"""Which part of a range may hold pods or nodes, by what is assumed of a cluster whose ranges are not stated."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias

from translate.model.facts import Facts
from translate.model.peers import Cidr
from translate.plan.ranges import overlap, within

_Network: TypeAlias = IPv4Network | IPv6Network


def may_hold_somebody(where: Cidr, facts: Facts) -> bool:
    """Whether a pod or a node may have an address of ``where``; yes unless something is assumed."""
    if not facts.assumed:
        return True
    homes = facts.everybody
    parts = [home if within(home, where.block) else where.block for home in homes if overlap(home, where.block)]
    return any(_without(part, (*where.excluding, *facts.nobody)) for part in (parts if homes else (where.block,)))


def deserted(where: Cidr, facts: Facts) -> Cidr | None:
    """``where`` without the ranges that all pods and nodes are in; None without such ranges, or if nothing is left."""
    homes = tuple(
        home
        for home in facts.everybody
        if overlap(home, where.block) and not any(within(home, empty) for empty in facts.nobody)
    )
    if not facts.everybody or not _without(where.block, (*where.excluding, *homes)):
        return None
    holes = dict.fromkeys((*where.excluding, *homes))
    kept = tuple(one for one in holes if not any(other != one and within(one, other) for other in holes))
    return Cidr(where.block, kept, where.reach, where.origin)


def _without(block: str, holes: Iterable[str]) -> list[_Network]:
    """What is left of a range."""
    left: list[_Network] = [ip_network(block)]
    for hole in map(ip_network, holes):
        left = [part for one in left for part in _cut(one, hole)]
    return left


def _cut(one: _Network, hole: _Network) -> Iterable[_Network]:
    if one.version != hole.version or not one.overlaps(hole):
        return (one,)
    if hole.prefixlen <= one.prefixlen:
        return ()
    return one.address_exclude(hole)  # type: ignore[arg-type]  # of one family
