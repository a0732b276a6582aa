"""Pods and nodes, by range or by object, where none is, as is assumed: no cluster is like that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from translate.core.diagnostics import Problem
from translate.core.loose import map_at, text_at
from translate.core.names import shown
from translate.core.origin import Path
from translate.core.ranges import lies_in, overlap
from translate.dialects.base import Object
from translate.frontend.facts_objects import FINISHED
from translate.model.assume import Assume
from translate.model.facts import Facts


def of_assumed_ranges(facts: Facts) -> Iterator[tuple[Path, str]]:
    """Ranges of pods and nodes that are not where these are, each with its place in the facts."""
    for key, blocks in (("pods", facts.pods), ("nodes", facts.nodes)):
        for index, block in enumerate(blocks):
            for one in _contradicted(block, facts.assumed):
                yield (key, index), f"{shown(block)} contradicts assume {one}: {one.claim}"


def of_assumed_addresses(facts: Facts, objects: Iterable[Object]) -> Iterator[Problem]:
    """Pods and nodes among ``objects`` with an address that none has, as is assumed."""
    for item in objects if facts.assumed else ():
        name = "/".join(filter(None, (text_at(map_at(item.value, "metadata"), key) for key in ("namespace", "name"))))
        for address in _addresses(item):
            for one in _contradicted(address, facts.assumed):
                message = f"{item.value['kind']}/{name} has the address {address}: it contradicts assume {one}"
                yield Problem(message=f"{message}: {one.claim}", origin=item.origin.at("status"))


def _addresses(item: Object) -> Iterator[str]:
    if item.value.get("apiVersion") != "v1":
        return
    from translate.frontend.residents import addresses_of_node, addresses_of_pod  # only where these are assumed

    if item.value.get("kind") == "Node":
        yield from addresses_of_node(item.value)
    elif item.value.get("kind") == "Pod" and text_at(map_at(item.value, "status"), "phase") not in FINISHED:
        yield from addresses_of_pod(item.value)


def _contradicted(block: str, assumed: Iterable[Assume]) -> Iterator[Assume]:
    """What would not be so if a pod or a node had the addresses of ``block``."""
    for one in assumed:
        homeless = one.everybody and not any(lies_in(block, home) for home in one.everybody)
        if homeless or any(overlap(block, empty) for empty in one.nobody):
            yield one
