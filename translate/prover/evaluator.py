"""A plain interpreter of the model: one point in, one verdict out, with the rule that decided.

It re-checks every witness of the symbolic engine and shares nothing with it but the model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple, assert_never

from msgspec.structs import replace
from msgspec.structs import replace as altered

from translate.model.conditions import Proxy
from translate.model.ordering import policy_order, tier_order
from translate.model.peers import OwnNamespace
from translate.model.policy import DEFAULT_TIER, Action, AddressSet, Direction, Policy, PolicySet, Rule, Section
from translate.model.semantics import Combining, Enforcement, OwnNode, Semantics, TieBreak
from translate.model.ties import FOR_EACH_PACKET
from translate.model.traffic import Traffic
from translate.prover.decision import Decision
from translate.prover.evaluator_match import View, rule_matches, selects, selects_namespace
from translate.prover.interpretations import WITH_OWN_NODE, Interpretation
from translate.prover.point import Others, PeerClass, Pod, Point

UNJUDGED = "no policy denies it"
OWN_NODE_IN = "the pod's own node is let in unless a rule denies it"


BY_OTHERS = "another policy allows it"
ISOLATED_BY_OTHERS = "another policy isolates the pod, and no rule allows it"


def decide(
    policies: PolicySet,
    point: Point,
    reading: Interpretation = Interpretation.LEAST,
    *,
    others_last: bool = False,
    ties: TieBreak | None = None,
) -> Decision:
    """What the engine of ``policies`` does with ``point``; ``reading`` closes what it leaves open.

    ``others_last``: policies that are not given stand behind those of equal order, not before them; ``ties``: how equal
    orders are told apart.
    """
    if policies.semantics.shared is None:
        point = altered(point, others=Others.NOTHING)
    semantics = policies.semantics
    own = own_node_rule(semantics, point, reading)
    if semantics.enforcement is Enforcement.NOWHERE:
        found = Decision(True, None, None, f"{semantics.title} enforces no policy")
    elif own is OwnNode.ALWAYS:
        return Decision(True, None, None, "the pod's own node is always let in")
    else:
        match semantics.combining:
            case Combining.DENY_OVERRIDES:
                found = _decide_flat(policies, point, reading, own)
            case Combining.FIRST_APPLICABLE | Combining.PERMIT_UNION:
                found = _decide_tiers(policies, point, reading, own, others_last=others_last, ties=ties)
            case None:
                raise ValueError(f"nothing is known of how the rules of {semantics.name} combine")
            case never:
                assert_never(never)
    if own is OwnNode.DROPPED:
        return Decision(False, None, None, f"{semantics.title} drops what a pod sends to its own node", found.logged)
    return found


def own_node_rule(semantics: Semantics, point: Point, reading: Interpretation) -> OwnNode | None:
    """What is decided of the own node without asking rules, None for any other peer."""
    if point.peer_class is not PeerClass.OWN_NODE:
        return None
    incoming = point.direction is Direction.INGRESS
    found = semantics.from_own_node if incoming else semantics.to_own_node
    if found is OwnNode.OPEN:
        return OwnNode.EXEMPT if reading in WITH_OWN_NODE else OwnNode.ASKED
    return found


def view_of(semantics: Semantics, reading: Interpretation) -> View:
    """How the engine reads ranges."""
    return View(reading, semantics.ranges_hold_nodes, semantics.ranges_hold_pods)


def _decide_tiers(
    policies: PolicySet,
    point: Point,
    reading: Interpretation,
    own: OwnNode | None,
    *,
    others_last: bool,
    ties: TieBreak | None,
) -> Decision:
    logged = False
    view = view_of(policies.semantics, reading)
    applying = in_sequence(policies, point, view, ties)
    for tier in tier_order(policies):
        selecting: Policy | None = None
        passed = False
        others = point.others if tier.name == DEFAULT_TIER else Others.NOTHING
        for policy, section in applying:
            if policy.tier != tier.name:
                continue
            if others is Others.ALLOW and _is_behind_others(policy, policies.semantics, others_last=others_last):
                return Decision(True, None, None, BY_OTHERS, logged)
            if section.isolates and selecting is None:
                selecting = policy
            for rule in section.rules:
                if not rule_matches(rule, policy, point, view, policies.sets):
                    continue
                match rule.action:
                    case Action.LOG:
                        logged = True
                    case Action.PASS:
                        passed = True
                        break
                    case Action.ALLOW | Action.DENY:
                        return Decision(rule.action is Action.ALLOW, policy, rule, rule.action.value, logged)
                    case never:
                        assert_never(never)
            if passed:
                break
        if not passed and others is Others.ALLOW:
            return Decision(True, None, None, BY_OTHERS, logged)
        if passed or tier.default_action is not Action.DENY:
            continue
        isolated = selecting is not None or others is Others.ISOLATE
        if isolated and own in (OwnNode.EXEMPT, OwnNode.UNLESS_DENIED):
            return Decision(True, None, None, "a NetworkPolicy never cuts off the pod's own node", logged)
        if selecting is not None:
            return Decision(False, selecting, None, "isolated, and no rule allows it", logged)
        if isolated:
            return Decision(False, None, None, ISOLATED_BY_OTHERS, logged)
        if tier.name == DEFAULT_TIER and policies.semantics.enforcement is Enforcement.EVERYWHERE:
            return Decision(False, None, None, f"{policies.semantics.title} isolates every pod", logged)
    return Decision(True, None, None, UNJUDGED, logged)


def _is_behind_others(policy: Policy, semantics: Semantics, *, others_last: bool) -> bool:
    """Whether policies that are not given come before ``policy``, where sequence means anything."""
    if semantics.only_adds or semantics.shared is None or policy.order is None:
        return True
    return policy.order > semantics.shared.order or (policy.order == semantics.shared.order and not others_last)


def _decide_flat(policies: PolicySet, point: Point, reading: Interpretation, own: OwnNode | None) -> Decision:
    semantics = policies.semantics
    applying = list(applying_to(policies, point))
    isolates_all = semantics.enforcement is Enforcement.EVERYWHERE
    concerned = bool(applying) or point.others is not Others.NOTHING
    own_node_is_let_in = own in (OwnNode.EXEMPT, OwnNode.UNLESS_DENIED) and (concerned or not isolates_all)
    view = view_of(semantics, reading)

    denies: list[AskedRule] = []
    allows: list[AskedRule] = []
    for policy, section in applying:
        for rule in section.rules:
            met_by = (x for x in rule.traffic if rule_matches(_unasked(rule, x), policy, point, view, policies.sets))
            match rule.action:
                case Action.DENY:
                    denies += (AskedRule(policy, rule, item) for item in met_by)
                case Action.ALLOW:
                    allows += (AskedRule(policy, rule, item) for item in met_by)
                case Action.PASS | Action.LOG:
                    pass  # where the sequence means nothing there is nothing to pass on to, and no rule logs
                case never:
                    assert_never(never)
    denied = next((found for found in denies if found.holds(point)), None)
    if denied is not None:
        return Decision(False, denied.policy, denied.rule, "Deny")
    asking = _with_the_last_word(allows)
    met = next((found for found in asking if found.holds(point)), None)
    if met is not None:
        return Decision(True, met.policy, met.rule, "Allow")
    stays = bool(asking) and asking[0].stays
    if point.others is Others.ALLOW and not any(found.stays or found.asks_for_a_name for found in asking):
        return Decision(True, None, None, BY_OTHERS)
    if own_node_is_let_in and not stays:
        return Decision(True, None, None, OWN_NODE_IN)
    isolating = next((policy for policy, section in applying if section.isolates), None)
    by_others = point.others is not Others.NOTHING
    if asking and (stays or isolating is not None or by_others or isolates_all):
        return Decision(False, asking[0].policy, asking[0].rule, asking[0].unmet)
    if isolating is not None:
        return Decision(False, isolating, None, "isolated, and no rule allows it")
    if by_others:
        return Decision(False, None, None, ISOLATED_BY_OTHERS)
    if isolates_all:
        return Decision(False, None, None, f"{semantics.title} isolates every pod, and no rule allows it")
    return Decision(True, None, None, UNJUDGED)


class AskedRule(NamedTuple):
    """An item of a rule that means a packet, if what it asks beyond that is left aside."""

    policy: Policy
    rule: Rule
    item: Traffic

    def holds(self, point: Point) -> bool:
        """Whether what is asked holds, or nothing is asked."""
        asked = self.item.condition
        return asked is None or asked.always_holds or asked in point.conditions

    @property
    def unmet(self) -> str:
        """That what is asked does not hold, in words."""
        asked = self.item.condition
        if asked is not None and asked.authentication and asked.proxy is None:
            return "the peer does not prove who it is"
        return "what it asks for on layer 7 does not hold"

    @property
    def stays(self) -> bool:
        """Whether TLS, a listener or an authentication is asked, which no other allow makes up for."""
        return self.item.condition is not None and self.item.condition.stays

    @property
    def asks_for_a_name(self) -> bool:
        """Whether the DNS proxy looks at the packet."""
        asked = self.item.condition
        return asked is not None and asked.proxy is Proxy.DNS and not asked.always_holds


def _unasked(rule: Rule, item: Traffic) -> Rule:
    return replace(rule, traffic=(replace(item, condition=None),))


def _with_the_last_word(allows: list[AskedRule]) -> list[AskedRule]:
    """Those of the allows of one packet of which any that holds lets it through: all, but for two things.

    What stays has to hold whatever else allows the packet, and the DNS proxy looks at the rules of its port alone.
    """
    staying = [found for found in allows if found.stays]
    ports = [(found.item.protocol, found.item.port) for found in allows if found.asks_for_a_name]
    if staying or not ports:
        return staying or allows
    return [found for found in allows if (found.item.protocol, found.item.port) in ports]


def in_sequence(
    policies: PolicySet, point: Point, view: View, ties: TieBreak | None = None
) -> list[tuple[Policy, Section]]:
    """The policies that govern the subject in the direction of ``point``, in the order of their engine; equal orders
    that the packet itself tells apart included.
    """
    found = list(applying_to(policies, point, ties))
    if ties in FOR_EACH_PACKET:
        found.sort(key=lambda one: _choice(one[0], one[1], point, view, ties, policies.sets))
    return found


CHOICES = {
    TieBreak.DENY_FIRST: (Action.DENY, Action.PASS, Action.ALLOW),
    TieBreak.ALLOW_FIRST: (Action.ALLOW, Action.PASS, Action.DENY),
}


def _choice(
    policy: Policy, section: Section, point: Point, view: View, ties: TieBreak | None, sets: tuple[AddressSet, ...]
) -> tuple[float, int]:
    """Where a policy stands among others of its order if the packet's own verdict decides that."""
    order = math.inf if policy.order is None else policy.order
    does = next((rule.action for rule in section.rules if rule_matches(rule, policy, point, view, sets)), None)
    choices = CHOICES[ties] if ties is not None else ()
    return order, choices.index(does) if does in choices else len(choices)


