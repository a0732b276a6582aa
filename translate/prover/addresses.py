"""Lines of numbers: addresses, ports, ICMP types, cut into the pieces that policies can tell apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from ipaddress import ip_address

from msgspec import Struct

from translate.core.ranges import LAST_ADDRESS, V6, bounds, lies_in, overlap
from translate.model.facts import Facts

FEW_RUNS = 64


class Interval(Struct, frozen=True):
    """Masks over the atoms of a line of numbers that is cut at ``cuts`` (the first atom begins at 0)."""

    cuts: tuple[int, ...]

    def mask(self, first: int, last: int) -> int:
        """The atoms from ``first`` to ``last``; both ends must be cuts."""
        low, high = bisect_right(self.cuts, first) - 1, bisect_right(self.cuts, last)
        return ((1 << (high - low)) - 1) << low

    def union(self, runs: Sequence[tuple[int, int]]) -> int:
        """The atoms of ``runs``, none of which overlap; all ends must be cuts."""
        if len(runs) < FEW_RUNS:
            return sum(self.mask(first, last) for first, last in runs)
        # One number of a digit an atom: adding up masks would copy all of it for each of them.
        digits = bytearray(b"0") * len(self.cuts)
        for first, last in runs:
            low, high = bisect_right(self.cuts, first) - 1, bisect_right(self.cuts, last)
            digits[low:high] = b"1" * (high - low)
        digits.reverse()
        return int(digits, 2)

    def atom(self, number: int) -> int:
        """The index of the atom that holds ``number``."""
        return bisect_right(self.cuts, number) - 1

    def blocks(self, block: str, excluding: tuple[str, ...] = ()) -> int:
        """The atoms of a CIDR without its holes, on a line of addresses."""
        mask = self.mask(*bounds(block))
        for hole in excluding:
            mask &= ~self.mask(*bounds(hole))
        return mask

    def family(self, family: int) -> int:
        """The atoms of IPv4 or of IPv6, on a line of addresses."""
        return self.mask(0, V6 - 1) if family == 4 else self.mask(V6, LAST_ADDRESS)


def place(address: str) -> int:
    """An address on the line of addresses."""
    parsed = ip_address(address)
    return int(parsed) + (V6 if parsed.version == 6 else 0)


def is_deserted(block: str, facts: Facts) -> bool:
    """Whether a range holds the address of no pod and no node, as is assumed; False where that is not known."""
    homes = facts.everybody
    return any(lies_in(block, one) for one in facts.nobody) or (
        bool(homes) and not any(overlap(block, one) for one in homes)
    )
