"""What a proof rests on, in words a reader of the report can check."""

from __future__ import annotations

from collections.abc import Iterator

from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import Cidr, Workloads, parts
from translate.model.policy import Action, Engine, PolicySet
from translate.model.settings import EngineSettings
from translate.prover.interpretations import WITH_OWN_NODE, WITH_PODS, Interpretation, open_blocks

SHOWN = 3

REACH = {
    True: "compares addresses: pods and nodes inside match",
    False: "matches only addresses outside the cluster",
}
NODES_TOO = "matches addresses outside the cluster, and of nodes as stated"

CILIUM_DEFAULTS = {
    "enable-policy": "enforcement default",
    "allow-localhost": "allow-localhost on",
    "policy-cidr-match-mode": "policy-cidr-match-mode empty",
    "policy-default-local-cluster": "policy-default-local-cluster on",
    "": "both address families",
}
"""Each option that a proof supposes by default, and how it is told."""

ON_ENGINE = "depends on the engine"
"""How an assumption begins that the Kubernetes API leaves to who enforces it."""


def of(
    before: PolicySet, after: PolicySet, facts: Facts = NO_FACTS, reading: Interpretation = Interpretation.LEAST
) -> tuple[str, ...]:
    """The assumptions of a comparison, most weighty first; the facts that it was given are among them.

    ``reading``: how the output is read where the API leaves it open.
    """
    engines = {before.engine, after.engine}
    services = tuple(dict.fromkeys((*before.services, *after.services)))
    told = (
        *_of(before, after, reading, facts.settings),
        *_behind(services, facts),
        *_set_up(engines, facts),
        *_stated(facts),
    )
    return tuple(dict.fromkeys(told))


def _set_up(engines: set[Engine], facts: Facts) -> Iterator[str]:
    """How the engines of a comparison run: by default, and as stated."""
    cilium = facts.settings.cilium.stated if Engine.CILIUM in engines else {}
    if Engine.CILIUM in engines:
        rest = ", ".join(text for name, text in CILIUM_DEFAULTS.items() if name not in cilium)
        yield f"Cilium runs with its defaults: {rest}"
    calico = facts.settings.calico.stated if Engine.CALICO in engines else {}
    for engine, stated in ((Engine.CILIUM, cilium), (Engine.CALICO, calico)):
        for name, value in stated.items():
            yield f"as stated: {engine.value.title()} runs with {name}: {value}"


def _behind(services: tuple[str, ...], facts: Facts) -> Iterator[str]:
    if services:
        yield f"behind the Services {', '.join(services)} are the pods that they select, none on a node's network"
    if services and facts.are_all("Service"):
        yield "as stated: the Services of the input are all that there are"


def _stated(facts: Facts) -> Iterator[str]:
    if facts.services:
        blocks = ", ".join(facts.services)
        yield f"as stated: addresses of Services are those of {blocks}, and policies see what is behind them"
    for what, known in (("pods", facts.pods), ("nodes", facts.nodes), ("the API server", facts.api_servers)):
        if known:
            yield f"as stated: addresses of {what} are those of {', '.join(known)}, and no others are there"
    if facts.are_all("Pod"):
        yield f"as stated: the {len(facts.pod_objects)} Pods of the input are all that there are"
    if facts.are_all("Namespace"):
        names = ", ".join(found.name for found in facts.namespaces)
        yield f"as stated: the namespaces are {names}, with the labels given"
    elif facts.namespaces:
        names = ", ".join(found.name for found in facts.namespaces)
        yield f"the labels of the namespaces {names} are those of their objects in the input"


