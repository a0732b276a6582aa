"""What the API of one side leaves to who enforces it, and what the proof takes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace

from translate.core.ranges import overlap
from translate.model.facts import Facts
from translate.model.peers import Cidr, Reach
from translate.model.policy import PolicySet
from translate.model.semantics import OwnNode, Semantics
from translate.prover.addresses import is_deserted
from translate.prover.assumptions import About, Assumption, listed
from translate.prover.interpretations import WITH_PODS, Interpretation, open_blocks

WIDE = "compares addresses: pods and nodes inside match"
NARROW = "matches only addresses outside the cluster"
SOURCE_ENGINE = "--source-engine says who enforces them today"


def _on_engine(api: Semantics, text: str) -> Assumption:
    return Assumption(About.ENGINE, f"depends on the engine: the {api.title} API leaves open whether {text}")


def _ranges(blocks: tuple[Cidr, ...]) -> str:
    return f"an ipBlock ({_some(blocks)}) covers the addresses of pods and nodes"


def left_open(policies: PolicySet, engine: Semantics, facts: Facts) -> Iterator[Assumption]:
    """What the API leaves open in the input, and how the engine of the output takes it."""
    blocks = open_blocks(policies)
    if blocks:
        found = _on_engine(policies.semantics, f"{_ranges(blocks)}; {engine.title} {_reads_ranges(engine)}")
        yield replace(found, about=About.ENFORCER, way=SOURCE_ENGINE) if _turns(blocks, facts) else found
    if any(policy.egress for policy in policies.policies):
        text = "a pod isolated for egress still reaches its own node"
        yield _on_engine(policies.semantics, f"{text}; {engine.title} {_treats_own_node(engine)}")


def _turns(blocks: tuple[Cidr, ...], facts: Facts) -> bool:
    """Whether a verdict may turn on who reads some ranges."""
    known = (*facts.pods, *facts.nodes) if facts.pods and facts.nodes else None
    return any(_holds_somebody(cidr.block, known, facts) for cidr in blocks)


def _holds_somebody(block: str, known: tuple[str, ...] | None, facts: Facts) -> bool:
    """Whether a pod or a node may have an address in a range."""
    return not is_deserted(block, facts) and (known is None or any(overlap(block, other) for other in known))


def _reads_ranges(engine: Semantics) -> str:
    match engine.reach:
        case Reach.ADDRESS:
            return WIDE
        case Reach.OUTSIDE if engine.ranges_hold_nodes or engine.ranges_hold_pods:
            both = engine.ranges_hold_nodes and engine.ranges_hold_pods
            one = "nodes" if engine.ranges_hold_nodes else "pods"
            return f"matches addresses outside the cluster, and of {'nodes and pods' if both else one} as stated"
        case Reach.OUTSIDE:
            return NARROW
        case Reach.OPEN | None:
            return "does not say"
        case never:
            assert_never(never)


def _treats_own_node(engine: Semantics) -> str:
    match engine.to_own_node:
        case OwnNode.ALWAYS | OwnNode.EXEMPT | OwnNode.UNLESS_DENIED:
            return "lets it"
        case OwnNode.ASKED:
            return "asks the policies"
        case OwnNode.DROPPED:
            return "drops what it sends there"
        case OwnNode.OPEN | None:
            return "does not say"
        case never:
            assert_never(never)


def required(policies: PolicySet, reading: Interpretation, facts: Facts) -> Iterator[Assumption]:
    """What the engine of the output must make of what the API leaves open."""
    blocks, api = open_blocks(policies), policies.semantics
    if blocks:
        wide = reading in WITH_PODS
        like = api.sentences.wide_ranges if wide else api.sentences.narrow_ranges
        does = ", ".join(text for text in (WIDE if wide else NARROW, like) if text)
        found = _on_engine(api, f"{_ranges(blocks)}; this holds where the engine {does}")
        yield replace(found, about=About.ENFORCER) if _turns(blocks, facts) else found
    if any(policy.egress for policy in policies.policies):
        text = "a pod isolated for egress still reaches its own node"
        yield _on_engine(api, f"{text}; this holds where the engine asks the policies")


def _some(blocks: tuple[Cidr, ...]) -> str:
    return listed(dict.fromkeys(cidr.block for cidr in blocks))
