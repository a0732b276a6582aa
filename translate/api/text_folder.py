"""What texts hold that were read before: in this run, and with the option ``cache`` in an earlier one.

A file holds the pieces of the texts of one place, by their digests. It is named by the place, so a change of one piece
leaves the rest known; what a piece holds is known by its digest alone. Like a proof it is no entry if it is not whole,
or of another version of the program.
"""

from __future__ import annotations

import os
from collections.abc import Container, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from translate.api.entry import UnreadableEntryError, body_of, own_code, put, read_entry, with_head
from translate.dialects import of_object
from translate.frontend.held_texts import HeldTexts
from translate.frontend.sources import Source
from translate.yamlio.pieces import CutText, TextPiece

SCHEMA = "netpol-translate/texts/v1"
LARGEST = 256 << 20
"""So many bytes a file of pieces may have."""
FEWEST = 200
"""With fewer pieces a text is read in less time than a file is."""
MOST_NEW = 0.05
"""Of the pieces of a place: if fewer are new, these are read, and nothing is looked up or written."""


class _Kept(Struct, frozen=True, array_like=True):
    """A piece in a file; its value is decoded when it is asked for."""

    start: int
    end: int
    line: int
    size: int
    value: Raw
    taken: bool = False
    """Whether it is a legal object of a policy dialect, as this very program has found."""


LEFT_OUT = _Kept(0, 0, 0, -1, Raw(b"null"))
"""A piece that is read anew each time."""
_DECODER = msgspec.json.Decoder(dict[str, _Kept])


class Texts(HeldTexts):
    """Pieces that were read before; with a folder also those of earlier runs."""

    def __init__(self, folder: Path | None = None, salt: bytes = b"") -> None:
        super().__init__()
        self._folder, self._salt = folder, salt
        self._kept: dict[str, _Kept] = {}
        self._stale: dict[str, list[str]] = {}
        self._taken: set[int] = set()

    def known(self, text: str) -> TextPiece | None:
        """What a piece holds, None where that is not known."""
        found = super().known(text)
        if found is None and self._kept:
            kept = self._kept.get(_digest(text))
            if kept is not None and (found := _piece(kept)) is not None:
                self.all[text] = found
                if kept.taken:
                    self._taken.add(id(found.value))
        return found

    def was_taken(self, value: Mapping[str, Any]) -> bool:
        """Whether a value of a piece was a legal object in an earlier run."""
        return id(value) in self._taken  # the pieces hold their values, so that no other one can have its id

    def cuts(self, given: Sequence[Source]) -> list[CutText | None]:
        """The pieces of each text, None where it is read as a whole; what an earlier run knows of them is at hand."""
        found = super().cuts(given)
        texts = [text for one in found if one is not None for text in one.pieces]
        if self._folder is not None and len(texts) >= FEWEST and self._is_new(texts):
            name = sha256(self._salt + _place(given).encode(errors="surrogatepass")).hexdigest()
            self._kept.update(self._read(name))
            if self._is_new(texts):
                self._stale[name] = texts
        return found

    def keep(self, taken: Container[int] = ()) -> None:
        """Write what was read anew of places where that is much; what cannot be written is not kept. ``taken``: the ids
        of values that are legal objects.
        """
        for name, texts in self._stale.items():
            known = {_digest(text): self.all[text] for text in texts if text in self.all}
            found = {one: _kept(piece, taken=id(piece.value) in taken) for one, piece in known.items()}
            body = msgspec.json.encode(found)
            if self._folder is not None and len(body) < LARGEST:
                try:
                    put(self._file(name), with_head(SCHEMA, name, body))
                except OSError:
                    continue

    def _is_new(self, texts: Sequence[str]) -> bool:
        new = sum(text not in self.all and not (self._kept and _digest(text) in self._kept) for text in texts)
        return new > MOST_NEW * len(texts)

    def _read(self, name: str) -> dict[str, _Kept]:
        try:
            return _DECODER.decode(body_of(read_entry(self._file(name), LARGEST), SCHEMA, name))
        except (OSError, UnreadableEntryError, msgspec.MsgspecError, ValueError):
            return {}

    def _file(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / name[:2] / f"{name[2:]}.texts.json"


def _digest(text: str) -> str:
    """The name of a piece in a file."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def _place(given: Sequence[Source]) -> str:
    """A name for where texts come from, which one more file beside them does not change."""
    if len(given) == 1:
        return given[0].name
    try:
        return os.path.commonpath([source.name for source in given]) + os.sep
    except ValueError:
        return os.sep.join(sorted({os.path.dirname(source.name) for source in given}))


def _piece(kept: _Kept) -> TextPiece | None:
    if kept.size < 0:
        return None
    try:
        return TextPiece(msgspec.json.decode(kept.value), kept.start, kept.end, kept.line, kept.size)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None


def _kept(piece: TextPiece, *, taken: bool) -> _Kept:
    """The piece as it is written: its value only if it is of a policy dialect, as a folder may hold Secrets, too, and
    if JSON gives it back as it is.
    """
    if piece.value is not None and not (isinstance(piece.value, dict) and of_object(piece.value)):
        return LEFT_OUT
    try:
        text = msgspec.json.encode(piece.value)
        same: Any = msgspec.json.decode(text)
    except (msgspec.MsgspecError, TypeError, RecursionError, UnicodeError, ValueError):
        return LEFT_OUT
    if same != piece.value or msgspec.json.encode(same) != text:
        return LEFT_OUT
    return _Kept(piece.start, piece.end, piece.line, piece.size, Raw(text), taken)


def texts_of(cache: str | os.PathLike[str] | None) -> Texts:
    """What is known of texts when a run begins: nothing, or with ``cache`` what is in that folder."""
    return Texts() if cache is None else Texts(Path(cache), SCHEMA.encode() + own_code())
