"""Ranges of addresses: written out, or by the name or labels of a CiliumCIDRGroup, which stands beside the policies
(Cilium documentation, CIDR groups).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.names import block
from translate.core.origin import Origin
from translate.dialects.base import BeyondError
from translate.dialects.cilium.manifest import CIDRRule, CiliumCIDRGroup, Requirement, Selector
from translate.dialects.cilium.settings import CiliumSettings
from translate.dialects.cilium.unknowns import CidrGroup, CidrGroups
from translate.model.edit import rules_of, with_rules
from translate.model.facts import Facts
from translate.model.peers import Both, Cidr, Except, Kind, Kinds, Opaque, Peer, Reach
from translate.model.policy import AddressSet, Identity, Policy, PolicySet, Rule

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


def resolve_groups(policies: PolicySet, facts: Facts, report: Report) -> PolicySet:
    """The policies with the ranges of the groups of the input; a group that is not there stays an unknown, unless facts
    state that there is no other. Of a selector that finds some it is supposed that it finds no other.
    """
    groups = {found.identity.name: found for found in policies.sets}
    known = _Known(groups, facts.are_all("CiliumCIDRGroup"))
    resolved = tuple(_with_known(policy, known) for policy in policies.policies)
    for name in dict.fromkeys(map(_called, _groups_of(resolved))):
        report.note(f"{name} not in the input: what addresses are meant is not known; add the CiliumCIDRGroup")
    missing = set(_groups_of(resolved))
    settled = (found for found in _groups_of(policies.policies) if found not in missing)
    asked = (_asked(found) for found in settled if isinstance(found, CidrGroups) or found.name not in groups)
    return replace(policies, policies=resolved, sets=(), selectors=tuple(dict.fromkeys(asked)))


def _with_known(policy: Policy, known: _Known) -> Policy:
    """The policy with the ranges of groups, and the names of these."""
    names = tuple(dict.fromkeys(str(found.identity) for rule in rules_of(policy) for found in _used(rule, known)))
    metadata = replace(policy.metadata, expanded=names) if names else policy.metadata

    def change(rule: Rule) -> Iterator[Rule]:
        if not any(map(_group_of, rule.peers)):
            yield rule
            return
        peers = tuple(found for peer in rule.peers for found in known(peer))
        yield rule if peers == rule.peers else replace(rule, peers=peers)

    return replace(with_rules(policy, change), metadata=metadata)


def _used(rule: Rule, known: _Known) -> Iterator[AddressSet]:
    """The groups whose ranges a rule means, or leaves out."""
    for group in filter(None, map(_group_of, rule.peers)):
        match group:
            case CidrGroup(name) if name in known.groups:
                yield known.groups[name]
            case CidrGroups(selector) if known.are_all or known.tells(group):
                labelled = [(one, dict(one.labels)) for one in known.groups.values()]
                terms = _requirements(selector)
                yield from (one for one, labels in labelled if any(_fits(term, labels) for term in terms))


def _groups_of(policies: tuple[Policy, ...]) -> Iterator[CidrGroup | CidrGroups]:
    rules = (rule for policy in policies for rule in rules_of(policy))
    yield from filter(None, (_group_of(peer) for rule in rules for peer in rule.peers))


def _asked(group: CidrGroup | CidrGroups) -> str:
    """By what a rule finds groups, for people."""
    match group:
        case CidrGroup(name):
            return name
        case CidrGroups(selector):
            wanted = [f"{key}={value}" for key, value in sorted(selector.matchLabels.items())]
            wanted += [
                " ".join((term.key, term.operator, *((f"({', '.join(term.values)})",) if term.values else ())))
                for term in selector.matchExpressions
            ]
            return " and ".join(wanted) or "every label"
        case never:
            assert_never(never)


def _called(group: CidrGroup | CidrGroups) -> str:
    match group:
        case CidrGroup(name):
            return f"CIDR group {name} is"
        case CidrGroups():
            return "CIDR groups with labels are"
        case never:
            assert_never(never)


class _Known(Struct, frozen=True):
    """The ranges of a peer that is CIDR groups, as far as the input has them; ``are_all``: there are no others."""

    groups: dict[str, AddressSet]
    are_all: bool

    def __call__(self, peer: Peer) -> Iterator[Peer]:
        group = _group_of(peer)
        if group is None or not isinstance(peer, Both) or not (self.are_all or self.tells(group)):
            yield peer
            return
        parts = (part.peer for part in peer.peers if isinstance(part, Except))
        holes = tuple(part.block for part in parts if isinstance(part, Cidr))
        if isinstance(group, CidrGroup):
            blocks = self.groups[group.name].blocks if group.name in self.groups else ()
            yield from cut(blocks, holes, peer.origin)
            return
        found, excluded = _selected(group.selector, self.groups)
        yield from cut(found, excluded + holes, peer.origin)

    def tells(self, group: CidrGroup | CidrGroups) -> bool:
        """Whether the input tells which ranges are meant: a selector that finds none of its groups means others."""
        if isinstance(group, CidrGroup):
            return group.name in self.groups
        if not self.groups:
            return False
        blocks, excluded = _selected(group.selector, self.groups)
        asks = bool(group.selector.matchLabels or group.selector.matchExpressions)
        return bool(blocks) and (not asks or bool(excluded) or tuple(blocks) != WORLD)


def _group_of(peer: Peer) -> CidrGroup | CidrGroups | None:
    if not isinstance(peer, Both):
        return None
    unknowns = (part.unknown for part in peer.peers if isinstance(part, Opaque))
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
