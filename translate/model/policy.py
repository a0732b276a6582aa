"""Rules, policies and sets of policies."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import assert_never

from msgspec import Struct

from translate.core.identity import Identity as Identity
from translate.core.origin import NO_OTHERS, NOWHERE, Origin, Origins
from translate.model.peers import Kind, OwnNamespace, Peer
from translate.model.selectors import Selector
from translate.model.semantics import Semantics
from translate.model.traffic import Traffic


class Action(StrEnum):
    """What a rule does with a packet it matches."""

    ALLOW = "Allow"
    DENY = "Deny"
    PASS = "Pass"
    LOG = "Log"

    @property
    def decides(self) -> bool:
        """Whether a packet that it meets is not asked about any further, at least in its tier."""
        match self:
            case Action.ALLOW | Action.DENY | Action.PASS:
                return True
            case Action.LOG:
                return False
            case never:
                assert_never(never)

    @property
    def lets_on(self) -> bool:
        """Whether a packet may get through by it: at once, or by what decides after it."""
        match self:
            case Action.ALLOW | Action.PASS:
                return True
            case Action.DENY | Action.LOG:
                return False
            case never:
                assert_never(never)

    @property
    def cuts(self) -> bool:
        """Whether it takes packets from the allows that stand behind it."""
        match self:
            case Action.DENY | Action.PASS:
                return True
            case Action.ALLOW | Action.LOG:
                return False
            case never:
                assert_never(never)


class Direction(StrEnum):
    """Seen from the subject pod."""

    INGRESS = "ingress"
    EGRESS = "egress"


class Rule(Struct, frozen=True, gc=False):
    """``action`` for packets of one of ``traffic`` from or to one of ``peers``; no peer or no traffic: matches
    nothing.

    ``subject``: the subject must be one of these as well, for a rule that concerns only some of the pods of its policy;
    None is all of them, an empty tuple is none. ``annotations`` change nothing. ``also``: the equal rules that this one
    stands for as well.
    """

    action: Action
    peers: tuple[Peer, ...]
    traffic: tuple[Traffic, ...]
    origin: Origin = NOWHERE
    subject: tuple[Peer, ...] | None = None
    annotations: tuple[tuple[str, str], ...] = ()
    also: Origins = NO_OTHERS


class Section(Struct, frozen=True, gc=False):
    """What a policy says of one direction; ``isolates``: packets that nothing allows are denied."""

    isolates: bool
    rules: tuple[Rule, ...]
    origin: Origin = NOWHERE


class Subject(Struct, frozen=True, gc=False):
    """The pods a policy governs; ``hosts``: and what host endpoints have such labels (they are no pods: not judged).

    ``endpoints``: and these endpoints of its engine's own.
    """

    namespaces: Selector | OwnNamespace
    pods: Selector
    origin: Origin = NOWHERE
    hosts: Selector | None = None
    endpoints: tuple[Kind, ...] = ()


class Metadata(Struct, frozen=True, gc=False):
    """Labels and annotations a person wrote, and whether the namespace was given or assumed.

    ``extras``: fields of the policy's own dialect that say nothing of pods, with their values. ``cut``: whether what is
    decided before its rules was taken out of them. ``expanded``: the address sets that the object names, and
    whose ranges stand in the rules.
    """

    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    namespace_given: bool = True
    generate_name: str = ""
    extras: tuple[tuple[str, object], ...] = ()
    cut: bool = False
    expanded: tuple[str, ...] = ()


DEFAULT_TIER = "default"


class Departure(Struct, frozen=True, gc=False):
    """What some engine does otherwise than the API says that a policy is written for, and with which part of it."""

    sentence: str
    part: str


class Policy(Struct, frozen=True, gc=False):
    """One policy: who it governs and what it says per direction (``None``: nothing).

    ``order``: place among the policies of ``tier`` on engines that have an order, ``None`` = behind all that have one.
    ``tie``: the kind by which an engine breaks ties, where that is not the kind of the object. ``supposing``: what its
    meaning takes for granted of clusters, in words. ``departures``: what it takes for granted of who enforces it.
    ``given``: whose part it is, where the input calls that otherwise.
    """

    identity: Identity
    subject: Subject
    ingress: Section | None
    egress: Section | None
    tier: str = DEFAULT_TIER
    order: float | None = None
    metadata: Metadata = Metadata()
    origin: Origin = NOWHERE
    tie: str = ""
    supposing: tuple[str, ...] = ()
    departures: tuple[Departure, ...] = ()
    given: Identity | None = None

    @property
    def called(self) -> Identity:
        """The name that people know from the input."""
        return self.given or self.identity

    def section(self, direction: Direction) -> Section | None:
        """What the policy says of ``direction``."""
        return self.ingress if direction is Direction.INGRESS else self.egress


class Tier(Struct, frozen=True, gc=False):
    """A group of policies that is left as a whole: by Pass, or at its end by ``default_action``."""

    name: str
    order: float
    default_action: Action


class AddressSet(Struct, frozen=True, gc=False):
    """Addresses that selectors find by labels (Calico's NetworkSet, GlobalNetworkSet, HostEndpoint).

    ``namespace_labels``: those of the namespace it is in, None where the input does not say. ``is_host``: the addresses
    are those of a host, which policies may govern as well. ``port_names``: those that the host gives to ports.
    """

    identity: Identity
    labels: tuple[tuple[str, str], ...]
    blocks: tuple[str, ...]
    namespace_labels: tuple[tuple[str, str], ...] | None = None
    origin: Origin = NOWHERE
    is_host: bool = False
    port_names: tuple[str, ...] = ()


class Bearing(StrEnum):
    """Why an object that is not judged is no matter to be left out of sight."""

    HOSTS = "is about traffic of hosts"
    DECIDES = "decides about traffic"
    ROUTES = "changes where packets go"


OF_HOSTS = "hosts"


class Unjudged(Struct, frozen=True, gc=False):
    """What an object says that is not judged; ``said``: its canonical text, ``about``: whose traffic it decides.

    ``shared``: an object that only one side has is one of the cluster, so of both. ``engine``: whose own kind it is,
    empty for kinds that any engine has.
    """

    identity: Identity
    said: str
    bearing: Bearing = Bearing.HOSTS
    shared: bool = False
    origin: Origin = NOWHERE
    about: str = OF_HOSTS
    engine: str = ""


class PolicySet(Struct, frozen=True, gc=False):
    """Policies that one engine evaluates together, what that engine does, and the address sets that rules may mean.

    ``assumed``: the names of tiers that the input uses but does not bring. ``services``: of which rules mean what is
    behind them, as namespace and name, where facts tell that. ``selectors``: which of those in rules could mean address
    sets that are not among ``sets``, in words of the dialect; where a rule does not say so itself (see Workloads) they
    are supposed to mean none.
    """

    semantics: Semantics
    policies: tuple[Policy, ...]
    tiers: tuple[Tier, ...] = ()
    sets: tuple[AddressSet, ...] = ()
    assumed: tuple[str, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    services: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """What is not known of the engine, or of what it makes of these policies, in words."""
        odd = dict.fromkeys(self._beside_allows()) if self.semantics.only_adds else ()
        return (
            *self.semantics.unknown,
            *(f"what a rule that says {action} does where allows add up" for action in odd),
        )

    def _beside_allows(self) -> Iterator[Action]:
        """The actions of rules in the default tier that do not allow."""
        members = (policy for policy in self.policies if policy.tier == DEFAULT_TIER)
        sections = (section for policy in members for section in (policy.ingress, policy.egress) if section is not None)
        yield from (rule.action for section in sections for rule in section.rules if rule.action is not Action.ALLOW)
