"""Tries that may become probes: two ends and a packet, as specifications that are equal where the try is the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from translate.core.addresses import is_address
from translate.core.names import label_key_problem, label_value_problem
from translate.model.facts import Facts
from translate.model.selectors import SERVICE_ACCOUNT_NAME, Scope
from translate.probing.homes import Homes
from translate.probing.solutions import Given
from translate.probing.values import DNS_LABEL, DNS_NAMESPACE, Means
from translate.prover.connection import Connection, ConnectionEnd, EndKind, Labels

DNS_PORT = 53
CLUSTER_DNS = "the cluster's DNS"


@dataclass(frozen=True, slots=True)
class PodSpec:
    """A pod as a try needs it."""

    namespace: str
    labels: Labels = ()
    account: str = "default"
    named_ports: tuple[tuple[int, str, int], ...] = ()

    @property
    def called(self) -> str:
        """The pod in words."""
        labels = ",".join(f"{key}={value}" for key, value in self.labels)
        return f"{self.namespace}{{{labels}}}"

    @property
    def is_dns(self) -> bool:
        """Whether it would be one of the pods of the cluster's DNS, which no plan makes."""
        return self.namespace == DNS_NAMESPACE and DNS_LABEL in self.labels


@dataclass(frozen=True, slots=True)
class Trial:
    """From a pod to a pod, to the cluster's DNS (``server`` None) or to an address or name outside."""

    means: Means
    client: PodSpec
    server: PodSpec | None
    outside: str
    protocol: int
    port: int


def specs(given: Given, homes: Homes, own: str | None) -> Iterator[PodSpec]:
    """Pods that are as ``given``, in the namespace ``own`` or in such as are meant; none where no pod can be so."""
    labels = tuple(
        sorted((label.key, value) for label, value in given.items() if label.scope is Scope.POD and value is not None)
    )
    if any(label_key_problem(key) or label_value_problem(value) for key, value in labels):
        return
    account = given.get(SERVICE_ACCOUNT_NAME) or "default"
    for namespace in (own,) if own is not None else homes.meant(given):
        yield PodSpec(namespace, labels, account)


def connection(trial: Trial, homes: Homes) -> Connection:
    """What is judged of a try: no more is known of its ends than the plan sees to."""
    client = _pod(trial.client, trial.client.called, homes)
    if trial.means is Means.RESOLVE:
        labels = homes.labels_of(DNS_NAMESPACE)
        server = ConnectionEnd(
            EndKind.POD, CLUSTER_DNS, DNS_NAMESPACE, labels=(DNS_LABEL,), namespace_labels=labels, ports=None
        )
    elif trial.server is not None:
        another = " (another)" if trial.server == trial.client else ""
        server = _pod(trial.server, trial.server.called + another, homes)
    else:
        server = _outside(trial.outside)
    return Connection(client, server, trial.protocol, trial.port)


def _pod(spec: PodSpec, called: str, homes: Homes) -> ConnectionEnd:
    return ConnectionEnd(
        EndKind.POD,
        called,
        spec.namespace,
        labels=spec.labels,
        namespace_labels=homes.labels_of(spec.namespace),
        account=spec.account,
        ports=spec.named_ports,
    )


def _outside(text: str) -> ConnectionEnd:
    if is_address(text):
        return ConnectionEnd(EndKind.OUTSIDE, text, addresses=(text,))
    return ConnectionEnd(EndKind.OUTSIDE, text, dns=(text,))


def named_ports(facts: Facts) -> dict[tuple[int, str], int]:
    """The number of each named port, as the first pod that is told has it."""
    found: dict[tuple[int, str], int] = {}
    for pod in facts.pod_objects:
        for protocol, name, number in pod.ports or ():
            found.setdefault((protocol, name), number)
    return found
