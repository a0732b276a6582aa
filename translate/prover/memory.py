"""Proofs that were made before: what is asked, and who may know the answer.

Like the allowance of a run it is set where a verb begins, and asked where proofs are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from translate.model.facts import Facts
from translate.model.policy import PolicySet
from translate.prover.budget import Patience
from translate.prover.interpretations import Interpretation

if TYPE_CHECKING:
    from translate.prover.proof import Proof
    from translate.prover.questions import Question


class ProofQuestion(Struct, frozen=True):
    """All that the answer of a search depends on; see ``prove``. That time or memory ran out is no answer."""

    before: PolicySet
    after: PolicySet
    facts: Facts
    own_node_aside: bool
    reading: Interpretation | None
    steps: int
    patience: Patience
    asked: tuple[tuple[Question, ...], ...] = ()
    """How the sides are read: where only what is concerned of them is left, the rest may have a say in that."""


class ProofMemory(Protocol):
    """Knows answers to questions. Only what is decided may be kept, and what is recalled is what was kept."""

    def recall(self, question: ProofQuestion) -> Proof | None:
        """The answer, None where it is not known."""
        ...

    def keep(self, question: ProofQuestion, proof: Proof) -> None:
        """Remember a decided answer, if that can be done."""
        ...


_CURRENT: ContextVar[ProofMemory | None] = ContextVar("memory", default=None)


@contextmanager
def remembering(memory: ProofMemory) -> Iterator[None]:
    """A run whose proofs are recalled and kept; within another such run the memory of that one is used."""
    if _CURRENT.get() is not None:
        yield
        return
    token = _CURRENT.set(memory)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current_memory() -> ProofMemory | None:
    """The memory of the run that asks; None where it has none."""
    return _CURRENT.get()
