"""A try that something else denies, with labels by which that would let it through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

from translate.model.peers import OwnNamespace, Workloads, asked_together
from translate.model.policy import Action, Direction, Policy
from translate.model.selectors import NAMESPACE_NAME, Label, Scope, Selector
from translate.probing.bench import Bench
from translate.probing.solutions import Given, solutions
from translate.probing.trials import PodSpec, Trial, specs

MOST_LOOKED_AT, MOST_RULES, MOST_MENDED, WAYS = 200, 24, 8, 2


def mended(trial: Trial, direction: Direction, bench: Bench) -> Iterator[Trial]:
    """The same try with more labels, so that some rule means it: of the end that is not of ``direction`` first."""
    elsewhere = Direction.INGRESS if direction is Direction.EGRESS else Direction.EGRESS
    found = (better for one in (elsewhere, direction) for better in islice(_at(trial, one, bench), MOST_RULES))
    yield from islice((one for one in dict.fromkeys(found) if one != trial), MOST_MENDED)


def _at(trial: Trial, direction: Direction, bench: Bench) -> Iterator[Trial]:
    """The same with labels by which a rule of one end means it."""
    server = trial.server
    if server is None:
        return
    at_client = direction is Direction.EGRESS
    subject, peer = (trial.client, server) if at_client else (server, trial.client)
    governed: dict[int, list[PodSpec]] = {}
    for policy, meant in islice(_ways_through(bench, subject, direction), MOST_LOOKED_AT):
        if id(policy) not in governed:
            asked = asked_together(policy.subject.namespaces, policy.subject.pods)
            governed[id(policy)] = list(_labelled(subject, asked, bench))
        for pair in _pairs(policy, meant, governed[id(policy)], peer, bench):
            yield _with(trial, *(pair if at_client else pair[::-1]))


def _with(trial: Trial, client: PodSpec, server: PodSpec) -> Trial:
    return replace(trial, client=client, server=server)


def _ways_through(bench: Bench, subject: PodSpec, direction: Direction) -> Iterator[tuple[Policy, Workloads]]:
    """What rules let through or on, of policies that may govern ``subject`` once it has the labels."""
    for policy in bench.near(subject.namespace):
        section = policy.section(direction)
        for rule in section.rules if section is not None else ():
            for peer in rule.peers if rule.action in (Action.ALLOW, Action.PASS) else ():
                if isinstance(peer, Workloads):
                    yield policy, peer


def _pairs(
    policy: Policy, meant: Workloads, governed: list[PodSpec], peer: PodSpec, bench: Bench
) -> Iterator[tuple[PodSpec, PodSpec]]:
    if not governed or (isinstance(meant.namespaces, OwnNamespace) and peer.namespace != policy.identity.namespace):
        return
    yield from product(governed, list(_labelled(peer, asked_together(meant.namespaces, meant.pods), bench)))


def _labelled(pod: PodSpec, asked: Selector, bench: Bench) -> Iterator[PodSpec]:
    """``pod`` with what else it takes to be selected, in its own namespace."""
    given: dict[Label, str | None] = {Label(Scope.POD, key): value for key, value in pod.labels}
    given[NAMESPACE_NAME] = pod.namespace
    given |= {Label(Scope.NAMESPACE, key): value for key, value in bench.homes.labels_of(pod.namespace) or ()}
    found: list[Given] = solutions(asked, given, WAYS)
    for one in found:
        for spec in specs(one, bench.homes, pod.namespace):
            yield replace(spec, account=pod.account, named_ports=pod.named_ports)
