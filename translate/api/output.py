"""What is written: the objects of the output with the text of each, and which of them stand for which policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from translate.api.comments import carry
from translate.api.inplace import with_insertions
from translate.api.result import Mapped, graded
from translate.api.stamp import compiled, stamped
from translate.api.task import Task
from translate.core.diagnostics import Effect, Loss
from translate.core.origin import Origin, Place
from translate.dialects import get, of_object
from translate.dialects.base import Emitted, JsonObject, Object
from translate.model.policy import Identity, PolicySet
from translate.yamlio.write import write

if TYPE_CHECKING:
    from translate.yamlio.document_comments import DocumentComments
    from translate.yamlio.edit import Insertion

Insertions: TypeAlias = "Mapping[Place, Sequence[Insertion]]"
"""What logging adds to objects of the input that stay as they are otherwise, by their places."""


def written(
    task: Task,
    fitted: PolicySet,
    emitted: Sequence[Emitted],
    insertions: Insertions,
    sets: Sequence[JsonObject] = (),
) -> tuple[list[dict[str, Any]], list[str]]:
    """The output objects and the text of each: what stands beside the policies in the dialect, ``sets`` that these name
    among it, then the policies, foreign objects behind them on request.
    """
    comments, beside = _comments(task, emitted), tuple(_beside(task))
    foreign = task.given.foreign if task.options.passthrough else ()
    texts = _as_written(task, (*beside, *foreign))
    pairs: list[tuple[dict[str, Any], str]] = []
    for item, text in zip(beside, texts, strict=False):
        more = insertions.get(item.origin.place)
        pairs.append(with_insertions(text, item, more) if more else (dict(item.value), text))
    if fitted.semantics.name != task.given.policies.semantics.name:
        pairs += [(value, write([value])) for value in get(task.to).beside(fitted)]
    pairs += [(value, write([value])) for value in sets]
    for made, about in zip(emitted, comments, strict=True):
        pairs.append((made.draft.value, write([made.draft.value], [about])))
    pairs += [(dict(item.value), text) for item, text in zip(foreign, texts[len(beside) :], strict=True)]
    return [value for value, _ in pairs], [text for _, text in pairs]


def _beside(task: Task) -> Iterator[Object]:
    """Objects of the target that the input holds already."""
    yield from (item for item in task.given.companions if of_object(item.value) == task.to)
    places = {policy.origin.place for policy in task.kept}
    yield from (Object(value, Origin(*place)) for place, value in task.given.values.items() if place in places)


def _as_written(task: Task, items: Sequence[Object]) -> list[str]:
    """The texts of objects of the input, in the words of their author."""
    if not items:
        return []
    from translate.yamlio.verbatim import Keeper  # only where something stays as it is

    keeper = Keeper(task.given.places.locator)
    return [keeper.text(item.origin, item.value) for item in items]


def _comments(task: Task, emitted: Sequence[Emitted]) -> Sequence[DocumentComments | None]:
    """The comments of each object: those of the input, and which policy it stands for where that is not plain."""
    how, comments = task.options.stamp, carry(task.given.places, emitted, task.given.policies.policies)
    if how == "none":
        return compiled(emitted, comments, task.given.policies)
    return [stamped(item, about, how) for item, about in zip(emitted, comments, strict=True)]


def mapped(task: Task, emitted: Sequence[Emitted], losses: Sequence[Loss]) -> tuple[Mapped, ...]:
    """What stands for each policy; policies of one object (Cilium's ``specs``) share a row."""
    targets: dict[object, list[Identity]] = {policy.origin.place: [policy.identity] for policy in task.kept}
    for item in emitted:
        for policy in item.policies:
            identity = Identity(str(item.draft.value["kind"]), policy.identity.namespace, policy.identity.name)
            mine = targets.setdefault(policy.origin.place, [])
            if identity not in mine:
                mine.append(identity)
    rows = {
        policy.origin.place: Mapped(
            policy.identity, policy.origin, tuple(targets.get(policy.origin.place, ())), Effect.EXACT
        )
        for policy in task.given.policies.policies
    }
    return graded(tuple(rows.values()), losses)
