"""What decision lists are made of: clauses that concern packets, and steps of one action at one place."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from translate.model.policy import Action, Direction, Identity, Policy, Rule, Subject
from translate.model.selectors import EVERYTHING
from translate.model.semantics import OwnNode, Semantics
from translate.prover.interpretations import WITH_OWN_NODE, Interpretation
from translate.prover.point import Others

EVERY_POD = Policy(Identity("", None, ""), Subject(EVERYTHING, EVERYTHING), None, None)
"""Stands where an engine isolates pods that no policy selects."""


class OwnNodeClause(Struct, frozen=True):
    """The subject's own node, whatever it sends; with ``policy`` only where that selects the subject."""

    policy: Policy | None = None


class OthersClause(Struct, frozen=True):
    """Packets to which policies that are not given do one of ``others``; with ``own_node`` only the own node's."""

    others: tuple[Others, ...]
    own_node: bool = False


ALLOWED_BY_OTHERS = OthersClause((Others.ALLOW,))
ISOLATED_BY_OTHERS = OthersClause((Others.ISOLATE, Others.ALLOW))
OWN_NODE_OF_OTHERS = replace(ISOLATED_BY_OTHERS, own_node=True)


class Clause(Struct, frozen=True):
    """A rule of a policy, or with ``rule`` None everything that concerns the subject of the policy."""

    policy: Policy
    rule: Rule | None


class Step(Struct, frozen=True):
    """Clauses of one action that stand at one place of the list; ``tier`` numbers the tiers in their sequence.

    ``part``: a part of the tier, of which just that is left by a Pass that ``leaves`` it.
    """

    action: Action
    tier: int
    clauses: tuple[Clause | OwnNodeClause | OthersClause, ...]
    part: int | None = None
    leaves: int | None = None

    @property
    def place(self) -> tuple[Action, int, int | None, int | None]:
        """What neighbours must have in common to be one step."""
        return self.action, self.tier, self.part, self.leaves


class OthersPlace(Enum):
    """Where policies that are not given stand among those of equal order."""

    FIRST = "before them"
    LAST = "behind them"


def own_node_rule(semantics: Semantics, direction: Direction, reading: Interpretation) -> OwnNode:
    """What is decided of the own node, with nothing left open: ``reading`` closes that."""
    found = semantics.from_own_node if direction is Direction.INGRESS else semantics.to_own_node
    if found is None:
        raise ValueError(f"nothing is known of what {semantics.name} does with the own node")
    if found is OwnNode.OPEN:
        return OwnNode.EXEMPT if reading in WITH_OWN_NODE else OwnNode.ASKED
    return found


def rules_in(policy: Policy, direction: Direction) -> tuple[Rule, ...]:
    """The rules of one direction of a policy."""
    section = policy.section(direction)
    return section.rules if section else ()


def isolated_by(policies: Iterable[Policy], direction: Direction) -> tuple[Clause, ...]:
    """Everything that concerns the subjects of policies that isolate."""
    return tuple(
        Clause(policy, None) for policy in policies if (s := policy.section(direction)) is not None and s.isolates
    )


def closing(isolated: tuple[Clause, ...], *, everywhere: bool, others: bool) -> tuple[Clause | OthersClause, ...]:
    """Whoever is isolated at the end of a list."""
    by_engine = (Clause(EVERY_POD, None),) if everywhere else ()
    return (*isolated, *by_engine, *((ISOLATED_BY_OTHERS,) if others else ()))
