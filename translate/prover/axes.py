"""The axes of the space: what of a packet and its two ends the policies can tell apart, one value for each."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import TypeAlias

from msgspec import Struct

from translate.model.conditions import Condition
from translate.model.selectors import Label
from translate.model.unknowns import Unknown


class End(StrEnum):
    """Whose labels: those of the pod that is judged, or of the other end, which is a pod or a node."""

    SUBJECT = "subject"
    PEER = "peer"
    NODE = "node"


class Fixed(Enum):
    """The axes that every space has."""

    CLASS = "what the peer is"
    SUBJECT_NAME = "name of the subject's namespace"
    PEER_NAME = "name of the peer's namespace"
    ADDRESS = "address of the peer"
    PROTOCOL = "protocol"
    PORT = "destination port"
    OTHERS = "what policies do that are not given"


class Line(Enum):
    """Lines of numbers that few policies mention; there is no axis otherwise.

    The subject has one line per address family, each read with peers of that family only: a packet is of one family at
    both ends.
    """

    SUBJECT_IPV4 = "IPv4 address of the subject"
    SUBJECT_IPV6 = "IPv6 address of the subject"
    SOURCE_PORT = "source port"
    ICMP = "ICMP type and code"


SUBJECT_LINES = {4: Line.SUBJECT_IPV4, 6: Line.SUBJECT_IPV6}
"""The line for the subject's address by family."""


class LabelOf(Struct, frozen=True, gc=False):
    """The value of a label at one end; absent is one of them."""

    end: End
    label: Label


class PortName(Struct, frozen=True, gc=False):
    """Whether the destination calls the port so."""

    protocol: int
    name: str


class DnsName(Struct, frozen=True, gc=False):
    """Whether a name of the pattern stands for the peer's address."""

    pattern: str


Axis: TypeAlias = Fixed | Line | LabelOf | PortName | DnsName | Unknown | Condition
"""The last four have two atoms, no and yes: a packet is in an unknown set or not, a condition holds or does not."""
