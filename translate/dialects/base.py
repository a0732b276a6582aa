"""What every dialect offers: lifting objects of its API into the model, and emitting the model as such objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, TypeAlias

from translate.core.diagnostics import Error, Report
from translate.core.origin import NOWHERE, Origin, Path
from translate.model.facts import Facts
from translate.model.policy import AddressSet, Policy, PolicySet, Tier
from translate.model.semantics import Semantics
from translate.model.settings import DEFAULTS, CiliumSettings, EngineSettings

JsonObject: TypeAlias = dict[str, Any]
"""An object as it is written: nested dicts and lists of JSON values, in the order they are printed."""


@dataclass(frozen=True, slots=True)
class Object:
    """One API object of the input and where it stands."""

    value: Mapping[str, Any]
    origin: Origin


class Engine(Enum):
    """Who reads Kubernetes policies: an engine, or the API itself where none is named."""

    KUBERNETES = "kubernetes"
    CALICO = "calico"
    CILIUM = "cilium"


@dataclass(frozen=True, slots=True)
class Settings:
    """What lifting needs to know besides the object: the engine that enforces it, the namespace of objects without,
    whether staged policies count as enforced, and how Cilium reads its selectors.
    """

    engine: Engine
    default_namespace: str = "default"
    staged: bool = False
    cilium: CiliumSettings = DEFAULTS.cilium


class BeyondError(Error):
    """A legal construct that is not read: the object is refused by name."""

    def __init__(self, message: str, origin: Origin) -> None:
        super().__init__(message)
        self.message, self.origin = message, origin


@dataclass(frozen=True, slots=True)
class Lifted:
    """What one object contributes to a policy set; ``unjudged``: text of what says nothing of pods."""

    policies: tuple[Policy, ...] = ()
    tiers: tuple[Tier, ...] = ()
    sets: tuple[AddressSet, ...] = ()
    unjudged: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """An object under construction, and which place of the input each of its fields answers to.

    ``marks`` leads from a path of the input to the path in ``value`` of the first field that stands for it: comments
    follow them. None where the input has no comments, so that nobody pays for them.
    """

    value: JsonObject
    marks: dict[Path, Path] | None = None

    def mark(self, at: Path, key: str | int, origin: Origin, *steps: str | int) -> None:
        """Say that ``key`` of what is ``at`` a path stands for what ``origin`` wrote, or the place ``steps`` below."""
        if self.marks is not None and origin is not NOWHERE:
            self.marks.setdefault(origin.path + steps if steps else origin.path, (*at, key))

    def part(self) -> Draft:
        """A draft with marks of its own, for what may be left out."""
        return Draft({}, None if self.marks is None else {})

    def take(self, part: Draft) -> None:
        """Take over the marks of a part that is not left out."""
        if self.marks is not None and part.marks is not None:
            for source, target in part.marks.items():
                self.marks.setdefault(source, target)


@dataclass(frozen=True, slots=True)
class Emitted:
    """One object of the target and the policies it stands for."""

    draft: Draft
    policies: tuple[Policy, ...]
    excesses: tuple[str, ...] = ()
    """What of its text is longer than the API takes."""


class Dialect(Protocol):
    """The module interface of a dialect package."""

    def semantics(self, settings: EngineSettings) -> Semantics:
        """What the engine of this dialect does, set up like that."""

    def lift(self, item: Object, settings: Settings, report: Report) -> Lifted:
        """Read one object. Raises InputError; what is understood but cannot be modelled becomes a refusal."""

    def together(self, policies: PolicySet, facts: Facts, report: Report) -> PolicySet:
        """What the objects mean beside each other and in a cluster of ``facts``."""

    def beside(self, policies: PolicySet) -> list[JsonObject]:
        """Objects that the policies need beside themselves."""

    def emit(self, policies: Iterable[Policy], *, traced: bool) -> list[Emitted]:
        """Spell policies that fit this dialect; ``traced``: with marks for the comments of the input."""
