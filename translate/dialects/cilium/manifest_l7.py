"""What a ``toPorts`` element of ``cilium.io/v2`` asks beyond ports: HTTP, DNS, TLS and Envoy listeners."""

from __future__ import annotations

from typing import Any, Literal

from translate.dialects.objects import Manifest


class Secret(Manifest, frozen=True):
    """A Secret by name; without a namespace, that of the policy."""

    name: str
    namespace: str = ""


class TLSContext(Manifest, frozen=True):
    """The certificates of one side of a connection that the proxy ends and begins anew."""

    secret: Secret
    trustedCA: str = ""
    certificate: str = ""
    privateKey: str = ""


class EnvoyConfig(Manifest, frozen=True):
    """The resource that holds a listener."""

    name: str
    kind: Literal["CiliumEnvoyConfig", "CiliumClusterwideEnvoyConfig"] | None = None


class Listener(Manifest, frozen=True):
    """A listener of Envoy that traffic is sent to; 1 is the first priority, 100 the last."""

    envoyConfig: EnvoyConfig
    name: str
    priority: int | None = None


class HeaderMatch(Manifest, frozen=True):
    """A header and its value; with ``mismatch`` a request without it passes all the same, mended or logged."""

    name: str
    value: str = ""
    secret: Secret | None = None
    mismatch: Literal["LOG", "ADD", "DELETE", "REPLACE"] | None = None


class HTTPRule(Manifest, frozen=True):
    """What must hold for a request; ``""`` and ``()`` ask nothing. Path, method and host are regular expressions."""

    path: str = ""
    method: str = ""
    host: str = ""
    headers: tuple[str, ...] = ()
    headerMatches: tuple[HeaderMatch, ...] = ()


class FQDNSelector(Manifest, frozen=True):
    """Names by ``matchName`` or by ``matchPattern``, never both; also what a DNS query may ask for."""

    matchName: str | None = None
    matchPattern: str | None = None


class L7Rules(Manifest, frozen=True):
    """Rules of one protocol; an empty list asks nothing.

    ``kafka``, ``l7`` and ``l7proto`` are no fields since 1.20: they are held to be refused by name.
    """

    http: tuple[HTTPRule, ...] | None = None
    dns: tuple[FQDNSelector, ...] | None = None
    kafka: Any = None
    l7: Any = None
    l7proto: Any = None
