"""Policies of one tier and equal order: where does it matter which of them an engine looks at first?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from translate.model.ordering import numbers_in_order
from translate.model.policy import DEFAULT_TIER, Action, Direction, Policy, PolicySet
from translate.model.semantics import TieBreak

VERDICTS = frozenset(action for action in Action if action.decides)
"""What decides a packet."""
FOR_EACH_PACKET = (TieBreak.DENY_FIRST, TieBreak.ALLOW_FIRST)


def tell(policies: PolicySet, actions: Collection[Action] = VERDICTS) -> bool:
    """Whether the ways in which the engine may tell equal orders apart may give a packet other answers."""
    return next(telling_pairs(policies, actions), None) is not None


def telling_pairs(policies: PolicySet, actions: Collection[Action] = VERDICTS) -> Iterator[tuple[Policy, Policy]]:
    """The policies of equal order of which now one, now the other is first, and whose ``actions`` differ for pods and a
    direction that may be the same, as far as labels tell.
    """
    if len(policies.semantics.ties) < 2:
        return
    groups: dict[tuple[str, float | None], list[int]] = defaultdict(list)
    adds_up = policies.semantics.only_adds
    for number, policy in enumerate(policies.policies):
        if not (adds_up and policy.tier == DEFAULT_TIER):
            groups[policy.tier, policy.order].append(number)
    groups = {place: members for place, members in groups.items() if len(members) > 1}
    if groups:
        yield from _among(policies, groups.values(), actions)


def _among(
    policies: PolicySet, groups: Collection[list[int]], actions: Collection[Action]
) -> Iterator[tuple[Policy, Policy]]:
    from translate.model.common_subjects import may_share_subjects  # only where orders are equal

    does = {number: _actions(policies.policies[number], actions) for members in groups for number in members}
    places: list[dict[int, int]] = []
    for members in groups:
        if len({action for number in members for mine in does[number].values() for action in mine}) < 2:
            continue
        places = places or [_places(policies, ties) for ties in policies.semantics.ties]
        for here in _near(policies, members):
            if not _is_open(policies) and len({tuple(sorted(here, key=one.__getitem__)) for one in places}) == 1:
                continue
            deciding = [number for number in here if _more_than_allows(does[number])]
            rank = {number: index for index, number in enumerate(dict.fromkeys((*deciding, *here)))}
            near = _Sharing(policies, list(rank))
            for one in deciding:
                for two in sorted(
                    (number for number in near.of(one) if rank[number] > rank[one]), key=rank.__getitem__
                ):
                    changes = _is_open(policies) or len({place[one] < place[two] for place in places}) > 1
                    first, second = policies.policies[one], policies.policies[two]
                    if changes and _differ(does[one], does[two]) and may_share_subjects(first, second):
                        yield first, second


class _Sharing:
    """Policies by the values of the label that most of them ask for: those of other values have no pod in common."""

    def __init__(self, policies: PolicySet, members: list[int]) -> None:
        from translate.model.common_subjects import asked_values  # only where orders are equal

        asked = {number: asked_values(policies.policies[number]) for number in members}
        labels = Counter(label for values in asked.values() for label in values)
        most = max(labels.values(), default=0)
        label = next((one for one, count in labels.items() if count == most), None)
        self._members = members
        self._values = {number: values[label] for number, values in asked.items() if label in values} if label else {}
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, values in self._values.items():
            for value in values:
                self._having[value].append(number)
        self._others = [number for number in members if number not in self._values]

    def of(self, one: int) -> Collection[int]:
        """Those that may have pods in common with ``one``."""
        if one not in self._values:
            return self._members
        return {*self._others, *(number for value in self._values[one] for number in self._having[value])}


def _is_open(policies: PolicySet) -> bool:
    """Whether any of two policies may be first for any packet."""
    return policies.semantics.ties[0] in FOR_EACH_PACKET


def _places(policies: PolicySet, ties: TieBreak) -> dict[int, int]:
    return {number: place for place, number in enumerate(numbers_in_order(policies, ties))}


def _near(policies: PolicySet, members: list[int]) -> Iterator[list[int]]:
    """The members that may select the same pods: those of each namespace, with those of the whole cluster."""
    by_namespace: dict[str | None, list[int]] = defaultdict(list)
    for number in members:
        by_namespace[policies.policies[number].identity.namespace].append(number)
    everywhere = by_namespace.pop(None, [])
    if not by_namespace:
        yield everywhere
    for mine in by_namespace.values():
        yield [*mine, *everywhere]


def _actions(policy: Policy, wanted: Collection[Action]) -> dict[Direction, frozenset[Action]]:
    found = {}
    for direction in Direction:
        section = policy.section(direction)
        found[direction] = (
            frozenset(rule.action for rule in section.rules if rule.action in wanted) if section else frozenset()
        )
    return found


def _more_than_allows(does: dict[Direction, frozenset[Action]]) -> bool:
    return any(mine - {Action.ALLOW} for mine in does.values())


def _differ(one: dict[Direction, frozenset[Action]], two: dict[Direction, frozenset[Action]]) -> bool:
    return any(first is not second for direction in Direction for first in one[direction] for second in two[direction])
