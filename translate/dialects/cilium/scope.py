"""Which labels a Cilium selector reads, and what they are facts of (Cilium documentation, layer 3 policies).

A key may name the source of its label: pods have labels of ``k8s``, which keys of ``any`` or without a source find as
well; nodes, outside addresses and Cilium's own endpoints have labels of ``reserved``. Pod labels outside the identity
are never there (``mappings/labels.yaml``, unseen).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct, field

from translate.core.names import shown
from translate.core.origin import Origin
from translate.dialects.base import BeyondError
from translate.dialects.cilium.manifest import Selector as ManifestSelector
from translate.dialects.cilium.unknowns import ClusterCalled
from translate.model.peers import OWN_NAMESPACE, Except, Opaque, Peer
from translate.model.policy import Subject
from translate.model.rewrite import relabel
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    SERVICE_ACCOUNT_NAME,
    Atom,
    Exists,
    In,
    Label,
    Not,
    Scope,
    Selector,
    conjunction,
)
from translate.tables import load
from translate.tables.records import Meaning

NAMESPACE = "io.kubernetes.pod.namespace"
DEFAULT_NAME = "default"
"""What a cluster is called unless its agents are told otherwise."""
OF_PODS = ("k8s", "any")
RESERVED = "reserved"
NOWHERE = ("container", "unspec", "directory")
"""Sources of which nothing in a cluster of Kubernetes has a label."""
ELSEWHERE = (RESERVED, "node", "cidr", "cidrgroup", "fqdn", *NOWHERE)
"""Sources whose labels no pod has."""


class Term(NamedTuple):
    """One requirement: the label's source and the test on it, to be true or, if ``negative``, false."""

    source: str
    test: Exists | In
    negative: bool

    @property
    def key(self) -> str:
        """The key without its source."""
        return self.test.label.key

    @property
    def means(self) -> Meaning | None:
        """What the label is a fact of, where Cilium gives the key a meaning of its own (``mappings/labels.yaml``)."""
        found = load.label_meaning("cilium", Scope.POD, self.key) if self.source in OF_PODS else None
        return None if found is None else found[0].means


def terms(selector: ManifestSelector, place: Origin) -> tuple[Term, ...]:
    """The requirements of a selector that the agent takes."""
    found = [_term(key, (value,), False, place.at("matchLabels", key)) for key, value in selector.matchLabels.items()]
    for index, term in enumerate(selector.matchExpressions):
        negative = term.operator in ("NotIn", "DoesNotExist")
        found.append(_term(term.key, tuple(term.values), negative, place.at("matchExpressions", index)))
    return tuple(found)


def _term(key: str, values: tuple[str, ...], negative: bool, origin: Origin) -> Term:
    source, colon, rest = key.partition(":")
    if not colon:
        source, rest = "any", key
    if source not in (*OF_PODS, *ELSEWHERE):
        raise BeyondError(f"a label of the source {shown(source)}", origin)
    label = Label(Scope.POD, rest)
    return Term(source, In(label, values, origin) if values else Exists(label, origin), negative)


class SelectorTerms(Struct):
    """What a selector asks of pods: of their namespaces, of themselves, and of the name of the cluster."""

    namespaces: list[Selector] = field(default_factory=list)
    pods: list[Selector] = field(default_factory=list)
    clusters: list[Peer] = field(default_factory=list)


def of_pods(found: Iterable[Term]) -> SelectorTerms:
    """What ``found`` asks of pods beside what each of a cluster has that is called as it is by default."""
    wanted = SelectorTerms()
    for term in found:
        means = term.means
        if is_own_cluster(term):
            continue
        if means is Meaning.CLUSTER_NAME and isinstance(term.test, In):
            wanted.clusters.append(of_cluster(term.test, term.negative))
            continue
        about = wanted.namespaces if means is not None and means.is_of_namespaces else wanted.pods
        known = _resolved(term)
        about.append(negated(known) if term.negative else known)
    return wanted


def of_cluster(test: In, negative: bool) -> Opaque | Except:
    """That the local cluster has one of these names, or has not."""
    unknown = Opaque(ClusterCalled(tuple(sorted(test.values))), test.origin)
    return Except(unknown, test.origin) if negative else unknown


def _resolved(term: Term) -> Selector:
    """The test as the model knows it."""
    if term.source in ELSEWHERE:
        return NOTHING
    found = load.label_meaning("cilium", Scope.POD, term.key)
    if found is None:
        return NOTHING if load.labels().unseen.hides(term.key) else term.test
    record, rest = found
    match record.means:
        case Meaning.NAMESPACE_NAME:
            return _named(relabel(term.test, NAMESPACE_NAME))
        case Meaning.NAMESPACE_LABEL:
            return _named(relabel(term.test, Label(Scope.NAMESPACE, rest)))
        case Meaning.SERVICE_ACCOUNT_NAME:
            return relabel(term.test, SERVICE_ACCOUNT_NAME)
        case Meaning.CLUSTER_NAME:
            return EVERYTHING  # every pod is in a cluster that has a name
        case Meaning.SERVICE_ACCOUNT_LABEL | Meaning.KUBERNETES_POD:
            raise BeyondError(f"a selector on the {record.means}", term.test.origin)


def _named(atom: Atom) -> Selector:
    """Every namespace has a name."""
    return EVERYTHING if isinstance(atom, Exists) and atom.label == NAMESPACE_NAME else atom


def negated(selector: Selector) -> Selector:
    """The opposite, constants folded."""
    if selector == NOTHING:
        return EVERYTHING
    return NOTHING if selector == EVERYTHING else Not(selector)


def together(found: Iterable[Selector]) -> Selector:
    """All of ``found``, constants folded."""
    listed = list(found)
    return NOTHING if NOTHING in listed else conjunction(*listed)


def subject(selector: ManifestSelector, namespace: str | None, place: Origin) -> Subject:
    """The pods that a policy governs; None: it is cluster-wide.

    Elsewhere a ``k8s:`` namespace in matchLabels is overwritten by the policy's own, anything else holds beside it.
    """
    if namespace is not None:
        labels = {key: value for key, value in selector.matchLabels.items() if key != f"k8s:{NAMESPACE}"}
        selector = ManifestSelector(labels, selector.matchExpressions)
    found = terms(selector, place)
    wanted = of_pods(found)
    if wanted.clusters:
        raise BeyondError("a subject by the name of another cluster", place)
    if namespace is not None:
        return Subject(OWN_NAMESPACE, together(wanted.namespaces + wanted.pods), place)
    return Subject(together(wanted.namespaces), together(wanted.pods), place)


def is_own_cluster(term: Term) -> bool:
    """Whether ``term`` holds for every pod of a cluster that has the name of one by default."""
    if term.means is not Meaning.CLUSTER_NAME or not isinstance(term.test, In):
        return False
    return (DEFAULT_NAME in term.test.values) is not term.negative


def is_no_pod(selector: ManifestSelector, place: Origin) -> bool:
    """Whether ``selector`` asks for endpoints of Cilium's own (``reserved:health``, ``reserved:ingress``, …)."""
    return any(term.source == RESERVED and not term.negative for term in terms(selector, place))
