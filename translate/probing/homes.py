"""The namespaces that probe pods can be in: those that are there, and those that the plan makes."""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.names import dns_label_problem
from translate.model.facts import Facts
from translate.model.peers import Workloads, asked_together
from translate.model.policy import Direction, PolicySet
from translate.model.selectors import NAMESPACE_NAME, In, Scope, atoms
from translate.probing.solutions import Given
from translate.probing.values import DNS_NAMESPACE, ProbeNamespace
from translate.prover import alternatives
from translate.prover.connection import Labels

CALLED = "netpol-probe"


class Homes:
    """Namespaces by name; those that the plan makes have just the labels that somebody asked for."""

    def __init__(self, policies: PolicySet, facts: Facts) -> None:
        self._told = {one.name: tuple(sorted(one.labels)) for one in facts.namespaces}
        self._taken = {DNS_NAMESPACE, *self._told, *_mentioned(policies)}
        self._made: dict[str, Labels] = {}
        self.made()

    def labels_of(self, name: str) -> Labels | None:
        """The labels of a namespace beside its name, None where nobody told them."""
        return self._made[name] if name in self._made else self._told.get(name)

    def made(self, labels: Labels = ()) -> str:
        """The name of the namespace of the plan that has just ``labels``."""
        known = next((name for name, others in self._made.items() if others == labels), None)
        if known is not None:
            return known
        names = (f"{CALLED}-{number}" if number > 1 else CALLED for number in range(len(self._made) + 1, 1_000_000))
        name = next(name for name in names if name not in self._taken and name not in self._made)
        self._made[name] = labels
        return name

    def meant(self, given: Given) -> Iterator[str]:
        """Names of namespaces that are as ``given``: the one that is named, or such as are told, or one of the plan."""
        if NAMESPACE_NAME in given:
            name = given[NAMESPACE_NAME]
            if name is not None and dns_label_problem(name) is None:
                yield name
            return
        asked = {label.key: value for label, value in given.items() if label.scope is Scope.NAMESPACE}
        wanted = tuple(sorted((key, value) for key, value in asked.items() if value is not None))
        if not wanted:
            yield self.made()
        for name, labels in self._told.items():
            here = dict(labels)
            if all(here.get(key) == value for key, value in asked.items()):
                yield name
        if wanted:
            yield self.made(wanted)

    def used(self, names: list[str]) -> tuple[ProbeNamespace, ...]:
        """Those of ``names`` as parts of a plan, each once."""
        return tuple(
            ProbeNamespace(name, self.labels_of(name) or (), name in self._made) for name in dict.fromkeys(names)
        )


def _mentioned(policies: PolicySet) -> Iterator[str]:
    """Names of namespaces that policies are in or speak of."""
    for policy in policies.policies:
        if policy.identity.namespace is not None:
            yield policy.identity.namespace
        selectors = [asked_together(policy.subject.namespaces, policy.subject.pods)]
        for direction in Direction:
            asked = alternatives.peers(alternatives.rules((policy,), direction))
            workloads = (peer for peer in asked if isinstance(peer, Workloads))
            selectors += (asked_together(peer.namespaces, peer.pods) for peer in workloads)
        for selector in selectors:
            for atom in atoms(selector):
                if atom.label == NAMESPACE_NAME and isinstance(atom, In):
                    yield from atom.values
