"""Input of the target itself: the texts stay as they are, and what logging adds is inserted into them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from translate.api.result import OUTPUT
from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.dialects import get, of_object
from translate.dialects.base import Emitted, Object
from translate.dialects.protocol import Rewriting
from translate.frontend.link import Linked
from translate.model.policy import Policy, PolicySet
from translate.plan.legalize import legalize
from translate.yamlio.characters import decode
from translate.yamlio.read import read
from translate.yamlio.write import write

if TYPE_CHECKING:
    from translate.dialects.denials import Additions
    from translate.yamlio.edit import Insertion

RELAID = "what aliases or merge keys share is written out where something is added to it; quotes and comments are kept"
REMARK = "the layout of the input could not be kept: all objects are written anew"


class Edited(Struct, frozen=True):
    """The texts of the input with the additions, one after the other, and every object in them."""

    text: str
    objects: tuple[dict[str, Any], ...]
    parts: tuple[str, ...]
    added: tuple[Policy, ...]


def keeps_texts(taken: Linked, target: str) -> bool:
    """Whether the output can be the texts of the input: all policies are of the target already."""
    mine = taken.dialects == (target,) and get(target).rewriting is not Rewriting.ALWAYS
    return mine and not any(source.objects for source in taken.sources)


def edit(taken: Linked, additions: Additions, report: Report) -> Edited | None:
    """The texts with the additions; None where that cannot be done without touching anything else."""
    from translate.dialects.denials import before_rules
    from translate.yamlio.edit import edited  # not for translations between dialects
    from translate.yamlio.verbatim import Keeper

    engine = taken.policies.semantics
    target = engine.name
    log = get(target).log_denials
    fitted = legalize(PolicySet(engine, additions.policies), target, report, engine=engine)
    emitted = beside_input(get(target).emit(fitted.policies, traced=False), target, taken)
    new = [write([item.draft.value]) for item in emitted]
    last = max((p.origin.file for p in taken.policies.policies if new), key=_rank(taken), default="")
    rules = list(before_rules(taken.policies.policies, additions.rules))
    texts: list[str] = []
    for source in taken.sources:
        text = decode(source.text, file=source.name)
        here = [(policy, rule) for policy, rule in rules if rule.file == source.name]
        mine = [log.insertion(rule, taken.values[policy.origin.place]) for policy, rule in here] if log else []
        if mine or source.name == last:
            changed = edited(text, mine, new if source.name == last else ())
            if changed is None:
                return None
            if changed.relaid:
                report.note(f"{source.name}: {RELAID}")
            text = changed.text
        texts.append(text)
    whole = _joined(texts)
    objects: list[dict[str, Any]] = []
    parts: list[str] = []
    documents = read(whole, file=OUTPUT)
    keeper = Keeper({document.file: document.locator for document in documents[:1]}.get)
    for document in documents:
        if isinstance(document.value, dict):
            objects.append(document.value)
            parts.append(keeper.text(Origin(OUTPUT, document.index), document.value))
    return Edited(whole, tuple(objects), tuple(parts), fitted.policies)


def beside_input(items: Sequence[Emitted], target: str, taken: Linked) -> Sequence[Emitted]:
    """Objects of a dialect that are added to those of the input, in the way of these."""
    return get(target).among(items, [value for value in taken.values.values() if of_object(value) == target])


def with_insertions(text: str, item: Object, insertions: Sequence[Insertion]) -> tuple[dict[str, Any], str]:
    """An object of the input with what logging adds to it, and its text, in which ``text`` is the one that it has.

    The insertions go by the places of the input.
    """
    from translate.yamlio.edit import edited  # not for translations between dialects

    depth = len(item.origin.path)
    mine = [replace(one, document=0, path=one.path[depth:]) for one in insertions]
    found = edited(text, mine) or edited(write([dict(item.value)]), mine)
    assert found is not None, "a text of our own has a place for every item"
    (document,) = read(found.text, file=OUTPUT)
    assert isinstance(document.value, dict)
    return document.value, found.text


def _rank(taken: Linked) -> Any:
    order = {source.name: number for number, source in enumerate(taken.sources)}
    return lambda name: order.get(name, -1)


def _joined(texts: list[str]) -> str:
    """One stream of several."""
    whole = ""
    for text in texts:
        if whole and not whole.endswith("\n"):
            whole += "\n"
        if whole and not text.startswith("---"):
            whole += "---\n"
        whole += text
    return whole