def applying_to(policies: PolicySet, point: Point, ties: TieBreak | None = None) -> Iterator[tuple[Policy, Section]]:
    """The policies that govern the subject in the direction of ``point``, equal orders told apart by ``ties`` alone."""
    incoming, namespace = point.direction is Direction.INGRESS, point.subject.namespace
    # There may be thousands of policies, most of other namespaces: a look at each has to be short.
    near = (
        policy
        for policy in policies.policies
        if policy.identity.namespace == namespace or not isinstance(policy.subject.namespaces, OwnNamespace)
    )
    found = tuple(
        policy
        for policy in near
        if (policy.ingress if incoming else policy.egress) is not None and governs(policy, point.subject)
    )
    for policy in policy_order(replace(policies, policies=found), ties) if len(found) > 1 else found:
        section = policy.section(point.direction)
        assert section is not None
        yield policy, section


def governs(policy: Policy, pod: Pod) -> bool:
    """Whether ``policy`` selects ``pod``, whatever it says of it."""
    namespaces = policy.subject.namespaces
    # The namespace first: it tells most policies of a cluster apart.
    if isinstance(namespaces, OwnNamespace):
        is_there = policy.identity.namespace == pod.namespace
    else:
        is_there = selects_namespace(namespaces, pod)
    return is_there and selects(policy.subject.pods, pod)
