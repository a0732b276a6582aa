"""What is shown level by level, against the walk over both sides and against the plain interpreter."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

import translate
from tests import semantics
from tests.properties.policies import policy_sets
from tests.properties.situations import is_there, points
from tests.properties.strategies import effort, network_policies
from tests.properties.test_property_prover import in_pieces
from tests.semantics import CALICO, CILIUM
from translate.model.facts import NO_FACTS
from translate.model.peers import OWN_NAMESPACE, Cidr, Peer, Reach
from translate.model.policy import Direction, Policy, PolicySet, Rule, Section
from translate.model.selectors import EVERYTHING, In
from translate.model.semantics import Semantics
from translate.model.traffic import ANY_TRAFFIC, PortRange, Traffic
from translate.prover.budget import Budget
from translate.prover.diagram import ALLOWED, DENIED
from translate.prover.evaluator import decide
from translate.prover.questions import Question, questions
from translate.prover.search import find
from translate.prover.sides import Sides, sides_of
from translate.prover.steps import OthersPlace

DICE = st.integers(0, 1 << 32).map(random.Random)


def agreed(before: PolicySet, after: PolicySet, dice: random.Random) -> bool:
    """Whether anything is shown; asserts that the walk and the plain interpreter know of nothing against it."""
    shown = False
    for direction in Direction:
        side = sides_of(before, after, direction, Budget(), NO_FACTS, own_node_aside=False)
        some = [point for point in points(dice, 20, before, after) if point.direction is direction]
        for question in (question for asked in questions(before, after) for question in asked):
            alike = side.is_alike(question)
            event(f"alike: {alike}")
            if not alike:
                continue
            shown = True
            assert walked(side, question) is None
            last = question.place is OthersPlace.LAST
            for point in (point for point in some if is_there(point.peer_class, before, after)):
                mine = decide(before, point, question.before, others_last=last, ties=question.ties[0])
                theirs = decide(after, point, question.after, others_last=last, ties=question.ties[1])
                # A question is about one direction.
                assert (mine.allowed, theirs.allowed) != (not question.looser, question.looser), point
    return shown


def walked(side: Sides, question: Question) -> dict[int, int] | None:
    """What the walk over both sides finds."""
    wanted = (DENIED, ALLOWED) if question.looser else (ALLOWED, DENIED)
    return find(side.diagram, *side.lowered(question), wanted)


def meddled(policies: PolicySet, dice: random.Random) -> PolicySet:
    """A copy in which one policy is changed a little, or is in pieces."""
    found = list(policies.policies)
    if not found:
        return policies
    number = dice.randrange(len(found))
    found[number : number + 1] = dice.choice(WAYS)(found[number], dice)
    return replace(policies, policies=tuple(found))


def _gone(policy: Policy, dice: random.Random) -> list[Policy]:
    return []


def _in_rules(policy: Policy, dice: random.Random) -> list[Policy]:
    """A rule for each peer and each item of traffic."""
    return [_rewritten(policy, _apart)]


def _apart(rule: Rule) -> list[Rule]:
    return [replace(rule, peers=(peer,), traffic=(item,)) for peer in rule.peers for item in rule.traffic]


def _renamed(policy: Policy, dice: random.Random) -> list[Policy]:
    return [replace(policy, identity=replace(policy.identity, name=f"{policy.identity.name}-2"))]


def _twice(policy: Policy, dice: random.Random) -> list[Policy]:
    return [policy, *_renamed(policy, dice)]


def _one_less(policy: Policy, dice: random.Random) -> list[Policy]:
    """Without a peer of each rule."""
    return [_rewritten(policy, lambda rule: [replace(rule, peers=rule.peers[1:])])]


def _other_packets(policy: Policy, dice: random.Random) -> list[Policy]:
    other = dice.choice([ANY_TRAFFIC, Traffic(6, PortRange(1, 65535)), Traffic(6), Traffic(None, PortRange(80, 90))])
    return [_rewritten(policy, lambda rule: [replace(rule, traffic=(other, *rule.traffic[1:]))])]


def _elsewhere(policy: Policy, dice: random.Random) -> list[Policy]:
    """For another namespace, or for all."""
    subject = replace(policy.subject, namespaces=dice.choice([OWN_NAMESPACE, EVERYTHING]))
    identity = replace(policy.identity, namespace=dice.choice(["x", "y", policy.identity.namespace]))
    return [replace(policy, subject=subject, identity=identity)]


def _other_reach(policy: Policy, dice: random.Random) -> list[Policy]:
    reach = dice.choice(list(Reach))
    return [_rewritten(policy, lambda rule: [replace(rule, peers=tuple(_reaching(x, reach) for x in rule.peers))])]


def _reaching(peer: Peer, reach: Reach) -> Peer:
    return replace(peer, reach=reach) if isinstance(peer, Cidr) else peer


def _for_each_value(policy: Policy, dice: random.Random) -> list[Policy]:
    """A policy for each value that its pods may have."""
    pods = policy.subject.pods
    if not isinstance(pods, In):
        return [policy]
    subjects = [replace(policy.subject, pods=replace(pods, values=(value,))) for value in pods.values]
    return [
        replace(policy, subject=subject, identity=replace(policy.identity, name=f"{policy.identity.name}-{number}"))
        for number, subject in enumerate(subjects)
    ]


def _rewritten(policy: Policy, change: Callable[[Rule], list[Rule]]) -> Policy:
    def section(found: Section | None) -> Section | None:
        return found and replace(found, rules=tuple(one for rule in found.rules for one in change(rule)))

    return replace(policy, ingress=section(policy.ingress), egress=section(policy.egress))


WAYS: tuple[Callable[[Policy, random.Random], list[Policy]], ...] = (
    _gone,
    _in_rules,
    _renamed,
    _twice,
    _one_less,
    _other_packets,
    _elsewhere,
    _other_reach,
    _for_each_value,
)


@pytest.mark.parametrize("engine", semantics.ENGINES, ids=lambda one: one.name)
def test_what_is_shown_is_so(engine: Semantics) -> None:
    """A set and one with a small change."""

    @effort(60)
    @given(policy_sets(engine), DICE)
    def run(policies: PolicySet, dice: random.Random) -> None:
        before = replace(policies, sets=())
        after = meddled(before, dice)
        agreed(before, meddled(after, dice) if dice.random() < 0.5 else after, dice)

    run()


@effort(40)
@given(policy_sets(CILIUM), DICE)
def test_what_is_shown_of_two_engines_is_so(policies: PolicySet, dice: random.Random) -> None:
    """The same policies, which ranges mean other peers of."""
    before = replace(policies, sets=())
    agreed(before, replace(meddled(before, dice), semantics=CALICO), dice)


@effort(30)
@given(network_policies(), DICE)
def test_what_is_in_pieces_is_shown(documents: list[dict[str, object]], dice: random.Random) -> None:
    """Rules of their own policies, prefixes and port ranges in pieces, everything shuffled."""
    copy = [piece for document in documents for piece in in_pieces(document, dice)]
    dice.shuffle(copy)
    assert agreed(translate.load(documents), translate.load(copy), dice)
