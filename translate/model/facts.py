"""What policies do not say about the cluster they are for: facts a user states, or objects of the input tell."""

from __future__ import annotations

from msgspec import Struct

from translate.model.settings import DEFAULTS, EngineSettings

KINDS = ("Namespace", "Pod", "Policy", "Service")
"""The kinds whose objects in the input tell something, and of which a user may say that these are all."""


class Namespace(Struct, frozen=True, gc=False):
    """A namespace and all of its labels, but for the one that holds its name."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()


class PodObject(Struct, frozen=True, gc=False):
    """A pod on the pod network: its labels, its service account, and the ports that have a name.

    ``ports``: (protocol, name, number), None where they are not known.
    """

    namespace: str
    labels: tuple[tuple[str, str], ...] = ()
    account: str = "default"
    ports: tuple[tuple[int, str, int], ...] | None = ()


class ServiceObject(Struct, frozen=True, gc=False):
    """A Service: its labels, which pods are behind it, and on which of their ports, by number or name.

    ``selector``: None where what is behind it is no pods that it selects.
    """

    namespace: str
    name: str
    labels: tuple[tuple[str, str], ...] = ()
    selector: tuple[tuple[str, str], ...] | None = None
    ports: tuple[tuple[int, int | str], ...] = ()


class Facts(Struct, frozen=True, gc=False):
    """Canonical CIDR texts, and objects; what is empty is not known.

    ``pods``: the addresses of pods are in these ranges, and every address in them is a pod's; ``nodes`` likewise.
    ``services``: nothing that a policy judges comes from or goes to these. ``api_servers``: the addresses of the API
    server, and no others are. ``complete``: the kinds of which there are no other objects than these.
    ``settings``: of the engines that enforce policies in it.
    """

    pods: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    api_servers: tuple[str, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    pod_objects: tuple[PodObject, ...] = ()
    service_objects: tuple[ServiceObject, ...] = ()
    complete: tuple[str, ...] = ()
    settings: EngineSettings = DEFAULTS

    def labels_of(self, name: str) -> dict[str, str] | None:
        """All labels of a namespace, None where they are not known."""
        return next((dict(found.labels) for found in self.namespaces if found.name == name), None)

    def are_all(self, kind: str) -> bool:
        """Whether there are no other objects of ``kind``."""
        return kind in self.complete


NO_FACTS = Facts()
