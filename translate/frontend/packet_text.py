"""How people write a packet: the port and the protocol behind ``--to``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from translate.core.diagnostics import InputError, Problem
from translate.core.names import port_name_problem, shown
from translate.model.traffic import ICMP, ICMPV6, SCTP, TCP, UDP

PROTOCOLS = {"tcp": TCP, "udp": UDP, "sctp": SCTP, "icmp": ICMP, "icmpv6": ICMPV6}
ECHO = {ICMP: 8, ICMPV6: 128}
LAST_PORT, LAST_PROTOCOL, LAST_TYPE = 65535, 255, 255


@dataclass(frozen=True, slots=True)
class Sent:
    """The packet as it is written."""

    protocol: int = TCP
    port: int | None = None
    name: str = ""
    icmp: tuple[int, int] | None = None
    given: bool = False


def wrong(text: str) -> InputError:
    """The error that says so."""
    return InputError([Problem(message=text)])


def meant(word: str, known: Iterable[str]) -> str:
    """A question whether one of ``known`` was meant, empty where none is near."""
    near = get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


def packet_of(text: str, match: re.Match[str]) -> Sent:
    """The packet that the end of ``text`` says. Raises InputError."""
    port, word, numbers = match["port"], (match["protocol"] or "tcp").lower(), (match["numbers"] or "").split(":")[1:]
    if word == "ip":
        found = _number(text, ":".join(numbers), "an IP protocol", LAST_PROTOCOL)
        called = next((name for name, number in PROTOCOLS.items() if number == found), "")
        if called:
            raise wrong(f"{shown(text)}: IP protocol {found} is written as {called}")
        return Sent(found, given=True)
    if word not in PROTOCOLS:
        raise wrong(f"{shown(text)}: {shown(word)} is no protocol{meant(word, [*PROTOCOLS, 'ip'])}")
    protocol = PROTOCOLS[word]
    if protocol in ECHO:
        if port is not None or len(numbers) > 2:
            raise wrong(f"{shown(text)}: {word} has no port; it is /{word} or /{word}:TYPE or /{word}:TYPE:CODE")
        given = [_number(text, one, f"a type or code of {word}", LAST_TYPE) for one in numbers]
        kind, code = (*given, *(ECHO[protocol], 0)[len(given) :])
        return Sent(protocol, icmp=(kind, code), given=True)
    if numbers:
        raise wrong(f"{shown(text)}: a port is written before the protocol, as in :53/{word}")
    if port is None:
        return Sent(protocol, given=True)
    name, _, number = port.rpartition("=") if "=" in port else ("", "", port)
    if not number.isdigit():
        name, number = (number, "") if not name else (name, number)
    fault = port_name_problem(name) if name else None
    if fault is not None:
        raise wrong(f"{shown(text)}: the port {shown(name)} {fault}")
    if name and not number and "=" not in port:
        return Sent(protocol, None, name, given=True)
    return Sent(protocol, _number(text, number, "a port", LAST_PORT, 1), name, given=True)


def _number(text: str, digits: str, what: str, last: int, first: int = 0) -> int:
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9 or not first <= int(digits) <= last:
        raise wrong(f"{shown(text)}: {shown(digits)} is not {what} ({first} to {last})")
    return int(digits)
