"""What a Calico policy says and lifting leaves out, as it has no effect: found by comparing what is written with what
was lifted of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.origin import Origin
from translate.dialects.base import Idle
from translate.dialects.calico.manifest import EntityRule, NetworkPolicySpec
from translate.dialects.calico.ranges import range_of
from translate.dialects.objects import not_listed
from translate.model.peers import Cidr, Peer, parts
from translate.model.policy import Direction, Policy


def left_out(spec: NetworkPolicySpec, policy: Policy) -> Iterator[Idle]:
    """What of ``spec`` is not in ``policy``, which was lifted of it."""
    rules = {Direction.INGRESS: spec.ingress, Direction.EGRESS: spec.egress}
    yield from not_listed(policy, rules, "types")
    for direction, written in rules.items():
        section = policy.section(direction)
        for rule, lifted in zip(written, section.rules if section is not None else (), strict=False):
            for side, entity in (("source", rule.source), ("destination", rule.destination)):
                if not entity.notNets and entity.services is None:
                    continue
                is_peer = (side == "source") is (direction is Direction.INGRESS)
                found = lifted.peers if is_peer else lifted.subject
                if found is not None and len(found) < len(entity.nets or (entity.services,)):
                    for place, why in _of_end(entity, found, lifted.origin.at(side)):
                        yield Idle(policy.identity, place, why)


def _of_end(entity: EntityRule, found: tuple[Peer, ...], end: Origin) -> Iterator[tuple[Origin, str]]:
    """What of an end has no peer that stands for it."""
    if not found:
        if entity.services is not None:
            yield end.at("services"), "without a namespace no Service is found"
        else:
            yield end.at("nets"), "notNets leaves nothing of it"
        return
    kept = {part.block for peer in found for part in parts(peer) if isinstance(part, Cidr)}
    for index, text in enumerate(entity.nets):
        whole = range_of(text)
        if whole is not None and whole.canonical not in kept:
            yield end.at("nets", index), "notNets leaves nothing of it"
