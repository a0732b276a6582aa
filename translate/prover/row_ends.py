"""Who a row is about, in words: pods by namespace and labels, nodes, addresses."""

from __future__ import annotations

from collections.abc import Iterator

from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    SERVICE_ACCOUNT_NAME,
    Exists,
    In,
    Label,
    Not,
    Scope,
    Selector,
)
from translate.model.unknowns import OwnNodeIn, PodIn, Unknown
from translate.prover.axes import SUBJECT_LINES, DnsName, End, LabelOf
from translate.prover.diagram import Constraints
from translate.prover.point import ENDPOINTS, PeerClass
from translate.prover.row_lines import addresses_text
from translate.prover.row_selectors import selector_of, selector_text
from translate.prover.space import CLASS_BIT, POD_MASK, Space

ANYONE = "anyone"
ELSEWHERE = " in other namespaces"
NODES = CLASS_BIT[PeerClass.OWN_NODE] | CLASS_BIT[PeerClass.OTHER_NODE]
SAME, OTHER = CLASS_BIT[PeerClass.POD_SAME], CLASS_BIT[PeerClass.POD_OTHER]
OUTSIDE = CLASS_BIT[PeerClass.OUTSIDE]


def subject_text(space: Space, ends: Constraints) -> str:
    """The pods that are judged."""
    text = _pods(space, ends, End.SUBJECT, _namespaces(space, ends, End.SUBJECT))
    for line in SUBJECT_LINES.values():
        if line in space.lines and space.axis(line) in ends:
            text += f" at {addresses_text(space.lines[line], ends[space.axis(line)])}"
    return text


def peer_text(space: Space, ends: Constraints) -> str:
    """Who is at the other end."""
    full = space.full[0]
    classes, addresses = ends.get(0, full), ends.get(space.address_axis)
    where = "" if addresses is None else addresses_text(space.address, addresses)
    if classes == OUTSIDE:
        text = f"{where or 'all addresses'} outside the cluster"
    else:
        text = _classes(space, ends, classes, f" at {where}" if where else "")
    return text + "".join(_memberships(space, ends))


def _classes(space: Space, ends: Constraints, classes: int, where: str) -> str:
    """The kinds of peers, those that are left out where these are fewer."""
    missing = space.full[0] & ~classes
    if not _is_labelled(space, ends):
        if not missing:
            return f"{ANYONE}{where}"
        if missing in (POD_MASK, CLASS_BIT[PeerClass.OWN_NODE], OUTSIDE, NODES):
            return f"{ANYONE}{where} but {' and '.join(_kinds(space, {}, missing))}"
    return _joined(list(_kinds(space, ends, classes))) + where


def _is_labelled(space: Space, ends: Constraints) -> bool:
    axes = (space.axes[number] for number in ends)
    labelled = any(isinstance(axis, LabelOf) and axis.end is not End.SUBJECT for axis in axes)
    return labelled or space.peer_name_axis in ends


def _kinds(space: Space, ends: Constraints, classes: int) -> Iterator[str]:
    if classes & NODES:
        which = {NODES: "nodes", CLASS_BIT[PeerClass.OWN_NODE]: "the pod's own node"}
        labels = _labelled(space, ends, End.NODE, Scope.NODE)
        yield which.get(classes & NODES, "other nodes") + labels
    if classes & OUTSIDE:
        yield "addresses outside the cluster"
    yield from (one.value for one in space.classes if one in ENDPOINTS and classes & CLASS_BIT[one])
    if classes & POD_MASK:
        yield _peer_pods(space, ends, classes & POD_MASK)


def _joined(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _peer_pods(space: Space, ends: Constraints, classes: int) -> str:
    """Peers that are pods, of the namespace of the other end, of other ones, or of any."""
    if classes == SAME:
        name = selector_of(space, NAMESPACE_NAME, ends.get(1, space.full[1]))
        own = f" in {name.values[0]}" if isinstance(name, In) and len(name.values) == 1 else " in the same namespace"
        return _pods(space, ends, End.PEER, own, of_own=True)
    where = _namespaces(space, ends, End.PEER)
    if classes == OTHER:
        where = where or ELSEWHERE
    return _pods(space, ends, End.PEER, where)


def _pods(space: Space, ends: Constraints, end: End, where: str, *, of_own: bool = False) -> str:
    """Pods by their labels and accounts, and ``where`` they are."""
    labels = _labelled(space, ends, end, Scope.POD)
    accounts = "".join(_accounts(space, ends, end))
    inside = "" if of_own else _labelled(space, ends, end, Scope.NAMESPACE)
    if inside:
        where = f"{where or ' in namespaces'}{inside}" if where in ("", ELSEWHERE) else f"{where} (namespace{inside})"
    return f"{'pods' if labels or accounts else 'all pods'}{labels}{accounts}{where}"


def _namespaces(space: Space, ends: Constraints, end: End) -> str:
    axis = 1 if end is End.SUBJECT else space.peer_name_axis
    match selector_of(space, NAMESPACE_NAME, ends.get(axis, space.full[axis])):
        case In(_, values):
            return f" in {' or '.join(values)}"
        case Not(In(_, values)):
            return f" in namespaces other than {' and '.join(values)}"
        case selector if selector == EVERYTHING:
            return ""
        case selector:
            return f" in namespaces with {selector_text(selector, 'name')}"


def _labelled(space: Space, ends: Constraints, end: End, scope: Scope) -> str:
    """Terms that labels of one scope must meet, those that must be absent last."""
    found = list(_selectors(space, ends, end, scope))
    terms = [selector_text(one, label.key) for label, one in found if not _is_absent(one)]
    absent = [label.key for label, one in found if _is_absent(one)]
    text = f" labelled {', '.join(terms)}" if terms else ""
    return text + (f"{' and' if terms else ''} without label {', '.join(absent)}" if absent else "")


def _accounts(space: Space, ends: Constraints, end: End) -> Iterator[str]:
    for label, selector in _selectors(space, ends, end, Scope.SERVICE_ACCOUNT):
        if label == SERVICE_ACCOUNT_NAME and isinstance(selector, In):
            yield f" of service account {' or '.join(selector.values)}"
        elif label == SERVICE_ACCOUNT_NAME:
            yield f" of a service account with {selector_text(selector, 'name')}"
        else:
            yield f" of a service account labelled {selector_text(selector, label.key)}"


def _selectors(space: Space, ends: Constraints, end: End, scope: Scope) -> Iterator[tuple[Label, Selector]]:
    for number, mask in sorted(ends.items()):
        axis = space.axes[number]
        if isinstance(axis, LabelOf) and axis.end is end and axis.label.scope is scope:
            yield axis.label, selector_of(space, axis.label, mask)


def _is_absent(selector: Selector) -> bool:
    return isinstance(selector, Not) and isinstance(selector.term, Exists)


def _memberships(space: Space, ends: Constraints) -> Iterator[str]:
    """DNS names and sets that nobody knows."""
    for number, mask in sorted(ends.items()):
        axis, no = space.axes[number], "" if mask == 2 else "not "
        if isinstance(axis, DnsName):
            yield f" {no}called {axis.pattern}"
        elif isinstance(axis, OwnNodeIn | PodIn):
            yield f", {'unless' if no else 'where'} {axis}"
        elif isinstance(axis, Unknown):
            yield f", {no}in [{axis}]"
