"""What comes of a try, whatever nobody told, and which rules it tries thereby."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import islice

from msgspec.structs import replace

from translate.model.facts import Facts
from translate.model.peers import OwnNamespace
from translate.model.policy import Direction, Policy, PolicySet
from translate.probing.hits import Aim, FoundHits, HitRank, hits
from translate.probing.homes import Homes
from translate.probing.trials import Trial, connection
from translate.prover.answers import Supposition, cases_of
from translate.prover.asking import Granted, Oracle, Supposed, worlds_of
from translate.prover.budget import Budget, OutOfBudget
from translate.prover.connection import ConnectionEnd
from translate.prover.judge import Circumstances, Judge, may_govern, pod_of
from translate.prover.settings_of import settings_of
from translate.prover.trace import Trace

MOST_WORLDS, MOST_LOOKED_AT = 500, 64


@dataclass(frozen=True, slots=True)
class Judged:
    """A try with its outcome: None where it depends on what nobody told. ``hits``: what it tries, and how well.

    ``deniers``: the ends that deny it; ``why``: what decides there, or at both ends.
    """

    trial: Trial
    allowed: bool | None
    hits: dict[Aim, HitRank]
    deniers: tuple[Direction, ...] = ()
    why: str = ""


class Bench:
    """Judges tries against a set of policies, each once."""

    def __init__(self, policies: PolicySet, facts: Facts, homes: Homes) -> None:
        self.policies, self.facts, self.homes = policies, facts, homes
        self._number = {id(policy): number for number, policy in enumerate(policies.policies)}
        self._near: dict[ConnectionEnd, tuple[Policy, ...]] = {}
        self._in: dict[str | None, list[Policy]] = {}
        for policy in policies.policies:
            own = isinstance(policy.subject.namespaces, OwnNamespace)
            self._in.setdefault(policy.identity.namespace if own else None, []).append(policy)
        self._judged: dict[Trial, Judged] = {}

    @property
    def all_judged(self) -> tuple[Judged, ...]:
        """All that was judged, in its order."""
        return tuple(self._judged.values())

    def judged(self, trial: Trial) -> Judged:
        """What comes of a try. Raises OutOfBudget where the run has taken what it may."""
        if trial not in self._judged:
            self._judged[trial] = self._found(trial)
        return self._judged[trial]

    def suppositions(self, trial: Trial) -> tuple[Supposition, ...]:
        """What an outcome depends on."""
        try:
            cases = cases_of(self._judge(trial), with_misses=False)
        except OutOfBudget:
            return ()
        return cases[0].supposed if cases else ()

    def near(self, *namespaces: str) -> tuple[Policy, ...]:
        """The policies that may govern pods of ``namespaces``, in their sequence."""
        names = (None, *sorted(set(namespaces)))
        return self._sorted(policy for name in names for policy in self._in.get(name, ()))

    def _sorted(self, policies: Iterable[Policy]) -> tuple[Policy, ...]:
        return tuple(sorted(policies, key=lambda policy: self._number[id(policy)]))

    def _governing(self, end: ConnectionEnd) -> tuple[Policy, ...]:
        """The policies that may govern an end: all others never matter to it."""
        if not end.is_pod:
            return ()
        if end not in self._near:
            pod = pod_of(end, Oracle({}))
            self._near[end] = tuple(policy for policy in self.near(end.namespace) if may_govern(policy, pod))
        return self._near[end]

    def _judge(self, trial: Trial) -> Judge:
        asked = connection(trial, self.homes)
        found = {id(one): one for end in (asked.source, asked.destination) for one in self._governing(end)}
        return Judge(replace(self.policies, policies=self._sorted(found.values())), asked, self.facts)

    def _found(self, trial: Trial) -> Judged:
        judge = self._judge(trial)
        budget = Budget(MOST_WORLDS)
        outcomes: set[bool] = set()
        worlds: list[tuple[Circumstances, Supposed]] = []
        try:
            for setting in settings_of(judge):
                judged = partial(judge.allows, tuple(judge.ends), setting)
                for supposed, allowed in worlds_of(judged, {}, budget):
                    outcomes.add(allowed)
                    worlds.append((setting, supposed))
                    if len(outcomes) > 1:
                        return Judged(trial, None, {})
        except OutOfBudget as error:
            if error.spent is not None:
                raise
            return Judged(trial, None, {})
        if not outcomes:
            return Judged(trial, None, {})
        return self._hit(judge, trial, outcomes.pop(), worlds)

    def _hit(self, judge: Judge, trial: Trial, allowed: bool, worlds: list[tuple[Circumstances, Supposed]]) -> Judged:
        """What is tried however the rest may be: a rule has to be met in every world."""
        found: dict[Hashable, FoundHits] = {}
        walked: dict[Hashable, Trace] = {}
        for number, (setting, supposed) in enumerate(islice(worlds, MOST_LOOKED_AT)):
            seen = tuple(judge.seen(one, setting) for one in judge.ends)
            if seen in found:
                continue
            granted: Granted = {}
            ends = zip(judge.ends, seen, strict=True)
            walks = {one: walked.get(end) or judge.walk(one, setting, supposed, granted) for one, end in ends}
            tried = hits(judge.policies, walks, setting.reading, self._number, is_sure=not granted)
            if supposed or granted:
                found[number] = tried
                continue
            # What asks for nothing that is not told comes out the same wherever the rest looks the same.
            found[seen] = tried
            walked.update(zip(seen, walks.values(), strict=True))
        first, *others = found.values()
        sure = first.aims if len(worlds) <= MOST_LOOKED_AT else {}
        for other in others:
            sure = {aim: max(rank, other.aims[aim]) for aim, rank in sure.items() if aim in other.aims}
        return Judged(trial, allowed, sure, first.deniers, first.why)
