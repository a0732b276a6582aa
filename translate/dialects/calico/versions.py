"""What the table of Calico's releases cannot say: names, ports and ties (Calico documentation, release notes)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

from translate.core.origin import Path
from translate.dialects.base import Emitted
from translate.dialects.calico.ranges import range_of
from translate.dialects.calico.staging import KINDS
from translate.dialects.gates import Gates, ObjectValue, Standing, below, name_of, namespace_of
from translate.model.policy import DEFAULT_TIER
from translate.model.traffic import ICMP, ICMPV6


class Named(Struct, frozen=True):
    """What a protocol is called, and the address family that it is of by that name."""

    name: str
    family: int


NAMES = {ICMP: Named("ICMP", 4), ICMPV6: Named("ICMPv6", 6)}


def without_tier(item: Emitted) -> Emitted:
    """An object without the field of the tier, where that is the usual one."""
    spec = item.draft.value.get("spec", {})
    if spec.get("tier") == DEFAULT_TIER:
        del spec["tier"]
    return item


def named_ports_alone(value: ObjectValue) -> Iterator[Path]:
    """Rules with ports by name and without a protocol."""
    for path, rule in below(value, ["spec", "ingress|egress", "*"], ()):
        if rule.get("protocol") is None and rule.get("notProtocol") is None:
            yield from (found for found, _ in below(rule, ["source|destination", "ports|notPorts", "*"], path))


def icmp_by_number(value: ObjectValue) -> Iterator[Path]:
    """Rules for ICMP messages of a type whose protocol is a number."""
    for path, rule in below(value, ["spec", "ingress|egress", "*"], ()):
        if isinstance(rule, Mapping) and rule.get("icmp") and rule.get("protocol") in NAMES:
            yield (*path, "protocol")


def by_name(item: Emitted) -> Emitted:
    """An object whose rules for ICMP messages give the name of the protocol, where that is the same."""
    for _, rule in below(item.draft.value, ["spec", "ingress|egress", "*"], ()):
        protocol = rule.get("protocol")
        ends = [found for _, found in below(rule, ["source|destination", "nets", "*"], ())]
        families = {block.version for text in ends if (block := range_of(text)) is not None}
        if rule.get("icmp") and protocol in NAMES and families == {NAMES[protocol].family}:
            rule["protocol"] = NAMES[protocol].name
    return item


def free_name(value: ObjectValue) -> Iterator[Path]:
    """Names that up to 3.31 a policy of its tier could not have."""
    if value.get("kind") not in (*KINDS, *KINDS.values()):
        return
    name, tier = name_of(value), _tier(value)
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


def _may_meet(one: ObjectValue, other: ObjectValue) -> bool:
    """Whether two policies may be for the same pods and direction, and not both only allow."""
    places = {namespace_of(one), namespace_of(other)}
    types = [set(_spec(value).get("types") or ("Ingress", "Egress")) for value in (one, other)]
    deciding = not (_only_allows(one) and _only_allows(other))
    return deciding and ("" in places or len(places) == 1) and bool(types[0] & types[1])


def _only_allows(value: ObjectValue) -> bool:
    return all(action == "Allow" for _, action in below(value, ["spec", "ingress|egress", "*", "action"], ()))


def _key(value: ObjectValue) -> str:
    """By what policies of equal order are sorted since 3.32."""
    return f"{name_of(value)}/{namespace_of(value)}/{value.get('kind')}"


def _older_key(value: ObjectValue) -> str:
    """And up to 3.31."""
    tier, name = _tier(value), name_of(value)
    within = name if name.startswith(f"{tier}.") else f"{tier}.{name}"
    return "/".join(part for part in (namespace_of(value), within) if part)


def _spec(value: ObjectValue) -> ObjectValue:
    spec = value.get("spec")
    return spec if isinstance(spec, Mapping) else {}


def _tier(value: ObjectValue) -> str:
    return str(_spec(value).get("tier") or DEFAULT_TIER)


GATES = Gates(
    tests={test.__name__: test for test in (named_ports_alone, icmp_by_number, free_name)},
    sets={"ties": ties},
    dress={"tier-field": without_tier, "icmp-by-number": by_name},
)
