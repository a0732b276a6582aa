"""A name for a question: the digest of a text that two questions share only if they are equal.

Types stand in it beside values, as ``And(())`` and ``Or(())`` are made of the same; lengths stand before texts. Where a
value was written stands not in it: that takes no part in what a value means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from translate.core.origin import Origin, Origins
from translate.model.facts import StatedPlaces
from translate.model.policy import PolicySet
from translate.prover.memory import ProofQuestion

OF_PLACES = (Origin, Origins, StatedPlaces)
AT_ONCE = 256
"""So many members of a tuple are digested at once: the text of a large set never stands in memory as a whole."""

KNOWN = 4
"""So many sets are held whose digests are known: proofs are asked for with ever the same two, but for their facts."""


@dataclass(slots=True)
class QuestionDigests:
    """Digests of questions; that of a set is worked out once as long as it is asked of."""

    salt: bytes
    """What else an answer depends on: the code that finds it."""
    _names: dict[type, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    _sets: dict[int, tuple[PolicySet, bytes]] = field(default_factory=dict)

    def digest(self, question: ProofQuestion) -> str:
        """64 hexadecimal digits."""
        found = sha256(self.salt)
        for policies in (question.before, question.after):
            found.update(self._of_set(policies))
        asked = [[tuple(one) for one in some] for some in question.asked]
        rest = (question.facts, question.own_node_aside, question.reading, question.steps, asked)
        patience = (question.patience.always, question.patience.each)
        found.update(self._text((*rest, patience)).encode(errors="surrogatepass"))
        return found.hexdigest()

    def _of_set(self, policies: PolicySet) -> bytes:
        known = self._sets.get(id(policies))
        if known is not None:
            return known[1]
        found = sha256()
        for one in fields(policies):
            value = getattr(policies, one.name)
            found.update(f"{one.name}={len(value) if isinstance(value, tuple) else ''}:".encode())
            pieces = (
                (value[at : at + AT_ONCE] for at in range(0, len(value), AT_ONCE))
                if isinstance(value, tuple)
                else (value,)
            )
            for piece in pieces:
                found.update(self._text(piece).encode(errors="surrogatepass"))
        if len(self._sets) >= KNOWN:
            del self._sets[next(iter(self._sets))]
        # The set is held, so that no other one can have its id.
        self._sets[id(policies)] = policies, found.digest()
        return found.digest()

    def _text(self, value: Any) -> str:
        parts: list[str] = []
        self._write(value, parts)
        return "".join(parts)

    def _write(self, value: Any, parts: list[str]) -> None:
        kind = type(value)
        if kind is str:
            parts.append(f"s{len(value)}:{value}")
        elif kind is tuple or kind is list:
            parts.append(f"t{len(value)}(")
            for one in value:
                self._write(one, parts)
        elif kind in OF_PLACES:
            pass
        elif isinstance(value, Struct):
            name, members = self._names.get(kind) or self._named(kind)
            parts.append(name)
            for member in members:
                self._write(getattr(value, member), parts)
        else:
            parts.append(self._other(value))

    def _named(self, kind: type[Struct]) -> tuple[str, tuple[str, ...]]:
        found = f"<{kind.__module__}.{kind.__qualname__}>", tuple(one.name for one in fields(kind))
        self._names[kind] = found
        return found

    def _other(self, value: Any) -> str:
        """The text of what is no text, sequence or value of ours. Raises TypeError for what has no such text."""
        if isinstance(value, Enum):
            return f"<{type(value).__qualname__}.{value.name}>"
        if value is None or isinstance(value, bool | int | float):
            return f"{type(value).__name__}{value!r};"
        if isinstance(value, dict):
            return f"d{len(value)}(" + "".join(sorted(map(self._text, value.items())))
        if isinstance(value, frozenset | set):
            return f"f{len(value)}(" + "".join(sorted(map(self._text, value)))
        raise TypeError(f"a {type(value).__name__} has no text of its own")
