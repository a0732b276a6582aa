"""Addresses that no pod, node or Service has, as is stated or assumed, by range or by object: no cluster is so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from translate.core.diagnostics import Problem
from translate.core.loose import map_at, text_at
from translate.core.names import shown
from translate.core.origin import Origin, Path
from translate.core.ranges import lies_in, overlap
from translate.core.shortened import shortened
from translate.dialects.base import Object
from translate.frontend.facts_objects import FINISHED
from translate.model.assume import Assume
from translate.model.facts import Facts

MOST_SHOWN = 3


def of_assumed_ranges(facts: Facts) -> Iterator[tuple[Path, str]]:
    """Ranges of pods and nodes that are not where these are, each with its place in the facts."""
    for key, blocks in (("pods", facts.pods), ("nodes", facts.nodes)):
        for index, block in enumerate(blocks):
            for one in _contradicted(block, facts.assumed):
                yield (key, index), f"{shown(block)} contradicts assume {one}: {one.claim}"


def of_told_addresses(facts: Facts, objects: Iterable[Object]) -> Iterator[Problem]:
    """Pods, nodes and Services among ``objects`` with an address that none has, as is stated or assumed."""
    for item in objects if facts.assumed or facts.pods or facts.nodes or facts.services else ():
        name = "/".join(filter(None, (text_at(map_at(item.value, "metadata"), key) for key in ("namespace", "name"))))
        for address, of in _addresses(item):
            has = f"{item.value['kind']}/{name} has the address {address}"
            if of == "services":
                yield from _of_service(has, address, item.origin.at("spec"), facts)
                continue
            stated = facts.nodes if of == "nodes" else facts.pods
            if stated and not any(lies_in(address, block) for block in stated):
                message = f"{has}, and the addresses of {of} are those of {shortened(stated, MOST_SHOWN)}, as stated"
                yield Problem(message=message, origin=item.origin.at("status"))
            elif among := [block for block in facts.services if lies_in(address, block)]:
                message = f"{has}, and the addresses in {among[0]} are those of Services, as stated"
                yield Problem(message=message, origin=item.origin.at("status"))
            for one in _contradicted(address, facts.assumed):
                message = f"{has}: it contradicts assume {one}: {one.claim}"
                yield Problem(message=message, origin=item.origin.at("status"))


def _of_service(has: str, address: str, origin: Origin, facts: Facts) -> Iterator[Problem]:
    for of, blocks in (("pods", facts.pods), ("nodes", facts.nodes)):
        among = next((block for block in blocks if lies_in(address, block)), None)
        if among is not None:
            yield Problem(message=f"{has}, and the addresses in {among} are those of {of}, as stated", origin=origin)
            return


def _addresses(item: Object) -> Iterator[tuple[str, str]]:
    """The addresses that an object tells, each with whose it is: pods on their node's network have that of the node; of
    a Service those that nothing else has.
    """
    if item.value.get("apiVersion") != "v1":
        return
    from translate.frontend.residents import addresses_of_node, addresses_of_pod, addresses_of_service  # seldom needed

    if item.value.get("kind") == "Node":
        yield from ((address, "nodes") for address in addresses_of_node(item.value))
    elif item.value.get("kind") == "Service":
        yield from ((address, "services") for address in addresses_of_service(item.value))
    elif item.value.get("kind") == "Pod" and text_at(map_at(item.value, "status"), "phase") not in FINISHED:
        of = "nodes" if map_at(item.value, "spec").get("hostNetwork") is True else "pods"
        yield from ((address, of) for address in addresses_of_pod(item.value))


def _contradicted(block: str, assumed: Iterable[Assume]) -> Iterator[Assume]:
    """What would not be so if a pod or a node had the addresses of ``block``."""
    for one in assumed:
        homeless = one.everybody and not any(lies_in(block, home) for home in one.everybody)
        if homeless or any(overlap(block, empty) for empty in one.nobody):
            yield one
