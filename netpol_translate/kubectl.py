"""The console script that kubectl asks for completions of its plugin."""

from __future__ import annotations

import sys


def complete() -> None:
    """Print them; a word that cannot be completed is no reason to disturb somebody who types."""
    from translate.cli.kubectl import completions

    if sys.stdout is not None:
        sys.stdout.write(completions(sys.argv[1:]))
