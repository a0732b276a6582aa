"""What must hold of a connection beyond layer 4, by a proxy or by proof of identity."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Proxy(StrEnum):
    """What looks at the traffic; TLS: at no more than the names and certificates of a handshake."""

    HTTP = "http"
    DNS = "dns"
    TLS = "tls"
    LISTENER = "listener"


class Requests(Struct, frozen=True, gc=False):
    """HTTP requests with one of ``methods`` and one of ``paths``, each (how it is compared, text); empty: any."""

    methods: tuple[str, ...] = ()
    paths: tuple[tuple[str, str], ...] = ()


class Condition(Struct, frozen=True, order=True, gc=False):
    """Something that holds for a connection or does not: an unknown, the same one wherever the values are equal.

    ``said`` is its canonical text, ``words`` the same for people. ``always_holds``: nothing but the syntax of a
    protocol is asked. ``stays``: it is asked even of packets that another rule allows without it.
    """

    said: str
    proxy: Proxy | None = None
    authentication: str = ""
    requests: Requests | None = None
    always_holds: bool = False
    stays: bool = False
    words: str = ""

    def __str__(self) -> str:
        return self.words or self.said
