"""What policies do not say about the cluster they are for: facts a user states, or objects of the input tell."""

from __future__ import annotations

from msgspec import Struct

from translate.model.settings import DEFAULTS, EngineSettings


class Namespace(Struct, frozen=True, gc=False):
    """A namespace and all of its labels, but for the one that holds its name."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()


class Facts(Struct, frozen=True, gc=False):
    """Canonical CIDR texts and namespaces; what is empty is not known.

    ``pods``: the addresses of pods are in these ranges, and every address in them is a pod's; ``nodes`` likewise.
    ``api_servers``: the addresses of the API server, and no others are. ``complete``: there are no other namespaces
    than ``namespaces``. ``settings``: of the engines that enforce policies in it.
    """

    pods: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    api_servers: tuple[str, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    complete: bool = False
    settings: EngineSettings = DEFAULTS

    def labels_of(self, name: str) -> dict[str, str] | None:
        """All labels of a namespace, None where they are not known."""
        return next((dict(found.labels) for found in self.namespaces if found.name == name), None)


NO_FACTS = Facts()
API_SERVER = ("peers with the label", "reserved:kube-apiserver")
"""The unknown set (what, name) that the addresses of the API server settle."""
