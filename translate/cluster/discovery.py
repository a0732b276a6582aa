"""Which of the kinds that matter a cluster has, as its server says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from translate.cluster.resources import ApiResource, installed, once, plural, versions
from translate.core.loose import map_at, maps_at, text_at
from translate.dialects.installed import OwnObject
from translate.frontend.bystanders import decides, table_of

Ask: TypeAlias = Callable[[str], Mapping[str, Any]]
"""Gives what the server says at a path of discovery, an empty map where there is nothing."""


def served(ask: Ask) -> Iterator[ApiResource]:
    """The kinds that decide about traffic, and the objects that engines are set up by: those that the server has."""
    found = [one for group in maps_at(ask("/apis"), "groups") for one in _of_group(group, ask)]
    core = [_own("v1", one) for one in _own_objects("")]
    yield from once((*found, *core))


def _of_group(group: Mapping[str, Any], ask: Ask) -> Iterator[ApiResource]:
    name = text_at(group, "name")
    own = _own_objects(name)
    if not own and not _may_decide(name):
        return
    offered = [text_at(one, "version") for one in maps_at(group, "versions")]
    preferred = text_at(map_at(group, "preferredVersion"), "version")
    read = {version for one in own for version in one.versions} | _read_versions(name)
    wanted = [version for version in offered if version in read or version == preferred]
    lists = {version: maps_at(ask(f"/apis/{name}/{version}"), "resources") for version in wanted}
    yield from _policies(name, lists)
    for one in own:
        version = next((version for version in one.versions if _has(lists.get(version, ()), one.kind)), "")
        if version:
            yield _own(version, one)


def _policies(group: str, lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[ApiResource]:
    """Each kind once, in the best version that is served."""
    kinds = dict.fromkeys(text_at(one, "kind") for resources in lists.values() for one in resources)
    for kind in kinds:
        best = versions(group, kind)
        if not best and not decides(group, kind):
            continue
        for version in (*(one for one in best if one in lists), *lists):
            mine = (one for one in lists[version] if text_at(one, "kind") == kind and "list" in one.get("verbs", ()))
            resource = next((one for one in mine if "/" not in text_at(one, "name")), None)
            if resource is not None:
                yield ApiResource(group, version, kind, text_at(resource, "name"), resource.get("namespaced") is True)
                break


def _may_decide(group: str) -> bool:
    """Whether a group has kinds that decide about traffic; of one that nobody knows it is looked at."""
    table = table_of(group)
    return table is None or any(kind in table.read or decides(group, kind) for kind in table.names)


def _read_versions(group: str) -> set[str]:
    table = table_of(group)
    return set() if table is None else {version for found in table.read.values() for version in found}


def _own_objects(group: str) -> list[OwnObject]:
    all_of_them = (one for dialect in installed() for one in (dialect.installed.objects if dialect.installed else ()))
    return [one for one in all_of_them if one.group == group]


def _own(version: str, one: OwnObject) -> ApiResource:
    return ApiResource(one.group, version, one.kind, plural(one.kind, one.group), False, one.namespace, one.name)


def _has(resources: Sequence[Mapping[str, Any]], kind: str) -> bool:
    return any(text_at(one, "kind") == kind for one in resources)
