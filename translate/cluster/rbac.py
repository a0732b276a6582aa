"""The rights that a snapshot takes: the smallest ClusterRole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from translate.cluster.resources import core, installed, plural, policy_kinds

HEAD = """\
# All that netpol-translate collect asks for: to list, and to get what is named. Of Secrets it asks nothing.
# For -A bind it with a ClusterRoleBinding. With a RoleBinding, for -n NS alone, nodes and cluster-wide policies are not
# seen, and the snapshot says so. Which APIs there are every account may ask (system:discovery).
# Where a cluster has other kinds that decide about traffic, those of a mesh say, collect names what it may not see.
"""


def cluster_role(name: str = "netpol-translate-collect") -> str:
    """The role as YAML."""
    meta = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": name}}
    return HEAD + _yaml({**meta, "rules": list(_rules())})


def _yaml(value: dict[str, Any]) -> str:
    """In blocks, but for short lists."""
    text: str = yaml.safe_dump(value, sort_keys=False, default_flow_style=None, width=110)
    return text


def _rules() -> Iterator[dict[str, list[str]]]:
    lists: dict[str, list[str]] = {"": [one.plural for one in core()]}
    for group, kind in policy_kinds():
        lists.setdefault(group, []).append(plural(kind, group))
    objects = [one for dialect in installed() for one in (dialect.installed.objects if dialect.installed else ())]
    for one in (one for one in objects if not one.name):
        lists.setdefault(one.group, []).append(plural(one.kind, one.group))
    for group, names in lists.items():
        yield _rule(group, names, ["list"])
    rights = (one for dialect in installed() for one in (dialect.installed.rights if dialect.installed else ()))
    yield from (_rule(one.group, list(one.resources), list(one.verbs)) for one in rights)
    for one in (one for one in objects if one.name):
        yield {**_rule(one.group, [plural(one.kind, one.group)], ["get"]), "resourceNames": [one.name]}


def _rule(group: str, names: list[str], verbs: list[str]) -> dict[str, list[str]]:
    return {"apiGroups": [group], "resources": list(dict.fromkeys(names)), "verbs": verbs}
