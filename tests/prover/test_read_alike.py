"""What was lowered for one question serves the next, if the sets are one and the same to a proof."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.semantics import CALICO, CILIUM, KUBERNETES
from translate.model.edit import rules_of
from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import OWN_NAMESPACE, Anyone, Workloads
from translate.model.policy import Action, Identity, Metadata, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import And, In, Label, Scope, Selector
from translate.model.traffic import TCP, PortRange, Traffic
from translate.prover.compare import prove
from translate.prover.comparison import Comparison
from translate.prover.proof import Verdict
from translate.prover.read_alike import read_alike

APP = In(Label(Scope.POD, "app"), ("a",))


def policy(name: str, port: int, action: Action = Action.ALLOW) -> Policy:
    rule = Rule(action, (Anyone(),), (Traffic(TCP, PortRange(port, port)),))
    subject = Subject(OWN_NAMESPACE, APP)
    return Policy(Identity("CiliumNetworkPolicy", "x", name), subject, Section(True, (rule,)), None)


ONE, TWO = policy("one", 80), policy("two", 80, Action.DENY)
SET = PolicySet(CILIUM, (ONE, TWO))


def named(name: str, found: Policy) -> Policy:
    """With another name, kind, order and labels."""
    identity = Identity("NetworkPolicy", "x", name)
    return replace(found, identity=identity, order=7.0, metadata=Metadata(cut=True), tie="NetworkPolicy")


def test_names_and_order_are_no_matter_where_denies_override() -> None:
    assert read_alike(SET, replace(SET, policies=(named("a", ONE), named("b", TWO))))
    ordered = replace(SET, semantics=CALICO)
    assert read_alike(ordered, replace(ordered, policies=(ONE, TWO)))
    assert not read_alike(ordered, replace(ordered, policies=(named("a", ONE), TWO)))


def test_order_is_no_matter_where_allows_add_up() -> None:
    """But in other tiers it is."""
    union = replace(SET, semantics=KUBERNETES, policies=(ONE,))
    relabelled = replace(ONE, order=7.0, metadata=Metadata(cut=True))
    assert read_alike(union, replace(union, policies=(relabelled,)))
    assert not read_alike(union, replace(union, policies=(named("one", ONE),)))
    first, later = (replace(ONE, tier="admin", order=order) for order in (1.0, 2.0))
    assert not read_alike(replace(union, policies=(first,)), replace(union, policies=(later,)))


def test_labels_are_no_matter_where_sequence_decides() -> None:
    ordered = replace(SET, semantics=CALICO, policies=(ONE,))
    assert read_alike(ordered, replace(ordered, policies=(replace(ONE, metadata=Metadata(cut=True)),)))
    assert not read_alike(ordered, replace(ordered, policies=(replace(ONE, order=7.0),)))


def test_a_deny_may_stand_behind_an_allow_of_its_policy() -> None:
    """But the sequence of either is kept, and where sequence decides all of it."""
    allows, denies = (
        [rule for port in (80, 81) for rule in rules_of(policy("x", port, action))]
        for action in (Action.ALLOW, Action.DENY)
    )

    def having(*rules: Rule) -> PolicySet:
        return replace(SET, policies=(replace(ONE, ingress=Section(True, rules)),))

    mixed = having(allows[0], denies[0], allows[1], denies[1])
    assert read_alike(mixed, having(*denies, *allows))
    assert not read_alike(mixed, having(*denies, *allows[::-1]))
    assert not read_alike(mixed, having(*denies[::-1], *allows))
    assert not read_alike(mixed, having(*denies, allows[0]))
    ordered = [replace(one, semantics=CALICO) for one in (mixed, having(*denies, *allows))]
    assert not read_alike(*ordered)


CHANGES = {
    "a packet": (ONE, policy("two", 81, Action.DENY)),
    "an action": (ONE, policy("two", 80)),
    "sequence": (TWO, ONE),
    "one less": (ONE,),
    "a namespace": (ONE, replace(TWO, identity=replace(TWO.identity, namespace="y"))),
    "whose pods": (ONE, replace(TWO, subject=replace(TWO.subject, pods=In(Label(Scope.POD, "app"), ("b",))))),
    "the other direction": (ONE, replace(TWO, ingress=None, egress=TWO.ingress)),
    "the tier": (ONE, replace(TWO, tier="other")),
    "what is supposed": (ONE, replace(TWO, supposing=("that it rains",))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_all_that_decides_a_packet_counts(change: str) -> None:
    assert not read_alike(SET, replace(SET, policies=CHANGES[change]))


def test_other_engines_and_other_sets_are_read_otherwise() -> None:
    assert not read_alike(SET, replace(SET, semantics=CALICO))
    assert not read_alike(SET, replace(SET, assumed=("other",)))


def test_what_was_lowered_is_lent_to_a_set_that_reads_alike() -> None:
    """Its answers name the policies of that set, and nothing is lowered for them."""
    before = PolicySet(CALICO, (policy("one", 80),))
    after = PolicySet(CILIUM, (policy("one", 80), policy("two", 81)))
    comparison = Comparison(before, after, NO_FACTS, own_node_aside=False, steps=1000)
    assert comparison.proof().verdict is Verdict.LOOSER
    again = replace(after, policies=tuple(named(f"again-{number}", one) for number, one in enumerate(after.policies)))
    sides = comparison.lent(before, again, NO_FACTS, 1000)
    lowered = [len(side.diagram.tails) for side in sides]
    assert len(lowered) == 2
    proof = prove(before, again, sides=sides)
    assert [len(side.diagram.tails) for side in sides] == lowered
    (example,) = proof.counterexamples
    assert example.after.policy is again.policies[1]
    fresh = prove(before, again)
    assert (proof.verdict, proof.later, proof.counterexamples) == (fresh.verdict, fresh.later, fresh.counterexamples)


def spelled(*pods: Selector) -> PolicySet:
    """A set after that lets pods in on a port."""
    peers = tuple(Workloads(OWN_NAMESPACE, one) for one in pods)
    rule = Rule(Action.ALLOW, peers, (Traffic(TCP, PortRange(80, 80)),))
    return PolicySet(CILIUM, (replace(ONE, ingress=Section(True, (rule,))),))


def test_what_is_only_spelled_otherwise_is_lowered_into_the_same_diagram() -> None:
    """It comes to the same there, and what was looked for in vain is known; the answer is about the other spelling."""
    web, shop = (In(Label(Scope.POD, key), (key,)) for key in ("web", "shop"))
    mine, theirs = spelled(And((web, shop))), spelled(And((shop, web)))
    before = replace(spelled(web), semantics=CALICO)
    comparison = Comparison(before, mine, NO_FACTS, own_node_aside=False, steps=1000)
    proof = comparison.proof()
    assert proof.verdict is Verdict.TIGHTER
    lowered = [len(side.diagram.tails) for side in comparison.lent(before, mine, NO_FACTS, 1000)]
    sides = comparison.lent(before, theirs, NO_FACTS, 1000)
    assert [side.after for side in sides] == [theirs, theirs]
    again = prove(before, theirs, sides=sides)
    assert again == prove(before, theirs)
    assert (again.verdict, again.later) == (proof.verdict, proof.later)
    assert again.counterexamples[0].after.policy is theirs.policies[0]
    assert [len(side.diagram.tails) for side in sides] == lowered


@pytest.mark.parametrize("other", ["another label", "fewer pods", "another engine"])
def test_what_says_something_else_is_compared_anew(other: str) -> None:
    """Whatever is lent for it, the answer is that of a proof of its own."""
    web, shop = (In(Label(Scope.POD, key), (key,)) for key in ("web", "shop"))
    mine = spelled(web, shop)
    theirs = {
        "another label": spelled(And((In(Label(Scope.POD, "new"), ("a",)), web))),
        "fewer pods": spelled(And((web, shop))),
        "another engine": replace(mine, semantics=replace(CILIUM, ranges_hold_nodes=True)),
    }[other]
    before = replace(spelled(web), semantics=CALICO)
    comparison = Comparison(before, mine, NO_FACTS, own_node_aside=False, steps=1000)
    assert comparison.proof().verdict is Verdict.LOOSER
    own, sides = (comparison.lent(before, after, NO_FACTS, 1000) for after in (mine, theirs))
    assert [side.after for side in sides] == [theirs, theirs]
    assert prove(before, theirs, sides=sides) == prove(before, theirs)
    assert (sides[0].base is own[0].base) is (other == "fewer pods")


def test_nothing_is_lent_for_another_question() -> None:
    before, after = PolicySet(CALICO, (ONE,)), PolicySet(CILIUM, (ONE, TWO))
    comparison = Comparison(before, after, NO_FACTS, own_node_aside=False, steps=1000)
    assert comparison.lent(before, after, NO_FACTS, 1000) == [], "nothing was asked yet"
    comparison.proof()
    assert comparison.lent(replace(before), after, NO_FACTS, 1000) == []
    assert comparison.lent(before, after, Facts(complete=("Policy",)), 1000) == []
    aside = Comparison(before, after, NO_FACTS, own_node_aside=True, steps=1000)
    aside.proof()
    assert aside.lent(before, after, NO_FACTS, 1000) == []
    comparison.forget()
    assert comparison.lent(before, after, NO_FACTS, 1000) == []
