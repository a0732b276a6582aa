"""Whether two policies may govern the same pod, as far as their selectors alone tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from translate.model.peers import OwnNamespace
from translate.model.policy import Policy
from translate.model.rewrite import Literal, disjuncts
from translate.model.selectors import NAMESPACE_NAME, And, Exists, In, Label, Selector, conjunction, holds

MOST_BRANCHES = 16


def may_share_subjects(one: Policy, other: Policy) -> bool:
    """Whether something may be governed by both policies; False only where no labels can fit both of their subjects."""
    mine, theirs = one.subject, other.subject
    if any(kind in theirs.endpoints for kind in mine.endpoints):
        return True
    if mine.hosts is not None and theirs.hosts is not None and _may_hold(conjunction(mine.hosts, theirs.hosts)):
        return True
    return _may_hold(conjunction(_pods(one), _pods(other)))


def asked_values(policy: Policy) -> dict[Label, frozenset[str]]:
    """The values of labels of which all that a policy governs has one."""
    if policy.subject.endpoints:
        return {}
    found = _listed(_pods(policy))
    if policy.subject.hosts is None:
        return found
    of_hosts = _listed(policy.subject.hosts)
    return {label: values | of_hosts[label] for label, values in found.items() if label in of_hosts}


def _listed(selector: Selector) -> dict[Label, frozenset[str]]:
    terms = selector.terms if isinstance(selector, And) else (selector,)
    return {term.label: frozenset(term.values) for term in terms if isinstance(term, In)}


def _pods(policy: Policy) -> Selector:
    """The pods of a policy, and their namespaces."""
    where, own = policy.subject.namespaces, policy.identity.namespace
    if isinstance(where, OwnNamespace):
        return conjunction(policy.subject.pods, *(() if own is None else (In(NAMESPACE_NAME, (own,)),)))
    return conjunction(policy.subject.pods, where)


def _may_hold(selector: Selector) -> bool:
    branches = disjuncts(selector, MOST_BRANCHES)
    return branches is None or any(all(map(_may_be, _by_label(branch))) for branch in branches)


def _by_label(branch: Iterable[Literal]) -> Iterator[list[Literal]]:
    """The literals of each label."""
    found: dict[Label, list[Literal]] = {}
    for literal in branch:
        found.setdefault(literal[0].label, []).append(literal)
    return iter(found.values())


def _may_be(literals: list[Literal]) -> bool:
    """Whether a label can be such that all of these are so."""
    listed = next((atom.values for atom, positive in literals if positive and isinstance(atom, In)), None)
    if listed is not None:
        return any(all(holds(atom, value) is positive for atom, positive in literals) for value in listed)
    # Where no values are listed, all that is seen is that a label must be there and must not.
    absent = any(not positive and isinstance(atom, Exists) for atom, positive in literals)
    return not (absent and any(positive for _, positive in literals))
