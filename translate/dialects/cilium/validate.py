"""Whether Cilium 1.20 would take an object, and what to write where it would not.

Two judges must agree: the API server, by the schema of the CRD, and the agent, which refuses a whole object for one bad
rule and then enforces nothing of it (Cilium, ``pkg/policy/api/rule_validation.go``). The words are ours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from translate.core.diagnostics import Problem
from translate.core.origin import NOWHERE, Origin, Path
from translate.dialects.cilium.manifest import (
    CiliumCIDRGroup,
    CiliumNetworkPolicy,
    CiliumObject,
    CiliumPolicy,
    Element,
    Log,
    Rule,
    Selector,
)
from translate.dialects.cilium.validate_elements import RuleScope, element_faults
from translate.dialects.cilium.validate_peers import cidr_faults
from translate.dialects.cilium.validate_selectors import selector_faults
from translate.dialects.objects import Fault, metadata_faults, problems_at

LOG_LENGTH = 32
NO_SECTION = (
    "must have an item in ingress, ingressDeny, egress or egressDeny: the agent refuses a rule without, "
    "and enforces nothing of its object"
)


def problems(item: CiliumObject, origin: Origin = NOWHERE, *, node_selector_labels: bool = True) -> list[Problem]:
    """Every reason why the API server or the agent refuses ``item``.

    ``node_selector_labels``: whether the agent has that option on, without which it refuses selectors of nodes.
    """
    found = metadata_faults(item.metadata, namespaced=isinstance(item, CiliumNetworkPolicy))
    if isinstance(item, CiliumCIDRGroup):
        for index, text in enumerate(item.spec.externalCIDRs):
            found += cidr_faults(text, ("spec", "externalCIDRs", index))
    else:
        found += _policy(item, node_selector_labels=node_selector_labels)
    return problems_at(found, origin)


def rules(policy: CiliumPolicy) -> list[tuple[Rule, Path]]:
    """The rules of ``spec`` and ``specs``, and where they stand."""
    single: list[tuple[Rule, Path]] = [(policy.spec, ("spec",))] if policy.spec is not None else []
    return single + [(rule, ("specs", index)) for index, rule in enumerate(policy.specs)]


def _policy(policy: CiliumPolicy, *, node_selector_labels: bool) -> Iterator[Fault]:
    found = rules(policy)
    if not found:
        yield Fault(("spec",), "is missing: a policy needs a rule in spec, or several in specs")
    clusterwide = not isinstance(policy, CiliumNetworkPolicy)
    for rule, path in found:
        yield from _subject(rule, path, clusterwide=clusterwide)
        context = RuleScope(
            host=rule.nodeSelector is not None, clusterwide=clusterwide, node_selector_labels=node_selector_labels
        )
        yield from _sections(rule, path, context)
        for index, label in enumerate(rule.labels):
            if not label.key:
                yield Fault((*path, "labels", index, "key"), "must not be empty")
        if rule.log is not None:
            yield from _log(rule.log, (*path, "log", "value"))


def _subject(rule: Rule, path: Path, *, clusterwide: bool) -> Iterator[Fault]:
    endpoints = rule.endpointSelector if isinstance(rule.endpointSelector, Selector) else None
    if endpoints is not None:
        yield from selector_faults(endpoints, (*path, "endpointSelector"))
    if rule.nodeSelector is not None and not clusterwide:
        text = "must not stand in a CiliumNetworkPolicy: only a CiliumClusterwideNetworkPolicy selects nodes"
        yield Fault((*path, "nodeSelector"), text)
        return
    if rule.nodeSelector is not None:
        yield from selector_faults(rule.nodeSelector, (*path, "nodeSelector"))
        if endpoints is not None:
            yield Fault(path, "must not have both endpointSelector and nodeSelector: make them two items of specs")
    elif endpoints is None and clusterwide:
        text = "must have an endpointSelector or a nodeSelector; endpointSelector: {} selects every pod"
        yield Fault(path, text)
    elif endpoints is None:
        yield Fault(path, "must have an endpointSelector; {} selects every pod of the namespace")


def _sections(rule: Rule, path: Path, context: RuleScope) -> Iterator[Fault]:
    sections: dict[str, tuple[Element, ...]] = {
        "ingress": rule.ingress,
        "ingressDeny": rule.ingressDeny,
        "egress": rule.egress,
        "egressDeny": rule.egressDeny,
    }
    if not any(sections.values()):
        yield Fault(path, NO_SECTION)
    for name, elements in sections.items():
        for index, element in enumerate(elements):
            yield from element_faults(element, (*path, name, index), context)


def _log(log: Log, path: Path) -> Iterator[Fault]:
    if len(log.value) > LOG_LENGTH:
        yield Fault(path, f"must have no more than {LOG_LENGTH} characters, not {len(log.value)}")
    if any(unicodedata.category(character).startswith("C") for character in log.value):
        yield Fault(path, "must consist of printable characters")
