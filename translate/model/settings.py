"""How engines are set up, as far as somebody states it: what the same policy means depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from msgspec import Struct


class OneEngine(Struct, frozen=True, gc=False):
    """Base of the settings of one engine, each dialect's own: None is not stated, and the default counts."""

    @property
    def stated(self) -> Mapping[str, str]:
        """What is stated, as the engine's own configuration spells it."""
        return {}

    @property
    def reads_ranges_as_usual(self) -> bool:
        """Whether IP ranges match what they do by default."""
        return True


Own = TypeVar("Own", bound=OneEngine)


class EngineSettings(Struct, frozen=True, gc=False):
    """The settings of all engines of which any are stated; a policy set is read under those of its own."""

    engines: tuple[OneEngine, ...] = ()

    def of(self, kind: type[Own]) -> Own:
        """The settings of one engine: the defaults where none are stated."""
        return next((found for found in self.engines if isinstance(found, kind)), kind())

    @property
    def stated(self) -> bool:
        """Whether anything is."""
        return any(found.stated for found in self.engines)


DEFAULTS = EngineSettings()
