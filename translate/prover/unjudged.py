"""What is compared of objects that are not judged: nothing but whether the same stand on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from translate.core.shortened import shortened
from translate.model.policy import Bearing, Identity, PolicySet, Unjudged
from translate.prover.assumptions import About, Assumption

COMPARED = (Bearing.HOSTS, Bearing.DECIDES)
"""Which a proof compares. Where packets go is compared only of inputs that both tell it."""

SHOWN = 3


def difference(before: PolicySet, after: PolicySet, bearings: Iterable[Bearing] = COMPARED) -> str:
    """Why nothing can be said, as something that is not judged is not the same on both sides; empty if all is."""
    wanted = tuple(bearings)
    left, right = _counted(before, wanted), _counted(after, wanted)
    odd = [one for one in (left - right) + (right - left) if not (one.shared and _is_of_one(one, before, after))]
    if not odd:
        return _of_hosts(before, after) if Bearing.HOSTS in wanted else ""
    first = odd[0]
    what = f"is about traffic of {first.about}" if first.bearing is Bearing.HOSTS else first.bearing.value
    return f"{first.identity} {what}, is not judged, and is not the same on both sides"


def _of_hosts(before: PolicySet, after: PolicySet) -> str:
    if not any(one.is_host for side in (before, after) for one in side.sets):
        return ""
    from translate.prover.hosts import governed_apart  # only where hosts are told

    return governed_apart(before, after)


def _counted(policies: PolicySet, bearings: tuple[Bearing, ...]) -> Counter[Unjudged]:
    return Counter(one for one in policies.unjudged if one.bearing in bearings)


def _is_of_one(found: Unjudged, before: PolicySet, after: PolicySet) -> bool:
    """Whether only one side has an object of the name at all."""
    return not all(any(one.identity == found.identity for one in side.unjudged) for side in (before, after))


def assumed(before: PolicySet, after: PolicySet) -> Iterator[Assumption]:
    """What is taken for granted of objects that are not judged."""
    for whose in dict.fromkeys(one.about for one in before.unjudged if one.bearing is Bearing.HOSTS):
        text = f"policies for the traffic of {whose} are not judged: their text is the same on both sides"
        yield Assumption(About.HOSTS, text)
    left = [one for one in before.unjudged if _is_left(one, before, after)]
    for bearing, about in ((Bearing.DECIDES, About.UNREAD), (Bearing.ROUTES, About.ROUTES)):
        names = [one.identity for one in before.unjudged if one.bearing is bearing and one not in left]
        if names:
            yield Assumption(about, _sentence(bearing, list(dict.fromkeys(names))))
    if left:
        listed = shortened(dict.fromkeys(one.identity for one in left), SHOWN)
        changed = f"what {before.semantics.title} does with packets is changed by {listed}"
        yield Assumption(About.UNREAD, f"{changed}, which is not judged: settings that facts state are")


def _is_left(one: Unjudged, before: PolicySet, after: PolicySet) -> bool:
    """Whether an object is of the engine of the set before, and another one enforces the set after."""
    mine, theirs = before.semantics.name, after.semantics.name
    return one.bearing is Bearing.ROUTES and one.engine == mine != theirs


def _sentence(bearing: Bearing, names: list[Identity]) -> str:
    listed = shortened(names, SHOWN)
    if bearing is Bearing.ROUTES:
        return f"what changes where packets go is the same before and after: {listed}"
    return f"what decides about traffic and is not judged is the same on both sides, and does the same: {listed}"
