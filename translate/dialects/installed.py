"""How an engine is found in a cluster, and what its own objects there tell: its release, settings and ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct, field

from translate.core.loose import map_at, maps_at, text_at
from translate.core.patterns import pattern

_TAG = pattern(r"v?(\d{1,4}\.\d{1,4}(?:\.\d{1,4})?)(?![\d.])")


class OwnObject(NamedTuple):
    """Objects that an engine is set up by: all of a kind, or the one that is named. ``versions``: the newest first."""

    group: str
    versions: tuple[str, ...]
    kind: str
    namespace: str = ""
    name: str = ""

    def is_it(self, value: Mapping[str, Any]) -> bool:
        """Whether ``value`` is such an object."""
        group, _, version = str(value.get("apiVersion")).rpartition("/")
        meta = map_at(value, "metadata")
        named = not self.name or (self.namespace, self.name) == (text_at(meta, "namespace"), text_at(meta, "name"))
        return group == self.group and version in self.versions and value.get("kind") == self.kind and named


class Right(NamedTuple):
    """What an API asks for besides the right to list a kind."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]


class Agent(NamedTuple):
    """The pods that an engine runs on each node: their label, the container and images that tell its release."""

    label: tuple[str, str]
    container: str
    images: tuple[str, ...]

    def release(self, pod: Mapping[str, Any]) -> str | None:
        """The release that a pod runs, empty where its image does not tell; None where it is no such pod."""
        key, wanted = self.label
        if map_at(map_at(pod, "metadata"), "labels").get(key) != wanted:
            return None
        for one in maps_at(map_at(pod, "spec"), "containers"):
            if text_at(one, "name") == self.container:
                return self._tagged(text_at(one, "image"))
        return None

    def _tagged(self, image: str) -> str:
        name, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
        found = _TAG.match(tag) if name in self.images else None
        return found[1] if found else ""


class OwnWord(Struct, frozen=True):
    """What objects of an engine tell of the cluster, in the words of a facts file.

    ``pods``, ``services``: ranges in which all of them are. ``api_servers``: addresses that were seen, perhaps not all.
    """

    pods: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    api_servers: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


class Installed(NamedTuple):
    """What of a cluster tells of an engine in it; ``tell`` is given those of ``objects`` that the cluster has."""

    objects: tuple[OwnObject, ...]
    tell: Callable[[Iterable[Mapping[str, Any]]], OwnWord]
    agent: Agent | None = None
    rights: tuple[Right, ...] = ()
