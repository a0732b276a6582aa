"""What Cilium's proxies hold a flow to on layer 7 (shared/semantics/cilium.md 3.3, 5, 7.2, 10.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.reference.cilium_ports import ALWAYS, NAMES, PortItem


@dataclass(frozen=True)
class Allowing:
    """One allow that matches a flow: the port as it stands there (None: no port is given) and what is asked at it."""

    item: PortItem | None
    asks: str


def is_held(allowing: Iterable[Allowing], *, isolated: bool, from_own_host: bool) -> bool:
    """Tell whether a flow that is let through is held to something: no matching allow without a condition frees it.

    TLS and listeners are asked in any case. Without default deny there is an allow for everything, and for the local
    host there is one inwards (3.3, 5). The DNS proxy knows the rules of its own port alone.
    """
    found = list(allowing)
    if any(one.asks == ALWAYS for one in found):
        return True
    if from_own_host or not isolated:
        return False
    ports = [one.item for one in found if one.asks == NAMES]
    known = [one for one in found if one.item in ports] if ports else found
    return bool(known) and all(one.asks for one in known)
