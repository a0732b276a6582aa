"""What a Cilium rule asks beyond ports, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

TLS = {"terminatingTLS": "TLS that the agent ends", "originatingTLS": "TLS that the agent begins"}


def words(said: Mapping[str, Any]) -> str:
    """``said`` as one clause, its parts in the order in which a connection meets them."""
    return " and ".join(_parts(said))


def _parts(said: Mapping[str, Any]) -> Iterator[str]:
    if "authentication" in said:
        yield f"mutual authentication ({said['authentication']})"
    yield from (text for key, text in TLS.items() if key in said)
    if "serverName" in said:
        yield f"TLS for the server name {said['serverName']}"
    if "listener" in said:
        yield f"a way through the listener {said['listener'].get('name', '')}".rstrip()
    if "http" in said:
        yield _requests(said["http"])
    if "dns" in said:
        yield f"DNS queries for {said['dns']}"


def _requests(http: Mapping[str, Any]) -> str:
    headers = [*http.get("headers", ()), *(one.get("name", "") for one in http.get("headerMatches", ()))]
    asked = (
        ("for", http.get("path")),
        ("to the host", http.get("host")),
        ("with the header" + "s" * (len(headers) > 1), ", ".join(headers)),
    )
    method = f"{http['method']} " if http.get("method") else ""
    return f"HTTP {method}requests" + "".join(f" {how} {what}" for how, what in asked if what)
