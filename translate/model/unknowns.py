"""Unknown sets of packets: only the cluster knows which are in them. Those of equal value are the same set."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class Unknown(Struct, frozen=True, gc=False):
    """Base of all unknown sets; the text of one is what people read of it."""

    why: ClassVar[str] = ""
    """Why nobody can say what is in it, where that is not the fault of a dialect."""
    is_of_addresses: ClassVar[bool] = False
    """Whether it is ranges that people list, so that it is told best of an address outside the cluster."""
    way: ClassVar[str] = ""
    """How the input or facts can tell what is in it; empty where they cannot."""


class Labelled(Unknown, frozen=True):
    """Peers with a label that only the cluster gives: an address of the API server, an endpoint of an engine's own.

    ``label``: its key, or words where several labels are asked for.
    """

    label: str

    def __str__(self) -> str:
        return f"peers with the label {self.label}"


class OwnNodeIn(Unknown, frozen=True):
    """The own node has an address in ``block``, where ranges match nodes: it is known by all of its addresses, and a
    packet shows one of them.
    """

    block: str

    def __str__(self) -> str:
        return f"the own node has an address in {self.block}"


class PodIn(Unknown, frozen=True):
    """The peer, a pod, has an address in ``block``, where ranges match pods: it is known by its addresses of both
    families, and a packet shows one of them.
    """

    block: str

    def __str__(self) -> str:
        return f"the pod has an address in {self.block}"


class Strays(Unknown, frozen=True):
    """Peers that a selector excludes and reaches all the same in some releases, where nothing confines it to pods."""

    releases: str

    def __str__(self) -> str:
        return f"peers that a selector without positive terms reaches though it excludes them {self.releases}"


BY_SERVICES = (
    "add the Service objects to the input, if they select pods; where they are found by label, state that these are "
    "all (--facts, complete: [Service])"
)
"""The way where Services tell what is in an unknown set."""

API_SERVER = Labelled("reserved:kube-apiserver")
"""What the addresses of the API server settle."""
