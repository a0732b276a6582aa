"""Facts that are stated one by one, on a command line, beside those of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin, spell
from translate.frontend.contradictions import of_ranges
from translate.frontend.facts import FactsInput, facts_of
from translate.model.facts import Facts, Namespace

Said = TypeVar("Said")
FLAGS = {"pods": "--pods", "nodes": "--nodes", "services": "--services", "apiServers": "--api-server"}
NAMESPACE, ASSUME = "--namespace", "--assume"
FIELDS = {"pods": "pods", "nodes": "nodes", "services": "services", "apiServers": "api_servers"}


def with_flags(
    file: FactsInput, ranges: Mapping[str, Sequence[str]], namespaces: Sequence[str], assumed: Sequence[str] = ()
) -> FactsInput:
    """The facts of ``file`` and those of flags; ``file`` itself without any.

    ``ranges`` are given by the fields of a facts file, ``namespaces`` as ``NAME`` or ``NAME=key=value,key=value``.
    ``assumed`` are names of what is assumed, beside those of the file.
    Raises InputError for what is no fact, and where both state one thing differently.
    """
    given: dict[str, Any] = {key: list(texts) for key, texts in ranges.items() if texts}
    if namespaces:
        given["namespaces"] = _once(map(_namespace, namespaces), "is stated twice, with other labels")
    if assumed:
        given["assume"] = list(assumed)
    if not given:
        return file
    known, told = facts_of(file), _told(given)
    for key, field in FIELDS.items():
        _agree(FLAGS[key], getattr(known, field), getattr(told, field), known)
    if known.are_all("Namespace") and told.are_all("Namespace"):
        _agree(NAMESPACE, known.namespaces, told.namespaces, known)
    merged = replace(
        known,
        **{field: getattr(known, field) or getattr(told, field) for field in FIELDS.values()},
        namespaces=_together(known, told),
        complete=tuple(dict.fromkeys((*known.complete, *told.complete))),
        assumed=tuple(dict.fromkeys((*known.assumed, *told.assumed))),
    )
    problems = [Problem(message=f"{spell(path)} {text}", origin=Origin("facts")) for path, text in of_ranges(merged)]
    if problems:
        raise InputError(problems)
    return merged


def giving_way(file: FactsInput, ranges: Mapping[str, Sequence[str]], namespaces: Sequence[str]) -> FactsInput:
    """The facts of ``file`` without those that flags state; ``file`` itself without any flag. Raises InputError."""
    stated = [FIELDS[key] for key, texts in ranges.items() if texts]
    if file is None or not (stated or namespaces):
        return file
    known = replace(facts_of(file), **dict.fromkeys(stated, ()))
    if not namespaces:
        return known
    return replace(known, namespaces=(), complete=tuple(kind for kind in known.complete if kind != "Namespace"))


def _together(known: Facts, told: Facts) -> tuple[Namespace, ...]:
    """All namespaces, of which both must say the same. Raises InputError."""
    found = {one.name: one for one in known.namespaces}
    for one in told.namespaces:
        if sorted(found.setdefault(one.name, one).labels) != sorted(one.labels):
            what = f"{one.name} has other labels in {known.stated.file or 'the facts'}: no cluster has both"
            raise InputError([Problem(message=what, origin=Origin(NAMESPACE))])
    return tuple(found.values())


def _told(given: Mapping[str, Any]) -> Facts:
    """What the flags say, each mistake by the name of its flag."""
    try:
        return facts_of(given)
    except InputError as error:
        raise InputError([_of_flag(problem) for problem in error.problems]) from None


def _of_flag(problem: Problem) -> Problem:
    field, *rest = problem.origin.path
    said = problem.message.removeprefix(spell(problem.origin.path)).lstrip()
    where = [str(step) for step in rest[1:] if isinstance(step, str)]
    return Problem(
        message=" ".join([*where, said]), origin=Origin((FLAGS | {"assume": ASSUME}).get(str(field), NAMESPACE))
    )


def _agree(flag: str, known: Sequence[Any], told: Sequence[Any], file: Facts) -> None:
    if known and told and set(known) != set(told):
        what = f"{flag} states other values than {file.stated.file or 'the facts'}: state them in one place"
        raise InputError([Problem(message=what, origin=Origin(flag))])


def _namespace(text: str) -> tuple[str, dict[str, str]]:
    """``NAME`` or ``NAME=key=value,key=value``."""
    name, _, labels = text.partition("=")
    pairs = [pair.partition("=") for pair in labels.split(",") if pair]
    for pair in pairs:
        if not pair[1]:
            message = f"{text!r}: after the name come its labels, as in {name}=team=shop,env=prod"
            raise InputError([Problem(message=message, origin=Origin(NAMESPACE))])
    return name, _once(((key, value) for key, _, value in pairs), f"stands twice in {text!r}, with other values")


def _once(pairs: Iterable[tuple[str, Said]], twice: str) -> dict[str, Said]:
    """The pairs as a map. Raises InputError where one key has two values, of which the last would hide the first."""
    found: dict[str, Said] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            raise InputError([Problem(message=f"{key} {twice}: no cluster has both", origin=Origin(NAMESPACE))])
    return found
