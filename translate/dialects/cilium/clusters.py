"""Which clusters of a mesh a Cilium policy is about: a proof is about one, and what that takes for granted is said
(Cilium documentation, multi-cluster network policy).
"""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.origin import Origin
from translate.dialects.cilium.manifest import Rule, Selector
from translate.dialects.cilium.scope import DEFAULT_NAME, Term, is_own_cluster, terms
from translate.dialects.cilium.settings import CiliumSettings
from translate.model.selectors import Exists
from translate.tables.records import Meaning

MESH = "cluster-mesh"
ONE = "there is one cluster: pods of other clusters of a mesh, which {} means as well, are not compared"
CALLED = f"the cluster is called {DEFAULT_NAME}, as it is unless cluster-name of Cilium says otherwise"


def supposing(rule: Rule, selector: Selector, place: Origin, cilium: CiliumSettings) -> tuple[str, ...]:
    """What the meaning of ``rule``, whose subject is ``selector``, takes for granted of clusters."""
    return tuple(dict.fromkeys(_supposing(rule, selector, place, cilium)))


def _supposing(rule: Rule, selector: Selector, place: Origin, cilium: CiliumSettings) -> Iterator[str]:
    if any(not isinstance(term.test, Exists) for term in _of_clusters(selector, place)):
        yield CALLED
    for element in (*rule.ingress, *rule.ingressDeny, *rule.egress, *rule.egressDeny):
        for side in ("from", "to"):
            if MESH in (getattr(element, f"{side}Entities", None) or ()):
                yield ONE.format(f"the entity {MESH}")
            for peer in getattr(element, f"{side}Endpoints", None) or ():
                asked = _of_clusters(peer, place)
                if any(map(is_own_cluster, asked)):
                    yield CALLED
                if any(_reaches_others(term) for term in asked):
                    yield ONE.format("a selector by io.cilium.k8s.policy.cluster")
                elif not asked and not cilium.confines_selectors:
                    yield ONE.format("any selector without policy-default-local-cluster")


def _of_clusters(selector: Selector, place: Origin) -> list[Term]:
    return [term for term in terms(selector, place) if term.means is Meaning.CLUSTER_NAME]


def _reaches_others(term: Term) -> bool:
    """Whether pods of a cluster of another name may be meant."""
    if isinstance(term.test, Exists):
        return not term.negative
    return term.negative or any(name != DEFAULT_NAME for name in term.test.values)
