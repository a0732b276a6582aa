"""All that is to be tried of a set of policies, and tries that were thought of for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import TypeVar

from translate.model.policy import Action, Direction, Policy, Rule, Section
from translate.model.traffic import TCP, UDP
from translate.probing import ends as ending
from translate.probing import packets
from translate.probing.bench import Bench
from translate.probing.ends import UNMAKEABLE, ProbeEnds, Untestable
from translate.probing.hits import BEST, NO_RULE, Aim, HitRank
from translate.probing.mending import mended
from translate.probing.packets import ANY_PORT, NamedPorts, SentPacket
from translate.probing.trials import DNS_PORT, PodSpec, Trial, named_ports
from translate.probing.values import Aspect, Means, ProbePurpose
from translate.prover.allowance import current
from translate.prover.budget import OutOfBudget

_Item = TypeVar("_Item")
MOST_TRIALS, MENDED_OF, MENDINGS = 12, 4, 2
LOGS = Untestable("it logs, which changes nothing for the packet")
OF_DNS = Untestable("the other end would be the cluster's DNS itself, and no probe pod takes its labels")
ALL_PEERS = Untestable("it means everybody: there is no peer that it does not mean")
ALL_PACKETS = Untestable("it means every packet: there is none that it does not mean")
NO_PEER, NO_PACKET = Untestable("it means no peer at all"), Untestable("it means no packet at all")


@dataclass(frozen=True, slots=True)
class ProbeCase:
    """A rule of a policy with all that its tries are made of."""

    number: int
    policy: Policy
    direction: Direction
    rule: Rule
    at: int
    subjects: tuple[PodSpec, ...]
    peers: tuple[ProbeEnds, ...]
    items: tuple[SentPacket | Untestable, ...]

    def aim(self, aspect: Aspect, item: int = 0) -> Aim:
        """A purpose by numbers."""
        return self.number, self.direction, self.at, aspect, item

    @property
    def sent(self) -> tuple[SentPacket, ...]:
        """The packets that can be sent."""
        return tuple(one for one in self.items if isinstance(one, SentPacket))


class Explorer:
    """Goes through policies, section by section, and has tries judged on a bench.

    ``purposes``: all that is to be tried; ``best``: how well it is at most; ``tries``: what was thought of for it;
    ``reasons``: why nothing can be.
    """

    def __init__(self, bench: Bench, outside: tuple[tuple[str, int], ...]) -> None:
        self._bench, self._outside = bench, outside
        self._named: NamedPorts = named_ports(bench.facts)
        self.purposes: dict[Aim, ProbePurpose] = {}
        self.best: dict[Aim, HitRank] = {}
        self.tries: dict[Aim, list[Trial]] = {}
        self.reasons: dict[Aim, Untestable] = {}

    def explore(self) -> None:
        """Everything. Raises OutOfBudget where the run has taken what it may."""
        for number, policy in enumerate(self._bench.policies.policies):
            for direction in Direction:
                section = policy.section(direction)
                if section is not None:
                    _check_allowance()
                    self._section(number, policy, direction, section)

    def _section(self, number: int, policy: Policy, direction: Direction, section: Section) -> None:
        for at, rule in enumerate(section.rules):
            found = ending.subjects(policy, rule, self._bench.homes)
            usable = tuple(one for one in found if not one.is_dns)
            case = ProbeCase(
                number, policy, direction, rule, at, usable, self._peers(policy, direction, rule), self._items(rule)
            )
            self._rule(case, (OF_DNS if found else UNMAKEABLE) if not usable else None)
        if section.isolates:
            self._isolation(number, policy, direction)

    def _peers(self, policy: Policy, direction: Direction, rule: Rule) -> tuple[ProbeEnds, ...]:
        homes, facts = self._bench.homes, self._bench.facts
        return tuple(ending.ends(peer, policy, direction, homes, facts) for peer in rule.peers)

    def _items(self, rule: Rule) -> tuple[SentPacket | Untestable, ...]:
        return tuple(packets.packet(item, self._named) for item in rule.traffic)

    def _isolation(self, number: int, policy: Policy, direction: Direction) -> None:
        aim: Aim = (number, direction, NO_RULE, Aspect.ISOLATION, 0)
        self.purposes[aim] = ProbePurpose(policy, direction, None, Aspect.ISOLATION)
        found = ending.subjects(policy, None, self._bench.homes)
        usable = [one for one in found if not one.is_dns]
        if not usable:
            self.reasons[aim] = OF_DNS if found else UNMAKEABLE
            return
        plain = ending.plain(policy, self._bench.homes)
        trials = [_trial(direction, one, peer, SentPacket(TCP, ANY_PORT)) for one, peer in product(usable, plain)]
        if direction is Direction.EGRESS:
            trials.insert(0, Trial(Means.RESOLVE, usable[0], None, "", UDP, DNS_PORT))
        self._attempt(aim, trials)

    def _rule(self, case: ProbeCase, nobody: Untestable | None) -> None:
        aims = [case.aim(Aspect.PEER, n) for n in range(len(case.peers))]
        aims += [case.aim(Aspect.PACKET, n) for n in range(len(case.items))]
        aims += [case.aim(Aspect.OTHER_PEER), case.aim(Aspect.OTHER_PACKET)]
        for aim in aims:
            self.purposes[aim] = ProbePurpose(case.policy, case.direction, case.rule, aim[3], aim[4])
        general = _general(case, nobody)
        if general is not None:
            self.reasons.update(dict.fromkeys(aims, general))
            return
        if not case.sent:
            reason = next(one for one in case.items if isinstance(one, Untestable))
            self.reasons.update(dict.fromkeys(aims, reason))
            return
        self._met(case)
        self._missed(case)

    def _met(self, case: ProbeCase) -> None:
        """Tries every peer and every packet once, peers and packets in step."""
        nobody = _nobody(case)
        for n, end in enumerate(case.peers):
            aim = case.aim(Aspect.PEER, n)
            if end.reason is not None:
                self.reasons[aim] = end.reason
            self._attempt(aim, chain.from_iterable(self._trials(case, end, one) for one in _from(n, case.sent)))
        for n, item in enumerate(case.items):
            aim = case.aim(Aspect.PACKET, n)
            if isinstance(item, Untestable):
                self.reasons[aim] = item
                continue
            if nobody is not None:
                self.reasons[aim] = nobody
            self._attempt(aim, chain.from_iterable(self._trials(case, end, item) for end in _from(n, case.peers)))

    def _missed(self, case: ProbeCase) -> None:
        """Tries the nearest of what the rule does not mean."""
        pods = tuple(dict.fromkeys(pod for end in case.peers for pod in end.pods))
        other_peer, other_packet = case.aim(Aspect.OTHER_PEER), case.aim(Aspect.OTHER_PACKET)
        if any(map(ending.everything, case.rule.peers)):
            self.reasons[other_peer] = ALL_PEERS
        else:
            others = list(dict.fromkeys(ending.others(pods, case.policy, self._bench.homes)))
            chosen = product(case.sent[:2], others, case.subjects[:2])
            self._attempt(other_peer, (_trial(case.direction, one, pod, sent) for sent, pod, one in chosen))
        if any(map(packets.everything, case.rule.traffic)):
            self.reasons[other_packet] = ALL_PACKETS
            return
        nobody = _nobody(case)
        if nobody is not None:
            self.reasons[other_packet] = nobody
        near = [one for sent in case.sent for one in packets.others(case.rule, sent)]
        triples = product(list(dict.fromkeys(near)), pods, case.subjects[:2])
        self._attempt(other_packet, (_trial(case.direction, one, pod, sent) for sent, pod, one in triples))

    def _trials(self, case: ProbeCase, end: ProbeEnds, packet: SentPacket) -> Iterator[Trial]:
        """Tries of a rule with one of its peers and a packet, the plain ones first."""
        if case.direction is Direction.EGRESS and packet.port == DNS_PORT and end.pods:
            for one in case.subjects:
                yield Trial(Means.RESOLVE, one, None, "", packet.protocol, packet.port)
        for subject, pod in product(case.subjects, end.pods):
            yield _trial(case.direction, subject, pod, packet)
        if end.outside and packet.protocol == TCP:
            for (address, port), one in product(self._outside, case.subjects[:1]):
                yield Trial(Means.OUTSIDE, one, None, address, TCP, port)

    def _attempt(self, aim: Aim, trials: Iterable[Trial]) -> None:
        """Judge tries until one is as good as can be; where none is, with labels that get it past the other end."""
        tried = self.tries.setdefault(aim, [])
        usable = (one for one in trials if not (one.client.is_dns or (one.server is not None and one.server.is_dns)))
        for trial in islice(usable, MOST_TRIALS):
            if self._judge(aim, trial):
                return
        # What is tried already, if not so that it alone decides, is worth less of a search.
        waiting = tried[:1] if aim in self.best else tried[:MENDED_OF]
        for _ in range(MENDINGS):
            better = [one for trial in waiting for one in mended(trial, aim[1], self._bench)]
            if any(self._judge(aim, one) for one in better) or aim in self.best:
                return
            waiting = better[:MENDED_OF]

    def _judge(self, aim: Aim, trial: Trial) -> bool:
        """Whether a try, with those before it, is as good as can be for ``aim``."""
        if self.best.get(aim) == BEST:
            return True
        self.tries[aim].append(trial)
        for one, rank in self._bench.judged(trial).hits.items():
            if one not in self.best or rank < self.best[one]:
                self.best[one] = rank
        return self.best.get(aim) == BEST


def _check_allowance() -> None:
    """Raise OutOfBudget where the run has taken what it may."""
    run = current()
    spent = run.spent() if run is not None else None
    if spent is not None:
        raise OutOfBudget(spent)


def _general(case: ProbeCase, nobody: Untestable | None) -> Untestable | None:
    """Why nothing of a rule can be tried."""
    if case.rule.action is Action.LOG:
        return LOGS
    if nobody is not None:
        return nobody
    if not case.peers:
        return NO_PEER
    return None if case.items else NO_PACKET


def _nobody(case: ProbeCase) -> Untestable | None:
    """Why no probe pod is any of the peers."""
    first = case.peers[0].reason
    if first is not None and all(end.reason is not None for end in case.peers):
        return first
    return None if any(not pod.is_dns for end in case.peers for pod in end.pods) else OF_DNS


def _from(start: int, items: Sequence[_Item]) -> Iterator[_Item]:
    """All of ``items``, another one first each time."""
    at = start % len(items) if items else 0
    return iter((*items[at:], *items[:at]))


def _trial(direction: Direction, subject: PodSpec, peer: PodSpec, sent: SentPacket) -> Trial:
    """From or to ``subject``, which the policy governs."""
    client, server = (subject, peer) if direction is Direction.EGRESS else (peer, subject)
    named = PodSpec(server.namespace, server.labels, server.account, sent.named)
    return Trial(Means.CONNECT, client, named, "", sent.protocol, sent.port)
