"""What Cilium policies mean that only the cluster, or the cloud that it runs in, knows (Cilium documentation, layer 3
policies).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import ClassVar

from msgspec import to_builtins

from translate.dialects.cilium.manifest import Selector, Service
from translate.model.unknowns import Strays, Unknown

AGGREGATES = Strays("Cilium 1.20 and later")


class ClusterCalled(Unknown, frozen=True):
    """The local cluster has one of these names: policies do not say in which cluster they are."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"the local cluster is called {' or '.join(self.names)}"


class CidrGroup(Unknown, frozen=True):
    """The addresses of a CiliumCIDRGroup that is not in the input."""

    name: str

    def __str__(self) -> str:
        return f"addresses of the CIDR group {self.name}"


class CidrGroups(Unknown, frozen=True):
    """The addresses of the CiliumCIDRGroups that a selector finds."""

    selector: Selector

    def __str__(self) -> str:
        return f"addresses of the CIDR groups with the labels {canonical(self.selector)}"


class CloudGroups(Unknown, frozen=True):
    """Addresses that a cloud provider knows; ``said``: canonical text of what is asked of it."""

    said: str

    def __str__(self) -> str:
        return f"addresses of the cloud groups {self.said}"


class BehindServices(Unknown, frozen=True):
    """What is behind Services; ``or_everyone``: everyone, if there are none of these."""

    items: tuple[Service, ...]
    or_everyone: bool
    told_by_services: ClassVar[bool] = True

    def __str__(self) -> str:
        rest = ", or everyone if there is none" if self.or_everyone else ""
        names = [_name(item) for item in self.items]
        listed = ", ".join(name for name in names if name is not None)
        return f"what is behind the Services{rest} {canonical(self.items) if None in names else listed}"


def behind(services: Iterable[Service], *, or_everyone: bool) -> BehindServices:
    """What is behind ``services``, however they are listed: those with names by these, each once."""
    items = list(services)
    names = [_name(item) for item in items]
    if None not in names:
        known = dict(zip(map(str, names), items, strict=True))
        return BehindServices(tuple(known[name] for name in sorted(known)), or_everyone)
    return BehindServices(tuple(sorted(items, key=lambda item: str(to_builtins(item)))), or_everyone)


def _name(item: Service) -> str | None:
    """Namespace and name of a Service, where these say it all."""
    named = item.k8sService
    if named is None or item.k8sServiceSelector is not None or not (named.namespace and named.serviceName):
        return None
    return f"{named.namespace}/{named.serviceName}"


def canonical(value: object) -> str:
    """The text of a manifest, which is the same for equal ones."""
    return json.dumps(to_builtins(value), sort_keys=True)
