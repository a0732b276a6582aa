"""What texts hold that this run has read, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence

from translate.core.diagnostics import InputError
from translate.frontend.sources import Source
from translate.yamlio.characters import decode
from translate.yamlio.pieces import CutText, HeldPieces, cut


class HeldTexts(HeldPieces):
    """Pieces that were read before, by their texts."""

    def cuts(self, given: Sequence[Source]) -> list[CutText | None]:
        """The pieces of each text, None where it is read as a whole."""
        return [_cut(source) for source in given]


def _cut(source: Source) -> CutText | None:
    if source.trouble or source.objects:
        return None
    try:
        return cut(decode(source.text, file=source.name))
    except InputError:
        return None
