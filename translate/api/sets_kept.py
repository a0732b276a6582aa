"""Sets that stay sets: a rule that means all ranges of sets, of which nothing was changed, names the sets instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from translate.api.task import Task
from translate.core.diagnostics import Report
from translate.core.origin import Place
from translate.dialects import get
from translate.dialects.base import JsonObject
from translate.dialects.protocol import NamedSets
from translate.model.edit import rules_of, with_rules
from translate.model.peers import Cidr, Peer, Workloads, parts
from translate.model.policy import AddressSet, Identity, Policy, PolicySet, Rule
from translate.model.sets import UnknownLabelsError, meant
from translate.plan.passes.address_sets import EXPANDED, said
from translate.plan.trace import by_place

Meant: TypeAlias = Mapping[Place, tuple[AddressSet, ...]]
"""The sets that a peer of the input means, by its place."""
NamesOfSets: TypeAlias = Mapping[Identity, str]


class KeptSets(Struct, frozen=True):
    """The policies as they are to be spelled, the objects of the sets that they name, and what is still to be said."""

    policies: PolicySet
    objects: tuple[JsonObject, ...]
    report: Report


def with_sets(task: Task, fitted: PolicySet, report: Report) -> KeptSets:
    """Name sets in rules instead of their ranges, where the target can on the stated release, and a set is used twice
    or has more than one range. It is the same today, and changes of a set reach the policy.
    """
    named, release = get(task.to).named_sets, task.release
    if named is None or not named.can_name(release, task.given.facts.settings):
        return KeptSets(fitted, (), report)
    sets_of = _meant(task.given.policies)
    names = _names(named, [found for rule in _rules(fitted) for found in _used(rule, sets_of)])
    if not names:
        return KeptSets(fitted, (), report)

    def change(rule: Rule) -> Iterator[Rule]:
        yield replace(rule, peers=tuple(_spelled(rule, sets_of, names, named)))

    policies = tuple(with_rules(policy, change) for policy in fitted.policies)
    gone = {said(name, policy) for policy, name in _no_longer_copied(task.given.policies, fitted, sets_of, names)}
    losses = [loss for loss in report.losses if loss.code != EXPANDED or loss.message not in gone]
    blocks = {found.identity: found.blocks for found in task.given.policies.sets}
    objects = tuple(named.object(name, blocks[identity], release) for identity, name in names.items())
    return KeptSets(replace(fitted, policies=policies), objects, Report(losses, report.refusals, report.notes))


def _rules(policies: PolicySet) -> Iterator[Rule]:
    for policy in policies.policies:
        yield from rules_of(policy)


def _meant(given: PolicySet) -> Meant:
    found: dict[Place, tuple[AddressSet, ...]] = {}
    for policy in given.policies:
        for rule in rules_of(policy):
            for peer in rule.peers:
                if isinstance(peer, Workloads) and peer.sets is not None:
                    found[peer.origin.place] = _sets(peer, policy, given)
    return {place: sets for place, sets in found.items() if sets and not any(one.is_host for one in sets)}


def _sets(peer: Workloads, policy: Policy, given: PolicySet) -> tuple[AddressSet, ...]:
    try:
        return tuple(found for found in meant(peer, policy.identity.namespace, given.sets) if found.blocks)
    except UnknownLabelsError:
        return ()


def _used(rule: Rule, sets_of: Meant) -> Iterator[tuple[AddressSet, ...]]:
    """The sets of which peers of a rule mean all ranges, untouched, peer by peer."""
    yield from (sets_of[place] for place in _whole(rule, sets_of))


def _whole(rule: Rule, sets_of: Meant) -> Iterator[Place]:
    """The places of the peers whose ranges are those of their sets, all of them and nothing else."""
    for place, mine in _ranges(rule).items():
        blocks = [block for found in sets_of.get(place, ()) for block in found.blocks]
        is_cut = any(one.excluding for one in mine)
        if blocks and not is_cut and _joined(one.block for one in mine) == _joined(blocks):
            yield place


def _ranges(rule: Rule) -> Mapping[Place, list[Cidr]]:
    found: dict[Place, list[Cidr]] = {}
    for peer in rule.peers:
        if isinstance(peer, Cidr):
            found.setdefault(peer.origin.place, []).append(peer)
    return found


def _joined(blocks: Iterable[str]) -> set[IPv4Network | IPv6Network]:
    networks = [ip_network(block) for block in blocks]
    four = collapse_addresses(one for one in networks if isinstance(one, IPv4Network))
    six = collapse_addresses(one for one in networks if isinstance(one, IPv6Network))
    return {*four, *six}


def _names(sets: NamedSets, used: Sequence[tuple[AddressSet, ...]]) -> NamesOfSets:
    """The names of sets that are worth it: a single range that nobody else uses is shorter written out."""
    uses = Counter(found.identity for peer in used for found in peer)
    worth = {
        found.identity
        for peer in used
        for found in peer
        if uses[found.identity] > 1 or sum(len(one.blocks) for one in peer) > 1
    }
    names = {identity: name for identity in uses if identity in worth and (name := sets.name(identity))}
    taken = Counter(names.values())
    return {identity: name for identity, name in names.items() if taken[name] == 1}


def _named(rule: Rule, sets_of: Meant, names: NamesOfSets) -> set[Place]:
    """The places of the peers of a rule that are spelled by the names of their sets."""
    whole = _whole(rule, sets_of)
    return {place for place in whole if all(one.identity in names for one in sets_of[place])}


def _spelled(rule: Rule, sets_of: Meant, names: NamesOfSets, sets: NamedSets) -> Iterator[Peer]:
    """The peers of a rule, the sets among them by their names, each where the first of its ranges stood."""
    places, done = _named(rule, sets_of, names), set[Place]()
    for peer in rule.peers:
        place = peer.origin.place
        if not isinstance(peer, Cidr) or place not in places:
            yield peer
        elif place not in done:
            done.add(place)
            for one in sets_of[place]:
                yield sets.peer(names[one.identity], peer.origin)


def _no_longer_copied(
    given: PolicySet, fitted: PolicySet, sets_of: Meant, names: NamesOfSets
) -> Iterator[tuple[Policy, str]]:
    """The sets that a policy of the input names wherever it means them, each with the policy."""
    after = by_place(fitted.policies)
    for policy in given.policies:
        mine = after.get(policy.origin.place, [])
        if any(one.metadata.cut for one in mine) or any(map(_means_more, rules_of(policy))):
            continue  # what is left of a set may stand somewhere else in it
        named = {place for one in mine for rule in rules_of(one) for place in _named(rule, sets_of, names)}
        meaning = {peer.origin.place for rule in rules_of(policy) for peer in rule.peers} & sets_of.keys()
        for identity in names:
            places = {place for place in meaning if any(one.identity == identity for one in sets_of[place])}
            if places and places <= named:
                yield policy, str(identity)


def _means_more(rule: Rule) -> bool:
    """Whether a rule means sets together with something else, or asks for them on its own side."""
    compounds = (peer for peer in (*rule.peers, *(rule.subject or ())) if not isinstance(peer, Workloads))
    inside = (part for peer in (*compounds, *(rule.subject or ())) for part in parts(peer))
    return any(isinstance(part, Workloads) and part.sets is not None for part in inside)
