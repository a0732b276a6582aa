"""What nobody knows of an engine, and a packet that the evaluator does not confirm, make an answer undecided."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.semantics import CALICO, KUBERNETES
from translate.model.facts import NO_FACTS
from translate.model.peers import Anyone
from translate.model.policy import Action, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING
from translate.model.traffic import ANY_TRAFFIC
from translate.prover import compare
from translate.prover.compare import prove
from translate.prover.interpretations import Interpretation
from translate.prover.logging_proof import prove_logging
from translate.prover.proof import Counterexample, Verdict

TRAITS = {
    "combining": "how rules combine",
    "reach": "what an IP range matches",
    "from_own_node": "whether the own node is let in",
    "to_own_node": "whether the own node is reached",
}


def isolated(*rules: Rule) -> PolicySet:
    """A Calico policy for all pods."""
    subject = Subject(EVERYTHING, EVERYTHING)
    return PolicySet(CALICO, (Policy(Identity("NetworkPolicy", "x", "p"), subject, Section(True, rules), None),))


SHUT, OPEN = isolated(), isolated(Rule(Action.ALLOW, (Anyone(),), (ANY_TRAFFIC,)))


@pytest.mark.parametrize("trait", TRAITS)
@pytest.mark.parametrize("other", [SHUT, None], ids=["one side", "both sides"])
def test_a_trait_that_nobody_gave(trait: str, other: PolicySet | None) -> None:
    """No packet is shown and no side is called the same, not even a set and itself."""
    unknown = replace(SHUT, semantics=replace(CALICO, title="Toy", **{trait: None}))
    for before, after in ((unknown, other or unknown), (other or unknown, unknown)):
        proof = prove(before, after)
        assert proof.verdict is Verdict.UNDECIDED
        assert proof.reason == f"nothing is known of {TRAITS[trait]}, by Toy"
        assert proof.counterexamples == ()


@pytest.mark.parametrize("trait", TRAITS)
def test_logging_of_an_engine_that_is_not_known(trait: str) -> None:
    """Nor is it said that just the denied packets are logged."""
    unknown = replace(OPEN, semantics=replace(CALICO, **{trait: None}))
    assert prove_logging(OPEN).holds is True
    for asked in (prove_logging(unknown), prove_logging(OPEN, unknown), prove_logging(unknown, OPEN)):
        assert asked.holds is None
        assert asked.point is None


def test_all_that_is_not_known_is_told() -> None:
    """In one reason."""
    unknown = replace(SHUT, semantics=replace(CALICO, title="", name="toy", reach=None, to_own_node=None))
    reason = "nothing is known of what an IP range matches, or of whether the own node is reached, by toy"
    assert prove(SHUT, unknown).reason == reason


@pytest.mark.parametrize("action", [Action.DENY, Action.PASS, Action.LOG])
def test_what_does_not_allow_where_allows_add_up(action: Action) -> None:
    """Such a rule would count as an allow, so a set with a Deny would be the same as one that allows."""
    rule = Rule(action, (Anyone(),), (ANY_TRAFFIC,))
    odd = replace(isolated(rule), semantics=KUBERNETES)
    for before, after in ((odd, odd), (odd, OPEN), (replace(OPEN, semantics=KUBERNETES), odd)):
        proof = prove(before, after)
        assert proof.verdict is Verdict.UNDECIDED
        assert proof.reason == (
            f"nothing is known of what a rule that says {action} does where allows add up, by Kubernetes"
        )
    assert prove_logging(OPEN, odd).holds is None


def changed(example: Counterexample) -> list[Counterexample]:
    """The same packet, if the evaluator saw no difference on either side, or the opposite one."""
    return [
        replace(example, before=example.after),
        replace(example, after=example.before),
        replace(example, before=example.after, after=example.before),
    ]


@pytest.mark.parametrize("number", range(3))
def test_a_packet_that_is_not_confirmed(number: int) -> None:
    """It is not shown, and neither side of the difference is believed."""
    (example,) = prove(SHUT, OPEN).counterexamples
    sides = SHUT, OPEN, NO_FACTS, Interpretation.LEAST
    assert compare._proof([example], *sides).verdict is Verdict.LOOSER
    proof = compare._proof([changed(example)[number]], *sides)
    assert proof.verdict is Verdict.UNDECIDED
    assert proof.reason == "a plain interpreter does not confirm the difference that was found"
    assert proof.counterexamples == ()
