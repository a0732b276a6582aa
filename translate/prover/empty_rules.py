"""Rules that no packet meets, whatever stands around them: asked of each alone, and only where its text gives cause."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import assert_never

from msgspec.structs import replace

from translate.model.peers import (
    Anyone,
    Both,
    Cidr,
    Except,
    Fqdn,
    Kinds,
    Nodes,
    Opaque,
    OwnNamespace,
    Peer,
    Workloads,
    asked_together,
    is_nobody,
    parts,
)
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING, NAMESPACE_NAME, And, In, Not, Or, Selector, atoms
from translate.model.traffic import ANY_TRAFFIC
from translate.prover.budget import Budget
from translate.prover.interpretations import Interpretation
from translate.prover.settled import settled
from translate.prover.steps import Clause


class Why(Enum):
    """What of a rule no packet can be."""

    SUBJECT = "its policy selects no pod"
    OWN_END = "no pod that its policy selects is what it asks of that end"
    PEERS = "nobody is what it asks of the other end"
    ELSEWHERE = "it asks for pods of another namespace than the one that it looks in"
    TRAFFIC = "no packet is what it asks for"
    TOGETHER = "no packet is all that it asks for"
    STATED = "no such packet is possible in the cluster that is stated"
    OF_CLUSTER = "its range is one of pods and nodes as stated, and ranges mean neither on the engine"
    OF_SERVICES = "its range is one of Services as stated, which policies never see"


def governs_nobody(policy: Policy, policies: PolicySet, budget: Budget) -> bool:
    """Whether no pod can be what ``policy`` selects. Raises OutOfBudget."""
    if not _gives_cause(_subject(policy)):
        return False
    bare = replace(policy, ingress=Section(True, ()), egress=None)
    return _is_empty(Clause(bare, None), Direction.INGRESS, policies, budget)


def why_empty(policy: Policy, rule: Rule, direction: Direction, policies: PolicySet, budget: Budget) -> Why | None:
    """Why no packet can meet ``rule`` of ``policy``; None where one can, or where the rule says that it means nobody,
    as those do that stand for an isolation. Raises OutOfBudget.
    """
    if not rule.peers:
        return Why.PEERS  # ranges or sets of which nothing is left
    if any(map(is_nobody, rule.peers)) or not _may_be_empty(rule):
        return None
    rule = replace(rule, peers=tuple(found for peer in rule.peers for found in (peer, *_sets(peer))))

    def is_empty(one: Rule) -> bool:
        return _is_empty(Clause(policy, one), direction, policies, budget)

    if not is_empty(rule):
        return None
    if not is_empty(replace(rule, subject=None)):
        return Why.OWN_END
    anyone, anything = (Anyone(),), (ANY_TRAFFIC,)
    if is_empty(replace(rule, subject=None, peers=anyone, traffic=anything)):
        return Why.SUBJECT
    if is_empty(replace(rule, traffic=anything)):
        elsewhere = replace(rule, peers=tuple(map(_anywhere, rule.peers)))
        return Why.PEERS if elsewhere == rule or is_empty(elsewhere) else Why.ELSEWHERE
    return Why.TRAFFIC if is_empty(replace(rule, peers=anyone)) else Why.TOGETHER


def _is_empty(clause: Clause, direction: Direction, policies: PolicySet, budget: Budget) -> bool:
    """Whether no point meets ``clause``, with ranges read as widely as any engine does."""
    # Most rules are seen to be met by something without these.
    from translate.prover.diagram import Diagram, Level
    from translate.prover.lower import Lowering
    from translate.prover.space import Space

    rules = () if clause.rule is None else (clause.rule,)
    section = Section(False, rules)
    ingress = section if direction is Direction.INGRESS else None
    alone = replace(clause.policy, ingress=ingress, egress=section if ingress is None else None)
    (alone,) = settled(PolicySet(policies.semantics, (alone,))).policies
    space = Space((PolicySet(policies.semantics, (alone,)),), direction, budget)
    found = alone.section(direction)
    one = found.rules[0] if found is not None and found.rules else None
    first = Level(0, Action.ALLOW)
    return not Lowering(Diagram(space, budget)).tails_of(Clause(alone, one), first, Interpretation.MOST)


def _sets(peer: Peer) -> Iterator[Peer]:
    """Stands for address sets that a selector may mean, among those of the input or others: they are not asked here.

    Those of the own namespace are what they would be as its pods.
    """
    for part in parts(peer):
        if isinstance(part, Workloads) and part.sets is not None:
            own = isinstance(part.namespaces, OwnNamespace)
            yield Workloads(part.namespaces if own else EVERYTHING, part.sets)


def _may_be_empty(rule: Rule) -> bool:
    """Whether a look at the text of a rule leaves it possible that no packet meets it."""
    return (
        rule.subject is not None
        or any(item.family or item.icmp or item.excluding for item in rule.traffic)
        or all(may_be_nobody(peer) for peer in rule.peers)
    )


def _anywhere(peer: Peer) -> Peer:
    """The same in whatever namespace."""
    if isinstance(peer, Both):
        return replace(peer, peers=tuple(map(_anywhere, peer.peers)))
    own = isinstance(peer, Workloads) and isinstance(peer.namespaces, OwnNamespace)
    return replace(peer, namespaces=EVERYTHING) if own else peer


def may_be_nobody(peer: Peer) -> bool:
    """Whether a look at the text of a peer leaves it possible that nobody is it."""
    match peer:
        case Workloads(namespaces, pods):
            together = asked_together(namespaces, pods)
            return _gives_cause(together) or (isinstance(namespaces, OwnNamespace) and _asks_for_a_name(together))
        case Cidr(block, excluding):
            return len(excluding) > 1 and sum(2.0 ** (_length(block) - _length(hole)) for hole in excluding) >= 1
        case Both() | Except():
            return True
        case Anyone() | Nodes() | Fqdn() | Kinds() | Opaque():
            return False
        case never:
            assert_never(never)


def _length(block: str) -> int:
    return int(block.rpartition("/")[2])


def _subject(policy: Policy) -> Selector:
    subject: Subject = policy.subject
    asked = asked_together(subject.namespaces, subject.pods)
    if isinstance(subject.namespaces, OwnNamespace) and _asks_for_a_name(asked):
        return And((In(NAMESPACE_NAME, (policy.identity.namespace or "",)), asked))
    return asked


def _asks_for_a_name(selector: Selector) -> bool:
    return any(atom.label == NAMESPACE_NAME for atom in atoms(selector))


def _gives_cause(selector: Selector) -> bool:
    """Whether a selector may contradict itself: a label that it asks for twice, or a part that is never true."""
    asked = [atom.label for atom in atoms(selector)]
    return len(set(asked)) < len(asked) or _has_constant(selector)


def _has_constant(selector: Selector) -> bool:
    match selector:
        case Or(terms) | And(terms):
            return (isinstance(selector, Or) and not terms) or any(map(_has_constant, terms))
        case Not(term):
            return term == EVERYTHING or _has_constant(term)
        case In(_, values):
            return not values
        case _:
            return False
