"""What a dialect offers: reading objects of its API, lifting them into the model, spelling the model as such objects;
and what some can do besides.

Whoever needs an ability asks for it (``dialect.staging is None``), and no dialect by name. A dialect is a subclass with
one instance, ``DIALECT``: what it does not override it does not offer.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from enum import Enum
from typing import Protocol

from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.dialects.base import Emitted, JsonObject, Lifted, Object, Settings
from translate.dialects.gates import NO_GATES, Gates
from translate.dialects.kubernetes_reading import KubernetesReading
from translate.dialects.objects import Manifest
from translate.model.facts import Facts
from translate.model.policy import Engine, Policy, PolicySet
from translate.model.settings import EngineSettings
from translate.tables.records import OwnTables


class Rewriting(Enum):
    """When objects of the input that are of the target already are written anew."""

    ALWAYS = "the model holds all that they say"
    CHANGED = "their text stays unless something is added that cannot be inserted"
    NEVER = "parts of them are known by their text alone"


class Dialect(Protocol):
    """One API and the engine that enforces it."""

    name: str
    title: str
    """What people call the engine, or the API where any engine may enforce it."""
    engine: Engine
    rewriting: Rewriting = Rewriting.ALWAYS

    groups: tuple[str, ...] = ()
    """The API groups it reads; those of the dialects in this package stand in the registry."""
    aliases: tuple[str, ...] = ()
    tables: OwnTables | None = None
    """What the package of a dialect brings to the tables; those of this package have theirs in ``mappings/``."""

    gates: Gates = NO_GATES

    @abstractmethod
    def read(self, item: Object) -> Manifest:
        """Decode and validate one object as the API does. Raises InputError."""

    @abstractmethod
    def lift(self, found: Manifest, origin: Origin, settings: Settings, report: Report) -> Lifted:
        """What an object means on its engine; what is not modelled becomes a refusal."""

    @abstractmethod
    def emit(self, policies: Iterable[Policy], *, traced: bool) -> list[Emitted]:
        """Spell policies that fit this dialect; ``traced``: with marks for the comments of the input."""

    def together(self, policies: PolicySet, facts: Facts, report: Report) -> PolicySet:
        """What the objects mean beside each other and in a cluster of ``facts``; by itself: the same."""
        return policies

    def beside(self, policies: PolicySet) -> list[JsonObject]:
        """Objects that the policies need beside themselves; by itself: none."""
        return []

    def kubernetes_reading(self, settings: EngineSettings) -> KubernetesReading | None:
        """How the engine, set up as stated, reads policies of the Kubernetes API; None where it does not."""
        return None
