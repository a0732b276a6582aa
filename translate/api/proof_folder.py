"""Proofs in a folder, for later runs and for other processes and users: the option ``cache``.

An entry is named by the digest of its question (``translate.api.entry`` says what an entry is).
"""

from __future__ import annotations

import stat
from pathlib import Path

from translate.api.entry import UnreadableEntryError, body_of, own_code, put, read_entry, with_head
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.prover.memory import ProofQuestion
from translate.prover.proof import Proof
from translate.prover.proof_text import UnkeepableError, read, written
from translate.prover.question_digest import QuestionDigests

SCHEMA = "netpol-translate/proof/v1"
LARGEST = 1 << 20
"""So many bytes an entry may have: a proof shows a few packets, however many policies it is about."""


class ProofFolder:
    """A memory of proofs that outlives the run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._digests = QuestionDigests(SCHEMA.encode() + own_code())

    def recall(self, question: ProofQuestion) -> Proof | None:
        """The proof of an entry that is whole and of this very question, None where there is none."""
        name = self._name(question)
        try:
            return (
                None if name is None else read(body_of(read_entry(self._place(name), LARGEST), SCHEMA, name), question)
            )
        except (OSError, UnreadableEntryError, UnkeepableError):
            return None

    def keep(self, question: ProofQuestion, proof: Proof) -> None:
        """Write an entry; a proof that cannot be written is not kept, which costs nothing but time."""
        name = self._name(question)
        try:
            if name is not None:
                put(self._place(name), with_head(SCHEMA, name, written(proof, question)))
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
    try:
        is_folder = stat.S_ISDIR(folder.stat().st_mode)
    except FileNotFoundError:
        is_folder = True  # soon
    except OSError as error:
        raise _trouble(folder, f"cannot be used: {error.strerror or error}") from None
    if not is_folder:
        raise _trouble(folder, "is no folder: proofs cannot be kept in it")
    return ProofFolder(folder)


def _trouble(folder: Path, message: str) -> InputError:
    return InputError([Problem(message=message, origin=Origin(str(folder)))])
