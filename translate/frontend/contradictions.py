"""Facts that contradict each other, or objects of the input: no cluster has both, so a proof would be about none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from msgspec.structs import replace as altered

from translate.core.diagnostics import Problem
from translate.core.names import shown
from translate.core.origin import Path
from translate.core.ranges import overlap
from translate.frontend.facts_objects import ToldObjects
from translate.frontend.sources import Places
from translate.model.facts import Facts, Namespace, PodObject, ServiceObject

Named = Namespace | PodObject | ServiceObject


def of_ranges(facts: Facts) -> Iterator[tuple[Path, str]]:
    """Ranges that cannot be what they are stated to be, each with its place in the facts."""
    stated = {"pods": facts.pods, "nodes": facts.nodes, "apiServers": facts.api_servers}
    for index, block in enumerate(facts.services):
        for key, others in stated.items():
            for place, other in enumerate(others):
                if overlap(block, other):
                    text = f"{shown(block)} and {key}[{place}] {shown(other)} overlap: {WHOSE[key]}"
                    yield ("services", index), text
    yield from _of_families(facts)
    if facts.assumed:
        from translate.frontend.told_addresses import of_assumed_ranges  # only where something is assumed

        yield from of_assumed_ranges(facts)


WHOSE = {
    "pods": "no pod has the address of a Service",
    "nodes": "no node has the address of a Service",
    "apiServers": "policies never see the address of a Service, so state the addresses behind it",
}


def _of_families(facts: Facts) -> Iterator[tuple[Path, str]]:
    """Addresses of a family that pods have none of, so that no packet of a pod comes from or goes to them."""
    of_pods, of_both = _families(facts.pods), _families((*facts.pods, *facts.nodes))
    if not of_pods:
        return
    for key, blocks in (("nodes", facts.nodes), ("apiServers", facts.api_servers), ("services", facts.services)):
        if blocks and not of_pods & _families(blocks):
            yield (key,), f"and pods have no address family in common ({_words(blocks)}, and {_words(facts.pods)})"
            continue
        for index, block in enumerate(blocks):
            if not of_both & _families((block,)):
                yield (key, index), f"{shown(block)} is of an address family that no range of pods or nodes is of"


def _families(blocks: tuple[str, ...]) -> set[int]:
    return {6 if ":" in block else 4 for block in blocks}


def _words(blocks: tuple[str, ...]) -> str:
    return " and ".join(f"IPv{family}" for family in sorted(_families(blocks)))


def of_objects(known: Facts, found: ToldObjects, places: Places) -> Iterator[Problem]:
    """Objects of the input that contradict what is ``known`` without them, or each other."""
    yield from _twice("labels", known.namespaces, found.namespaces, known, places)
    yield from _twice("content", known.service_objects, found.services, known, places)
    if known.are_all("Pod"):
        yield from _twice("content", (*known.pod_objects, *known.host_pods), found.pods, known, places)
    if known.are_all("Namespace"):
        names = {one.name for one in (*known.namespaces, *found.namespaces)}
        placed: tuple[PodObject | ServiceObject, ...] = (*found.pods, *found.services)
        for one in placed:
            if one.namespace not in names:
                text = f"{_called(one)} is in the namespace {one.namespace}, which is not among all that there are"
                yield Problem(message=f"{text} as stated", origin=one.origin.at("metadata", "namespace"))


def _twice(
    what: str, known: Sequence[Named], found: Sequence[Named], facts: Facts, places: Places
) -> Iterator[Problem]:
    """Objects that are ``found``, and of which one of the same name tells something else."""
    # Of an input that was read before only its name is known, and another input may be called so, too.
    seen = {_called(one): (one, facts.stated.locate(one.origin)) for one in known if one.name}
    for one in found:
        name = _called(one)
        first, place = seen.setdefault(name, (one, places.locate(one.origin))) if one.name else (one, None)
        if not _alike(first, one):
            where = f"at {first.origin.file}:{place[0]}" if place else f"in {first.origin.file or 'the input'}"
            text = f"{name} has other {what} {where}: no cluster has both"
            yield Problem(message=text, origin=one.origin.at("metadata", "labels") if what == "labels" else one.origin)


def _alike(one: Named, other: Named) -> bool:
    """Whether two objects of one name tell the same, in whatever sequence their labels stand."""
    return altered(one, labels=tuple(sorted(one.labels))) == altered(other, labels=tuple(sorted(other.labels)))


def _called(one: Named) -> str:
    match one:
        case Namespace(name):
            return f"Namespace/{name}"
        case PodObject(namespace=namespace, name=name):
            return f"Pod/{namespace}/{name}"
        case ServiceObject(namespace, name):
            return f"Service/{namespace}/{name}"
        case never:
            assert_never(never)
