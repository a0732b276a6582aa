"""What two levels do not have in common: the clauses of policies that are equal on both sides say nothing new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from translate.core.identity import Identity
from translate.model.policy import Policy, Rule, Subject
from translate.prover.interpretations import open_ranges
from translate.prover.steps import Clause, OthersClause, OwnNodeClause

AnyClause: TypeAlias = Clause | OwnNodeClause | OthersClause
Clauses: TypeAlias = tuple[AnyClause, ...]
ToldLevel: TypeAlias = "list[tuple[Subject, bool, Rule | None]]"
"""What a level is told by the policies of one name: of whom, whether of the own node alone, and by which rule."""


def policy_of(clause: AnyClause) -> Policy | None:
    """The policy that a clause is of, if it is of one."""
    match clause:
        case Clause(policy) | OwnNodeClause(policy):
            return policy
        case OthersClause():
            return None


def uncommon(mine: Clauses, theirs: Clauses, *, alike: bool) -> tuple[Clauses, Clauses]:
    """The clauses of either level, but for those of policies of one name that tell both levels the same.

    What is left out matches the same packets on both sides, so two levels are equal if what is left is. ``alike``:
    whether both sides read open ranges alike; where they do not, a policy that has one says two things.
    """
    told, heard = _said(mine), _said(theirs)
    common = {
        identity
        for identity, said in told.items()
        if heard.get(identity) == said and (alike or not any(rule and open_ranges(rule) for _, _, rule in said))
    }
    return tuple(_without(mine, common)), tuple(_without(theirs, common))


def _said(clauses: Clauses) -> dict[Identity, ToldLevel]:
    """What policies tell a level, by their name: an object may hold several."""
    found: dict[Identity, ToldLevel] = {}
    for clause in clauses:
        policy = policy_of(clause)
        if policy is not None:
            rule = clause.rule if isinstance(clause, Clause) else None
            told = (policy.subject, isinstance(clause, OwnNodeClause), rule)
            found.setdefault(policy.identity, []).append(told)
    return found


def _without(clauses: Iterable[AnyClause], common: set[Identity]) -> Iterator[AnyClause]:
    for clause in clauses:
        policy = policy_of(clause)
        if policy is None or policy.identity not in common:
            yield clause
