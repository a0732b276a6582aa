"""From tries to a plan: the few that cover all, the pods for them, and what is left over with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from translate.model.facts import Facts
from translate.model.policy import PolicySet
from translate.probing.bench import Bench, Judged
from translate.probing.cover import cover
from translate.probing.explore import Explorer
from translate.probing.hits import Aim
from translate.probing.homes import Homes
from translate.probing.reasons import why_untested
from translate.probing.trials import PodSpec, Trial
from translate.probing.values import Means, Probe, ProbeNamespace, ProbePod, ProbePurpose, Untested
from translate.prover.answers import Answer
from translate.prover.budget import OutOfBudget, unfinished

NAMED = "netpol-probe"


@dataclass(frozen=True, slots=True)
class Planned:
    """The parts of a plan that policies and facts decide."""

    namespaces: tuple[ProbeNamespace, ...]
    pods: tuple[ProbePod, ...]
    probes: tuple[Probe, ...]
    untested: tuple[Untested, ...]
    tried: int
    most: int
    reason: str = ""


def planned(policies: PolicySet, facts: Facts, outside: tuple[tuple[str, int], ...]) -> Planned:
    """A plan for ``policies``; ``outside``: addresses and names outside that answer on a TCP port, as somebody says."""
    homes = Homes(policies, facts)
    bench = Bench(policies, facts, homes)
    explorer = Explorer(bench, outside)
    reason = ""
    try:
        explorer.explore()
    except OutOfBudget as error:
        reason = unfinished("the search for probes", 0, error)
    judged = [one for one in bench.all_judged if one.allowed is not None]
    sets = [frozenset(aim for aim, rank in one.hits.items() if rank == explorer.best.get(aim)) for one in judged]
    chosen = [(judged[number], sets[number]) for number in cover(sets)]
    chosen += _controls(bench, homes, [one for one, _ in chosen])
    chosen.sort(key=lambda one: _sequence(*one))
    cast = _Cast(homes)
    places = {aim: at for at, aim in enumerate(explorer.purposes)}
    probes = tuple(cast.probe(one, _purposes(explorer, aims, places)) for one, aims in chosen)
    tried = frozenset[Aim]().union(*(aims for _, aims in chosen))
    untested = tuple(
        Untested(purpose, *why_untested(aim, explorer, bench))
        for aim, purpose in explorer.purposes.items()
        if aim not in tried
    )
    most = max((len(aims) for _, aims in chosen), default=0)
    pods, namespaces = cast.pods(), homes.used([pod.namespace for pod in cast.pods()])
    return Planned(namespaces, pods, cast.listening(probes), untested, len(tried), most, reason)


def _controls(bench: Bench, homes: Homes, chosen: list[Judged]) -> Iterator[tuple[Judged, frozenset[Aim]]]:
    """From a pod without labels to each end that is no probe pod and that no probe reaches, if that is let through:
    that it answers at all.
    """
    ends: dict[tuple[Means, str, int, int], bool] = {}
    for one in chosen:
        end = (one.trial.means, one.trial.outside, one.trial.protocol, one.trial.port)
        ends[end] = ends.get(end, False) or bool(one.allowed)
    for (means, host, protocol, port), is_reached in ends.items():
        if means is Means.CONNECT or is_reached:
            continue
        judged = bench.judged(Trial(means, PodSpec(homes.made()), None, host, protocol, port))
        if judged.allowed:
            yield judged, frozenset()


def _sequence(one: Judged, aims: frozenset[Aim]) -> tuple[bool, ...]:
    """Names first, then what is let through, then what is not, then what is outside: whether it answers, the rest."""
    means = one.trial.means
    return means is Means.OUTSIDE, means is not Means.RESOLVE, bool(aims), not one.allowed


def _purposes(explorer: Explorer, aims: frozenset[Aim], places: Mapping[Aim, int]) -> tuple[ProbePurpose, ...]:
    """In the sequence in which they were found, whose places are given."""
    return tuple(explorer.purposes[aim] for aim in sorted(aims & places.keys(), key=places.__getitem__))


class _Cast:
    """The pods of a plan, each for all probes that need one like it."""

    def __init__(self, homes: Homes) -> None:
        self._homes = homes
        self._names: dict[tuple[PodSpec, bool], str] = {}
        self._ports: dict[str, set[tuple[int, int]]] = {}

    def probe(self, one: Judged, purposes: tuple[ProbePurpose, ...]) -> Probe:
        """The probe of a try. Its pods do not know yet on what they listen."""
        trial = one.trial
        client = self._pod(trial.client, twin=False)
        server = None
        if trial.server is not None:
            server = self._pod(trial.server, twin=trial.server == trial.client)
            self._ports.setdefault(server.name, set()).add((trial.protocol, trial.port))
        expected = Answer.ALLOWED if one.allowed else Answer.DENIED
        packet = (trial.protocol, trial.port)
        return Probe(trial.means, client, server, trial.outside, *packet, expected, one.deniers, one.why, purposes)

    def _pod(self, spec: PodSpec, *, twin: bool) -> ProbePod:
        name = self._names.setdefault((spec, twin), f"{NAMED}-{len(self._names) + 1}")
        listens = tuple(sorted(self._ports.get(name, ())))
        return ProbePod(name, spec.namespace, spec.labels, spec.account, spec.named_ports, listens)

    def pods(self) -> tuple[ProbePod, ...]:
        """All of them, in the sequence in which probes need them."""
        return tuple(self._pod(spec, twin=twin) for spec, twin in self._names)

    def listening(self, probes: Sequence[Probe]) -> tuple[Probe, ...]:
        """The probes with the pods as they are in the end."""
        return tuple(self._listening(probes))

    def _listening(self, probes: Sequence[Probe]) -> Iterator[Probe]:
        known = {pod.name: pod for pod in self.pods()}
        for one in probes:
            server = known[one.server.name] if one.server is not None else None
            yield replace(one, client=known[one.client.name], server=server)
