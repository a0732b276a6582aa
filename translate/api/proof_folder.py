"""Proofs in a folder, for later runs and for other processes and users: the option ``cache``.

An entry is a file that is named by the digest of its question and begins with a line that says the same, and the digest
of what follows. It is written apart and put in its place whole. What is not such a file, of whatever reason, is not
there. Nothing that is read is ever run.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec
from msgspec import Struct

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.prover.compare import Proof
from translate.prover.memory import ProofQuestion
from translate.prover.proof_text import UnkeepableError, read, written
from translate.prover.question_digest import QuestionDigests
from translate.tables.locate import root

SCHEMA = "netpol-translate/proof/v1"
LARGEST = 1 << 20
"""So many bytes an entry may have: a proof shows a few packets, however many policies it is about."""


class _Head(Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of an entry."""

    schema: str
    question: str
    digest: str


@lru_cache(maxsize=1)
def own_code() -> bytes:
    """The digest of the program and its tables: a proof of another version is none of this one."""
    found = sha256(SCHEMA.encode())
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
        elif one.name.endswith((".py", ".yaml")):
            yield path, one


@dataclass(slots=True)
class ProofFolder:
    """A memory of proofs that outlives the run."""

    folder: Path
    _digests: QuestionDigests = field(default_factory=lambda: QuestionDigests(own_code()))

    def recall(self, question: ProofQuestion) -> Proof | None:
        """The proof of an entry that is whole and of this very question, None where there is none."""
        name = self._name(question)
        try:
            return None if name is None else read(_body(_read(self._place(name)), name), question)
        except (OSError, UnkeepableError):
            return None

    def keep(self, question: ProofQuestion, proof: Proof) -> None:
        """Write an entry; a proof that cannot be written is not kept, which costs nothing but time."""
        name = self._name(question)
        try:
            if name is not None:
                body = written(proof, question)
                head = msgspec.json.encode(_Head(SCHEMA, name, sha256(body).hexdigest()))
                _put(self._place(name), head + b"\n" + body)
        except (OSError, UnkeepableError):
            return

    def _name(self, question: ProofQuestion) -> str | None:
        try:
            return self._digests.digest(question)
        except (TypeError, RecursionError):
            return None

    def _place(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name[2:]}.json"


def opened(folder: Path) -> ProofFolder:
    """The proofs in ``folder``, which is made when there is one to keep. Raises InputError for what is no folder."""
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(message="is no folder: proofs cannot be kept in it", origin=Origin(str(folder)))])
    return ProofFolder(folder)


def _read(place: Path) -> bytes:
    """The bytes of a file; none of a link, a pipe, a device or what is too large. Raises OSError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(place, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return b""
        found = file.read(LARGEST + 1)
        return found if len(found) <= LARGEST else b""


def _body(text: bytes, name: str) -> bytes:
    """What follows the head of an entry for the question called ``name``. Raises UnkeepableError where it is none."""
    line, _, body = text.partition(b"\n")
    try:
        head = msgspec.json.decode(line, type=_Head)
    except (msgspec.MsgspecError, ValueError) as error:
        raise UnkeepableError from error
    if head != _Head(SCHEMA, name, sha256(body).hexdigest()):
        raise UnkeepableError
    return body


def _put(place: Path, text: bytes) -> None:
    """Write a file that others may read, whole or not at all. Raises OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".netpol-translate-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        os.chmod(temporary, stat.S_IMODE(place.parent.stat().st_mode) & 0o666)
        os.replace(temporary, place)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
