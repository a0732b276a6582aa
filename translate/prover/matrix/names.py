"""What groups are called, in the words of the field, and who is in them, in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    SERVICE_ACCOUNT_NAME,
    And,
    Exists,
    In,
    Not,
    Or,
    Scope,
    Selector,
)
from translate.model.unknowns import API_SERVER
from translate.prover.axes import DnsName, LabelOf
from translate.prover.diagram import Constraints
from translate.prover.matrix.groups import GroupKind, Party
from translate.prover.matrix.plain import NAME
from translate.prover.parts import merged
from translate.prover.point import PeerClass
from translate.prover.row_ends import peer_text, subject_text
from translate.prover.row_lines import addresses_text
from translate.prover.row_selectors import selector_of, selector_text
from translate.prover.space import CLASS_BIT, CLASSES, Space

OTHER_NAMESPACES, ANY_NAMESPACE = "other namespaces", "any namespace"
ENDPOINTS = {
    PeerClass.HEALTH: "health",
    PeerClass.INGRESS: "ingress (gateway)",
    PeerClass.INIT: "init",
    PeerClass.UNMANAGED: "unmanaged",
}
SHORT, FEW = 64, 3


def namespace_of(space: Space, party: Party) -> str:
    """Where the pods of a group are: the namespace, or words for several; empty for who is no pod."""
    if not party.is_pods:
        return ""
    box = party.boxes[0]
    selector = selector_of(space, NAMESPACE_NAME, box.get(NAME, space.full[NAME]))
    labels = list(_positive(space, box, Scope.NAMESPACE))
    if party.is_named and isinstance(selector, In):
        return selector.values[0]
    if labels:
        return f"namespaces {{{', '.join(labels)}}}"
    match selector:
        case In(_, values):
            return f"namespaces {', '.join(values)}"
        case Not(In()):
            return OTHER_NAMESPACES
        case _ if selector == EVERYTHING:
            return ANY_NAMESPACE if len(space.names) == 1 else OTHER_NAMESPACES
        case _:
            return f"namespaces with {selector_text(selector, 'name')}"


def names_of(space: Space, parties: Sequence[Party], *, are_all: bool = True) -> list[str]:
    """What each group is called, no two alike; ``are_all``: whether every pod is in one of them."""
    homes = Counter(namespace_of(space, party) for party in parties if party.is_pods)
    alone = Counter(party.kind for party in parties)
    found = []
    for party in parties:
        if party.is_pods:
            home = namespace_of(space, party)
            found.append(f"{home}/{_pods(space, party.boxes, alone=homes[home] == 1, are_all=are_all)}")
        else:
            found.append(_other(space, party, alone=alone[party.kind] == 1))
    for name in [name for name, times in Counter(found).items() if times > 1]:
        places = [place for place, other in enumerate(found) if other == name]
        for number, place in enumerate(places, 1):
            found[place] = f"{name} #{number}"
    return found


def text_of(space: Space, party: Party) -> str:
    """Who is in a group, exactly."""
    boxes = _together(space, party.boxes)
    if party.of is not None and not isinstance(party.of, DnsName):
        return str(party.of)
    return "; or ".join((subject_text if party.is_pods else peer_text)(space, box) for box in boxes)


def _together(space: Space, boxes: Sequence[Constraints]) -> list[Constraints]:
    return [box for _, box in merged([(0, box) for box in boxes], space)]


def _pods(space: Space, boxes: Sequence[Constraints], *, alone: bool, are_all: bool) -> str:
    """Pods by the labels that they have: who has more of those that are named is in another group."""
    if alone and are_all:
        return "any pod"
    terms = [[*_positive(space, box, Scope.POD), *_accounts(space, box)] for box in _together(space, boxes)]
    if not all(terms):
        return "any other pod" if are_all else "pods without such labels"
    texts = [f"{{{', '.join(some)}}}" for some in terms]
    return " or ".join(texts[:FEW]) + (f" or {len(texts) - FEW} more" if len(texts) > FEW else "")


def _positive(space: Space, box: Constraints, scope: Scope) -> Iterator[str]:
    """The labels of a scope that are asked to be there."""
    for number, mask in sorted(box.items()):
        axis = space.axes[number]
        if isinstance(axis, LabelOf) and axis.label.scope is scope:
            term = _wanted(selector_of(space, axis.label, mask))
            if term is not None:
                yield axis.label.key if isinstance(term, Exists) else selector_text(term, axis.label.key)


def _accounts(space: Space, box: Constraints) -> Iterator[str]:
    for text in _positive(space, box, Scope.SERVICE_ACCOUNT):
        is_name = text.startswith(SERVICE_ACCOUNT_NAME.key)
        yield f"serviceaccount{text.removeprefix(SERVICE_ACCOUNT_NAME.key)}" if is_name else f"serviceaccount {text}"


def _wanted(selector: Selector) -> Selector | None:
    """What of a selector asks for a label; None if nothing does."""
    match selector:
        case Not():
            return None
        case And(terms):
            kept = tuple(term for one in terms if (term := _wanted(one)) is not None)
            return None if not kept else kept[0] if len(kept) == 1 else And(kept)
        case Or(terms):
            return selector if all(_wanted(one) is not None for one in terms) else None
        case _:
            return selector


def _other(space: Space, party: Party, *, alone: bool) -> str:
    match party.kind:
        case GroupKind.NODES:
            return _nodes(space, party)
        case GroupKind.ENDPOINT:
            return ", ".join(ENDPOINTS[one] for one in party.classes)
        case GroupKind.NAMED:
            named = party.of
            return f"dns:{named.pattern}" if isinstance(named, DnsName) else _unknown(named)
        case _:
            return "world" if alone else _world(space, party)


def _unknown(named: object) -> str:
    return "kube-apiserver" if named == API_SERVER else str(named)


def _nodes(space: Space, party: Party) -> str:
    (box, *more) = _together(space, party.boxes)
    classes = [one for one in CLASSES if box[0] & CLASS_BIT[one]]
    if more:
        return "nodes"
    what = "nodes" if len(classes) > 1 else "own node" if classes == [PeerClass.OWN_NODE] else "other nodes"
    labels = list(_positive(space, box, Scope.NODE))
    return f"{what} {{{', '.join(labels)}}}" if labels else what


def _world(space: Space, party: Party) -> str:
    mask = 0
    for box in party.boxes:
        mask |= box.get(space.address_axis, space.full[space.address_axis])
    text = addresses_text(space.address, mask)
    if len(text) <= SHORT:
        return f"world {text}"
    first, *rest = text.split(", ")
    return f"world {first}, … {len(rest)} more"
