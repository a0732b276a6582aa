"""What Calico policies mean that only the cluster knows (Calico API reference, ServiceMatch)."""

from __future__ import annotations

from typing import ClassVar

from translate.model.unknowns import BY_SERVICES, Unknown


class ServiceEndpoints(Unknown, frozen=True):
    """The endpoints of a Service, ``with_ports``: on the ports that they serve on."""

    namespace: str
    name: str
    with_ports: bool
    way: ClassVar[str] = BY_SERVICES

    def __str__(self) -> str:
        return f"endpoints {'and ports ' if self.with_ports else ''}of the Service {self.namespace}/{self.name}"


class UnseenSets(Unknown, frozen=True):
    """The addresses of sets and host endpoints that are not in the input: of ``kinds``, ``with_labels`` that match
    canonical text, which is empty where any would do.
    """

    kinds: str
    with_labels: str
    is_of_addresses: ClassVar[bool] = True
    why: ClassVar[str] = "none of them is in the input"
    way: ClassVar[str] = "add those that there are, or state that these are all (--facts, complete: [NetworkSet])"

    def __str__(self) -> str:
        return f"addresses of {self.kinds}{' with ' if self.with_labels else ''}{self.with_labels}"
