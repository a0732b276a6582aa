"""What Calico policies mean that only the cluster knows (Calico API reference, ServiceMatch)."""

from __future__ import annotations

from typing import ClassVar

from translate.model.unknowns import Unknown


class ServiceEndpoints(Unknown, frozen=True):
    """The endpoints of a Service, ``with_ports``: on the ports that they serve on."""

    namespace: str
    name: str
    with_ports: bool
    told_by_services: ClassVar[bool] = True

    def __str__(self) -> str:
        return f"endpoints {'and ports ' if self.with_ports else ''}of the Service {self.namespace}/{self.name}"
