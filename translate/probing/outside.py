"""Addresses and names outside of the cluster that somebody says answer on a TCP port."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address

from translate.core.addresses import is_address
from translate.core.diagnostics import InputError, Problem
from translate.core.names import dns_subdomain_problem, shown
from translate.core.ranges import bounds
from translate.model.facts import Facts
from translate.prover.addresses import place

FORM = "write ADDRESS:PORT, [ADDRESS]:PORT or NAME:PORT"


def outside_of(texts: Iterable[str], facts: Facts) -> tuple[tuple[str, int], ...]:
    """Address or name and port of each text. Raises InputError, also for addresses that are in the cluster."""
    found: list[tuple[str, int]] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            found.append(_read(text, facts))
        except ValueError as error:
            problems.append(Problem(message=f"outside {shown(text)} {error}"))
    if problems:
        raise InputError(problems)
    return tuple(dict.fromkeys(found))


def _read(text: str, facts: Facts) -> tuple[str, int]:
    """One of them. Raises ValueError with a clause."""
    host, colon, port = text.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()) or len(port) > 5 or not 1 <= int(port) <= 65535:
        raise ValueError(f"names no port from 1 to 65535: {FORM}")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if not is_address(host):
        problem = dns_subdomain_problem(host.lower())
        if problem is not None:
            raise ValueError(f"is no address and no name, which {problem}: {FORM}")
        return host.lower(), int(port)
    address = ip_address(host)
    if "%" in host:
        raise ValueError("has a zone, which means nothing on another machine")
    ranges = {"pods": facts.pods, "nodes": facts.nodes, "Services": facts.services}
    for whose, blocks in ranges.items():
        if any(low <= place(str(address)) <= high for low, high in map(bounds, blocks)):
            raise ValueError(f"is no address outside: it is in the range of {whose}, as the facts say")
    return str(address), int(port)
