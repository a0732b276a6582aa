"""Selectors of any shape into those a LabelSelector has: conjunctions of In, NotIn, Exists, DoesNotExist.

A disjunction among peers becomes several peers; of subjects, several policies with the same rules, so that each part
stays isolated. Literals about the namespace move from the pod selector to the namespace selector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import NOWHERE, Origin
from translate.model.edit import rules_of, with_rules
from translate.model.peers import OwnNamespace, Peer, Workloads, asked_together
from translate.model.policy import Action, Policy, Rule
from translate.model.rewrite import Literal, disjuncts, from_literals, rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    SERVICE_ACCOUNT_NAME,
    And,
    Atom,
    Contains,
    EndsWith,
    Exists,
    In,
    Not,
    Scope,
    Selector,
    StartsWith,
    conjunction,
)
from translate.plan.context import Pass, Target
from translate.plan.losing import drop, in_parts

MOST_BRANCHES = 64
PATTERN, ACCOUNT, TOO_MANY, LABEL = "NPT211", "NPT210", "NPT220", "NPT503"

ALL_PODS = "add all Pods to the input and say so (--facts, complete: [Pod])"
ALL_NAMESPACES = "add all Namespaces to the input and say so (--facts, complete: [Namespace])"
PATTERNS = (StartsWith, EndsWith, Contains)


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Spread disjunctions over peers and policies; leave allowed peers out that cannot be said, refuse the rest."""
    # A LabelSelector is where Kubernetes policies come from, so theirs are plain already.
    if target.can.disjunction:
        # A LabelSelector that is valid can be met, as far as the Kubernetes API says.
        if target.name == target.source.name or target.source.only_adds or not any(map(_names_nobody, policies)):
            return policies
        return in_parts(policies, _inhabited, report)
    return in_parts(policies, lambda policy: _subjects(_peers(policy, target, report), target, report), report)


def _names_nobody(policy: Policy) -> bool:
    """Whether a selector of the policy is one that nobody can match."""
    if _is_nobody(policy.subject.pods) or _is_nobody(policy.subject.namespaces):
        return True
    peers = (peer for rule in rules_of(policy) for peer in rule.peers if isinstance(peer, Workloads))
    return any(_is_nobody(peer.pods) or _is_nobody(peer.namespaces) for peer in peers)


def _inhabited(policy: Policy) -> Iterator[Policy]:
    """The policy without peers whose selector nobody can match, as a list of branches has none for them."""
    subject = policy.subject
    if subject.hosts is not None or not (_is_nobody(subject.namespaces) or _is_nobody(subject.pods)):
        yield with_rules(policy, _with_somebody)


def _with_somebody(rule: Rule) -> Iterator[Rule]:
    peers = tuple(
        peer
        for peer in rule.peers
        if not (isinstance(peer, Workloads) and (_is_nobody(peer.namespaces) or _is_nobody(peer.pods)))
    )
    if peers or not rule.peers:
        yield rule if len(peers) == len(rule.peers) else replace(rule, peers=peers)


def _is_nobody(selector: Selector | OwnNamespace) -> bool:
    # Conjunctions are flat, as they are made.
    return NOTHING in selector.terms if isinstance(selector, And) else selector == NOTHING


