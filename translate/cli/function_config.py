"""What a KRM function is asked for: keys of a configuration as Kubernetes spells them, of a ConfigMap or a ``spec``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from translate.api.accept import Accept, WrittenAt, accept_of
from translate.api.options import Options, dialect
from translate.cli.accepting import loss_code
from translate.cli.config import Clock, Config, Dated
from translate.cli.config_read import ACCEPT, ASSUME, FACTS, KEYS, RELEASES, config_in
from translate.cli.config_text import ConfigText
from translate.core.diagnostics import InputError, Problem
from translate.core.near import near
from translate.core.origin import Origin, spell
from translate.core.origin import Path as Steps
from translate.frontend.facts_flags import with_flags
from translate.yamlio.read import read

WHERE = "functionConfig"
NAMESPACE, LOGS = "default-namespace", "log-denials"
_ONLY_OF_INPUTS = ("target-engine", "before-version", "after-version")
"""Keys of a configuration that are about two inputs."""
_MINE = (*(key for key in KEYS if key not in _ONLY_OF_INPUTS), NAMESPACE, LOGS)
_LISTS = (*RELEASES, ASSUME)


@dataclass(frozen=True, slots=True)
class FunctionConfig:
    """What a function is to do, and the accepts that hold no more."""

    to: str
    options: Options
    expired: tuple[Dated, ...] = ()


def asked_of(given: Any, clock: Clock) -> FunctionConfig:
    """What ``functionConfig`` asks for. Raises InputError with every mistake in it."""
    problems: list[Problem] = []
    at, said = _said(given)
    plain = _plain(at, said, problems)
    accepts = _accepts(plain, at, problems)
    more = _more(plain, at, problems)
    config = _config(plain, at, clock, problems)
    if problems:
        raise InputError(problems)
    values = {key: value for key, value in config.values.items() if key not in ("to", ASSUME)}
    facts = with_flags(config.facts, {}, (), config.values.get(ASSUME, ()))
    try:
        options = Options(**values, **more, facts=facts, accept=(*config.accepts, *accepts), passthrough=True)
        return FunctionConfig(dialect(config.values["to"]), options, config.expired)
    except ValueError as error:
        raise InputError([_wrong(at, str(error))]) from None


def _plain(at: Steps, said: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """What is said, under the names and with the values that a configuration has."""
    spelled = {camel(key): key for key in _MINE}
    unknown = [key for key in said if key not in spelled]
    problems += (_wrong((*at, key), f"is no key of this function{near(key, spelled)}") for key in unknown)
    if "to" not in said:
        problems.append(_wrong(at, "does not say what to translate to (to)"))
    plain = {spelled[key]: value for key, value in said.items() if key in spelled}
    if at != ("data",):
        return plain
    wrong = [key for key, value in plain.items() if not isinstance(value, str)]
    problems += (_wrong((*at, camel(key)), "must be a text, as all of a ConfigMap is") for key in wrong)
    return {key: _from_text(key, value, problems) for key, value in plain.items() if key not in wrong}


def _more(plain: dict[str, Any], at: Steps, problems: list[Problem]) -> dict[str, Any]:
    """What a configuration has no key for, which is taken out of it."""
    found = {}
    for key, kind, word in ((NAMESPACE, str, "text"), (LOGS, bool, "truth value")):
        if key in plain:
            found[key.replace("-", "_")] = value = plain.pop(key)
            if not isinstance(value, kind):
                problems.append(_wrong((*at, camel(key)), f"must be a {word}"))
    return found


def _config(plain: dict[str, Any], at: Steps, clock: Clock, problems: list[Problem]) -> Config:
    """The rest, read as a configuration is; what is wrong is told of keys as they are spelled here."""
    if FACTS in plain and not isinstance(plain[FACTS], Mapping):
        problems.append(_wrong((*at, FACTS), "must be facts themselves: a function reads no files"))
        plain.pop(FACTS)
    try:
        return config_in(ConfigText(WHERE, plain), Path(), clock)
    except InputError as error:
        for one in error.problems:
            key, blank, rest = one.message.partition(" ")
            text = f"{spell(at)}.{camel(key)}{blank}{rest}"
            problems.append(Problem(message=text, origin=Origin(WHERE)))
        return Config()


def camel(key: str) -> str:
    """A key of a configuration as Kubernetes would spell it: ``on-loss`` is ``onLoss``."""
    return re.sub(r"-([a-z])", lambda found: found[1].upper(), key)


def _said(given: Any) -> tuple[Steps, Mapping[str, Any]]:
    """Where the keys stand, and what they say."""
    if not isinstance(given, Mapping):
        raise InputError([_wrong((), "is missing: it says what to translate to (docs/where-it-runs.md)")])
    name = "data" if given.get("kind") == "ConfigMap" else "spec"
    said = given.get(name)
    if not isinstance(said, Mapping):
        raise InputError([_wrong((name,), "must be a map that says what to translate to (to)")])
    return (name,), said


def _from_text(key: str, value: str, problems: list[Problem]) -> Any:
    """A value of a ConfigMap, which holds texts alone."""
    if key == ACCEPT:
        return [line.strip() for line in value.splitlines() if line.strip()]
    if key in _LISTS:
        return value.split()
    if key == LOGS:
        return {"true": True, "false": False}.get(value, value)
    if key != FACTS:
        return value
    try:
        documents = read(value, file=WHERE)
    except InputError as error:
        problems += (_wrong(("data", FACTS), f"is no YAML: {one.message}") for one in error.problems)
        return {}
    return documents[0].value if len(documents) == 1 else value


def _accepts(plain: dict[str, Any], at: Steps, problems: list[Problem]) -> tuple[Accept, ...]:
    """The accepts that are texts, which are taken out of the list; maps stay in it."""
    given = plain.get(ACCEPT)
    if not isinstance(given, list):
        return ()
    found = []
    for number, one in enumerate(given):
        if isinstance(one, str):
            try:
                found.append(accept_of(one, code_of=loss_code, written=WrittenAt(WHERE)))
            except ValueError as error:
                problems.append(_wrong((*at, ACCEPT, number), f"is wrong: {error}"))
    plain[ACCEPT] = [one for one in given if not isinstance(one, str)]
    return tuple(found)


def _wrong(path: Steps, text: str) -> Problem:
    return Problem(message=f"{spell(path)} {text}".strip(), origin=Origin(WHERE))
