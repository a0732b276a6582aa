"""Address sets of other dialects as CiliumCIDRGroups, which rules name (``mappings/versions.yaml`` has the releases).

A group is a union of ranges, so a rule that names it means what it would mean with these written out (Cilium
documentation, CIDR groups). It has no labels: a selector without a source, which a cluster-wide policy may
have, would find them, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from translate.core.origin import Origin
from translate.core.release import Release
from translate.dialects.base import JsonObject
from translate.dialects.cilium.settings import CiliumSettings
from translate.dialects.cilium.unknowns import CidrGroup
from translate.dialects.gates import lacks
from translate.model.peers import Both, Kind, Kinds, Opaque, Peer
from translate.model.policy import Identity
from translate.model.settings import EngineSettings

LONGEST = 253


class CidrGroupSets:
    """Groups by name, for releases that are known to have them in both directions and by label."""

    def can_name(self, release: Release | None, settings: EngineSettings) -> bool:
        """Whether the stated release has groups, and ranges of them match as those of rules do."""
        usual = settings.of(CiliumSettings).reads_ranges_as_usual
        return release is not None and not lacks("cilium", "cidr-group-selector", release) and usual

    def name(self, found: Identity) -> str | None:
        """What the group of a set is called, None where that is too long: groups are of the whole cluster."""
        name = found.name if found.namespace is None else f"{found.namespace}-{found.name}"
        return name if len(name) <= LONGEST else None

    def peer(self, name: str, origin: Origin) -> Peer:
        """The addresses of a group."""
        return Both((Kinds((Kind.OUTSIDE,)), Opaque(CidrGroup(name), origin)), origin)

    def object(self, name: str, blocks: Sequence[str], release: Release | None) -> JsonObject:
        """The group, in the version that the release has."""
        version = "v2alpha1" if lacks("cilium", "cidr-group-v2", release) else "v2"
        return {
            "apiVersion": f"cilium.io/{version}",
            "kind": "CiliumCIDRGroup",
            "metadata": {"name": name},
            "spec": {"externalCIDRs": list(blocks)},
        }


def group_named(peer: Peer) -> str | None:
    """The name of the group that a peer is, None where it is something else."""
    if not isinstance(peer, Both):
        return None
    found = (part.unknown for part in peer.peers if isinstance(part, Opaque))
    return next((one.name for one in found if isinstance(one, CidrGroup)), None)


NAMED_SETS = CidrGroupSets()
