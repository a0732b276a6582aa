"""Which of the pods that are told a policy selects, as far as it asks for what is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from translate.model.facts import Facts, PodObject
from translate.model.peers import OwnNamespace
from translate.model.policy import Policy
from translate.model.rewrite import rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    SERVICE_ACCOUNT_NAME,
    Atom,
    Label,
    Scope,
    Selector,
    conjunction,
    holds,
)


class Among:
    """Pods by their namespaces: most policies select in one alone."""

    def __init__(self, pods: Iterable[PodObject]) -> None:
        self._all = tuple(pods)
        self._of: dict[str, list[PodObject]] = {}
        for pod in self._all:
            self._of.setdefault(pod.namespace, []).append(pod)

    def near(self, policy: Policy) -> Sequence[PodObject]:
        """The pods that the policy may select: those of its namespace, or all if it selects in others as well."""
        if isinstance(policy.subject.namespaces, OwnNamespace):
            return self._of.get(policy.identity.namespace or "", ())
        return self._all


class Selecting:
    """Whether policies select pods, with what the facts tell of their namespaces."""

    def __init__(self, facts: Facts) -> None:
        self._labels = {found.name: dict(found.labels) for found in reversed(facts.namespaces)}

    def selects(self, policy: Policy, pod: PodObject) -> bool | None:
        """Whether a policy selects a pod, None where it asks for what nobody told."""
        where = policy.subject.namespaces
        if isinstance(where, OwnNamespace):
            if pod.namespace != (policy.identity.namespace or ""):
                return False
            where = EVERYTHING
        found = rewrite(conjunction(where, policy.subject.pods), lambda atom: self._asked(atom, pod))
        return None if found not in (EVERYTHING, NOTHING) else found == EVERYTHING

    def _asked(self, atom: Atom, pod: PodObject) -> Selector:
        """What a test of a selector comes to on a pod."""
        match atom.label:
            case label if label == NAMESPACE_NAME:
                value: str | None = pod.namespace
            case label if label == SERVICE_ACCOUNT_NAME:
                value = pod.account
            case Label(Scope.POD, key):
                value = dict(pod.labels).get(key)
            case Label(Scope.NAMESPACE, key) if pod.namespace in self._labels:
                value = self._labels[pod.namespace].get(key)
            case _:
                return atom
        return EVERYTHING if value is not None and holds(atom, value) else NOTHING
