"""Files in and out: inputs by name; outputs written whole or not at all, and never where they were not meant to go."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
from msgspec.structs import replace

from translate.cli.config_search import OWN
from translate.cli.snapshots import tells_only
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.frontend.sources import Source, from_path
from translate.yamlio.limits import DEFAULT

SUFFIXES = (".yaml", ".yml", ".json")
LONGEST_NAME = 250
_PIECE = 1 << 20
HINT = """no input: name files, or pipe policies in
  netpol-translate --to calico policies.yaml
  kubectl get networkpolicies -A -o yaml | netpol-translate --to cilium -"""


def inputs(names: Sequence[str], recursive: bool) -> tuple[Source, ...]:
    """The texts of all named files and folders, in their order, each once.

    Raises UsageError where nothing is named and nobody pipes anything in; what cannot be read is told later, with the
    problems of the other files.
    """
    if not names:
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError(HINT)
        names = ("-",)
    if "-" in names and sys.stdin is None:
        raise click.UsageError("no input: stdin is closed")
    found: dict[str, Source] = {}
    for name in dict.fromkeys(names):
        if name == "-":
            text = sys.stdin.buffer.read(DEFAULT.text + 1)  # one byte too many tells that it is too much
            found["-"] = Source("-", text, trouble="" if text.strip() else "nothing came through the pipe")
            continue
        for source in _expanded(Path(name), recursive):
            found[source.name] = source
    return tuple(found.values())


def _expanded(path: Path, recursive: bool) -> Iterator[Source]:
    if not os.path.isdir(path):
        yield from_path(path)
        return
    from translate.cli.folders import held  # not for files

    found = held(path, recursive=recursive)
    wanted = sorted(
        file for file in found.files if file.suffix in SUFFIXES and file.name != OWN and not tells_only(file)
    )
    if not wanted and not found.unread:
        remark = "" if recursive else "; -R looks into the folders below"
        yield Source(str(path), trouble=f"holds no file that ends in {', '.join(SUFFIXES)}{remark}")
    yield from (Source(str(folder), trouble=f"cannot be read: {why}") for folder, why in sorted(found.unread))
    yield from (replace(_of_folder(file), named=False) for file in wanted)


def _of_folder(path: Path) -> Source:
    """A file of a folder: a pipe or a device, which may give nothing ever or never end, is read only where it is named
    itself.
    """
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
    except OSError:
        is_file = True  # reading it tells why not
    return from_path(path) if is_file else Source(str(path))


def to_stdout(text: str) -> None:
    """Write ``text`` as UTF-8, whatever the locale: YAML has no other encoding."""
    if sys.stdout is None:
        raise InputError([_trouble(Path("stdout"), "cannot be written: it is closed")])
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
    else:
        sys.stdout.flush()
        for start in range(0, len(text), _PIECE):  # no second copy of a large text
            buffer.write(text[start : start + _PIECE].encode("utf-8", errors="surrogateescape"))
    sys.stdout.flush()


def write_all(files: Mapping[Path, str], *, replaceable: Mapping[Path, bool], sources: Sequence[Source]) -> None:
    """Write all ``files``, or none if one may not be or cannot be written.

    A file that exists is written over only if it is ``replaceable``; an input, facts or a configuration never. Raises
    InputError.
    """
    if not files:
        return
    from translate.cli.read_beside import read_beside  # not for what goes to stdout

    read = {os.path.realpath(source.name) for source in sources if source.name != "-"} | read_beside()
    problems = [problem for path in files if (problem := _refusal(path, replaceable[path], read)) is not None]
    if problems:
        raise InputError(problems)
    staged: list[tuple[Path, Path]] = []
    here = Path()
    try:
        for path, text in files.items():
            here = path
            if _is_stream(path):
                continue
            _make(path.parent)
            temporary = path.parent / f".netpol-translate-{os.urandom(8).hex()}"
            staged.append((temporary, path))  # before there is such a file: whatever ends this run takes it away
            with open(temporary, "x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        for temporary, path in staged:
            here = path
            os.replace(temporary, path)
        for path, text in files.items():
            here = path
            if _is_stream(path):
                path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError([_trouble(here, f"cannot be written: {error.strerror}")]) from None
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def together(*some: Mapping[Path, str]) -> dict[Path, str]:
    """All files of ``some``. Raises InputError where two of them are one file."""
    found: dict[str, Path] = {}
    for path in (path for files in some for path in files):
        if os.path.realpath(path) in found and not _is_stream(path):
            raise InputError([_trouble(path, "is named for two outputs: name two files")])
        found[os.path.realpath(path)] = path
    return {path: text for files in some for path, text in files.items()}


def check_folder(folder: Path) -> None:
    """Raise InputError where ``folder`` is, or lies below, something that is no folder."""
    if folder.exists() and not folder.is_dir():
        raise InputError([_trouble(folder, "cannot be written: File exists")])
    existing = next((parent for parent in folder.parents if parent.exists()), None)
    if existing is not None and not existing.is_dir():
        raise InputError([_trouble(folder, "cannot be written: Not a directory")])


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error


def _refusal(path: Path, replaceable: bool, read: set[str]) -> Problem | None:
    if os.path.realpath(path) in read:
        return _trouble(path, "is an input, and never written over")
    if path.is_dir():
        return _trouble(path, "cannot be written: Is a directory")
    if not replaceable and not _is_stream(path) and (path.exists() or path.is_symlink()):
        return _trouble(path, "exists: --force writes over it")
    return None


def _is_stream(path: Path) -> bool:
    """Whether ``path`` is a device or pipe: written to, never replaced."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _trouble(path: Path, message: str) -> Problem:
    return Problem(message=message, origin=Origin(str(path)))


def object_path(folder: Path, kind: str, namespace: str | None, name: str, suffix: str = ".yaml") -> Path:
    """Where an object goes inside ``folder``: ``namespace.kind.name.yaml``; names that lead elsewhere are refused.

    Raises InputError.
    """
    stem = ".".join(part for part in (namespace, kind.lower(), name) if part)
    file = stem + suffix
    if set(file) & set("/\\\x00") or file.startswith(".") or len(file.encode(errors="replace")) > LONGEST_NAME:
        raise InputError([_trouble(folder, f"the object {kind} {name!r} has no name that a file can have")])
    return folder / file
