"""Ranges of addresses: written out, or by the name or labels of a CiliumCIDRGroup, which stands beside the policies
(Cilium documentation, CIDR groups).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.names import block
from translate.core.origin import Origin
from translate.dialects.base import BeyondError
from translate.dialects.cilium.manifest import CIDRRule, CiliumCIDRGroup, Requirement, Selector
from translate.dialects.cilium.settings import CiliumSettings
from translate.dialects.cilium.unknowns import CidrGroup, CidrGroups
from translate.model.peers import Both, Cidr, Except, Kind, Kinds, Opaque, Peer, Reach
from translate.model.policy import AddressSet, Identity, Policy, PolicySet, Rule, Section

WORLD = ("0.0.0.0/0", "::/0")


def cidr_rule(rule: CIDRRule, cilium: CiliumSettings, place: Origin) -> Iterator[Peer]:
    """One item of ``fromCIDRSet`` or ``toCIDRSet``; a group is an unknown until all objects are there."""
    holes = tuple(found.canonical for text in rule.except_ if (found := block(text)) is not None)
    if rule.cidr is not None:
        whole = block(rule.cidr)
        yield from cut([whole.canonical] if whole is not None else [], holes, place)
        return
    if not cilium.reads_ranges_as_usual:
        # Labels of groups are inherited by the addresses of nodes and pods, and nobody has run that.
        mode = cilium.stated["policy-cidr-match-mode"]
        raise BeyondError(f"a CIDR group, with policy-cidr-match-mode: {mode},", place)
    named, labels = rule.cidrGroupRef, rule.cidrGroupSelector or Selector()
    unknown = CidrGroups(labels) if named is None else CidrGroup(named)
    excluded = tuple(Except(Cidr(hole, (), Reach.OUTSIDE)) for hole in holes)
    yield Both((Kinds((Kind.OUTSIDE,)), Opaque(unknown, place), *excluded), place)


def cut(blocks: Iterable[str], holes: tuple[str, ...], place: Origin) -> Iterator[Cidr]:
    """``blocks`` without ``holes``, as far as these lie inside."""
    for text in blocks:
        whole = block(text)
        if whole is None:
            continue
        inside = [hole for hole in map(block, holes) if hole is not None]
        if any(hole.canonical == whole.canonical or hole.strictly_contains(whole) for hole in inside):
            continue
        kept = tuple(dict.fromkeys(hole.canonical for hole in inside if whole.strictly_contains(hole)))
        yield Cidr(whole.canonical, kept, Reach.OUTSIDE, place, place.at("except"))


def lift_group(group: CiliumCIDRGroup, origin: Origin) -> AddressSet:
    """The ranges of a group and the labels that find it."""
    blocks = (found.canonical for text in group.spec.externalCIDRs if (found := block(text)) is not None)
    identity = Identity(group.kind, None, group.metadata.name or group.metadata.generateName)
    return AddressSet(identity, tuple(group.metadata.labels.items()), tuple(dict.fromkeys(blocks)), origin=origin)


def resolve_groups(policies: PolicySet, report: Report) -> PolicySet:
    """The policies with the ranges of the groups of the input; a group that is not there stays an unknown."""
    groups = {found.identity.name: found for found in policies.sets}
    resolved = tuple(_policy(policy, groups) for policy in policies.policies) if groups else policies.policies
    for name in dict.fromkeys(_missing(resolved)):
        report.note(f"{name} not in the input: what addresses are meant is not known; add the CiliumCIDRGroup")
    return replace(policies, policies=resolved, sets=())


def _missing(policies: tuple[Policy, ...]) -> Iterator[str]:
    for policy in policies:
        for section in (policy.ingress, policy.egress):
            for rule in section.rules if section else ():
                for found in filter(None, map(_group_of, rule.peers)):
                    match found:
                        case CidrGroup(name):
                            yield f"CIDR group {name} is"
                        case CidrGroups():
                            yield "CIDR groups with labels are"


def _policy(policy: Policy, groups: dict[str, AddressSet]) -> Policy:
    names = tuple(dict.fromkeys(str(found.identity) for found in _used(policy, groups)))
    metadata = replace(policy.metadata, expanded=names) if names else policy.metadata
    ingress, egress = _section(policy.ingress, groups), _section(policy.egress, groups)
    return replace(policy, ingress=ingress, egress=egress, metadata=metadata)


def _used(policy: Policy, groups: dict[str, AddressSet]) -> Iterator[AddressSet]:
    """The groups whose ranges a policy means, or leaves out."""
    for section in (policy.ingress, policy.egress):
        for found in (_group_of(peer) for rule in (section.rules if section else ()) for peer in rule.peers):
            match found:
                case CidrGroup(name) if name in groups:
                    yield groups[name]
                case CidrGroups(selector):
                    terms = _requirements(selector)
                    yield from (one for one in groups.values() if any(_fits(term, dict(one.labels)) for term in terms))


def _section(section: Section | None, groups: dict[str, AddressSet]) -> Section | None:
    if section is None:
        return None
    return replace(section, rules=tuple(_rule(rule, groups) for rule in section.rules))


def _rule(rule: Rule, groups: dict[str, AddressSet]) -> Rule:
    peers = tuple(found for peer in rule.peers for found in _known(peer, groups))
    return rule if peers == rule.peers else replace(rule, peers=peers)


def _known(peer: Peer, groups: dict[str, AddressSet]) -> Iterator[Peer]:
    """The ranges of a peer that is CIDR groups, as far as the input has them."""
    group = _group_of(peer)
    if group is None or not isinstance(peer, Both) or (isinstance(group, CidrGroup) and group.name not in groups):
        yield peer
        return
    holes = tuple(part.peer.block for part in peer.peers if isinstance(part, Except) and isinstance(part.peer, Cidr))
    if isinstance(group, CidrGroup):
        yield from cut(groups[group.name].blocks, holes, peer.origin)
        return
    blocks, excluded = _selected(group.selector, groups)
    yield from cut(blocks, excluded + holes, peer.origin)


def _group_of(peer: Peer) -> CidrGroup | CidrGroups | None:
    unknowns = (part.unknown for part in peer.peers if isinstance(part, Opaque)) if isinstance(peer, Both) else ()
    return next((unknown for unknown in unknowns if isinstance(unknown, CidrGroup | CidrGroups)), None)


def _selected(selector: Selector, groups: dict[str, AddressSet]) -> tuple[list[str], tuple[str, ...]]:
    """The ranges that groups with wanted labels have in common, and the ranges of groups with unwanted ones.

    An address has the labels of all groups that hold it; a range of no group is meant where no label is wanted.
    """
    blocks: list[str] = list(WORLD)
    excluded: list[str] = []
    for term in _requirements(selector):
        found = [text for group in groups.values() if _fits(term, dict(group.labels)) for text in group.blocks]
        if term.operator in ("NotIn", "DoesNotExist"):
            excluded += found
        else:
            blocks = list(dict.fromkeys(both for one in blocks for other in found if (both := _overlap(one, other))))
    return blocks, tuple(excluded)


def _requirements(selector: Selector) -> tuple[Requirement, ...]:
    wanted = (Requirement(key, "In", (value,)) for key, value in sorted(selector.matchLabels.items()))
    return (*wanted, *selector.matchExpressions)


def _fits(term: Requirement, labels: dict[str, str]) -> bool:
    """Whether a group has the label, and one of the values if there are any."""
    return term.key in labels and (not term.values or labels[term.key] in term.values)


def _overlap(left: str, right: str) -> str | None:
    """The smaller of two ranges if it lies in the other."""
    one, other = block(left), block(right)
    if one is None or other is None:
        return None
    if one.canonical == other.canonical or one.strictly_contains(other):
        return other.canonical
    return one.canonical if other.strictly_contains(one) else None
