"""Where sequence means nothing: denies, then the union of allows, with what layer 7 conditions ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

from msgspec.structs import replace as altered

from translate.model.conditions import Proxy
from translate.model.policy import Action, Direction, PolicySet
from translate.model.semantics import Enforcement, OwnNode
from translate.model.traffic import Traffic
from translate.prover.interpretations import Interpretation
from translate.prover.steps import (
    ALLOWED_BY_OTHERS,
    OWN_NODE_OF_OTHERS,
    Clause,
    OthersClause,
    OthersPlace,
    OwnNodeClause,
    Step,
    closing,
    isolated_by,
    own_node_rule,
    rules_in,
)


def flat(
    policies: PolicySet, direction: Direction, reading: Interpretation, place: OthersPlace | None
) -> Iterator[Step]:
    """Denies, then allows; the sequence means nothing."""
    everywhere = policies.semantics.enforcement is Enforcement.EVERYWHERE
    node = own_node_rule(policies.semantics, direction, reading)
    if node is OwnNode.ALWAYS:
        yield Step(Action.ALLOW, 0, (OwnNodeClause(),))
    applying = [policy for policy in policies.policies if policy.section(direction) is not None]
    denies: list[Clause] = []
    allows: list[Clause] = []
    for policy in applying:
        for rule in rules_in(policy, direction):
            match rule.action:
                case Action.DENY:
                    denies.append(Clause(policy, rule))
                case Action.ALLOW:
                    allows.append(Clause(policy, rule))
                case Action.PASS | Action.LOG:
                    pass  # where the sequence means nothing there is nothing to pass on to, and no rule logs
                case never:
                    assert_never(never)
    yield Step(Action.DENY, 0, tuple(denies))
    own: tuple[OwnNodeClause | OthersClause, ...] = ()
    if node in (OwnNode.EXEMPT, OwnNode.UNLESS_DENIED):
        # Without any policy for a pod nothing lets its node in where all pods are isolated.
        own = tuple(OwnNodeClause(policy) for policy in applying) if everywhere else (OwnNodeClause(),)
        own = (*own, OWN_NODE_OF_OTHERS) if everywhere and place is not None else own
    others = place is not None
    asked, plain, last = _layer_7(allows)
    yield from asked
    yield Step(Action.ALLOW, 0, (*plain, *((ALLOWED_BY_OTHERS,) if others else ())))
    yield Step(Action.ALLOW, last, own)
    yield Step(Action.DENY, last, closing(isolated_by(applying, direction), everywhere=everywhere, others=others))


def _layer_7(allows: list[Clause]) -> tuple[list[Step], list[Clause], int]:
    """What stands before the union of allows, what is left of that, and the tier that comes behind it.

    Allows add up, so one that asks nothing frees a packet of what others ask, but for two things: what stays is asked
    all the same, and the DNS proxy knows of no allow but those of its own port. Policies that are not given are taken
    to allow packets by other ports: sets that differ by what is asked differ there.
    """
    staying = [part for clause in allows for part in _part(clause, _stays)]
    unasked = tuple(map(_unasked, staying))
    steps = [Step(Action.ALLOW, 0, tuple(staying)), Step(Action.DENY, 0, unasked)] if staying else []
    names = [part for clause in allows for part in _part(clause, _asks_for_names)]
    ports = {_port(item) for clause in names for item in _traffic(clause)}
    if names:
        of_them = [part for clause in allows for part in _part(clause, lambda x: not _stays(x) and _port(x) in ports)]
        # What nothing at that port frees passes over the other allows; only isolation denies it.
        steps += [Step(Action.ALLOW, 0, tuple(of_them)), Step(Action.PASS, 0, tuple(map(_unasked, names)))]
    if not steps:
        return [], allows, 0
    plain = [part for clause in allows for part in _part(clause, lambda x: not _stays(x) and _port(x) not in ports)]
    return steps, plain, 1 if names else 0


def _stays(item: Traffic) -> bool:
    return item.condition is not None and item.condition.stays


def _asks_for_names(item: Traffic) -> bool:
    asked = item.condition
    return asked is not None and asked.proxy is Proxy.DNS and not (asked.stays or asked.always_holds)


def _port(item: Traffic) -> tuple[object, ...]:
    """The port that a proxy is for, as its rule says it."""
    return item.protocol, item.port


def _traffic(clause: Clause) -> tuple[Traffic, ...]:
    return clause.rule.traffic if clause.rule is not None else ()


def _part(clause: Clause, wanted: Callable[[Traffic], bool]) -> Iterator[Clause]:
    assert clause.rule is not None
    traffic = tuple(item for item in clause.rule.traffic if wanted(item))
    if traffic:
        whole = len(traffic) == len(clause.rule.traffic)
        yield clause if whole else Clause(clause.policy, altered(clause.rule, traffic=traffic))


def _unasked(clause: Clause) -> Clause:
    """The same without its conditions."""
    assert clause.rule is not None
    traffic = tuple(altered(item, condition=None) for item in clause.rule.traffic)
    return Clause(clause.policy, altered(clause.rule, traffic=traffic))
