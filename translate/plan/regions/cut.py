"""How regions are cut: a choice of a form, known where no region is."""

from __future__ import annotations

from enum import Enum


class Cut(Enum):
    """How what is left of a box falls into pieces. All say the same; a piece that a target cannot say is lost whole."""

    BY_PEER = "by peer"
    """The peer first: a piece about addresses has all packets."""
    BY_PACKET = "by packet"
    """The packet first: a piece about packets has all addresses."""
    BY_PORT = "by port"
    """All of the packet before the peer: rules of a few peers and many ranges of ports fall into fewer pieces."""
    WIDE = "wide"
    """Each piece as wide as can be: they overlap, and one that is lost takes nothing with it that others say."""
