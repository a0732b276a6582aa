"""``toServices`` where the input tells what is behind the Services (Cilium documentation, Services based): the pods
that they select, on all ports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from translate.core.origin import NOWHERE, Origin
from translate.dialects.cilium import scope
from translate.dialects.cilium.lift_peers import PeerContext, lift_endpoints
from translate.dialects.cilium.manifest import Selector, Service
from translate.dialects.cilium.settings import CiliumSettings
from translate.dialects.cilium.unknowns import BehindServices
from translate.model.edit import with_peers
from translate.model.facts import Facts, ServiceObject
from translate.model.peers import Anyone, Both, Opaque, Peer
from translate.model.policy import Policy, PolicySet
from translate.model.selectors import In


def resolved(policies: PolicySet, facts: Facts) -> PolicySet:
    """The policies with the pods behind the Services that ``facts`` tell."""
    if not facts.service_objects and not facts.are_all("Service"):
        return policies
    used: dict[str, None] = {}

    def in_policy(policy: Policy) -> Policy:
        # The selector names its namespace, so it does not matter where the subject begins.
        context = PeerContext(
            clusterwide=policy.identity.namespace is None,
            initializing=False,
            with_ports=True,
            denies=False,
            cilium=facts.settings.of(CiliumSettings),
        )

        def known(peer: Peer) -> Iterator[Peer]:
            place, services = _services_of(peer)
            found = None if services is None else _found(services.items, facts)
            if services is None or found is None or any(one.selector is None for one in found):
                yield peer
                return
            used.update(dict.fromkeys(f"{one.namespace}/{one.name}" for one in found))
            for one in found:
                yield from lift_endpoints(_selector(one), context, place)
            if not found and services.or_everyone:
                yield Anyone(place)

        return with_peers(policy, known)

    changed = tuple(in_policy(policy) for policy in policies.policies)
    return replace(policies, policies=changed, services=tuple(used))


def _services_of(peer: Peer) -> tuple[Origin, BehindServices | None]:
    """Where a peer is what is behind Services, and behind which."""
    for part in peer.peers if isinstance(peer, Both) else (peer,):
        if isinstance(part, Opaque) and isinstance(part.unknown, BehindServices):
            return part.origin, part.unknown
    return NOWHERE, None


def _found(items: Sequence[Service], facts: Facts) -> list[ServiceObject] | None:
    """The Services that ``items`` mean, None where there may be others."""
    found: list[ServiceObject] = []
    for item in items:
        mine = [one for one in facts.service_objects if _means(item, one)]
        exact = item.k8sService is not None and item.k8sService.namespace != "" and mine
        if not exact and not (facts.are_all("Service") and _is_plain(item)):
            return None
        found += (one for one in mine if one not in found)
    return found


def _means(item: Service, service: ServiceObject) -> bool:
    if item.k8sService is not None:
        wanted = item.k8sService
        return wanted.serviceName == service.name and wanted.namespace in ("", service.namespace)
    if item.k8sServiceSelector is None or item.k8sServiceSelector.namespace not in ("", service.namespace):
        return False
    labels = dict(service.labels)
    return all(_holds(term, labels) for term in _terms(item))


def _is_plain(item: Service) -> bool:
    """Whether labels are asked of the Service alone, whatever their source."""
    return all(term.source == "any" for term in _terms(item))


def _terms(item: Service) -> tuple[scope.Term, ...]:
    asked = item.k8sServiceSelector
    return () if asked is None else scope.terms(asked.selector, NOWHERE)


def _holds(term: scope.Term, labels: dict[str, str]) -> bool:
    value = labels.get(term.key)
    matches = value in term.test.values if isinstance(term.test, In) else value is not None
    return matches is not term.negative


def _selector(service: ServiceObject) -> Selector:
    """The selector that the agent makes of a Service."""
    labels = {f"k8s:{key}": value for key, value in service.selector or ()}
    return Selector(matchLabels={**labels, f"k8s:{scope.NAMESPACE}": service.namespace})
