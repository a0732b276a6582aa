"""Which elements of the input's lists of rules, peers and ports something of the output stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum, auto

from translate.core.origin import Origin, Path, Place
from translate.model.edit import rules_of
from translate.model.peers import Both, Cidr, Except, parts
from translate.model.policy import Action, Policy, Rule


class Inside(Enum):
    """What lists there are in a rule."""

    PEERS = auto()
    TRAFFIC = auto()


class Arrived:
    """What of the lists of ``before`` there is in ``after``, policies that were made of it.

    An element stands if a rule, peer or port of the output comes from it or from a part of it. A Deny that only lends
    its place to an allow of what it leaves over does not.
    """

    def __init__(self, before: Iterable[Policy], after: Iterable[Policy]) -> None:
        self._lists: set[Place] = set()
        self._denies: set[Place] = set()
        self._items: dict[Place, Inside] = {}
        for policy in before:
            self._read(policy)
        self._stands: set[Place] = set()
        self._blurred: set[tuple[Place, Inside]] = set()
        for policy in after:
            self._find(policy)

    def went(self, file: str, document: int, path: Path) -> bool:
        """Whether ``path`` is or is in an element, or a list of rules, that nothing stands for."""
        return any(self._is_gone((file, document, path[:length])) for length in range(1, len(path) + 1))

    def _is_gone(self, place: Place) -> bool:
        if place in self._stands:
            return False
        file, document, path = place
        kind = self._items.get(place)
        if kind is not None:  # where the output mixed what is in a rule, it may be what became of the item
            return not any(((file, document, path[:length]), kind) in self._blurred for length in range(len(path)))
        return place in self._lists or (isinstance(path[-1], int) and (file, document, path[:-1]) in self._lists)

    def _read(self, policy: Policy) -> None:
        for section in (policy.ingress, policy.egress):
            if section is not None and section.rules:
                self._lists.add(section.origin.place)
        for rule in rules_of(policy):
            file, document, path = rule.origin.place
            self._lists.add((file, document, path[:-1]))
            if rule.action is Action.DENY:
                self._denies.add(rule.origin.place)
            for origin, kind in _inside(rule):
                if _is_below(origin, rule):
                    inner = origin.path
                    for length in range(len(path) + 1, len(inner) + 1):
                        if isinstance(inner[length - 1], int):
                            self._items[file, document, inner[:length]] = kind

    def _find(self, policy: Policy) -> None:
        for section in (policy.ingress, policy.egress):
            if section is not None:
                self._stand(section.origin)
        for rule in rules_of(policy):
            if rule.action is Action.ALLOW and rule.origin.place in self._denies:
                continue
            for place in (rule.origin, *rule.also.places):
                self._stand(place)
            for origin, kind in _inside(rule):
                self._stand(origin)
                if not _is_below(origin, rule):
                    self._blurred.add((rule.origin.place, kind))

    def _stand(self, origin: Origin) -> None:
        file, document, path = origin.place
        while path and (file, document, path) not in self._stands:
            self._stands.add((file, document, path))
            path = path[:-1]


def _inside(rule: Rule) -> Iterator[tuple[Origin, Inside]]:
    """Where the peers and packets of a rule come from."""
    for peer in rule.peers:
        for part in (peer, *parts(peer)) if isinstance(peer, Both | Except) else (peer,):
            yield part.origin, Inside.PEERS
            if isinstance(part, Cidr) and part.excluding:
                yield part.holes, Inside.PEERS
    for item in rule.traffic:
        yield item.origin, Inside.TRAFFIC


def _is_below(origin: Origin, rule: Rule) -> bool:
    """Whether an origin is a place within the rule."""
    outer = rule.origin
    if origin.document != outer.document or origin.file != outer.file:
        return False
    length = len(outer.path)
    return len(origin.path) > length and origin.path[:length] == outer.path
