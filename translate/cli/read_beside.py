"""What a run reads besides its inputs: facts and a configuration, wherever they are named."""

from __future__ import annotations

from pathlib import Path

import click

from translate.cli.files import real
from translate.cli.snapshots import facts_of_snapshot, named_inputs


def read_beside() -> frozenset[str]:
    """The real paths of these files; none where no command runs."""
    context = click.get_current_context(silent=True)
    given = context.params if context is not None else {}
    config = given.get("config")
    files = (
        given.get("facts"),
        getattr(config, "facts", None),
        getattr(config, "path", None) or None,
        facts_of_snapshot(named_inputs()),
    )
    return frozenset(real(file) for file in files if isinstance(file, (str, Path)))
