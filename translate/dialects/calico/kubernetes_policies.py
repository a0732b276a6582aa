"""How Calico enforces policies of the Kubernetes API: it converts them to its own
(https://github.com/projectcalico/calico, libcalico-go/lib/backend/k8s/conversion).
"""

from __future__ import annotations

from translate.dialects.calico.lift_objects import BUILT_IN
from translate.dialects.calico.semantics import ORDER, TITLE
from translate.dialects.shared_reading import AdminReading, SharedReading
from translate.model.peers import Reach
from translate.model.selectors import EVERYTHING

READING = SharedReading(
    reach=Reach.ADDRESS,
    order=ORDER,
    tie="KubernetesNetworkPolicy",
    admin=AdminReading(
        title=TITLE,
        kinds=("ClusterNetworkPolicy",),
        admin=BUILT_IN["kube-admin"],
        baseline=BUILT_IN["kube-baseline"],
        tie="KubernetesClusterNetworkPolicy",
        sets=EVERYTHING,  # "all pods of these namespaces" becomes a selector that address sets in them match as well
        words=False,
    ),
)
