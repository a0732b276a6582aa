"""What goes in and out of every dialect: objects of its API, what they lift to, and objects under construction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from translate.core.diagnostics import Error
from translate.core.origin import NOWHERE, Origin, Path
from translate.dialects.shared_reading import AS_THE_API_SAYS, SharedReading
from translate.model.policy import AddressSet, Policy, Tier
from translate.model.settings import DEFAULTS, EngineSettings

JsonObject: TypeAlias = dict[str, Any]
"""An object as it is written: nested dicts and lists of JSON values, in the order they are printed."""


@dataclass(frozen=True, slots=True)
class Object:
    """One API object of the input and where it stands."""

    value: Mapping[str, Any]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Settings:
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

    ``marks`` pairs a container of ``value`` and a key of it with a path of the input: comments follow them. None where
    the input has no comments, so that nobody pays for them.
    """

    value: JsonObject
    marks: list[tuple[Any, str | int, Path]] | None = None

    def mark(self, container: Any, key: str | int, origin: Origin, *steps: str | int) -> None:
        """Say that ``container[key]`` stands for what ``origin``, or the place ``steps`` below it, wrote."""
        if self.marks is not None and origin is not NOWHERE:
            self.marks.append((container, key, origin.path + steps if steps else origin.path))

    def paths(self) -> dict[Path, Path]:
        """Source path to the path in ``value`` of the first mark that names it."""
        places: dict[int, Path] = {}
        _walk(self.value, (), places)
        found: dict[Path, Path] = {}
        for container, key, source in self.marks or ():
            if id(container) in places:
                found.setdefault(source, (*places[id(container)], key))
        return found


def _walk(node: Any, path: Path, places: dict[int, Path]) -> None:
    if isinstance(node, (dict, list)):
        places[id(node)] = path
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            _walk(child, (*path, key), places)


@dataclass(frozen=True, slots=True)
class Emitted:
    """One object of the target and the policies it stands for."""

    draft: Draft
    policies: tuple[Policy, ...]
    excesses: tuple[str, ...] = ()
    """What of its text is longer than the API takes."""
