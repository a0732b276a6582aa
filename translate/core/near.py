"""What may have been meant by a word that is misspelt."""

from __future__ import annotations

from collections.abc import Iterable


def near(word: str, known: Iterable[str]) -> str:
    """What may have been meant by ``word``, as the end of a message; nothing where nothing is near."""
    from difflib import get_close_matches  # only for what is misspelt

    folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"; did you mean {folded[found[0]]!r}?" if found else ""
