"""What goes in and out of every dialect: objects of its API, what they lift to, and objects under construction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeAlias, TypeVar

from msgspec import Struct, field

from translate.core.diagnostics import Error, Report
from translate.core.identity import Identity
from translate.core.origin import NOWHERE, Origin, Path
from translate.dialects.shared_reading import AS_THE_API_SAYS, SharedReading
from translate.model.policy import AddressSet, Policy, Tier, Unjudged
from translate.model.settings import DEFAULTS, EngineSettings

P = ParamSpec("P")
T = TypeVar("T")

JsonObject: TypeAlias = dict[str, Any]
"""An object as it is written: nested dicts and lists of JSON values, in the order they are printed."""


class Object(Struct, frozen=True):
    """One API object of the input and where it stands."""

    value: Mapping[str, Any]
    origin: Origin


class Settings(Struct, frozen=True):
    """What lifting needs to know besides the object: the namespace of objects without, whether staged policies count as
    enforced, how engines are set up, and how the engine of the input reads policies of the Kubernetes API.
    """

    default_namespace: str = "default"
    staged: bool = False
    engines: EngineSettings = DEFAULTS
    shared: SharedReading = AS_THE_API_SAYS


class BeyondError(Error):
    """A legal construct that is not read: the object is refused by name."""

    def __init__(self, message: str, origin: Origin) -> None:
        super().__init__(message)
        self.message, self.origin = message, origin


class Unread(Struct):
    """What of one object is not read, gathered part by part, so that all of it is told at once."""

    found: list[BeyondError] = field(default_factory=list)

    def part(self, lift: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | None:
        """What ``lift`` makes of a part; None where it is not read."""
        try:
            return lift(*given, **named)
        except BeyondError as beyond:
            self.found.append(beyond)
            return None

    def refuse(self, code: str, of: str, about: Identity, report: Report) -> None:
        """Refuse each of them as no part of what is read of an engine."""
        for beyond in self.found:
            message = f"{beyond.message} is beyond the part of {of} that is read"
            report.refuse(code, message, origin=beyond.origin, about=about)


class Idle(Struct, frozen=True):
    """What an object says at ``origin`` that makes no difference in any cluster, and why, in words.

    ``about``: which policy. ``effect``: what becomes of it instead. ``is_noted``: a note of the reader says so, too.
    """

    about: Identity
    origin: Origin
    why: str
    effect: str = "never matches"
    is_noted: bool = False


class Lifted(Struct, frozen=True):
    """What one object contributes to a policy set; ``idle``: what of it contributes nothing."""

    policies: tuple[Policy, ...] = ()
    tiers: tuple[Tier, ...] = ()
    sets: tuple[AddressSet, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    idle: tuple[Idle, ...] = ()


class Draft(Struct):
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


class Emitted(Struct, frozen=True):
    """One object of the target and the policies it stands for."""

    draft: Draft
    policies: tuple[Policy, ...]
    excesses: tuple[str, ...] = ()
    """What of its text is longer than the API takes."""
