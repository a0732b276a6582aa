"""One table for several readings: the same as a table of its own for each of them."""

from __future__ import annotations

import pytest

from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Except, Peer, Reach, Workloads
from translate.model.policy import Action, Identity, Policy, Rule, Subject
from translate.model.selectors import EVERYTHING, In, Label, Scope
from translate.model.traffic import TCP, PortRange, Traffic
from translate.prover.budget import Budget
from translate.prover.canonical import CanonicalForms
from translate.prover.interpretations import Interpretation
from translate.prover.level_table import LevelTables
from translate.prover.runs import RunsOfRules
from translate.prover.steps import Clause, OwnNodeClause
from translate.prover.uncommon import AnyClause

HTTP, DNS = Traffic(TCP, PortRange(80, 80)), Traffic(TCP, PortRange(53, 53))
PODS = Workloads(OWN_NAMESPACE, In(Label(Scope.POD, "app"), ("a",)))
POLICY = Policy(Identity("NetworkPolicy", "x", "p"), Subject(OWN_NAMESPACE, EVERYTHING), None, None)
LEAST, BLOCKS = Interpretation.LEAST, Interpretation.BLOCKS


def block(text: str, reach: Reach = Reach.OPEN) -> Cidr:
    return Cidr(text, (), reach)


def clauses(*rules: tuple[Peer, ...], traffic: Traffic = HTTP) -> tuple[AnyClause, ...]:
    return tuple(Clause(POLICY, Rule(Action.ALLOW, peers, (traffic,))) for peers in rules)


LISTS: dict[str, tuple[AnyClause, ...]] = {
    "no range": clauses((PODS,), (Anyone(),)),
    "open ranges": (
        *clauses((block("10.0.0.0/8"), block("192.0.2.0/24"))),
        *clauses((PODS, block("10.0.0.0/9")), traffic=DNS),
        OwnNodeClause(),
    ),
    "ranges of addresses": clauses((block("10.0.0.0/8", Reach.ADDRESS),), (block("192.0.2.0/24"),)),
    "ranges of outside": clauses((block("10.0.0.0/8", Reach.OUTSIDE),), (block("10.0.0.0/8"),)),
    "all but a range": clauses((Except(block("10.0.0.0/8")),)),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("reading", [LEAST, BLOCKS])
def test_a_table_is_the_same_whatever_reading_was_asked_for_before(name: str, reading: Interpretation) -> None:
    forms = CanonicalForms()
    asked_before, anew = (LevelTables(forms, RunsOfRules(), Budget()) for _ in range(2))
    asked_before.of(LISTS[name], BLOCKS if reading is LEAST else LEAST)
    found, wanted = asked_before.of(LISTS[name], reading), anew.of(LISTS[name], reading)
    assert (found.entries, found.ranges) == (wanted.entries, wanted.ranges)


def test_readings_of_the_own_node_share_what_the_rules_say() -> None:
    rules = clauses((PODS,), (block("10.0.0.0/8"),))
    budget = Budget()
    tables = LevelTables(CanonicalForms(), RunsOfRules(), budget)
    tables.of(rules, LEAST)
    before = budget.steps
    tables.of((*rules, OwnNodeClause()), Interpretation.OWN_NODE)
    assert before - budget.steps == 1
