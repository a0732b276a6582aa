"""A plain interpreter of the model: one point in, one verdict out, with the rule that decided.

It re-checks every witness of the symbolic engine and shares nothing with it but the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import replace as altered
from typing import assert_never

from msgspec.structs import replace

from translate.model.ordering import policy_order, tier_order
from translate.model.peers import OwnNamespace
from translate.model.policy import DEFAULT_TIER, Action, Direction, Policy, PolicySet, Rule, Section
from translate.model.semantics import Combining, Enforcement, OwnNode, Semantics
from translate.model.traffic import Traffic
from translate.prover.evaluator_match import View, rule_matches, selects, selects_namespace
from translate.prover.interpretations import WITH_OWN_NODE, Interpretation
from translate.prover.point import Others, PeerClass, Point

OWN_NODE_IN = "the pod's own node is let in unless a rule denies it"


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, the policy and rule that gave it (None: no rule, ``why`` says what instead), and whether it was
    logged.
    """

    allowed: bool
    policy: Policy | None
    rule: Rule | None
    why: str
    logged: bool = False


BY_OTHERS = "another policy allows it"
ISOLATED_BY_OTHERS = "another policy isolates the pod, and no rule allows it"


def decide(
    policies: PolicySet,
    point: Point,
    reading: Interpretation = Interpretation.LEAST,
    *,
    others_last: bool = False,
) -> Decision:
    """What the engine of ``policies`` does with ``point``; ``reading`` closes what it leaves open.

    ``others_last``: policies that are not given stand behind those of equal order, not before them.
    """
    if policies.semantics.shared is None:
        point = altered(point, others=Others.NOTHING)
    semantics = policies.semantics
    own = _own_node(semantics, point, reading)
    if semantics.enforcement is Enforcement.NOWHERE:
        found = Decision(True, None, None, f"{semantics.title} enforces no policy")
    elif own is OwnNode.ALWAYS:
        return Decision(True, None, None, "the pod's own node is always let in")
    else:
        match semantics.combining:
            case Combining.DENY_OVERRIDES:
                found = _decide_flat(policies, point, reading, own)
            case Combining.FIRST_APPLICABLE | Combining.PERMIT_UNION:
                found = _decide_tiers(policies, point, reading, own, others_last=others_last)
            case None:
                raise ValueError(f"nothing is known of how the rules of {semantics.name} combine")
            case never:
                assert_never(never)
    if own is OwnNode.DROPPED:
        return Decision(False, None, None, f"{semantics.title} drops what a pod sends to its own node", found.logged)
    return found


def _own_node(semantics: Semantics, point: Point, reading: Interpretation) -> OwnNode | None:
    """What is decided of the own node without asking rules, None for any other peer."""
    if point.peer_class is not PeerClass.OWN_NODE:
        return None
    incoming = point.direction is Direction.INGRESS
    found = semantics.from_own_node if incoming else semantics.to_own_node
    if found is OwnNode.OPEN:
        return OwnNode.EXEMPT if reading in WITH_OWN_NODE else OwnNode.ASKED
    return found


def _view(semantics: Semantics, reading: Interpretation) -> View:
    return View(reading, semantics.ranges_hold_nodes, semantics.ranges_hold_pods)


def _decide_tiers(
    policies: PolicySet, point: Point, reading: Interpretation, own: OwnNode | None, *, others_last: bool
) -> Decision:
    logged = False
    view = _view(policies.semantics, reading)
    for tier in tier_order(policies):
        selecting: Policy | None = None
        passed = False
        others = point.others if tier.name == DEFAULT_TIER else Others.NOTHING
        for policy, section in _applying(policies, point):
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
    return Decision(True, None, None, "no policy denies it", logged)


def _is_behind_others(policy: Policy, semantics: Semantics, *, others_last: bool) -> bool:
    """Whether policies that are not given come before ``policy``, where sequence means anything."""
    if semantics.combining is Combining.PERMIT_UNION or semantics.shared is None or policy.order is None:
        return True
    return policy.order > semantics.shared.order or (policy.order == semantics.shared.order and not others_last)


