"""Rules are encoded once for all that ask for their boxes, and what comes out is the same."""

from __future__ import annotations

from typing import Any

import translate
from benchmarks.corpus import policies
from benchmarks.inputs import behind_a_deny, ordered
from translate.core.origin import Origin
from translate.dialects.cilium.unknowns import ClusterCalled
from translate.model.edit import rules_of
from translate.model.peers import OWN_NAMESPACE, Opaque, Workloads
from translate.model.policy import Action, Identity, Policy, Rule, Section, Subject
from translate.model.selectors import EVERYTHING, In, Label, Scope
from translate.model.traffic import ANY_TRAFFIC
from translate.plan.regions.boxes import A_FEW, Box, tidy
from translate.plan.regions.encode import PeerIs, rule_boxes
from translate.plan.regions.encodings import Encodings
from translate.plan.regions.flatten import flattened


def test_each_rule_is_encoded_once_for_both_forms() -> None:
    for documents in (behind_a_deny(30), ordered(30)):
        before = translate.load(documents)
        encodings = Encodings()
        found = [flattened(before, denies=denies, encodings=encodings) for denies in (False, True)]
        assert encodings.made == sum(1 for policy in before.policies for _ in rules_of(policy))
        assert found == [flattened(before, denies=denies) for denies in (False, True)]


def test_what_is_kept_is_what_a_rule_gives_alone() -> None:
    before = translate.load([*behind_a_deny(40), *policies(40, seed=2)[20:]])
    encodings = Encodings()
    for policy in (*before.policies, *before.policies):
        for rule in rules_of(policy):
            assert encodings.rule(rule, policy) == rule_boxes(rule, policy)


def policy(name: str, document: int) -> Policy:
    """One whose peer only the cluster knows."""
    place = Origin("input", document, ("spec",))
    rule = Rule(Action.ALLOW, (Opaque(ClusterCalled(("a",)), place),), (ANY_TRAFFIC,), place)
    return Policy(
        Identity("CiliumNetworkPolicy", "x", name), Subject(OWN_NAMESPACE, EVERYTHING), Section(True, (rule,)), None
    )


def test_what_only_the_cluster_knows_keeps_its_origin() -> None:
    """Boxes of equal rules are equal, and each is told at its own place."""
    encodings, found = Encodings(), list[Origin]()
    for number in (0, 1, 0):
        one = policy(f"p{number}", number)
        (box,) = encodings.rule(next(iter(rules_of(one))), one)
        found += [about.peer.origin for _, about in box if isinstance(about, PeerIs)]
    assert [origin.document for origin in found] == [0, 1, 0]


def test_the_namespace_of_a_policy_counts() -> None:
    """Equal peers of two namespaces mean other pods."""
    pods = Workloads(OWN_NAMESPACE, In(Label(Scope.POD, "app"), ("a",)))
    rule = Rule(Action.ALLOW, (pods,), (ANY_TRAFFIC,))
    encodings = Encodings()
    found: list[list[Box]] = []
    for home in ("x", "y", "x"):
        section: Any = Section(True, (rule,))
        one = Policy(Identity("NetworkPolicy", home, "p"), Subject(OWN_NAMESPACE, EVERYTHING), section, None)
        found.append(encodings.rule(rule, one))
    assert found[0] == found[2] != found[1]


def test_few_boxes_become_what_many_do() -> None:
    """The short way of few boxes is that of many: boxes far from them change nothing."""
    before = translate.load(ordered(30))
    boxes = [box for policy in before.policies for rule in rules_of(policy) for box in rule_boxes(rule, policy)]
    far = [
        {**boxes[0], (0, Label(Scope.POD, f"far-{number}")): side}
        for number, side in enumerate([*boxes[0].values()] * 3)
    ]
    for at in range(len(boxes) - A_FEW):
        few = boxes[at : at + A_FEW]
        assert tidy([*few, *far])[: len(tidy(few))] == tidy(few)
