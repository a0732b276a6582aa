"""What comes of a try, whatever nobody told, and which rules it tries thereby."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import islice

from msgspec.structs import replace

from translate.model.facts import Facts
from translate.model.peers import OwnNamespace
from translate.model.policy import Direction, Policy, PolicySet
from translate.probing.hits import Aim, Found, Rank, hits
from translate.probing.homes import Homes
from translate.probing.trials import PodSpec, Trial, connection
from translate.probing.values import DNS_LABEL, DNS_NAMESPACE
from translate.prover.answers import Supposition, cases_of
from translate.prover.asking import Granted, Supposed, worlds_of
from translate.prover.budget import Budget, OutOfBudget
from translate.prover.judge import Circumstances, Judge
from translate.prover.settings_of import settings_of
from translate.prover.trace import Trace

MOST_WORLDS, MOST_LOOKED_AT = 500, 64
DNS_PODS = PodSpec(DNS_NAMESPACE, (DNS_LABEL,))


@dataclass(frozen=True, slots=True)
class Judged:
    """A try with its outcome: None where it depends on what nobody told. ``hits``: what it tries, and how well.

    ``deniers``: the ends that deny it; ``why``: what decides there, or at both ends.
    """

    trial: Trial
    allowed: bool | None
    hits: dict[Aim, Rank]
    deniers: tuple[Direction, ...] = ()
    why: str = ""


class Bench:
    """Judges tries against a set of policies, each once."""

    def __init__(self, policies: PolicySet, facts: Facts, homes: Homes) -> None:
        self.policies, self.facts, self.homes = policies, facts, homes
        self._number = {id(policy): number for number, policy in enumerate(policies.policies)}
        self._near: dict[tuple[str, ...], PolicySet] = {}
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
            cases = cases_of(self._judge(trial))
        except OutOfBudget:
            return ()
        return cases[0].supposed if cases else ()

    def near(self, *namespaces: str) -> tuple[Policy, ...]:
        """The policies that may govern pods of ``namespaces``, in their sequence."""
        return self._set(namespaces).policies

    def _set(self, namespaces: Iterable[str]) -> PolicySet:
        names = tuple(sorted(set(namespaces)))
        if names not in self._near:
            found = [policy for name in (None, *names) for policy in self._in.get(name, ())]
            found.sort(key=lambda policy: self._number[id(policy)])
            self._near[names] = replace(self.policies, policies=tuple(found))
        return self._near[names]

    def _judge(self, trial: Trial) -> Judge:
        ends = (trial.client, trial.server or DNS_PODS)
        return Judge(self._set(end.namespace for end in ends), connection(trial, self.homes), self.facts)

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
        found: list[Found] = []
        for setting, supposed in islice(worlds, MOST_LOOKED_AT):
            walks, granted = self._walks(judge, setting, supposed)
            found.append(hits(judge.policies, walks, setting.reading, self._number, is_sure=not granted))
        first = found[0]
        sure = first.aims if len(worlds) <= MOST_LOOKED_AT else {}
        for other in found[1:]:
            sure = {aim: max(rank, other.aims[aim]) for aim, rank in sure.items() if aim in other.aims}
        return Judged(trial, allowed, sure, first.deniers, first.why)

    def _walks(
        self, judge: Judge, setting: Circumstances, supposed: Supposed
    ) -> tuple[dict[Direction, Trace], Granted]:
        granted: Granted = {}
        return {one: judge.walk(one, setting, supposed, granted) for one in judge.ends}, granted