def _decide_flat(policies: PolicySet, point: Point, reading: Interpretation, own: OwnNode | None) -> Decision:
    semantics = policies.semantics
    applying = list(_applying(policies, point))
    isolates_all = semantics.enforcement is Enforcement.EVERYWHERE
    concerned = bool(applying) or point.others is not Others.NOTHING
    own_node_is_let_in = own in (OwnNode.EXEMPT, OwnNode.UNLESS_DENIED) and (concerned or not isolates_all)
    view = _view(semantics, reading)

    def matching(action: Action, wanted: Callable[[Rule], Rule | None]) -> tuple[Policy, Rule] | None:
        for policy, section in applying:
            for rule in section.rules:
                part = wanted(rule) if rule.action is action else None
                if part is not None and rule_matches(part, policy, point, view, policies.sets):
                    return policy, rule
        return None

    denied = matching(Action.DENY, lambda rule: rule)
    if denied is not None:
        return Decision(False, *denied, "Deny")
    asking = matching(Action.ALLOW, _unasked)
    if asking is not None:
        # What a rule looks at on layer 7 is decided there, unless one of the very same peer and port asks nothing.
        met = matching(Action.ALLOW, lambda rule: _with_traffic(rule, tuple(t for t in rule.traffic if t.condition)))
        met = met or matching(Action.ALLOW, lambda rule: _beside(rule, applying))
        if met is not None:
            return Decision(True, *met, "Allow")
        if own_node_is_let_in and matching(Action.ALLOW, _unasked_by_others_than_proxies) is None:
            return Decision(True, None, None, OWN_NODE_IN)
        return Decision(False, *asking, "what it asks for on layer 7 does not hold")
    allowed = matching(Action.ALLOW, lambda rule: rule)
    if allowed is not None:
        return Decision(True, *allowed, "Allow")
    if point.others is Others.ALLOW:
        return Decision(True, None, None, BY_OTHERS)
    if own_node_is_let_in:
        return Decision(True, None, None, OWN_NODE_IN)
    for policy, section in applying:
        if section.isolates:
            return Decision(False, policy, None, "isolated, and no rule allows it")
    if point.others is Others.ISOLATE:
        return Decision(False, None, None, ISOLATED_BY_OTHERS)
    if isolates_all:
        return Decision(False, None, None, f"{semantics.title} isolates every pod, and no rule allows it")
    return Decision(True, None, None, "no policy denies it")


def _with_traffic(rule: Rule, traffic: tuple[Traffic, ...]) -> Rule | None:
    return replace(rule, traffic=traffic) if traffic else None


def _unasked(rule: Rule) -> Rule | None:
    """What a rule asks on layer 7, without the question."""
    return _with_traffic(rule, tuple(replace(item, condition=None) for item in rule.traffic if item.condition))


def _unasked_by_others_than_proxies(rule: Rule) -> Rule | None:
    """What a rule asks that a plain allow does not free a packet of, without the question."""
    asked = tuple(item for item in rule.traffic if item.condition is not None and item.condition.stays)
    return _with_traffic(rule, tuple(replace(item, condition=None) for item in asked))


def _beside(rule: Rule, applying: list[tuple[Policy, Section]]) -> Rule | None:
    """What a rule allows unasked of peers and ports that some other rule asks."""
    for _, section in applying:
        for other in section.rules:
            asked = _unasked(other) if other.action is Action.ALLOW else None
            peers = tuple(peer for peer in rule.peers if asked is not None and peer in asked.peers)
            traffic = tuple(item for item in rule.traffic if asked is not None and item in asked.traffic)
            if peers and traffic:
                return replace(rule, peers=peers, traffic=traffic)
    return None


def _applying(policies: PolicySet, point: Point) -> Iterator[tuple[Policy, Section]]:
    """The policies that govern the subject in the direction of ``point``, in the order of their engine."""
    for policy in policy_order(policies):
        section = policy.section(point.direction)
        if section is None or not selects(policy.subject.pods, point.subject):
            continue
        namespaces = policy.subject.namespaces
        own = isinstance(namespaces, OwnNamespace)
        if (
            policy.identity.namespace == point.subject.namespace
            if own
            else selects_namespace(namespaces, point.subject)
        ):
            yield policy, section
