"""A file of the folder of ``cache``: a line that says what it is, with the digest of the rest, and then the rest.

It is written apart and put in its place whole. What is not such a file, of whatever reason, is not there. Nothing that
is read is ever run.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec
from msgspec import Struct

from translate.tables.locate import root


class UnreadableEntryError(Exception):
    """A file that is no entry, or one of something else."""


class _Head(Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of an entry."""

    schema: str
    question: str
    digest: str


@lru_cache(maxsize=1)
def own_code() -> bytes:
    """The digest of the program and its tables: what another version worked out is nothing to this one."""
    found = sha256()
    for top in (files("translate"), root()):
        for name, file in _files(top, ""):
            text = file.read_bytes()
            found.update(f"{len(name)}:{name}{len(text)}:".encode(errors="surrogatepass") + text)
    return found.digest()


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for one in sorted(folder.iterdir(), key=lambda found: found.name):
        path = f"{name}/{one.name}"
        if one.is_dir():
            yield from _files(one, path)
        elif one.name.endswith((".py", ".yaml", ".json")):
            yield path, one


def with_head(schema: str, name: str, body: bytes) -> bytes:
    """The bytes of an entry that is called ``name``."""
    return msgspec.json.encode(_Head(schema, name, sha256(body).hexdigest())) + b"\n" + body


def body_of(text: bytes, schema: str, name: str) -> bytes:
    """What follows the head of the entry that is called ``name``. Raises UnreadableEntryError where it is none."""
    line, _, body = text.partition(b"\n")
    try:
        head = msgspec.json.decode(line, type=_Head)
    except (msgspec.MsgspecError, ValueError) as error:
        raise UnreadableEntryError from error
    if head != _Head(schema, name, sha256(body).hexdigest()):
        raise UnreadableEntryError
    return body


def read_entry(place: Path, largest: int) -> bytes:
    """The bytes of a file; none of a link, a pipe, a device or what is too large. Raises OSError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(place, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return b""
        found = file.read(largest + 1)
        return found if len(found) <= largest else b""


def put(place: Path, text: bytes) -> None:
    """Write a file that others may read, whole or not at all. Raises OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.parent / f".netpol-translate-{os.urandom(8).hex()}"
    try:
        with temporary.open("xb") as file:
            file.write(text)
        temporary.chmod(stat.S_IMODE(place.parent.stat().st_mode) & 0o666)
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
