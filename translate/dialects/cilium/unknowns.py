"""What Cilium policies mean that only the cluster, or the cloud that it runs in, knows (Cilium documentation, layer 3
policies).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import ClassVar

from msgspec import to_builtins

from translate.dialects.cilium.manifest import Selector, Service
from translate.model.unknowns import BY_SERVICES, Strays, Unknown

AGGREGATES = Strays("Cilium 1.20 and later")


class ClusterCalled(Unknown, frozen=True):
    """The local cluster has one of these names: policies do not say in which cluster they are."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        many = "clusters" if len(self.names) > 1 else "cluster"
        return f"pods of the {many} {' or '.join(self.names)}"


class CidrGroup(Unknown, frozen=True):
    """The addresses of a CiliumCIDRGroup that is not in the input."""

    name: str
    is_of_addresses: ClassVar[bool] = True
    why: ClassVar[str] = "it is not in the input"
    way: ClassVar[str] = "add the CiliumCIDRGroup"

    def __str__(self) -> str:
        return f"addresses of the CIDR group {self.name}"


class CidrGroups(Unknown, frozen=True):
    """The addresses of the CiliumCIDRGroups that a selector finds."""

    selector: Selector
    is_of_addresses: ClassVar[bool] = True
    why: ClassVar[str] = "none of them is in the input"
    way: ClassVar[str] = "add those that there are, or state that these are all (--facts, complete: [CiliumCIDRGroup])"

    def __str__(self) -> str:
        return f"addresses of the CIDR groups with {described(self.selector)}"


class CloudGroups(Unknown, frozen=True):
    """Addresses that a cloud provider knows; ``said``: canonical text of what is asked of it."""

    said: str

    def __str__(self) -> str:
        return f"addresses of the cloud group {', '.join(_flat(json.loads(self.said)))}"


class BehindServices(Unknown, frozen=True):
    """What is behind Services; ``or_everyone``: everyone, if there are none of these."""

    items: tuple[Service, ...]
    or_everyone: bool
    way: ClassVar[str] = BY_SERVICES

    def __str__(self) -> str:
        many = "Services" if len(self.items) > 1 or self.items[0].k8sServiceSelector is not None else "Service"
        rest = f" (on ports of its pods; everyone, if there is no such {many})" if self.or_everyone else ""
        return f"what is behind the {many} {', '.join(map(_said, self.items))}{rest}"


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


def _said(item: Service) -> str:
    """A Service, or what finds some, in words."""
    parts = []
    if item.k8sService is not None:
        parts.append("/".join(part for part in (item.k8sService.namespace, item.k8sService.serviceName) if part))
    if item.k8sServiceSelector is not None:
        where = item.k8sServiceSelector.namespace
        parts.append(f"with {described(item.k8sServiceSelector.selector)}" + (f" in {where}" if where else ""))
    return " and ".join(parts)


def described(selector: Selector) -> str:
    """A selector in words, which are the same for equal ones alone."""
    terms = [f"{key}={value}" for key, value in sorted(selector.matchLabels.items())]
    for term in selector.matchExpressions:
        values = f" ({', '.join(term.values)})" if term.values else ""
        terms.append(f"{term.key} {term.operator}{values}")
    return ", ".join(terms) or "any labels"


def _flat(value: object, path: str = "") -> Iterator[str]:
    """Nested values in words: each with the path to it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield f"{path} {' or '.join(str(item) for item in value)}"
    else:
        yield f"{path} {value}"


def canonical(value: object) -> str:
    """The text of a manifest, which is the same for equal ones."""
    return json.dumps(to_builtins(value), sort_keys=True)
