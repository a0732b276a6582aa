"""What policies do not say about the cluster they are for: facts a user states, or objects of the input tell."""

from __future__ import annotations

from msgspec import Struct

from translate.core.origin import NOWHERE, Origin, Path
from translate.model.assume import Assume
from translate.model.settings import DEFAULTS, EngineSettings

KINDS = ("CiliumCIDRGroup", "Namespace", "NetworkSet", "Pod", "Policy", "Service")
"""The kinds whose objects in the input tell something, and of which a user may say that these are all.

``NetworkSet`` stands for all that Calico's selectors find besides pods: GlobalNetworkSets and HostEndpoints, too.
"""


class StatedPlaces(Struct, frozen=True, eq=False):
    """Where the facts file states what: its name, and line and column of fields; all are equal, as origins are."""

    file: str = ""
    lines: tuple[tuple[Path, int, int], ...] = ()

    def name(self, origin: Origin) -> str:
        """The file that holds it."""
        return origin.file

    def locate(self, origin: Origin) -> tuple[int, int] | None:
        """Line and column from 1, or None where the origin is no place of the file."""
        if origin.file != self.file:
            return None
        return next(((line, column) for path, line, column in self.lines if path == origin.path), None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StatedPlaces)

    def __hash__(self) -> int:
        return 0


class Namespace(Struct, frozen=True, gc=False):
    """A namespace and all of its labels, but for the one that holds its name."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()
    origin: Origin = NOWHERE


class PodObject(Struct, frozen=True, gc=False):
    """A pod: its labels, its service account, the ports that have a name, and whether it is on its node's network.

    ``ports``: (protocol, name, number), None where they are not known. ``name``: empty where it is not known, and there
    may be several pods like this one.
    """

    namespace: str
    labels: tuple[tuple[str, str], ...] = ()
    account: str = "default"
    ports: tuple[tuple[int, str, int], ...] | None = ()
    name: str = ""
    on_node: bool = False
    origin: Origin = NOWHERE


class ServiceObject(Struct, frozen=True, gc=False):
    """A Service: its labels, which pods are behind it, and on which of their ports, by number or name.

    ``selector``: None where what is behind it is no pods that it selects.
    """

    namespace: str
    name: str
    labels: tuple[tuple[str, str], ...] = ()
    selector: tuple[tuple[str, str], ...] | None = None
    ports: tuple[tuple[int, int | str], ...] = ()
    origin: Origin = NOWHERE


class Facts(Struct, frozen=True, gc=False):
    """Canonical CIDR texts, and objects; what is empty is not known.

    ``pods``: the addresses of pods are in these ranges, and every address in them is a pod's; ``nodes`` likewise. One
    in ranges of both may be either. ``services``: nothing that a policy judges comes from or goes to these.
    ``api_servers``: the addresses of the API server, and no others are. ``pod_objects``: pods on the pod network,
    ``host_pods`` those on the network of their node, which no policy governs. ``complete``: the kinds of which there
    are no other objects than these. ``settings``: of the engines that enforce policies in it. ``assumed``: what is
    assumed of addresses. ``stated``: where.
    """

    pods: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    api_servers: tuple[str, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    pod_objects: tuple[PodObject, ...] = ()
    host_pods: tuple[PodObject, ...] = ()
    service_objects: tuple[ServiceObject, ...] = ()
    complete: tuple[str, ...] = ()
    settings: EngineSettings = DEFAULTS
    stated: StatedPlaces = StatedPlaces()
    assumed: tuple[Assume, ...] = ()

    @property
    def nobody(self) -> tuple[str, ...]:
        """Ranges that hold the address of no pod and no node, as is assumed."""
        return tuple(block for one in self.assumed for block in one.nobody)

    @property
    def everybody(self) -> tuple[str, ...]:
        """Ranges that hold the addresses of all pods and nodes, as is assumed; empty where they may be anywhere."""
        return tuple(block for one in self.assumed for block in one.everybody)

    def labels_of(self, name: str) -> dict[str, str] | None:
        """All labels of a namespace, None where they are not known."""
        return next((dict(found.labels) for found in self.namespaces if found.name == name), None)

    def are_all(self, kind: str) -> bool:
        """Whether there are no other objects of ``kind``."""
        return kind in self.complete


NO_FACTS = Facts()
