"""What Calico's other objects mean to policies: tiers, and the labelled addresses that selectors find."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.core.origin import Origin
from translate.dialects.base import Lifted
from translate.dialects.calico.manifest import GlobalNetworkPolicy
from translate.dialects.calico.manifest_objects import GlobalNetworkSet, HostEndpoint, NetworkSet, Profile, Tier
from translate.dialects.calico.ranges import range_of
from translate.dialects.calico.services import resolved
from translate.dialects.calico.tiers import BUILT_IN
from translate.dialects.calico.unseen_sets import with_unseen
from translate.model.facts import Facts
from translate.model.ordering import DEFAULT_TIER_ORDER
from translate.model.peers import Peer, Workloads, parts
from translate.model.policy import (
    Action,
    AddressSet,
    Bearing,
    Direction,
    Identity,
    Policy,
    PolicySet,
    Unjudged,
)
from translate.model.policy import Tier as ModelTier
from translate.model.sets import UnknownLabelsError, meant

NOT_READ, OLD_FORM = "NPT202", "NPT320"
DEFAULT_ALLOW = "projectcalico-default-allow"
OF_NAMESPACE, OF_ACCOUNT = "kns.", "ksa."
MADE = (DEFAULT_ALLOW, OF_NAMESPACE, OF_ACCOUNT)
"""How the profiles are called that Calico makes of other objects."""


def lift_tier(tier: Tier) -> ModelTier:
    """A tier; without an order it stands where ``default`` does (Calico fills in 1000000, and Deny)."""
    spec = tier.spec
    order = DEFAULT_TIER_ORDER if spec.order is None else spec.order
    return ModelTier(tier.metadata.name, order, Action(spec.defaultAction or "Deny"))


def lift_set(found: NetworkSet | GlobalNetworkSet, origin: Origin, default_namespace: str) -> AddressSet:
    """The addresses of a set and the labels that find them."""
    meta = found.metadata
    namespace = (meta.namespace or default_namespace) if isinstance(found, NetworkSet) else None
    blocks = _blocks(found.spec.nets)
    identity = Identity(found.kind, namespace, meta.name or meta.generateName)
    return AddressSet(identity, tuple(meta.labels.items()), blocks, origin=origin)


def lift_host(host: HostEndpoint, origin: Origin, report: Report) -> AddressSet:
    """A host endpoint as a peer: the addresses that it is expected to have."""
    identity = Identity(host.kind, None, host.metadata.name)
    if any(name != DEFAULT_ALLOW for name in host.spec.profiles):
        report.note(f"{identity} has profiles: labels that these hand down to it are not known here", origin=origin)
    labels, blocks = tuple(host.metadata.labels.items()), _blocks(host.spec.expectedIPs)
    names = tuple(dict.fromkeys(port.name for port in host.spec.ports))
    return AddressSet(identity, labels, blocks, origin=origin, is_host=True, port_names=names)


def _blocks(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Ranges and bare addresses as canonical ranges, each once."""
    found: dict[str, None] = {}
    for text in texts:
        whole = range_of(text)
        if whole is not None:
            found[whole.canonical] = None
    return tuple(found)


def unjudged(policy: GlobalNetworkPolicy, origin: Origin) -> Unjudged:
    """A policy for host traffic."""
    identity = Identity(policy.kind, None, policy.metadata.name)
    return Unjudged(identity, json.dumps(to_builtins(policy.spec), sort_keys=True), origin=origin)


def lift_profile(profile: Profile, origin: Origin, report: Report) -> Lifted:
    """What Calico makes of a Namespace or a ServiceAccount says nothing new; any other profile is not judged."""
    name, spec = profile.metadata.name, profile.spec
    identity = Identity(profile.kind, None, name)
    standard = [] if name.startswith(OF_ACCOUNT) else [{"action": "Allow"}]
    if name.startswith(MADE) and all(_plain(rules) == standard for rules in (spec.ingress, spec.egress)):
        message = f"{identity} is what Calico itself makes of {_owner(name)}: it says nothing more, and none is written"
        report.lose(OLD_FORM, Effect.EXACT, message, origin=origin, about=identity)
        return Lifted()
    said = json.dumps(to_builtins(profile.spec), sort_keys=True)
    return Lifted(unjudged=(Unjudged(identity, said, Bearing.DECIDES, origin=origin),))


