"""Objects of the input that are no policies of a dialect: what they do to traffic all the same, as the tables say."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from translate.core.origin import spell
from translate.core.shortened import shortened
from translate.dialects import of_group
from translate.dialects.base import Object
from translate.dialects.gates import below
from translate.dialects.objects import STRIPPED
from translate.model.policy import Bearing, Identity, Unjudged
from translate.tables import load
from translate.tables.records import REFUSED, ROUTES, GroupKinds, Use

POLICY = "NetworkPolicy"
"""A kind that ends so is a policy of somebody's, whichever API group it names: not to be left out as foreign."""

WRITTEN = ("name", "generateName", "namespace", "labels", "annotations")
"""The metadata that people write; the rest is the server's."""

SHOWN = 8


def unjudged(objects: Iterable[Object]) -> Iterator[Unjudged]:
    """What of foreign objects bears on traffic of pods."""
    for item in objects:
        for use in _uses(item.value):
            bearing = Bearing.DECIDES if use.how == "refused" else Bearing.ROUTES
            said = _said(use, item.value)
            if said is not None:
                engine = of_group(_group(item.value)) or ""
                yield Unjudged(identity(item.value), said, bearing, use.shared, item.origin, engine=engine)


def unlooked(objects: Iterable[Object]) -> str:
    """How many objects are of API groups that nothing is known of, and of which kinds; empty where there are none."""
    kinds = Counter(f"{item.value.get('kind')} of {_group(item.value)}" for item in objects if _is_unknown(item.value))
    if not kinds:
        return ""
    named = shortened((f"{count} {kind}" for kind, count in sorted(kinds.items())), SHOWN, "more kinds")
    return f"not looked at, as nothing is known of their API groups: {named}"


def identity(value: Mapping[str, Any]) -> Identity:
    """What an object of any kind calls itself."""
    metadata = value.get("metadata")
    about: Mapping[str, Any] = metadata if isinstance(metadata, Mapping) else {}
    name, namespace = about.get("name") or about.get("generateName") or "", about.get("namespace")
    return Identity(str(value.get("kind")), str(namespace) if namespace else None, str(name))


def _group(value: Mapping[str, Any]) -> str:
    return str(value.get("apiVersion")).rpartition("/")[0]


def _is_unknown(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("apiVersion"), str) and table_of(_group(value)) is None and not _uses(value)


def table_of(group: str) -> GroupKinds | None:
    """What the tables say of an API group; None where they do not know it."""
    return load.other_kinds().get(group) if of_group(group) is None else load.kinds()[group]


def decides(group: str, kind: str) -> bool:
    """Whether objects of ``kind`` that no dialect reads decide about traffic of pods, or may."""
    return any(use.how == REFUSED.how for use in _uses_of(table_of(group), kind))


def _uses(value: Mapping[str, Any]) -> Sequence[Use]:
    kind, api = value.get("kind"), value.get("apiVersion")
    if not isinstance(kind, str) or not isinstance(api, str):
        return ()
    return _uses_of(table_of(_group(value)), kind)


def _uses_of(group: GroupKinds | None, kind: str) -> Sequence[Use]:
    if kind.endswith(POLICY) and (group is None or kind not in group.names):
        return (REFUSED,)
    uses = None if group is None else group.uses(kind)
    if uses is None and group is not None and group.refused:
        return (REFUSED,)
    return uses or ()


def _said(use: Use, value: Mapping[str, Any]) -> str | None:
    """The canonical text of an object, or of the fields that count; None where they say nothing."""
    if not use.fields:
        return _canonical(value)
    steps = [path.split("/") for path in use.fields]
    found = {spell(path): node for one in steps for path, node in below(value, one, ()) if _counts(use, node)}
    if not found:
        return None
    return json.dumps(found, sort_keys=True) if use.how == ROUTES.how else _canonical(value)


def _counts(use: Use, node: Any) -> bool:
    if node in ("", [], {}):
        return False
    if use.makes:
        return _is_of_traffic(str(node).rpartition("/")[2])
    return not use.value or re.fullmatch(use.value, str(node), re.DOTALL) is not None


def _is_of_traffic(kind: str) -> bool:
    """Whether an object of ``kind``, of any group, decides about traffic."""
    tables = (*load.kinds().values(), *load.other_kinds().values())
    return any(kind in table.read or REFUSED in (table.uses(kind) or ()) for table in tables)


def _canonical(value: Mapping[str, Any]) -> str:
    metadata = value.get("metadata")
    about: Mapping[str, Any] = metadata if isinstance(metadata, Mapping) else {}
    kept = {key: about[key] for key in WRITTEN if about.get(key)}
    if isinstance(kept.get("annotations"), Mapping):
        kept["annotations"] = {key: text for key, text in kept["annotations"].items() if key not in STRIPPED}
    rest = {key: item for key, item in value.items() if key not in ("metadata", "status")}
    return json.dumps({**rest, "metadata": kept}, sort_keys=True)
