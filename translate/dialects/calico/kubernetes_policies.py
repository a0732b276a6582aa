"""How Calico enforces policies of the Kubernetes API: it converts them to its own
(https://github.com/projectcalico/calico, libcalico-go/lib/backend/k8s/conversion).
"""

from __future__ import annotations

from msgspec.structs import replace

from translate.dialects.calico import scope
from translate.dialects.calico.semantics import ORDER, TITLE
from translate.dialects.calico.tiers import BUILT_IN
from translate.dialects.shared_reading import AdminReading, SharedReading
from translate.model.peers import OwnNamespace, Peer, Reach, Workloads
from translate.model.selectors import EVERYTHING


def _peers(asked: tuple[Peer, ...]) -> tuple[Peer, ...]:
    """The peers of a rule; selectors may name labels that Calico sets itself."""
    return tuple([_implicit(peer) if isinstance(peer, Workloads) else peer for peer in asked])


def _implicit(peer: Workloads) -> Workloads:
    namespaces = peer.namespaces if isinstance(peer.namespaces, OwnNamespace) else scope.implicit(peer.namespaces)
    return replace(peer, namespaces=namespaces, pods=scope.implicit(peer.pods))


READING = SharedReading(
    reach=Reach.ADDRESS,
    order=ORDER,
    tie="KubernetesNetworkPolicy",
    pods=scope.implicit,
    peers=_peers,
    admin=AdminReading(
        title=TITLE,
        kinds=("ClusterNetworkPolicy",),
        admin=BUILT_IN["kube-admin"],
        baseline=BUILT_IN["kube-baseline"],
        tie="KubernetesClusterNetworkPolicy",
        sets=EVERYTHING,  # "all pods of these namespaces" becomes a selector that address sets in them match as well
        words=False,
        selectors=scope.implicit,
        any_keys=False,
    ),
)
