"""The option ``cache``: a run whose proofs are kept for later ones. Whoever names no folder loads nothing for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from translate.prover.memory import remembering


@contextmanager
def remembered(cache: str | os.PathLike[str] | None) -> Iterator[None]:
    """A run whose proofs are recalled from the folder ``cache`` and kept in it, if one is named.

    Raises InputError for what is no folder.
    """
    if cache is None:
        yield
        return
    from translate.api.proof_folder import opened  # only for a folder

    with remembering(opened(Path(cache))):
        yield
