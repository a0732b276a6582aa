"""Denial logging for Calico: exactly the denied packets are logged, and no verdict changes.

Each explicit Deny gets a Log of the same match before it. Each group of pods that policies of a tier isolate in a
direction gets one policy behind all others of that tier, Log then Deny: what reaches it is denied anyway. It has no
order, so it stands behind every policy that has one, and its subject is exactly the isolated pods: a wider one would
isolate pods that nobody had selected. A Log at the end of each policy would log what a later policy allows; a Deny
there would deny it. A tier that ends in Pass gets none: what later tiers decide is not denied there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.dialects.calico.log_places import NoLastPlaceError, Spot, comes_last, spots
from translate.dialects.denials import Additions, InsertionPoint, LogRequest
from translate.dialects.protocol import LogDenials
from translate.model.edit import is_of_everything
from translate.model.ordering import tier_order
from translate.model.peers import Anyone, OwnNamespace
from translate.model.policy import (
    DEFAULT_TIER,
    Action,
    Direction,
    Identity,
    Metadata,
    Policy,
    PolicySet,
    Rule,
    Section,
    Subject,
)
from translate.model.selectors import EVERYTHING, Selector, disjunction
from translate.model.semantics import TieBreak
from translate.model.traffic import ANY_TRAFFIC

if TYPE_CHECKING:
    from translate.yamlio.edit import Insertion

NAME = "zzz-log-denied"
NO_COUNTERPART, NO_LAST_PLACE = "NPT213", "NPT531"
SUBJECTS_PER_POLICY = 8
"""So many subjects share one log policy: longer selectors are refused by Calico, and read badly."""

WHERE = (
    "Calico logs to the kernel log of the node: journalctl -k | grep calico-packet (eBPF: bpftool prog tracelog). From "
    "3.32 on logActionRateLimit in FelixConfiguration bounds it, and logPrefix: '%t %k %n' names tier, kind and policy"
)
LOG_THEN_DENY = tuple(Rule(action, (Anyone(),), (ANY_TRAFFIC,)) for action in (Action.LOG, Action.DENY))


class LogRules(LogDenials):
    """A Log rule before each Deny, and log policies at the end of tiers."""

    where = WHERE

    def additions(self, policies: PolicySet, wanted: LogRequest, report: Report) -> Additions:
        """What logs the denials; how a tier ends must be known, or it is refused."""
        if policies.assumed and not wanted.explicit_only:
            _refuse_unknown_ends(policies, report)
            return Additions()
        numbers = range(len(policies.policies))
        rules = tuple(place for number in numbers for place in _denials(policies, number, wanted))
        try:
            added = () if wanted.explicit_only else tuple(_Namer(policies).log_policies(wanted))
        except NoLastPlaceError as error:
            _refuse_place(error.rival, report)
            return Additions()
        return Additions(rules, added)

    def insertion(self, rule: Origin, value: Mapping[str, Any]) -> Insertion:
        """The Deny rule at ``rule`` once more, as a Log rule before itself."""
        from translate.yamlio.edit import Insertion  # only where something is inserted

        *path, direction, index = rule.path
        assert isinstance(index, int), "a rule is an item of a list"
        log = {**value["spec"][direction][index], "action": "Log"}
        return Insertion(rule.document, (*path, direction), index, log, like=index)


def _refuse_unknown_ends(policies: PolicySet, report: Report) -> None:
    """Without its Tier object nobody knows where a tier stands and how it ends: a log policy there could deny."""
    for name in policies.assumed:
        member = next(policy for policy in policies.policies if policy.tier == name)
        message = f"how the tier {name} ends is not in the input: a log policy at its end could deny"
        hint = "add its Tier object, or log explicit denials only (--log-explicit)"
        report.refuse(NO_COUNTERPART, message, origin=member.origin, about=member.identity, hint=hint)


def _refuse_place(rival: Policy, report: Report) -> None:
    """Where a log policy would come before a policy that lets through what it denies."""
    message = (
        f"a log policy for the pods that {rival.identity} allows traffic for comes before it up to 3.31 or since 3.32: "
        "neither it nor what else isolates these pods has an order, and the namespaces of both are not known by name"
    )
    hint = "give it an order, or say which release enforces the policies (--source-version calico=3.32)"
    report.refuse(NO_LAST_PLACE, message, origin=rival.origin, about=rival.identity, hint=hint)


def _denials(policies: PolicySet, number: int, wanted: LogRequest) -> Iterator[InsertionPoint]:
    """The Deny rules of a policy whose packets no Log rule before them has logged."""
    for direction in wanted.directions:
        section = policies.policies[number].section(direction)
        rules = section.rules if section else ()
        for index, rule in enumerate(rules):
            if rule.action is Action.DENY and not any(_logs(earlier, rule) for earlier in rules[:index]):
                yield InsertionPoint(number, direction, index)


def _logs(earlier: Rule, rule: Rule) -> bool:
    """Whether a Log rule meets every packet that ``rule`` does, as far as that is plain."""
    if earlier.action is not Action.LOG:
        return False
    same = (earlier.peers, earlier.traffic, earlier.subject) == (rule.peers, rule.traffic, rule.subject)
    return same or is_of_everything(earlier)


def _is_settled(section: Section) -> bool:
    """Whether a rule of the section meets every packet: decides it, so that none of its pods' gets to the end of the
    tier, or logs it already.
    """
    return any(is_of_everything(rule) for rule in section.rules)


class _Namer(Struct):
    """Makes the log policies of a set, each with a name that nobody has and that stands last."""

    policies: PolicySet
    taken: set[tuple[str | None, str]] = field(default_factory=set)

    def log_policies(self, wanted: LogRequest) -> Iterator[Policy]:
        """The policies for the end of every tier that ends in Deny."""
        self.taken = {(policy.identity.namespace, policy.identity.name) for policy in self.policies.policies}
        for tier in tier_order(self.policies):
            members = [policy for policy in self.policies.policies if policy.tier == tier.name]
            if not members or tier.default_action is not Action.DENY:
                continue
            for direction in wanted.directions:
                yield from self._of(tier.name, members, direction)

    def _of(self, tier: str, members: list[Policy], direction: Direction) -> Iterator[Policy]:
        open_end: dict[bool, list[Policy]] = {True: [], False: []}
        for policy in members:
            section = policy.section(direction)
            if section is not None and section.isolates:
                open_end[not _is_settled(section)].append(policy)
        isolated = open_end[True]
        if any(_is_everywhere(policy.subject) for policy in open_end[False]):
            return
        if any(_is_everywhere(policy.subject) for policy in isolated):
            isolated = [policy for policy in isolated if _is_everywhere(policy.subject)][:1]
        groups: dict[tuple[object, ...], list[Policy]] = {}
        for policy in isolated:
            subject = policy.subject
            key = (policy.identity.namespace, policy.metadata.namespace_given, subject.namespaces, subject.hosts)
            groups.setdefault(key, []).append(policy)
        numbers: dict[str | None, int] = {}
        for group in groups.values():
            first = group[0]
            namespace = first.identity.namespace
            # Host endpoints count by the labels of one policy: such subjects are not joined.
            subjects = [policy.subject.pods for policy in group]
            for pods in _joined(subjects) if first.subject.hosts is None else list(dict.fromkeys(subjects)):
                wanted = Spot(replace(first.subject, pods=pods), namespace, ())
                for spot in spots(self.policies, tier, direction, wanted):
                    number = numbers[spot.namespace] = numbers.get(spot.namespace, 0) + 1
                    yield self._policy(first, spot, tier, direction, number)

    def _policy(self, like: Policy, spot: Spot, tier: str, direction: Direction, number: int) -> Policy:
        section = Section(True, LOG_THEN_DENY)
        name = f"{NAME}-{direction.value}" + (f"-{number}" if number > 1 else "")
        return Policy(
            identity=self._identity(like, spot, name, tier),
            subject=spot.subject,
            ingress=section if direction is Direction.INGRESS else None,
            egress=section if direction is Direction.EGRESS else None,
            tier=tier,
            order=None,
            metadata=Metadata(
                namespace_given=spot.namespace != like.identity.namespace or like.metadata.namespace_given
            ),
        )

    def _identity(self, like: Policy, spot: Spot, name: str, tier: str) -> Identity:
        """A free name that sorts behind all policies of the tier that have no order either.

        Up to 3.31 a policy of another tier than ``default`` must have that tier's name before its own.
        """
        namespace = spot.namespace
        kind = "NetworkPolicy" if namespace is not None else "GlobalNetworkPolicy"
        members = [policy for policy in self.policies.policies if policy.tier == tier]
        unordered = tuple(policy for policy in members if policy.order is None)

        def fits(identity: Identity) -> bool:
            last = comes_last(identity, tier, unordered, like, TieBreak.BY_NAME)
            last = last and all(
                comes_last(identity, tier, spot.rivals, like, way) for way in self.policies.semantics.ties
            )
            return last and (namespace, identity.name) not in self.taken

        prefixed = Identity(kind, namespace, f"{tier}.{name}")
        identity = Identity(kind, namespace, name) if tier == DEFAULT_TIER or not fits(prefixed) else prefixed
        while not fits(identity):
            identity = replace(identity, name="z" + identity.name)
        self.taken.add((namespace, identity.name))
        return identity


def _is_everywhere(subject: Subject) -> bool:
    return (
        subject.namespaces == EVERYTHING
        and subject.pods == EVERYTHING
        and not isinstance(subject.namespaces, OwnNamespace)
    )


def _joined(subjects: list[Selector]) -> list[Selector]:
    """The union of ``subjects`` in as few selectors as stay readable."""
    different = list(dict.fromkeys(subjects))
    if EVERYTHING in different:
        return [EVERYTHING]
    step = SUBJECTS_PER_POLICY
    return [disjunction(*different[begin : begin + step]) for begin in range(0, len(different), step)]


LOG_DENIALS = LogRules()
