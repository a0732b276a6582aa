"""Completion as kubectl asks a plugin for it: words in, one suggestion a line out, and what the shell may add.

https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/plugin/plugin_completion.go
"""

from __future__ import annotations

from collections.abc import Sequence

from click.shell_completion import CompletionItem, ShellComplete

from translate.cli.main import PROGRAM, commands

FILES, NO_FILES = 0, 4
"""Directives of cobra, kubectl's command line: complete file names, or none."""


def completions(words: Sequence[str]) -> str:
    """What may stand in place of the last of ``words``, which may be empty."""
    *before, begun = words or ("",)
    found = ShellComplete(commands, {}, PROGRAM, "").get_completions(list(before), begun)
    plain = [item for item in found if item.type == "plain"]
    # Where click has no word of its own, the shell looks for files: most of what is named here are some.
    return "".join(f"{line}\n" for line in [*map(_line, plain), f":{NO_FILES if plain else FILES}"])


def _line(item: CompletionItem) -> str:
    """A word, and behind a tabulator what it means."""
    meaning = " ".join((item.help or "").split())
    return f"{item.value}\t{meaning}" if meaning else str(item.value)
