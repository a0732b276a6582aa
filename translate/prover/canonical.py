"""Selectors and traffic in one form, whichever way they are written: numbers that stand for equal meanings.

Two numbers that differ may still mean the same; two that are equal always do. So this may find that rules are the
same, and never that they are not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeAlias

from msgspec import Struct, field

from translate.model.selectors import And, In, Not, Or, Selector
from translate.model.traffic import WITH_PORTS, NamedPort, Traffic
from translate.prover.constants import LAST_PORT

MOST_CUBES = 8
"""A selector of more conjunctions than these is kept whole."""

NumberRun: TypeAlias = tuple[int, int]
"""The first and the last of numbers in a row."""
PacketForm: TypeAlias = "tuple[tuple[tuple[int, tuple[NumberRun, ...]], ...], frozenset[Traffic]]"
"""By protocol the ports that are meant, and what else is."""
AskedLabel: TypeAlias = Hashable
Cube: TypeAlias = frozenset[AskedLabel]
"""What is asked all at once."""

EVERY_PACKET: PacketForm = ((), frozenset((Traffic(),)))


class Numbers(Struct):
    """A number for each value, equal for equal values."""

    _of: dict[Hashable, int] = field(default_factory=dict)

    def of(self, value: Hashable) -> int:
        """The number of ``value``."""
        return self._of.setdefault(value, len(self._of))


class CanonicalForms(Struct):
    """The forms that two sides have in common."""

    _numbers: Numbers = field(default_factory=Numbers)
    _cubes: dict[Selector, tuple[int, ...]] = field(default_factory=dict)
    _of_items: dict[tuple[Traffic, ...], int] = field(default_factory=dict)
    _packets: list[PacketForm] = field(default_factory=lambda: [EVERY_PACKET])
    _number_of: dict[PacketForm, int] = field(default_factory=lambda: {EVERY_PACKET: 0})
    _unions: dict[NumberRun, int] = field(default_factory=dict)

    def number(self, value: Hashable) -> int:
        """A number that only values equal to this one have."""
        return self._numbers.of(value)

    def cubes(self, selector: Selector) -> tuple[int, ...]:
        """Numbers of conjunctions, of which one at least holds where ``selector`` does."""
        found = self._cubes.get(selector)
        if found is None:
            found = tuple(dict.fromkeys(map(self._numbers.of, _cubes(selector))))
            self._cubes[selector] = found
        return found

    def traffic(self, items: tuple[Traffic, ...]) -> int:
        """The number of what packets ``items`` mean together; 0 are all packets."""
        found = self._of_items.get(items)
        if found is None:
            found = self._of_items[items] = self._numbered(_packets(items))
        return found

    def either(self, one: int, other: int) -> int:
        """The number of what either of two numbers of packets means."""
        if one == other or not other:
            return other
        found = self._unions.get((one, other))
        if found is None:
            found = self._unions[one, other] = self._numbered(_either(self._packets[one], self._packets[other]))
        return found

    def _numbered(self, packets: PacketForm) -> int:
        number = self._number_of.setdefault(packets, len(self._packets))
        if number == len(self._packets):
            self._packets.append(packets)
        return number


def _cubes(selector: Selector) -> list[Cube]:
    found = _expanded(selector)
    return [frozenset((selector,))] if found is None else found


def _expanded(selector: Selector) -> list[Cube] | None:
    """The conjunctions of a selector; None if they are too many."""
    match selector:
        case In(label, values) if len(values) <= MOST_CUBES:
            return [frozenset(((label, value),)) for value in values]
        case In(label, values):
            return [frozenset(((label, frozenset(values)),))]
        case Not(In(label, values)):
            return [frozenset(("not", label, value) for value in values)]
        case And(terms):
            cubes: list[Cube] = [frozenset()]
            for term in terms:
                more = _expanded(term)
                if more is None or len(cubes) * len(more) > MOST_CUBES:
                    return None
                cubes = [one | other for one in cubes for other in more]
            return cubes
        case Or(terms):
            parts = [_expanded(term) for term in terms]
            listed = [cube for part in parts if part is not None for cube in part]
            return None if None in parts or len(listed) > MOST_CUBES else listed
        case _:
            return [frozenset((selector,))]


def _packets(items: Iterable[Traffic]) -> PacketForm:
    ports: dict[int, list[NumberRun]] = {}
    others: set[Traffic] = set()
    for item in items:
        if isinstance(item.port, NamedPort) or not item.is_plain:
            others.add(item)
            continue
        if item.port is None:
            if item.protocol is None:
                return EVERY_PACKET
            ports.setdefault(item.protocol, []).append((0, LAST_PORT))
            continue
        # Nobody sends to port 0: a range from 1 on begins where the line does.
        run = (item.port.first if item.port.first > 1 else 0, item.port.last)
        for protocol in WITH_PORTS if item.protocol is None else (item.protocol,):
            if protocol in WITH_PORTS:
                ports.setdefault(protocol, []).append(run)
    return tuple(sorted((protocol, joined(runs)) for protocol, runs in ports.items())), frozenset(others)


def _either(one: PacketForm, other: PacketForm) -> PacketForm:
    if EVERY_PACKET in (one, other):
        return EVERY_PACKET
    ports: dict[int, tuple[NumberRun, ...]] = dict(one[0])
    for protocol, runs in other[0]:
        ports[protocol] = joined([*ports.get(protocol, ()), *runs])
    return tuple(sorted(ports.items())), one[1] | other[1]


def joined(runs: list[NumberRun]) -> tuple[NumberRun, ...]:
    """The same numbers in as few runs as can be, in order; runs that end before they begin are none."""
    found: list[NumberRun] = []
    for first, last in sorted(run for run in runs if run[0] <= run[1]):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)
