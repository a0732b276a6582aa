"""What a configuration says: each key checked as the flag of its name is, with its place where something is wrong."""

# mypy: allow-any-generics
# (types of options are generic in newer releases of click only)

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from translate.api.releases import check_read, release_of
from translate.cli.choices import DIALECT, ENGINE, OneOf
from translate.cli.config import Clock, Config
from translate.cli.config_accepts import accepts_in
from translate.cli.config_text import ConfigText, text_of
from translate.core.diagnostics import InputError, Problem
from translate.core.near import near
from translate.core.origin import spell
from translate.frontend.facts import FactsInput, facts_of
from translate.model.assume import Assume

WORDS: Mapping[str, click.ParamType] = {
    "to": DIALECT,
    "on-loss": OneOf(["tighten", "loosen", "stop"]),
    "source-engine": ENGINE,
    "target-engine": ENGINE,
}
RELEASES: Mapping[str, Callable[[tuple[str, ...]], object]] = {
    "target-version": lambda texts: release_of(texts, ""),
    "source-version": check_read,
    "before-version": check_read,
    "after-version": check_read,
}
FACTS, ACCEPT, ASSUME = "facts", "accept", "assume"
KEYS = (*WORDS, *RELEASES, FACTS, ASSUME, ACCEPT)


def config_of(path: Path, clock: Clock, *, searched: bool = False) -> Config:
    """The configuration at ``path``, which may be ``searched`` for; ``clock`` is asked only if an accept has an end.

    Raises InputError with every mistake in it.
    """
    name = os.path.relpath(path) if searched else str(path)
    return config_in(text_of(path, name, only_files=searched), path.parent, clock)


def config_in(found: ConfigText, folder: Path, clock: Clock) -> Config:
    """The configuration that a text in ``folder`` is. Raises InputError likewise."""
    problems: list[Problem] = []
    values = _values(found, problems)
    facts = _facts(found, folder, problems)
    dated = accepts_in(found, folder, problems)
    if problems:
        raise InputError(sorted(problems, key=lambda one: (one.line, one.column)))
    today = clock() if any(one.until is not None for one in dated) else None
    expired = tuple(one for one in dated if one.until is not None and today is not None and one.until < today)
    return Config(found.name, values, facts, tuple(one.accept for one in dated if one not in expired), expired)


def _values(found: ConfigText, problems: list[Problem]) -> dict[str, Any]:
    """What is said of flags, by the names of their parameters."""
    values: dict[str, Any] = {}
    for key, given in found.given.items():
        if key not in KEYS:
            problems.append(found.wrong((key,), f"is no key of a configuration{near(key, KEYS)}", at_key=True))
        elif key not in (FACTS, ACCEPT):
            try:
                values[key.replace("-", "_")] = _value(key, given)
            except ValueError as error:
                problems.append(found.wrong((key,), f"is wrong: {error}"))
    return values


def _value(key: str, given: Any) -> Any:
    if key == ASSUME:
        return _assumed(given)
    return _word(key, given) if key in WORDS else _releases(key, given)


def _assumed(given: Any) -> tuple[str, ...]:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list):
        raise ValueError(f"it must be a list of {', '.join(Assume)}")
    return tuple(_converted(OneOf([one.value for one in Assume]), name) for name in names)


def _word(key: str, given: Any) -> str:
    return _converted(WORDS[key], given)


def _converted(kind: click.ParamType, given: Any) -> str:
    try:
        word: str = kind.convert(str(given), None, None)
    except click.BadParameter as error:
        raise ValueError(error.message) from None
    return word


def _releases(key: str, given: Any) -> tuple[str, ...]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError("it must be DIALECT=VERSION, or a list of such texts")
    RELEASES[key](tuple(texts))
    return tuple(texts)


def _facts(found: ConfigText, folder: Path, problems: list[Problem]) -> FactsInput:
    """The facts that stand in the configuration, or the file that it names, as seen from the current folder."""
    given = found.given.get(FACTS)
    if isinstance(given, str) and given:
        return Path(os.path.relpath(folder / given))
    if isinstance(given, Mapping):
        try:
            return facts_of(given)
        except InputError as error:
            problems += (_of_facts(one, found) for one in error.problems)
    elif FACTS in found.given:
        problems.append(found.wrong((FACTS,), "must be the path of a facts file, or facts themselves"))
    return None


def _of_facts(problem: Problem, found: ConfigText) -> Problem:
    """A problem of facts, told of where they stand."""
    path = problem.origin.path
    return found.wrong((FACTS, *path), problem.message.removeprefix(spell(path)).lstrip(), at_key=True)