def _peers(policy: Policy, target: Target, report: Report) -> Policy:
    def spread(peer: Peer, rule: Rule) -> Iterable[Peer]:
        if isinstance(peer, Workloads) and not (
            _plain(peer.pods, Scope.POD) and _plain(peer.namespaces, Scope.NAMESPACE)
        ):
            return parts(peer, rule)
        return (peer,)

    def parts(peer: Workloads, rule: Rule) -> Iterator[Peer]:
        own = isinstance(peer.namespaces, OwnNamespace)
        whole = asked_together(peer.namespaces, peer.pods)
        for literals in _branches(whole, policy, target, report, peer.origin):
            unsaid = _account(literals, target) or _pattern(literals)
            if unsaid is not None:
                # What a Deny leaves of an allow was written nowhere.
                origin = next((one for one in (unsaid.origin, peer.origin) if one is not NOWHERE), rule.origin)
                leave_out(unsaid, rule, origin)
                continue
            namespaces: Selector | OwnNamespace = peer.namespaces
            about = tuple(x for x in literals if x[0].label.scope is Scope.NAMESPACE)
            if not own:
                namespaces = rewrite(from_literals(about), _named)
            elif about:
                here = rewrite(from_literals(about), lambda atom: _at_home(atom, policy))
                if here == NOTHING:
                    continue
                if here != EVERYTHING:
                    namespaces = conjunction(In(NAMESPACE_NAME, (policy.identity.namespace or "",)), here)
            yield replace(peer, namespaces=namespaces, pods=from_literals(tuple(x for x in literals if x not in about)))

    def leave_out(atom: Atom, rule: Rule, origin: Origin) -> None:
        if isinstance(atom, PATTERNS) and rule.action is not Action.ALLOW:
            _refuse_pattern(atom, policy, target, report, origin)
            return
        what, why, hint = _unasked(atom, target)
        drop(LABEL, what, rule, policy, target, report, origin=origin, why=why, hint=hint)

    def changed(rule: Rule) -> Iterable[Rule]:
        peers = tuple(part for peer in rule.peers for part in spread(peer, rule))
        if peers == rule.peers:
            return (rule,)
        return (replace(rule, peers=peers),) if peers else ()

    return with_rules(policy, changed)


def _subjects(policy: Policy, target: Target, report: Report) -> Iterator[Policy]:
    subject = policy.subject
    if _plain(subject.pods, Scope.POD) and _plain(subject.namespaces, Scope.NAMESPACE):
        yield policy
        return
    everywhere = not isinstance(subject.namespaces, OwnNamespace)
    if isinstance(subject.namespaces, OwnNamespace):
        whole = rewrite(subject.pods, lambda atom: _at_home(atom, policy))
    else:
        whole = rewrite(conjunction(subject.namespaces, subject.pods), _named)
    branches = _branches(whole, policy, target, report, subject.origin)
    refused = [
        atom
        for literals in branches
        for atom, _ in literals
        if _refused_subject(atom, everywhere, policy, target, report)
    ]
    if refused:
        # Without them nothing is written; what else is wrong with the policy is told all the same.
        branches = [tuple(x for x in literals if not any(x[0] is atom for atom in refused)) for literals in branches]
    for literals in branches:
        inside = tuple(x for x in literals if everywhere and x[0].label.scope is Scope.NAMESPACE)
        pods = from_literals(tuple(x for x in literals if x not in inside))
        namespaces = from_literals(inside) if everywhere else subject.namespaces
        yield replace(policy, subject=replace(subject, namespaces=namespaces, pods=pods))


def _refused_subject(atom: Atom, everywhere: bool, policy: Policy, target: Target, report: Report) -> bool:
    """Whether nobody can be governed by such a test, which is then told."""
    if atom.label.scope is Scope.SERVICE_ACCOUNT and not _has_words(atom, target):
        _, _, hint = _unasked(atom, target)
        labels = "labels of " if target.can.accounts else ""
        message = f"{labels}service accounts have no counterpart in a {target.can.title}"
        report.refuse(ACCOUNT, message, origin=atom.origin, about=policy.called, hint=hint)
    elif isinstance(atom, PATTERNS):
        _refuse_pattern(atom, policy, target, report, atom.origin)
    elif atom.label.scope is Scope.NAMESPACE and not everywhere:
        message = f"a subject by the namespace label {atom.label.key} has no counterpart in a {target.can.title}"
        report.refuse(ACCOUNT, message, origin=atom.origin, about=policy.called)
    else:
        return False
    return True


def _named(atom: Atom) -> Selector:
    """Every namespace has a name."""
    return EVERYTHING if atom == Exists(NAMESPACE_NAME) else atom


def _at_home(atom: Atom, policy: Policy) -> Selector:
    """What a test on the namespace's name says of the policy's own namespace, where all its subjects are."""
    if atom == Exists(NAMESPACE_NAME):
        return EVERYTHING
    if isinstance(atom, In) and atom.label == NAMESPACE_NAME:
        return EVERYTHING if policy.identity.namespace in atom.values else NOTHING
    return atom


def _plain(selector: Selector | OwnNamespace, scope: Scope) -> bool:
    """Whether a LabelSelector over the labels of ``scope`` says it as it is."""
    if isinstance(selector, OwnNamespace):
        return True
    terms = selector.terms if isinstance(selector, And) else (selector,)
    return all(_requirement(term.term if isinstance(term, Not) else term, scope) for term in terms)


