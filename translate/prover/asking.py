"""What a policy asks of the cluster and nobody told: each answer is supposed in turn.

A point that is not wholly known raises ``Asked`` where the evaluator needs an answer; ``worlds_of`` runs the judgement
again with every answer, so that only what matters to it is ever asked.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Generic, TypeVar

import msgspec

from translate.model.selectors import NAMESPACE_NAME, SERVICE_ACCOUNT_NAME, Label, Scope
from translate.prover.budget import Budget
from translate.prover.point import Pod

Item = TypeVar("Item", bound=Hashable)
Found = TypeVar("Found")
Told = str | bool | None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What is not known, in words that tell it from all else; ``otherwise``: the opposite of a sentence, ``way``: how
    somebody can tell it.
    """

    text: str
    way: str = field(default="", compare=False)
    otherwise: str = field(default="", compare=False)


Supposed = Mapping[OpenQuestion, Told]
"""Answers by question."""
Granted = dict[OpenQuestion, Told]
"""Answers that were given though nobody told or supposed them."""
OF_NAMESPACES = "add the Namespace object to the input, or state its labels with --facts"
OF_ACCOUNTS = "add the Pod and its ServiceAccount to the input"


class Asked(Exception):
    """The judgement needs an answer to ``question``, one of ``answers``."""

    def __init__(self, question: OpenQuestion, answers: tuple[Told, ...]) -> None:
        super().__init__(question.text)
        self.question, self.answers = question, answers


class Oracle(msgspec.Struct, frozen=True):
    """Answers what is supposed, and asks for the rest, or gives the first answer and notes it in ``granted``."""

    supposed: Supposed
    values: Mapping[Label, tuple[str, ...]] = {}
    """What labels are asked for, by label."""
    granted: Granted | None = None

    def answer(self, question: OpenQuestion, answers: tuple[Told, ...]) -> Any:
        """The answer. Raises Asked."""
        if question in self.supposed:
            return self.supposed[question]
        if self.granted is not None:
            return self.granted.setdefault(question, answers[0])
        raise Asked(question, answers)

    def holds(self, sentence: str, otherwise: str, way: str = "") -> bool:
        """Whether ``sentence`` is true, or ``otherwise`` is. Raises Asked."""
        return bool(self.answer(OpenQuestion(sentence, way, otherwise), (False, True)))


class OpenPod(Pod, frozen=True):
    """A pod of whose labels some are not known."""

    oracle: Oracle = msgspec.field(default_factory=lambda: Oracle({}))
    called: str = ""
    open: frozenset[Scope] = frozenset()
    """The scopes in which nobody told the labels."""
    account: str | None = None

    def label(self, label: Label) -> str | None:
        """The value of ``label``, as it is told or supposed. Raises Asked."""
        if label == NAMESPACE_NAME:
            return self.namespace
        if label == SERVICE_ACCOUNT_NAME and self.account is not None:
            return self.account
        if label.scope not in self.open:
            return Pod.label(self, label)
        is_of_namespace = label.scope is Scope.NAMESPACE
        whose = f"namespace {self.namespace}" if is_of_namespace else f"service account of {self.called}"
        text = f"the {whose}" if label == SERVICE_ACCOUNT_NAME else f"label {label.key} of the {whose}"
        question = OpenQuestion(text, OF_NAMESPACES if is_of_namespace else OF_ACCOUNTS)
        values = self.oracle.values.get(label, ())
        none = () if label == SERVICE_ACCOUNT_NAME else (None,)
        answered: str | None = self.oracle.answer(question, (*none, *values, fresh(values)))
        return answered


class Another(str):
    """Some value that nothing asks for."""

    __slots__ = ()


LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def fresh(values: Iterable[str]) -> Another:
    """A value that is none of ``values``, and has none of them in it as long as they leave a letter."""
    taken = set(values)
    spare = next((letter for letter in reversed(LETTERS) if all(letter not in value for value in taken)), None)
    if spare is not None:
        return Another(spare)
    return next(found for n in count() if (found := Another(f"other-{n}")) not in taken)


class OpenSet(frozenset[Item], Generic[Item]):
    """A set of which it is asked, item by item, whether something is in it."""

    asked: Callable[[Any], bool]

    def __contains__(self, item: object) -> bool:
        return self.asked(item)


def open_set(asked: Callable[[Item], bool]) -> OpenSet[Item]:
    """The set of the items of which ``asked`` says so."""
    found: OpenSet[Item] = OpenSet()
    found.asked = asked
    return found


def worlds_of(
    judged: Callable[[Supposed], Found], supposed: Supposed, budget: Budget
) -> Iterator[tuple[Supposed, Found]]:
    """What is ``judged`` under every answer to what it asks, beyond ``supposed``; each time costs a step of ``budget``.
    Raises OutOfBudget.
    """
    waiting: list[Supposed] = [supposed]
    while waiting:
        known = waiting.pop()
        budget.spend()
        try:
            yield known, judged(known)
        except Asked as asked:
            waiting += [{**known, asked.question: answer} for answer in reversed(asked.answers)]
