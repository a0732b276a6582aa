"""What the clauses of one level say, in a table: of whom, of whose packets, and of which of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from translate.model.peers import Anyone, Kind, Kinds, OwnNamespace, Peer, Reach, Workloads, asked_together
from translate.model.policy import Policy, Rule
from translate.prover.budget import Budget
from translate.prover.canonical import CanonicalForms, NumberRun, joined
from translate.prover.interpretations import WITH_PODS, Interpretation
from translate.prover.runs import RunsOfRules
from translate.prover.steps import EVERY_POD, Clause, OthersClause, OwnNodeClause
from translate.prover.uncommon import AnyClause

SubjectGroup: TypeAlias = "str | None"
"""The namespace of the pods that a clause is about, None where they may be of any."""
Stretch: TypeAlias = tuple[int, int, int]
"""The first and the last address, and a number of packets."""
Runs: TypeAlias = dict[int, list[NumberRun]]
"""Numbers of packets, and the addresses to which they are meant."""

ALL_PACKETS = 0
ENTRIES_OF_A_STEP = 64
"""So many entries of a table are looked up in another in the time of a step."""
ONLY_OPEN = {Reach.OPEN}
ANYONE, OWN_NODE = Anyone(), Kinds((Kind.OWN_NODE,))


class LevelTable(Struct):
    """Subject and peer, each a number, to the packets; and subject and reach to the addresses with theirs.

    ``all_open``: whether there are no ranges but plain ones that a reading tells whether they match pods.
    """

    entries: dict[tuple[int, int], int] = field(default_factory=dict)
    ranges: dict[tuple[int, bool], tuple[Stretch, ...]] = field(default_factory=dict)
    all_open: bool = True

    def turned(self) -> LevelTable:
        """The table of the same clauses where a reading tells the opposite of all their ranges, which are open."""
        turned = {(subject, not outside): found for (subject, outside), found in self.ranges.items()}
        return LevelTable(self.entries, turned)


class LevelTables(Struct):
    """Makes tables of which equal ones mean the same; ``groups`` has that of each number of a subject."""

    canonical: CanonicalForms
    runs: RunsOfRules
    budget: Budget
    groups: dict[int, SubjectGroup] = field(default_factory=dict)
    _made: list[tuple[tuple[Clause, ...], dict[bool, LevelTable]]] = field(default_factory=list)

    def beyond(self, one: LevelTable, other: LevelTable) -> frozenset[SubjectGroup]:
        """The groups of which ``one`` is not shown to say only what ``other`` says as well. Raises OutOfBudget."""
        if one.entries == other.entries and one.ranges == other.ranges:
            return frozenset()
        self.budget.spend((len(one.entries) + len(one.ranges)) // ENTRIES_OF_A_STEP)
        found = {
            key[0]
            for key, packets in one.entries.items()
            if other.entries.get(key) != packets and not self._is_within(packets, other.entries.get(key))
        }
        found |= {key[0] for key in one.ranges if not self._holds(other, key, one.ranges[key])}
        return frozenset(self.groups[subject] for subject in found)

    def _is_within(self, packets: int, others: int | None) -> bool:
        return others is not None and self.canonical.either(packets, others) == others

    def _holds(self, table: LevelTable, key: tuple[int, bool], stretches: tuple[Stretch, ...]) -> bool:
        """Whether a table has these addresses, each with its packets; those outside also where it has all of them."""
        subject, outside = key
        known = table.ranges.get(key, ())
        if known == stretches:
            return True
        wider = table.ranges.get((subject, False), ()) if outside else ()
        known = self._together([*known, *wider]) if known and wider else known or wider
        at = 0
        for first, last, packets in stretches:
            while first <= last:
                while at < len(known) and known[at][1] < first:
                    at += 1
                if at == len(known) or known[at][0] > first or not self._is_within(packets, known[at][2]):
                    return False
                first = known[at][1] + 1
        return True

    def _together(self, stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
        runs: Runs = {}
        for first, last, packets in stretches:
            runs.setdefault(packets, []).append((first, last))
        return self._laid_out(runs)

    def of(self, clauses: Iterable[AnyClause], reading: Interpretation) -> LevelTable:
        """The table of a level whose rules mean no address sets. Raises OutOfBudget."""
        rules: list[Clause] = []
        others: list[OwnNodeClause | OthersClause] = []
        for clause in clauses:
            if isinstance(clause, Clause):
                rules.append(clause)
            else:
                others.append(clause)
        table = self._of_rules(tuple(rules), reading)
        if others:
            table = replace(table, entries=dict(table.entries))
        for other in others:
            match other:
                case OwnNodeClause(policy):
                    subjects, peer = self._subjects(policy or EVERY_POD), self.canonical.number(OWN_NODE)
                case OthersClause():
                    subjects, peer = self._subjects(EVERY_POD), self.canonical.number(other)
            self._add(table, subjects, [peer], ALL_PACKETS)
        return table

    def _of_rules(self, rules: tuple[Clause, ...], reading: Interpretation) -> LevelTable:
        """The table of what policies say, made once: levels of several readings say the same but for the own node."""
        with_pods = reading in WITH_PODS
        made = next((tables for known, tables in self._made if known == rules), None)
        if made is None:
            made = {}
            self._made.append((rules, made))
        if with_pods not in made:
            other = made.get(not with_pods)
            turned = other.turned() if other is not None and other.all_open else None
            made[with_pods] = turned or self._laid_out_of(rules, reading)
        return made[with_pods]

    def _laid_out_of(self, rules: tuple[Clause, ...], reading: Interpretation) -> LevelTable:
        table = LevelTable()
        stretches: dict[tuple[int, bool], Runs] = {}
        for policy, rule in ((clause.policy, clause.rule) for clause in rules):
            if rule is None:
                self._add(table, self._subjects(policy), [self.canonical.number(ANYONE)], ALL_PACKETS)
            else:
                self._add_rule(table, stretches, policy, rule, reading)
        table.ranges = {key: self._laid_out(found) for key, found in stretches.items()}
        return table

    def _add(self, table: LevelTable, subjects: list[int], peers: list[int], packets: int) -> None:
        self.budget.spend(len(subjects) * len(peers))
        entries, either = table.entries, self.canonical.either
        for subject in subjects:
            for peer in peers:
                known = entries.get((subject, peer))
                entries[subject, peer] = packets if known is None else either(packets, known)

    def _add_rule(
        self,
        table: LevelTable,
        stretches: dict[tuple[int, bool], Runs],
        policy: Policy,
        rule: Rule,
        reading: Interpretation,
    ) -> None:
        if not rule.traffic:
            return
        packets = self.canonical.traffic(rule.traffic)
        subjects = self._subjects(policy, rule.subject)
        found = self.runs.of(rule.peers)
        if table.all_open and not (found.ranges.keys() <= ONLY_OPEN and all(map(_is_plain, found.others))):
            table.all_open = False
        peers = [number for peer in found.others for number in self._peer(peer, policy.identity.namespace, reading)]
        for outside, runs in found.by_reach(reading).items():
            self.budget.spend(len(runs))
            for subject in subjects:
                stretches.setdefault((subject, outside), {}).setdefault(packets, []).extend(runs)
        self._add(table, subjects, peers, packets)

    def _subjects(self, policy: Policy, also: tuple[Peer, ...] | None = None) -> list[int]:
        """Numbers of the pods that a policy governs, as far as they are one of ``also``."""
        group, both = group_of(policy), asked_together(policy.subject.namespaces, policy.subject.pods)
        limits = None if also is None else (policy.identity.namespace, frozenset(also))
        found = [self.canonical.number(("subject", group, cube, limits)) for cube in self.canonical.cubes(both)]
        for number in found:
            self.groups[number] = group
        return found

    def _peer(self, peer: Peer, home: str | None, reading: Interpretation) -> Iterator[int]:
        """Numbers of what one that is no plain range means; ``home`` is the namespace of its policy."""
        if not isinstance(peer, Workloads):
            yield self.canonical.number(peer if _is_plain(peer) else (peer, home, reading in WITH_PODS))
            return
        whose = "same namespace" if isinstance(peer.namespaces, OwnNamespace) else "pods"
        for cube in self.canonical.cubes(asked_together(peer.namespaces, peer.pods)):
            yield self.canonical.number((whose, cube))
        if peer.unseen is not None:
            yield self.canonical.number(("unseen", peer.unseen))

    def _laid_out(self, runs: Runs) -> tuple[Stretch, ...]:
        """The same along the line: none overlap, and neighbours have other packets."""
        whole = {packets: joined(found) for packets, found in runs.items()}
        if len(whole) == 1:
            ((packets, found_runs),) = whole.items()
            self.budget.spend(len(found_runs))
            return tuple([(first, last, packets) for first, last in found_runs])
        edges: dict[int, list[tuple[int, int]]] = {}
        for packets, found_runs in whole.items():
            for first, last in found_runs:
                edges.setdefault(first, []).append((packets, 1))
                edges.setdefault(last + 1, []).append((packets, -1))
        found: list[Stretch] = []
        covering: dict[int, int] = {}
        for place, following in pairwise(sorted(edges)):
            for packets, change in edges[place]:
                covering[packets] = covering.get(packets, 0) + change
                if not covering[packets]:
                    del covering[packets]
            if not covering:
                continue
            packets, *rest = sorted(covering)
            self.budget.spend(1 + len(rest))
            for other in rest:
                packets = self.canonical.either(other, packets)
            if found and found[-1][1] == place - 1 and found[-1][2] == packets:
                found[-1] = (found[-1][0], following - 1, packets)
            else:
                found.append((place, following - 1, packets))
        return tuple(found)


def _is_plain(peer: Peer) -> bool:
    """Whether no reading tells what a peer means that is no plain range."""
    return isinstance(peer, (Workloads, Anyone, Kinds))


def group_of(policy: Policy) -> SubjectGroup:
    """The namespace that all pods which a policy governs are of; None where they may be of several."""
    own = isinstance(policy.subject.namespaces, OwnNamespace)
    return (policy.identity.namespace or "") if own else None
