"""A ResourceList, as orchestrators of KRM functions write and read it: its items as texts, and put together again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from translate.api.in_order import Piece
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.frontend.sources import Source
from translate.yamlio.read import read
from translate.yamlio.verbatim import Keeper
from translate.yamlio.write import write

NOT_A_LIST = "a ResourceList is expected: one object with a list of items"
NEW, OLD = "internal.config.kubernetes.io/", "config.kubernetes.io/"
"""How orchestrators begin the annotations that say where an object came from: the older ones are in use, too."""
OWN = (NEW, f"{OLD}index", "config.k8s.io/id", "kustomize.config.k8s.io/id")
"""Annotations by which they tell objects apart: no two objects may share them."""
SHARED = f"{NEW}path"
"""And what several may share: the file that they are to stand in."""


@dataclass(frozen=True, slots=True)
class ResourceList:
    """What came in: the list without its items, and these, each as a text of its own under the name of its place."""

    head: Mapping[str, Any]
    items: Mapping[str, Mapping[str, Any]]
    texts: Mapping[str, str] = field(repr=False)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The items as an input."""
        return tuple(Source(name, text) for name, text in self.texts.items())


def resource_list(source: Source) -> ResourceList:
    """The list of a text. Raises InputError where it is none."""
    if source.trouble:
        raise InputError([Problem(message=source.trouble, origin=Origin(source.name))])
    documents = read(source.text, file=source.name)
    value = documents[0].value if len(documents) == 1 else None
    if not isinstance(value, dict) or not str(value.get("kind")).endswith("List"):
        raise InputError([Problem(message=NOT_A_LIST, origin=Origin(source.name))])
    items = value.get("items") or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InputError([Problem(message=NOT_A_LIST, origin=Origin(source.name, 0, ("items",)))])
    keeper = Keeper({source.name: documents[0].locator}.get)
    named = {_name(number, item): (number, item) for number, item in enumerate(items)}
    texts = {
        name: keeper.text(Origin(source.name, 0, ("items", number)), item) for name, (number, item) in named.items()
    }
    head = {key: part for key, part in value.items() if key not in ("items", "results")}
    return ResourceList(head, {name: item for name, (_, item) in named.items()}, texts)


def _name(number: int, item: Mapping[str, Any]) -> str:
    """What an item is called in messages: its number, and the file that it is of."""
    metadata = item.get("metadata")
    noted = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    path = noted.get(SHARED, noted.get(f"{OLD}path")) if isinstance(noted, Mapping) else None
    return f"items[{number}] ({path})" if isinstance(path, str) and path else f"items[{number}]"


def written(given: ResourceList, pieces: Sequence[Piece] | None, results: Sequence[Mapping[str, Any]]) -> str:
    """The list with the pieces as its items (None: its own), and results."""
    if pieces is None:
        pairs = [(item, given.texts[name]) for name, item in given.items.items()]
    else:
        pairs = [(given.items[piece.place[0]], piece.text) if piece.is_kept else _made(piece) for piece in pieces]
    first = {key: given.head[key] for key in ("apiVersion", "kind") if key in given.head}
    last = {key: value for key, value in given.head.items() if key not in first}
    last |= {"results": list(results)} if results else {}
    head, tail = write([first]) if first else "", write([last]) if last else ""
    items = "".join(_indented(text) for _, text in pairs)
    text = f"{head}items:\n{items}{tail}" if pairs else f"{head}items: []\n{tail}"
    whole = first | {"items": [value for value, _ in pairs]} | last
    again = read(text, file="")
    return text if len(again) == 1 and again[0].value == whole else write([whole])


def _made(piece: Piece) -> tuple[Mapping[str, Any], str]:
    """An object that is new, and its text; where others come before it, without what would make them one to an
    orchestrator.
    """
    (value,) = piece.values
    metadata = dict(value["metadata"])
    noted = metadata.pop("annotations", {})
    kept = {key: text for key, text in noted.items() if key == SHARED or not key.startswith(OWN)}
    if piece.is_first or kept == noted:
        return value, piece.text
    value = {**value, "metadata": metadata | ({"annotations": kept} if kept else {})}
    return value, write([value])


def _indented(text: str) -> str:
    """A document as an item of a list."""
    lines = text.rstrip("\n").split("\n")
    return "".join(f"{'- ' if not number else '  ' if line else ''}{line}\n" for number, line in enumerate(lines))
