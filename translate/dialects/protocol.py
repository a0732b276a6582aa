"""What a dialect offers: reading objects of its API, lifting them into the model, spelling the model as such objects;
and what some can do besides.

Whoever needs an ability asks for it (``dialect.staging is None``), and no dialect by name. A dialect is a subclass with
one instance, ``DIALECT``: what it does not override it does not offer.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from translate.core.diagnostics import Report
from translate.core.origin import Origin, Place
from translate.core.release import Release
from translate.dialects.base import Emitted, JsonObject, Lifted, Object, Settings
from translate.dialects.gates import NO_GATES, Gates
from translate.dialects.objects import Manifest
from translate.dialects.shared_reading import SharedReading
from translate.model.facts import Facts
from translate.model.peers import Peer
from translate.model.policy import Identity, Policy, PolicySet
from translate.model.semantics import Semantics
from translate.model.settings import EngineSettings, OneEngine
from translate.tables.records import OwnTables

if TYPE_CHECKING:
    from translate.dialects.denials import Additions, LogRequest
    from translate.dialects.installed import Installed
    from translate.yamlio.edit import Insertion


class Staging(Protocol):
    """Kinds of objects that are stored and not enforced."""

    def staged(self, item: Emitted) -> Emitted:
        """The staged twin of a policy."""

    def is_staged(self, value: Mapping[str, Any]) -> bool:
        """Whether an object is of such a kind."""

    def before(self, companions: Iterable[Object], default_namespace: str) -> set[Identity]:
        """The policies among ``companions``, objects of the input, that are staged already."""


class LogDenials(Protocol):
    """Denials are logged by rules and policies; ``where`` says to a reader where these are seen."""

    where: str

    def additions(self, policies: PolicySet, wanted: LogRequest, report: Report) -> Additions:
        """What logs the denials of ``policies``; a note or a refusal says what a reader must know."""

    def insertion(self, rule: Origin, value: Mapping[str, Any]) -> Insertion:
        """The Log rule that goes before ``rule`` as an insertion into the text of its policy, which holds ``value``."""


class ObserveDenials(Protocol):
    """Denials are seen without any change of policy."""

    def explain(self, policies: PolicySet, wanted: LogRequest, report: Report) -> None:
        """Say in notes how they are seen."""

    def can_name(self, release: Release | None) -> bool:
        """Whether policies can be named in what is seen, on the release that the output is for, if one is stated."""

    def named(self, policies: PolicySet, sources: Mapping[Place, Identity], report: Report) -> PolicySet:
        """The policies with what names their sources; a note says what that is good for."""

    def keep(self, report: Report) -> None:
        """Say that policies of the input stay without it."""


class NamedSets(Protocol):
    """Sets of addresses are objects of their own, which rules name."""

    def can_name(self, release: Release | None, settings: EngineSettings) -> bool:
        """Whether the release that the output is for has them, and means by them what it means by their ranges."""

    def name(self, found: Identity) -> str | None:
        """What the object of a set is called, None where no name will do."""

    def peer(self, name: str, origin: Origin) -> Peer:
        """The addresses of the set of that name, as a peer that can be spelled."""

    def object(self, name: str, blocks: Sequence[str], release: Release | None) -> JsonObject:
        """The set."""


GO_BOOLEANS = {True: ("true", "True", "TRUE", "t", "T", "1"), False: ("false", "False", "FALSE", "f", "F", "0")}
"""The texts that Go reads as booleans (``strconv.ParseBool``)."""


class Setting(Struct, frozen=True):
    """A setting of an engine: the field that it becomes, and the values that are read; lists are sets of words.

    Texts are read in any case, as the engines do. A ConfigMap holds texts alone, so one of a boolean or of a list is
    read as well: ``"true"``, ``"nodes pods"``.
    """

    field: str
    values: tuple[Any, ...]

    def value(self, given: Any) -> Any:
        """The one of ``values`` that is meant, None where it is none of them."""
        return next((one for one in self.values if _is_meant(given, one)), None)


def _is_meant(given: Any, value: Any) -> bool:
    if isinstance(value, list):
        words = re.split(r"[,\s]+", given.strip()) if isinstance(given, str) else given
        return isinstance(words, list) and set(map(str, filter(None, words))) == set(value)
    if isinstance(value, bool) and isinstance(given, str):
        return given in GO_BOOLEANS[value]
    if isinstance(value, str) and isinstance(given, str):
        return given.casefold() == value.casefold()
    return type(given) is type(value) and given == value


class SettingsForm(Struct, frozen=True):
    """How settings of an engine are stated: the value they become, and its fields by the names that the engine's own
    configuration has.
    """

    kind: type[OneEngine]
    fields: Mapping[str, Setting]


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
    rewriting: Rewriting = Rewriting.ALWAYS
    is_dear_to_lift: bool = False
    """Whether an object takes several times as long to lift as it takes to hand what it means to another process."""

    groups: tuple[str, ...] = ()
    """The API groups it reads; those of the dialects in this package stand in the registry."""
    aliases: tuple[str, ...] = ()
    tables: OwnTables | None = None
    """What the package of a dialect brings to the tables; those of this package have theirs in ``mappings/``."""

    staging: Staging | None = None
    log_denials: LogDenials | None = None
    observe_denials: ObserveDenials | None = None
    named_sets: NamedSets | None = None
    gates: Gates = NO_GATES
    settings: SettingsForm | None = None
    """What is read of how the engine is set up."""
    installed: Installed | None = None
    """How the engine is found in a cluster, and what its own objects there tell."""
    tells_releases: bool = False
    """Whether policies mean different things on its releases, as far as that is known here."""

    @abstractmethod
    def semantics(self, settings: EngineSettings) -> Semantics:
        """What the engine of this dialect does, set up like that."""

    def on_release(self, semantics: Semantics, release: Release) -> Semantics:
        """What the engine does on a release; by itself: the same on all."""
        return semantics

    @abstractmethod
    def read(self, item: Object) -> Manifest:
        """Decode and validate one object as the API does, by its value alone: equal ones may be read once. Raises
        InputError.
        """

    def read_again(self, item: Object) -> Manifest:
        """What ``read`` makes of an object that this version of this program has taken before: what it checks may be
        left out. By itself it is checked, and so it stays in other packages, which have versions of their own.
        """
        return self.read(item)

    @abstractmethod
    def lift(self, found: Manifest, origin: Origin, settings: Settings, report: Report) -> Lifted:
        """What an object means on its engine, by itself: equal ones mean the same under equal settings, wherever they
        stand. What is not modelled becomes a refusal, and what has no effect is told as idle: no rule vanishes unsaid.
        """

    @abstractmethod
    def emit(self, policies: Iterable[Policy], *, traced: bool) -> list[Emitted]:
        """Spell policies that fit this dialect; ``traced``: with marks for the comments of the input."""

    def together(self, policies: PolicySet, facts: Facts, report: Report) -> PolicySet:
        """What the objects mean beside each other and in a cluster of ``facts``; by itself: the same."""
        return policies

    def beside(self, policies: PolicySet) -> list[JsonObject]:
        """Objects that the policies need beside themselves; by itself: none."""
        return []

    def among(self, items: Sequence[Emitted], others: Iterable[Mapping[str, Any]]) -> Sequence[Emitted]:
        """Objects that are added to others of this dialect, as they are spelled; by itself: unchanged."""
        return items

    def shared_reading(self, settings: EngineSettings) -> SharedReading | None:
        """How the engine, set up as stated, reads policies of the Kubernetes API; None where it does not."""
        return None
