"""What a proof takes for granted: values, in words that a reader of the report can check."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from translate.core.shortened import shortened

SHOWN = 3


class About(StrEnum):
    """What an assumption is about, which says how one could settle it."""

    ENGINE = "what the API of one side leaves to who enforces it"
    ENFORCER = "who enforces policies of the shared API, where engines that are known do different things"
    SETS = "address sets that are not in the input"
    TIERS = "tiers that are not in the input"
    ORDER = "policies that are not in the input, where order decides between them and the input's"
    TIES = "which policy of equal order stands first"
    ANY_FIRST = "which policy of equal priority is applied, where the API leaves that open on both sides"
    HOSTS = "traffic of hosts, which is not compared"
    HOSTS_APART = "traffic of hosts, which other policies may govern before and after"
    SERVICES = "what is behind Services"
    SETUP = "how an engine is set up"
    ASSUMED = "addresses that no pod and no node has, as somebody assumes"
    STATED = "what somebody states of the cluster"
    NAMESPACES = "the labels of namespaces"
    SETS_OF_BOTH = "address sets that are not in the input and that both sides select alike"
    TUNNELS = "packets within packets that pods send"
    UNREAD = "objects that decide about traffic and are not read"
    ROUTES = "objects that change where packets go"
    CLUSTERS = "which clusters of a mesh there are"
    ENDPOINTS = "endpoints of an engine's own"

    @property
    def shown(self) -> bool:
        """Whether a reader wants to know it before the output is applied: the report then says it unasked."""
        return self in TOLD_UNASKED


TOLD_UNASKED = frozenset(
    {
        *(About.ORDER, About.SETS, About.TIERS, About.TUNNELS, About.UNREAD, About.CLUSTERS, About.ENDPOINTS),
        *(About.ENFORCER, About.ANY_FIRST, About.ASSUMED, About.HOSTS_APART),
    }
)


class Assumption(Struct, frozen=True):
    """Something that a proof takes for granted, in words that a reader can check; ``way``: how it is settled."""

    about: About
    text: str
    way: str = ""

    def __str__(self) -> str:
        return f"{self.text}; {self.way}" if self.way else self.text


def listed(texts: Iterable[str]) -> str:
    """The first few of ``texts``, and how many more there are."""
    return shortened(texts, SHOWN)