def _requirement(term: Selector, scope: Scope) -> bool:
    if not isinstance(term, (In, Exists)) or term.label.scope is not scope or term == Exists(NAMESPACE_NAME):
        return False
    return isinstance(term, Exists) or (isinstance(term, In) and term.values != ())


def _has_words(atom: Atom, target: Target) -> bool:
    """Whether the target can ask that of a service account."""
    return target.can.account_labels or (target.can.accounts and atom.label == SERVICE_ACCOUNT_NAME)


def _account(literals: Iterable[Literal], target: Target) -> Atom | None:
    """A test on service accounts that the target has no words for."""
    return next((x for x, _ in literals if x.label.scope is Scope.SERVICE_ACCOUNT and not _has_words(x, target)), None)


def _pattern(literals: Iterable[Literal]) -> Atom | None:
    """A test on part of a label's value."""
    return next((atom for atom, _ in literals if isinstance(atom, PATTERNS)), None)


def _refuse_pattern(atom: Atom, policy: Policy, target: Target, report: Report, origin: Origin) -> None:
    message = f"a test on part of the label {atom.label.key} has no counterpart in a {target.can.title}"
    report.refuse(PATTERN, message, origin=origin, about=policy.called, hint=_listed(atom))


def _listed(atom: Atom) -> str:
    every = ALL_NAMESPACES if atom.label.scope is Scope.NAMESPACE else ALL_PODS
    return f"list the values of the label instead, or {every}"


def _unasked(atom: Atom, target: Target) -> tuple[str, str, str]:
    """Whom a test is about that the target cannot ask, why it cannot, and what helps."""
    if atom.label.scope is not Scope.SERVICE_ACCOUNT or _has_words(atom, target):
        whole = f"a {target.can.title} compares whole values"
        if atom.label == SERVICE_ACCOUNT_NAME:
            return "pods that are told apart by part of the name of their service account", whole, _listed(atom)
        if atom.label == NAMESPACE_NAME:
            return "pods of namespaces that are told apart by part of their name", whole, _listed(atom)
        whose = "pods of namespaces" if atom.label.scope is Scope.NAMESPACE else "pods"
        return f"{whose} that are told apart by part of the label {atom.label.key}", whole, _listed(atom)
    if target.can.accounts:
        what = f"pods that are told apart by the label {atom.label.key} of their service account"
        why = f"a {target.can.title} asks for service accounts by name alone"
        return what, why, "name the accounts instead of asking for their labels"
    what = "pods that are told apart by their service account"
    # Pods tell the names of their accounts, not what labels these have.
    also = f", or {ALL_PODS}" if atom.label == SERVICE_ACCOUNT_NAME else ""
    return what, f"a {target.can.title} cannot ask for it", f"select the pods by labels{also}"


def _branches(
    selector: Selector, policy: Policy, target: Target, report: Report, origin: Origin
) -> list[tuple[Literal, ...]]:
    branches = disjuncts(selector, MOST_BRANCHES)
    if branches is None:
        message = f"a selector has more than {MOST_BRANCHES} alternatives, each a peer or policy of its own"
        hint = "simplify the selector, or split the policy"
        report.refuse(TOO_MANY, message, origin=origin, about=policy.called, hint=hint)
        return []
    return branches


def _broken(policy: Policy, target: Target) -> bool:
    selected = [peer for rule in rules_of(policy) for peer in rule.peers if isinstance(peer, Workloads)]
    selectors = [policy.subject.pods, *(peer.pods for peer in selected)]
    return not target.can.disjunction and any(_is_beyond(selector) for selector in selectors)


def _is_beyond(selector: Selector) -> bool:
    """Whether a selector is more than a LabelSelector says."""
    match selector:
        case And(terms):
            return any(map(_is_beyond, terms))
        case Not(term):
            return not isinstance(term, In | Exists)
        case In() | Exists():
            return False
        case _:
            return selector != NOTHING


PASS = Pass(
    run,
    needs="plain peers; subjects of one namespace or of all",
    guarantees="every selector is a conjunction of In, NotIn, Exists and DoesNotExist, where the target has no more",
    broken=_broken,
)
