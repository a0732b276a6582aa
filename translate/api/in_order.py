"""The objects of a translation in the order of the input's: each policy where it stood, all else untouched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from translate.api.result import Result
from translate.core.origin import Place
from translate.frontend.bystanders import identity
from translate.model.policy import Identity
from translate.yamlio.read import Document, read
from translate.yamlio.verbatim import whole

NO_PLACE: Place = "", -1, ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Objects of the output that stand together, and the place of the document of the input that they stand for.

    ``is_kept``: they are all of it, unchanged. ``is_first``: nothing before them stands for the same document.
    """

    place: Place
    values: tuple[Mapping[str, Any], ...]
    text: str
    is_kept: bool
    is_first: bool = True


def in_order(result: Result, documents: Sequence[Document], *, namespace: str) -> tuple[Piece, ...]:
    """The objects of ``result``, each once, in the order of ``documents``: its input, or with passthrough all of it.

    What the input has unchanged keeps its text, a List as the one document that it was. What stands for no policy alone
    (a tier, a set of addresses) stands beside the first policy. ``namespace``: of objects that name none.
    """
    left = dict(enumerate(result.objects))
    found = [*_kept(documents, left), *_made(result, documents, left, namespace)]
    order = {(document.file, document.index): number for number, document in enumerate(documents)}
    found.sort(key=lambda piece: order.get(piece.place[:2], -1))
    pieces, seen = [], set[Place]()
    for piece in found:
        pieces.append(Piece(piece.place, piece.values, piece.text, piece.is_kept, piece.place not in seen))
        seen.add(piece.place)
    return tuple(pieces)


def stream(pieces: Sequence[Piece], result: Result) -> str:
    """The pieces as one text; the text of ``result`` where that, read again, would be other objects."""
    text = "---\n".join(piece.text for piece in pieces)
    again = [_key(value) for document in read(text, file="") for value in _objects(document.value)]
    return text if sorted(again) == sorted(map(_key, result.objects)) else result.text


def _kept(documents: Sequence[Document], left: dict[int, dict[str, Any]]) -> Iterator[Piece]:
    """The documents all of whose objects are in the output, which are taken out of what is ``left``."""
    numbers: dict[str, list[int]] = {}
    for number, value in left.items():
        numbers.setdefault(_key(value), []).append(number)
    for document in documents:
        values = tuple(_objects(document.value))
        mine = [numbers[key].pop(0) for key in map(_key, values) if numbers.get(key)]
        if values and len(mine) == len(values):
            for number in mine:
                del left[number]
            text = whole(document.locator, document.index)
            yield Piece((document.file, document.index, ()), values, text, is_kept=True)
        else:
            for number in mine:
                numbers[_key(left[number])].append(number)


def _made(
    result: Result, documents: Sequence[Document], left: Mapping[int, dict[str, Any]], namespace: str
) -> Iterator[Piece]:
    """What is ``left``: where the policy stood that it is for, else where the first policy did."""
    rows = {target: row.origin.place for row in reversed(result.policies) for target in row.targets}
    order = {(document.file, document.index): number for number, document in enumerate(documents)}
    places = sorted(rows.values(), key=lambda place: order.get(place[:2], -1))
    for number, value in left.items():
        own = identity(value)
        place = rows.get(own) or rows.get(Identity(own.kind, namespace, own.name)) or (places or [NO_PLACE])[0]
        yield Piece((*place[:2], ()), (value,), result.parts[number], is_kept=False)


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a document; of a List those in it."""
    items = value.get("items") if isinstance(value, Mapping) and value.get("kind") == "List" else None
    if isinstance(items, list):
        for item in items:
            yield from _objects(item)
    elif isinstance(value, Mapping):
        yield value


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
