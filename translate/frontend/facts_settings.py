"""The settings of engines in a facts file, under the names that the engines' own configuration has for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from translate.core.names import shown
from translate.core.origin import Path
from translate.model.settings import DEFAULTS, CalicoSettings, CiliumSettings, EngineSettings

Tell: TypeAlias = Callable[[Path, str], None]
"""Takes the place of a mistake and what is wrong there."""

ENGINES: Mapping[str, Mapping[str, tuple[str, tuple[Any, ...]]]] = {
    "cilium": {
        "enable-policy": ("enable_policy", ("default", "always", "never")),
        "policy-cidr-match-mode": ("cidr_match_mode", ([], ["nodes"])),
        "allow-localhost": ("allow_localhost", ("auto", "always", "policy")),
        "policy-default-local-cluster": ("default_local_cluster", (True, False)),
    },
    "calico": {
        "defaultEndpointToHostAction": ("endpoint_to_host", ("Accept", "Drop", "Return")),
    },
}
"""Each setting of an engine: the field that it becomes, and the values that are read."""


def settings_of(given: Any, tell: Tell) -> EngineSettings:
    """What ``given`` states; every mistake is told."""
    if not isinstance(given, Mapping):
        tell(("settings",), f"must be a map of {', '.join(ENGINES)}")
        return DEFAULTS
    for name in given:
        if name not in ENGINES:
            tell(("settings", str(name)), f"is no engine with settings: these are {', '.join(ENGINES)}")
    return EngineSettings(
        CiliumSettings(**_fields("cilium", given, tell)),
        CalicoSettings(**_fields("calico", given, tell)),
    )


def _fields(engine: str, settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    given, known = settings.get(engine, {}), ENGINES[engine]
    if not isinstance(given, Mapping):
        tell(("settings", engine), f"must be a map of {', '.join(known)}")
        return {}
    found: dict[str, Any] = {}
    for name, value in given.items():
        place = ("settings", engine, str(name))
        if name not in known:
            tell(place, f"is no setting that is known: for {engine} these are {', '.join(known)}")
            continue
        field, values = known[name]
        if not any(value == one and type(value) is type(one) for one in values):
            tell(place, f"{_spelled(value)} must be {_listed(values)}")
        else:
            found[field] = tuple(value) if isinstance(value, list) else value
    return found


def _listed(values: tuple[Any, ...]) -> str:
    *first, last = map(_spelled, values)
    return f"{', '.join(first)} or {last}"


def _spelled(value: Any) -> str:
    """A value as YAML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return shown(str(value)) if isinstance(value, str) else str(value)
