"""What a plan of probes is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from translate.core.diagnostics import Refusal
from translate.frontend.sources import Places
from translate.model.policy import Direction, Policy, Rule
from translate.prover.answers import Answer
from translate.prover.connection import Labels

IMAGE = "nicolaka/netshoot"
"""The image of the probe pods, if nothing else is said: it has nc, socat, curl and nslookup."""
DNS_NAMESPACE, DNS_LABEL = "kube-system", ("k8s-app", "kube-dns")
"""Where the pods of the cluster's DNS are, and the label that they have."""


class Means(StrEnum):
    """How a probe is made."""

    CONNECT = "to a probe pod that listens"
    RESOLVE = "a name asked of the cluster's DNS"
    OUTSIDE = "to an address outside that somebody named"


class Aspect(StrEnum):
    """What of a rule is tried."""

    PEER = "a peer of its own"
    PACKET = "a port of its own"
    OTHER_PEER = "a peer next to its own"
    OTHER_PACKET = "a port next to its own"
    ISOLATION = "isolation"


@dataclass(frozen=True, slots=True)
class ProbePurpose:
    """One thing to try: an aspect of a rule, or with ``rule`` None of what a policy says of a direction by itself.

    ``item``: which peer or packet of the rule it is, from 0.
    """

    policy: Policy
    direction: Direction
    rule: Rule | None
    aspect: Aspect
    item: int = 0


@dataclass(frozen=True, slots=True)
class ProbeNamespace:
    """A namespace that pods of the plan are in; ``is_made``: by the plan, with just these labels, or it is there."""

    name: str
    labels: Labels = ()
    is_made: bool = False


@dataclass(frozen=True, slots=True)
class ProbePod:
    """A pod of the plan. ``named_ports``: (protocol, name, number); ``listens``: (protocol, number) it answers on."""

    name: str
    namespace: str
    labels: Labels = ()
    account: str = "default"
    named_ports: tuple[tuple[int, str, int], ...] = ()
    listens: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """One try and what must come of it, whatever nobody told of the cluster.

    ``server``: the pod that is tried, None for the cluster's DNS and for an address outside, which is ``outside`` then.
    ``deniers``: the ends that deny it; ``why``: what decides there, in words.
    """

    means: Means
    client: ProbePod
    server: ProbePod | None
    outside: str
    protocol: int
    port: int
    expected: Answer
    deniers: tuple[Direction, ...]
    why: str
    purposes: tuple[ProbePurpose, ...]


@dataclass(frozen=True, slots=True)
class Untested:
    """Something that no probe of the plan tries, why that is, and what would make it possible: empty, nothing would."""

    purpose: ProbePurpose
    reason: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """Probes that together try every rule as far as it can be tried, the pods for them, and what they do not try.

    ``tried``: so many purposes the probes cover. ``most``: so many of them one probe covers at most; as the next probe
    is always the one that covers most, there are at most 1 + ln(most) times as many as the fewest of those thought of.
    ``reason``: why there is no plan, if there is none. ``is_whole``: whether the search came to its end.
    """

    image: str
    namespaces: tuple[ProbeNamespace, ...] = ()
    pods: tuple[ProbePod, ...] = ()
    probes: tuple[Probe, ...] = ()
    untested: tuple[Untested, ...] = ()
    resources: tuple[tuple[str, bool], ...] = ()
    """The kinds of the policies as kubectl takes them, and whether they are in namespaces."""
    tried: int = 0
    most: int = 0
    reason: str = ""
    is_whole: bool = True
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    places: Places = field(default_factory=Places, repr=False, compare=False)
