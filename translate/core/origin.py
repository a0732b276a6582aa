"""Where a value came from: a document of a file and a path of fields inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Protocol

from msgspec import Struct

Path = tuple[str | int, ...]
"""Field names and list indices from the root of a document, e.g. ``("spec", "ingress", 0, "from")``."""


Place = tuple[str, int, Path]
"""What tells one origin from another: file, document, path."""


MOST_PATHS = 1 << 15


@lru_cache(maxsize=MOST_PATHS)
def one(path: Path) -> Path:
    """The same path, held once: thousands of documents have the same few hundred, which would be half of a model."""
    return path


class Origin(Struct, frozen=True, eq=False, gc=False):
    """One place in the input; line and column are worked out only when something is reported.

    ``file`` is the label shown to people (``-`` for stdin), ``document`` counts the documents of that file from 0,
    ``path`` leads from the root of the document as written (through ``items`` of a ``List``) to the value.

    All origins are equal: where a value was written takes no part in what it means, so two rules of different files
    are equal and hash alike. Compare ``place`` where the place itself is meant.
    """

    file: str = ""
    document: int = -1
    path: Path = ()

    @property
    def place(self) -> Place:
        """What tells one place from another."""
        return self.file, self.document, self.path

    def at(self, *steps: str | int) -> Origin:
        """The place reached from here by ``steps``."""
        return Origin(self.file, self.document, one(self.path + steps))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin)

    def __hash__(self) -> int:
        return 0

    def __reduce__(self) -> tuple[Callable[..., Origin], tuple[str, int, Path]]:
        return _again, (self.file, self.document, self.path)


NOWHERE = Origin()
"""The origin of values that no input wrote."""


def _again(file: str, document: int, path: Path) -> Origin:
    """An origin that another process tells: the one of no place is the same there and here."""
    return Origin(file, document, one(path)) if file or path or document != NOWHERE.document else NOWHERE


class Origins(Struct, frozen=True, eq=False, gc=False):
    """Several places that one value stands for; like one origin, they take no part in what the value means."""

    places: tuple[Origin, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origins)

    def __hash__(self) -> int:
        return 0


NO_OTHERS = Origins()
"""The further origins of a value that comes from one place."""


def is_within(inner: Place, outer: Place) -> bool:
    """Whether one place is in another that is less than a whole document."""
    return outer[2] != () and inner[:2] == outer[:2] and inner[2][: len(outer[2])] == outer[2]


def around(places: Iterable[Place]) -> Iterator[Place]:
    """Each of ``places``, and all places less than a whole document that it is within."""
    for file, document, path in places:
        yield from ((file, document, path[:length]) for length in range(1, len(path) + 1))


class Locates(Protocol):
    """What knows where in the texts of an input its origins are."""

    def locate(self, origin: Origin) -> tuple[int, int] | None:
        """Line and column from 1, or None where the origin is no place of a text."""
        ...

    def name(self, origin: Origin) -> str:
        """The file that holds it, as people know it."""
        ...


def spell(path: Path) -> str:
    """Print a path the way Kubernetes does: ``spec.ingress[0].from``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("_", "").replace("-", "").isalnum():
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text
