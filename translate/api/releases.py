"""What is written for a release of the target: nothing that came later, and a refusal by name where it would be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, TypeAlias

from translate.core.diagnostics import Report
from translate.core.origin import NOWHERE, Origin, Path, spell
from translate.core.release import Release, release
from translate.dialects import ALIASES, GROUPS
from translate.dialects.base import Emitted
from translate.frontend.intake import dialect_of
from translate.frontend.link import Linked
from translate.plan.versions import lacks
from translate.tables import load
from translate.tables.records import FieldUse, Gate

NEEDS_NEWER = "NPT214"
ENGINES = {"calico": "Calico", "cilium": "Cilium"}
ELEMENTS = ("ingress", "egress", "ingressDeny", "egressDeny")
NAMESPACE, NAMESPACE_LABELS = "io.kubernetes.pod.namespace", "io.cilium.k8s.namespace.labels."
DEFAULT_TIER = "default"
TargetVersion: TypeAlias = str | Sequence[str] | Mapping[str, str] | None
Value: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """An object of the output, whom it stands for and where that is; ``kept``: as it stands there itself."""

    value: Value
    origin: Origin
    name: str
    kept: bool


def release_of(given: TargetVersion, to: str) -> Release | None:
    """The release that the output is for, of what is said of all dialects. Raises ValueError for what is not known."""
    if given is None:
        return None
    texts = [f"{name}={text}" for name, text in given.items()] if isinstance(given, Mapping) else given
    found: dict[str, Release] = {}
    for text in [texts] if isinstance(texts, str) else texts:
        name, equals, number = text.partition("=")
        name = ALIASES.get(name, name)
        if not equals:
            raise ValueError(f"{text!r} must be DIALECT=VERSION, as in cilium={load.versions()['cilium'].newest}")
        if name not in GROUPS:
            raise ValueError(f"a dialect must be one of {', '.join(sorted(GROUPS))}, not {name!r}")
        if name not in load.versions():
            raise ValueError(f"{name} has no releases to tell apart: {_known()}")
        if name in found:
            raise ValueError(f"{name} has two releases: name one")
        found[name] = _release(name, number)
    return found.get(to)


def _release(name: str, number: str) -> Release:
    known = load.versions()[name]
    oldest, newest, found = release(known.oldest), release(known.newest), release(number)
    if oldest is None or newest is None or found is None or not oldest <= found <= newest:
        raise ValueError(f"{name} {number} is no release that is known: {_known(name)}")
    return found


def _known(*names: str) -> str:
    return ", ".join(
        f"{name} {load.versions()[name].oldest} to {load.versions()[name].newest}" for name in names or ENGINES
    )


def standing(objects: Sequence[dict[str, Any]], to: str, taken: Linked, emitted: Sequence[Emitted]) -> list[Standing]:
    """The objects of the target in the output, each with the place in the input that it answers to."""
    made = {id(item.draft.value): item.policies[0] for item in emitted}
    kept = {_called(value): Origin(*place) for place, value in taken.values.items()}
    found = []
    for value in objects:
        policy = made.get(id(value))
        if policy is not None:
            found.append(Standing(value, policy.origin, str(policy.identity), kept=False))
        elif dialect_of(value) == to:
            name = "/".join(part for part in _called(value) if part)
            origin = kept.get(_called(value))
            found.append(Standing(value, origin or NOWHERE, name, kept=origin is not None))
    return found


def _called(value: Value) -> tuple[str, str, str]:
    return str(value.get("kind")), _namespace(value), _name(value)


def dressed(item: Emitted, to: str, wanted: Release | None) -> Emitted:
    """An object without the field of the tier, where the release has none and the tier is the usual one."""
    spec = item.draft.value.get("spec", {})
    if lacks(to, "tier-field", wanted) and spec.get("tier") == DEFAULT_TIER:
        del spec["tier"]
    return item


def refuse_newer(objects: Sequence[Standing], to: str, wanted: Release | None, report: Report) -> None:
    """Refuse each object that uses what ``wanted`` does not have, once for each such thing."""
    for item, gate, path in newer(objects, to, wanted):
        place = "" if item.kept or not path else f" at {spell(path)}"
        message = f"this needs {ENGINES[to]} {gate.since}, and the target is {wanted}: {gate.spelled}{place}"
        origin = item.origin.at(*path) if item.kept else item.origin
        report.refuse(NEEDS_NEWER, message, origin=origin, object=item.name, hint=gate.way_out)


def newer(objects: Sequence[Standing], to: str, wanted: Release | None) -> Iterator[tuple[Standing, Gate, Path]]:
    """The objects that use what ``wanted`` does not have, what that is, and the first place of it."""
    if wanted is None or to not in load.versions():
        return
    gates = [gate for gate in load.versions()[to].gates if lacks(to, gate.id, wanted)]
    for gate in gates:
        for item in objects:
            path = next(_uses(gate, item.value), None)
            if path is not None:
                yield item, gate, path
        if gate.test in SETS:
            for item in SETS[gate.test](objects):
                yield item, gate, ()


def _uses(gate: Gate, value: Value) -> Iterator[Path]:
    for use in gate.where:
        if (not use.kinds or value.get("kind") in use.kinds) and use.apiVersion in ("", value.get("apiVersion")):
            yield from _places(use, value)
    if gate.test in TESTS:
        yield from TESTS[gate.test](value)


def _places(use: FieldUse, value: Value) -> Iterator[Path]:
    if not use.path:
        yield ()
        return
    first, *rest = use.path.split("/")
    for where, rule in _rules(value):
        starts = _elements(rule, where) if first == "element" else [(where, rule)]
        for start, node in starts:
            for path, found in _below(node, rest, start):
                if not use.value or _pattern(use.value).fullmatch(str(found)):
                    yield path


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.DOTALL)


def _rules(value: Value) -> Iterator[tuple[Path, Any]]:
    """``spec``, and each of ``specs``."""
    yield ("spec",), value.get("spec")
    specs = value.get("specs")
    for index, rule in enumerate(specs if isinstance(specs, list) else ()):
        yield ("specs", index), rule


def _elements(rule: Any, where: Path) -> Iterator[tuple[Path, Any]]:
    yield from _below(rule, ["|".join(ELEMENTS), "*"], where)


def _below(node: Any, steps: Sequence[str], here: Path) -> Iterator[tuple[Path, Any]]:
    """What stands at ``steps`` below ``node``; null stands for nothing."""
    if node is None:
        return
    if not steps:
        yield here, node
        return
    first, *rest = steps
    if isinstance(node, list) and first == "*":
        for index, item in enumerate(node):
            yield from _below(item, rest, (*here, index))
    elif isinstance(node, Mapping):
        for name in first.split("|"):
            if name in node:
                yield from _below(node[name], rest, (*here, name))


def _all_elements(value: Value) -> Iterator[tuple[Path, Value]]:
    for where, rule in _rules(value):
        for path, element in _elements(rule, where):
            if isinstance(element, Mapping):
                yield path, element


def namespace_labels(value: Value) -> Iterator[Path]:
    """Peers of a policy of one namespace by labels of namespaces, without a key of their name."""
    if value.get("kind") != "CiliumNetworkPolicy":
        return
    for where, element in _all_elements(value):
        for path, selector in _below(element, ["fromEndpoints|toEndpoints", "*"], where):
            keys = {key.removeprefix("k8s:").removeprefix("any:") for key in _keys(selector)}
            if NAMESPACE not in keys and any(key.startswith(NAMESPACE_LABELS) for key in keys):
                yield path


def _keys(selector: Any) -> Iterator[str]:
    for _, labels in _below(selector, ["matchLabels"], ()):
        yield from map(str, labels)
    for _, key in _below(selector, ["matchExpressions", "*", "key"], ()):
        yield str(key)


def services_with_ports(value: Value) -> Iterator[Path]:
    """Elements with both."""
    for path, element in _all_elements(value):
        if element.get("toServices") and element.get("toPorts"):
            yield (*path, "toServices")


def named_ports_alone(value: Value) -> Iterator[Path]:
    """Calico rules with ports by name and without a protocol."""
    for path, rule in _below(value, ["spec", "ingress|egress", "*"], ()):
        if rule.get("protocol") is None and rule.get("notProtocol") is None:
            yield from (found for found, _ in _below(rule, ["source|destination", "ports|notPorts", "*"], path))


def free_name(value: Value) -> Iterator[Path]:
    """Names that up to 3.31 a policy of its tier could not have."""
    if not str(value.get("kind")).endswith("NetworkPolicy") or value.get("kind") == "StagedKubernetesNetworkPolicy":
        return
    name, tier = _name(value), _tier(value)
    rest = name.removeprefix(f"{tier}.")
    if "." in rest or (rest == name and tier != DEFAULT_TIER):
        yield ("metadata", "name")


def ties(objects: Sequence[Standing]) -> Iterator[Standing]:
    """Policies that stand before another one of equal order up to 3.31, and behind it since, where that may matter."""
    groups: dict[tuple[str, object], list[Standing]] = defaultdict(list)
    for item in objects:
        if item.value.get("kind") in ("NetworkPolicy", "GlobalNetworkPolicy"):
            groups[_tier(item.value), _spec(item.value).get("order")].append(item)
    for members in groups.values():
        if all(_only_allows(item.value) for item in members):
            continue
        ordered = sorted(members, key=lambda item: _key(item.value))
        for item, later in combinations(ordered, 2):
            if _older_key(item.value) > _older_key(later.value) and _may_meet(item.value, later.value):
                yield item
                break


def _may_meet(one: Value, other: Value) -> bool:
    """Whether two policies may be for the same pods and direction, and not both only allow."""
    places = {_namespace(one), _namespace(other)}
    types = [set(_spec(value).get("types") or ("Ingress", "Egress")) for value in (one, other)]
    deciding = not (_only_allows(one) and _only_allows(other))
    return deciding and ("" in places or len(places) == 1) and bool(types[0] & types[1])


def _only_allows(value: Value) -> bool:
    return all(action == "Allow" for _, action in _below(value, ["spec", "ingress|egress", "*", "action"], ()))


def _key(value: Value) -> str:
    """By what policies of equal order are sorted since 3.32."""
    return f"{_name(value)}/{_namespace(value)}/{value.get('kind')}"


def _older_key(value: Value) -> str:
    """And up to 3.31."""
    tier, name = _tier(value), _name(value)
    within = name if name.startswith(f"{tier}.") else f"{tier}.{name}"
    return "/".join(part for part in (_namespace(value), within) if part)


def _spec(value: Value) -> Value:
    spec = value.get("spec")
    return spec if isinstance(spec, Mapping) else {}


def _tier(value: Value) -> str:
    return str(_spec(value).get("tier") or DEFAULT_TIER)


def _name(value: Value) -> str:
    return str(next((name for _, name in _below(value, ["metadata", "name"], ())), ""))


def _namespace(value: Value) -> str:
    return str(next((name for _, name in _below(value, ["metadata", "namespace"], ())), ""))


TESTS: Mapping[str, Callable[[Value], Iterator[Path]]] = {
    test.__name__: test for test in (namespace_labels, services_with_ports, named_ports_alone, free_name)
}
"""What one object shows, by the names that the table has for it."""

SETS: Mapping[str, Callable[[Sequence[Standing]], Iterable[Standing]]] = {"ties": ties}
"""What only all objects together show."""
