"""Commands to type, about the files of a report."""

from __future__ import annotations

import shlex

from translate.api.report import MigrationReport

MOST_NAMED = 3
"""More files are not named one by one."""
PROGRAM = "netpol-translate"


def command(*words: str) -> str:
    """A command of this program, quoted for a shell."""
    return typed(PROGRAM, *words)


def typed(*words: str) -> str:
    """A command, quoted for a shell."""
    return shlex.join(words)


def files_of(found: MigrationReport) -> tuple[str, ...]:
    """The files of the input, or a word for them where there are many, or none that has a name."""
    names = tuple(one.name for one in found.inputs)
    plain = all(one.sha256 and one.name not in ("input", "-") for one in found.inputs)
    return names if plain and 0 < len(names) <= MOST_NAMED else ("FILES",)


def output_of(found: MigrationReport) -> str:
    """What the output may be called."""
    return f"policies.{found.to}.yaml"