def _plain(rules: tuple[Mapping[str, Any], ...]) -> list[dict[str, Any]]:
    """Rules without the fields that say nothing, which calicoctl prints as well."""
    return [{key: value for key, value in rule.items() if value not in ({}, None)} for rule in rules]


def _owner(name: str) -> str:
    kind, _, rest = name.partition(".")
    return (
        f"the {'Namespace' if kind == 'kns' else 'ServiceAccount'} {rest.replace('.', '/', 1)}" if rest else "any host"
    )


def together(policies: PolicySet, facts: Facts, report: Report) -> PolicySet:
    """The set with every tier that its policies use, and the labels that sets inherit from their namespaces, and
    the pods behind Services.

    What a rule means by a set must be known: else the set is refused.
    """
    known = {tier.name: tier for tier in policies.tiers}
    used = dict.fromkeys(policy.tier for policy in policies.policies)
    assumed = tuple(name for name in used if name not in known and name not in BUILT_IN)
    missing = [BUILT_IN[name] for name in used if name in BUILT_IN and name not in known]
    missing += [ModelTier(name, DEFAULT_TIER_ORDER, Action.DENY) for name in assumed]
    sets = tuple(_inherited(found, facts) for found in policies.sets)
    ends = {tier.name: tier.default_action for tier in (*policies.tiers, *missing)}
    for policy in policies.policies:
        _check_sets(policy, sets, report)
        if ends.get(policy.tier) is Action.DENY:
            _warn_of_logs_alone(policy, report)
    found = policies.policies
    if sets:
        from translate.dialects.calico import named_ports  # few inputs have sets

        for policy in found:
            named_ports.check_port_names(policy, sets, report)
            named_ports.refuse_without_names(policy, sets, report)
        found = tuple(named_ports.with_names_of_pods(policy, sets) for policy in found)
    whole = replace(policies, policies=found, tiers=(*policies.tiers, *missing), sets=sets, assumed=assumed)
    return resolved(with_unseen(whole, facts), facts)


def _warn_of_logs_alone(policy: Policy, report: Report) -> None:
    """A policy that just logs isolates all the same: the most common way to cut pods off by mistake."""
    for direction in Direction:
        section = policy.section(direction)
        rules = section.rules if section is not None else ()
        if rules and all(rule.action is Action.LOG for rule in rules):
            report.note(
                f"{policy.identity} only logs, and yet this policy denies {direction}: it isolates its pods, and "
                "nothing is let through unless another policy allows it",
                origin=policy.origin,
            )


def _inherited(found: AddressSet, facts: Facts) -> AddressSet:
    labels = None if found.identity.namespace is None else facts.labels_of(found.identity.namespace)
    return found if labels is None else replace(found, namespace_labels=tuple(labels.items()))


def _check_sets(policy: Policy, sets: tuple[AddressSet, ...], report: Report) -> None:
    for section in (policy.ingress, policy.egress):
        for rule in section.rules if section else ():
            for part in (part for peer in (*rule.peers, *(rule.subject or ())) for part in parts(peer)):
                try:
                    _look(part, policy, sets)
                except UnknownLabelsError as unknown:
                    message = (
                        f"whether {unknown.found.identity} is meant by a selector of {policy.identity} depends on "
                        f"labels of the namespace {unknown.found.identity.namespace}, which are not in the input"
                    )
                    hint = "add the Namespace object"
                    report.refuse(NOT_READ, message, origin=rule.origin, about=policy.identity, hint=hint)


def _look(peer: Peer, policy: Policy, sets: tuple[AddressSet, ...]) -> None:
    if isinstance(peer, Workloads):
        list(meant(peer, policy.identity.namespace, sets))