def _of(before: PolicySet, after: PolicySet, reading: Interpretation, settings: EngineSettings) -> Iterator[str]:
    if before.engine is Engine.KUBERNETES and after.engine is not Engine.KUBERNETES:
        yield from _left_open(before, after.engine, settings)
    if after.engine is Engine.KUBERNETES and before.engine is not Engine.KUBERNETES:
        yield from _required(after, reading, settings)
    for one in (before, after):
        if one.engine is Engine.CALICO and any(_peers_with_sets(one)):
            given = "the input holds all that do" if one.sets else "none is in the input"
            yield f"no other NetworkSet or HostEndpoint has labels that match a rule's selector ({given})"
        for name in one.assumed:
            yield f"tier {name}, which is not in the input, has order 1000000 and ends in Deny"
    if any(one.engine is Engine.CALICO and _has_telling_ties(one) for one in (before, after)):
        yield "policies of equal order stand in the sequence of Calico 3.32 and later: by name, namespace, kind"
    if any(policy.subject.hosts is not None for one in (before, after) for policy in one.policies):
        yield "host endpoints are not compared: traffic of hosts themselves is no part of the proof"
    if before.unjudged:
        yield "policies for the traffic of hosts are not judged: their text is the same on both sides"


def _left_open(policies: PolicySet, engine: Engine, settings: EngineSettings) -> Iterator[str]:
    """What the API leaves open in the input, and how the engine of the output takes it."""
    blocks = open_blocks(policies)
    if blocks:
        nodes_too = engine is Engine.CILIUM and settings.cilium.ranges_hold_nodes
        does = NODES_TOO if nodes_too else REACH[engine is Engine.CALICO]
        yield (
            f"{ON_ENGINE}: the Kubernetes API leaves open whether an ipBlock ({_some(blocks)}) covers the addresses of "
            f"pods and nodes; {engine.value.title()} {does}"
        )
    if any(policy.egress for policy in policies.policies):
        drops = engine is Engine.CALICO and settings.calico.drops_to_own_node
        yield (
            f"{ON_ENGINE}: the Kubernetes API leaves open whether a pod isolated for egress still reaches its own "
            f"node; {engine.value.title()} {'drops what it sends there' if drops else 'asks the policies'}"
        )


def _required(policies: PolicySet, reading: Interpretation, settings: EngineSettings) -> Iterator[str]:
    """What the engine of the output must make of what the API leaves open."""
    blocks = open_blocks(policies)
    if blocks:
        like = (
            "Calico" if reading in WITH_PODS else "Cilium by default" if settings.cilium.ranges_hold_nodes else "Cilium"
        )
        yield (
            f"{ON_ENGINE}: the Kubernetes API leaves open whether an ipBlock ({_some(blocks)}) covers the addresses of "
            f"pods and nodes; this holds where the engine {REACH[reading in WITH_PODS]}, as {like} does"
        )
    if any(policy.egress for policy in policies.policies):
        does = (
            "always lets it, which neither Calico nor Cilium does" if reading in WITH_OWN_NODE else "asks the policies"
        )
        yield (
            f"{ON_ENGINE}: the Kubernetes API leaves open whether a pod isolated for egress still reaches its own "
            f"node; this holds where the engine {does}"
        )


def _has_telling_ties(policies: PolicySet) -> bool:
    """Whether two policies of one tier and order do not just allow: which stands first then matters."""
    telling: dict[tuple[str, float | None], bool] = {}
    for policy in policies.policies:
        sections = [section for section in (policy.ingress, policy.egress) if section is not None]
        denies = any(rule.action in (Action.DENY, Action.PASS) for section in sections for rule in section.rules)
        key = (policy.tier, policy.order)
        if key in telling and (denies or telling[key]):
            return True
        telling[key] = denies or telling.get(key, False)
    return False


def _some(blocks: tuple[Cidr, ...]) -> str:
    names = list(dict.fromkeys(cidr.block for cidr in blocks))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _peers_with_sets(policies: PolicySet) -> Iterator[bool]:
    for policy in policies.policies:
        for section in (policy.ingress, policy.egress):
            for rule in section.rules if section else ():
                for peer in rule.peers:
                    yield from (isinstance(part, Workloads) and part.sets is not None for part in parts(peer))
