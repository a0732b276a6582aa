"""What an object is called: a leaf, as what is said of objects carries it."""

from __future__ import annotations

from msgspec import Struct


class Identity(Struct, frozen=True, gc=False):
    """What the object is called; ``namespace`` is None for cluster-wide objects."""

    kind: str
    namespace: str | None
    name: str

    def beside(self, other: Identity) -> str:
        """Itself as it is called where the other stands: the kind alone where the name is the same."""
        return self.kind if (self.namespace, self.name) == (other.namespace, other.name) else str(self)

    def __str__(self) -> str:
        return "/".join(part for part in (self.kind, self.namespace, self.name) if part is not None)
