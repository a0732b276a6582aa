"""What two inputs have in common is decoded once and lifted once.

A document that stands in both as the same text is one value to both (``translate.yamlio.pieces``). What an object
means follows from its value and the settings (``Dialect.lift``), not from where it stands nor from what stands beside
it: that comes in later, when all are put together, which is done for each side on its own. So what was lifted of it on
one side is equal to what would be lifted on the other, but for its origins, which say where it stands on the first.

An origin takes no part in equality, but it tells rules of one set apart, and it is shown to people. So nothing is lent
between inputs of which a file has the same name, each value is lent once, and ``is_lent`` tells what has an origin of
the other side: whoever has something to say of that lifts it where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from translate.core.diagnostics import Report
from translate.core.origin import Origin, Path
from translate.dialects.base import Lifted, Object, Settings
from translate.dialects.objects import Manifest
from translate.dialects.protocol import Dialect
from translate.frontend.intake import Intake
from translate.frontend.lifting import Lifting, said

WasTaken: TypeAlias = Callable[[Mapping[str, Any]], bool]


class InCommon:
    """What is known of the values that ``before`` and ``after`` share; ``was_taken``: of which an earlier run of this
    very program has seen that they are legal; ``is_noted``: whether a later run is to know it of these.
    """

    def __init__(
        self, before: Intake, after: Intake, default_namespace: str, was_taken: WasTaken, *, is_noted: bool = False
    ) -> None:
        self.was_taken = was_taken
        self.is_noted = is_noted
        self.manifests: dict[int, tuple[Mapping[str, Any], Manifest]] = {}
        self.lent: dict[tuple[int, Path], tuple[Dialect, Settings, Lifted]] = {}
        self.of_both = _ids(before) & _ids(after)
        self._default = default_namespace
        self._files = {source.name for source in before.sources}
        self._apart = self._files.isdisjoint(source.name for source in after.sources)
        self.changed = {
            self.namespace(item)
            for intake in (before, after)
            for _, item in intake.native
            if id(item.value) not in self.of_both
        }

    def namespace(self, item: Object) -> str:
        """The namespace that an object says it is in."""
        metadata = item.value.get("metadata")
        return str((metadata.get("namespace") if isinstance(metadata, Mapping) else None) or self._default)

    def is_lent(self, origin: Origin) -> bool:
        """Whether what has this origin on the side after was lifted on the side before."""
        return self._apart and origin.file in self._files

    def before(self, settings: Settings) -> Lifting:
        """Lifts the objects of the side before, to be lent."""
        return _Lending(settings, self) if self._apart else _Sharing(settings, self)

    def after(self, settings: Settings) -> Lifting:
        """Lifts those of the side after, with what is lent: no object of a namespace in which something changes, as
        that may be told.
        """
        return _Borrowing(settings, self) if self._apart else _Sharing(settings, self)

    def owned(self, settings: Settings) -> Lifting:
        """Lifts those of the side after, each where it stands."""
        return _Sharing(settings, self)


def _ids(intake: Intake) -> set[int]:
    return {id(item.value) for _, item in intake.native}


class _Sharing(Lifting):
    """Decodes what is common once."""

    def __init__(self, settings: Settings, common: InCommon) -> None:
        super().__init__(settings)
        self._common = common

    def is_alone(self, item: Object) -> bool:
        """Whether lifting it is of no use to anything else, the objects of another input, say."""
        return not self._common.is_noted and id(item.value) not in self._common.of_both

    def _read(self, item: Object, dialect: Dialect) -> Manifest:
        known = self._common.manifests.get(id(item.value))
        if known is None:
            read = dialect.read_again if self._common.was_taken(item.value) else dialect.read
            # The value is held, so that no other one can have its id.
            known = self._common.manifests[id(item.value)] = item.value, read(item)
        return known[1]


class _Lending(_Sharing):
    """Keeps what is common and of policies alone, if nothing was said of it."""

    def lift(self, item: Object, dialect: Dialect, report: Report) -> Lifted:
        """What an object means by itself. Raises InputError."""
        before = said(report)
        found = super().lift(item, dialect, report)
        silent = said(report) == before and not (found.tiers or found.sets or found.unjudged)
        if silent and id(item.value) in self._common.of_both:
            self._common.lent.setdefault((id(item.value), item.origin.path), (dialect, self._settings, found))
        return found


class _Borrowing(_Sharing):
    """Takes what is lent, each once: two objects of one text are two objects, and may not have one place."""

    def lift(self, item: Object, dialect: Dialect, report: Report) -> Lifted:
        """What an object means by itself. Raises InputError."""
        common = self._common
        found = common.lent.pop((id(item.value), item.origin.path), None)
        if found is None or found[:2] != (dialect, self._settings) or common.namespace(item) in common.changed:
            return super().lift(item, dialect, report)
        return found[2]
