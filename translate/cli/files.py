"""Files in and out: inputs by name; outputs written whole or not at all, and never where they were not meant to go."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path

import click
from msgspec.structs import replace

from translate.cli.config_search import OWN
from translate.cli.snapshots import tells_only
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.frontend.sources import NOTHING_CAME, Source, from_path
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
            found["-"] = _piped()
            continue
        for source in _expanded(Path(name), recursive):
            found[source.name] = source
    return tuple(found.values())


def _piped() -> Source:
    try:
        text = sys.stdin.buffer.read(DEFAULT.text + 1)  # one byte too many tells that it is too much
    except OSError as error:
        return Source("-", trouble=f"cannot be read: {error.strerror or error}")
    return Source("-", text, trouble="" if text.strip() else NOTHING_CAME)


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
    from translate.cli.read_beside import read_beside  # not for what goes to stdout, as the next
    from translate.cli.streams import is_stream, write_to

    read = {real(source.name) for source in sources if source.name != "-"} | read_beside()
    problems = [problem for path in files if (problem := _refusal(path, replaceable[path], read)) is not None]
    if problems:
        raise InputError(problems)
    staged: list[tuple[Path, Path]] = []
    streams, here = list[Path](), Path()
    try:
        for path, text in files.items():
            here = path
            if is_stream(path):
                streams.append(path)
                continue
            _make(path.parent)
            temporary = path.parent / f".netpol-translate-{os.urandom(8).hex()}"
            staged.append((temporary, path))  # before there is such a file: whatever ends this run takes it away
            with open(temporary, "x", encoding="utf-8", errors="surrogateescape", newline="\n") as stream:
                stream.write(text)
        for temporary, path in staged:
            here = path
            os.replace(temporary, path)
        for here in streams:
            write_to(here, files[here])
    except OSError as error:
        raise InputError([_trouble(here, f"cannot be written: {error.strerror}")]) from None
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def real(path: str | Path) -> str:
    """What ``path`` is without links; itself where it is in a current folder that is gone."""
    try:
        return os.path.realpath(path)
    except OSError:
        return str(path)


def together(*some: Mapping[Path, str]) -> dict[Path, str]:
    """All files of ``some``. Raises InputError where two of them are one file."""
    found: set[str] = set()
    for path in (path for files in some for path in files):
        if real(path) in found and not _is_stream(path):
            raise InputError([_trouble(path, "is named for two outputs: name two files")])
        found.add(real(path))
    return {path: text for files in some for path, text in files.items()}


def check_folder(folder: Path) -> None:
    """Raise InputError where ``folder`` is, or lies below, something that is no folder, or is out of reach."""
    why = _out_of_reach(folder)
    if why or (os.path.exists(folder) and not os.path.isdir(folder)):
        raise InputError([_trouble(folder, f"cannot be written: {why or 'File exists'}")])
    existing = next((parent for parent in folder.parents if os.path.exists(parent)), None)
    if existing is not None and not os.path.isdir(existing):
        raise InputError([_trouble(folder, "cannot be written: Not a directory")])


def _out_of_reach(path: Path) -> str:
    """Why nobody can say whether there is such a file; empty where one can."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error


def _refusal(path: Path, replaceable: bool, read: Set[str]) -> Problem | None:
    why = _out_of_reach(path)
    if why:
        return _trouble(path, f"cannot be written: {why}")
    if real(path) in read:
        return _trouble(path, "is an input, and never written over")
    if os.path.isdir(path):
        return _trouble(path, "cannot be written: Is a directory")
    if not replaceable and os.path.lexists(path) and not _is_stream(path):
        return _trouble(path, "exists: --force writes over it")
    return None


def _is_stream(path: Path) -> bool:
    from translate.cli.streams import is_stream  # not for what goes to stdout

    try:
        return is_stream(path)
    except OSError:
        return False


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
