"""The settings of engines in a facts file, under the names that the engines' own configuration has for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from translate.core.names import shown
from translate.core.origin import Path
from translate.dialects import those
from translate.dialects.protocol import SettingsForm
from translate.model.settings import DEFAULTS, EngineSettings, OneEngine

Tell: TypeAlias = Callable[[Path, str], None]
"""Takes the place of a mistake and what is wrong there."""


def settings_of(given: Any, tell: Tell) -> EngineSettings:
    """What ``given`` states; every mistake is told."""
    forms = {dialect.name: dialect.settings for dialect in those(lambda it: it.settings is not None)}
    if not isinstance(given, Mapping):
        tell(("settings",), f"must be a map of {', '.join(forms)}")
        return DEFAULTS
    for name in given:
        if name not in forms:
            tell(("settings", str(name)), f"is no engine with settings: these are {', '.join(forms)}")
    found = (_settings(name, form, given[name], tell) for name, form in forms.items() if form and name in given)
    return EngineSettings(tuple(one for one in found if one.stated))


def _settings(engine: str, form: SettingsForm, given: Any, tell: Tell) -> OneEngine:
    """The settings of one engine: a value of its dialect."""
    known = form.fields
    if not isinstance(given, Mapping):
        tell(("settings", engine), f"must be a map of {', '.join(known)}")
        return form.kind()
    found: dict[str, Any] = {}
    for name, value in given.items():
        place = ("settings", engine, str(name))
        if name not in known:
            tell(place, f"is no setting that is known: for {engine} these are {', '.join(known)}")
            continue
        meant = known[name].value(value)
        if meant is None:
            tell(place, f"{_spelled(value)} must be {_listed(known[name].values)}")
        else:
            found[known[name].field] = tuple(meant) if isinstance(meant, list) else meant
    return form.kind(**found)


def _listed(values: tuple[Any, ...]) -> str:
    *first, last = map(_spelled, values)
    return f"{', '.join(first)} or {last}"


def _spelled(value: Any) -> str:
    """A value as YAML has it."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return shown(str(value)) if isinstance(value, str) else str(value)
