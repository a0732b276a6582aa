"""Files in and out: inputs by name, outputs written whole or not at all, and never outside the folder that was
named.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from translate.api.sources import Source, from_path
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin

SUFFIXES = (".yaml", ".yml", ".json")
HINT = """no input: name files, or pipe policies in
  netpol-translate --to calico policies.yaml
  kubectl get networkpolicies -A -o yaml | netpol-translate --to cilium -"""


def inputs(names: Sequence[str], recursive: bool) -> tuple[Source, ...]:
    """The texts of all named files and folders, in their order.

    Raises InputError for what cannot be read, UsageError where nothing is named and nobody pipes anything in.
    """
    if not names:
        if sys.stdin.isatty():
            raise click.UsageError(HINT)
        names = ("-",)
    found: list[Source] = []
    problems: list[Problem] = []
    for name in names:
        if name == "-":
            found.append(Source("-", sys.stdin.buffer.read()))
            continue
        try:
            found += [from_path(path) for path in _expanded(Path(name), recursive)]
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple({source.name: source for source in found}.values())


def _expanded(path: Path, recursive: bool) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    if recursive:
        files = (Path(folder) / name for folder, _, names in os.walk(path) for name in names)
    else:
        files = (child for child in path.iterdir() if child.is_file())
    wanted = sorted(file for file in files if file.suffix in SUFFIXES)
    if not wanted:
        remark = "" if recursive else "; -R looks into the folders below"
        message = f"holds no file that ends in {', '.join(SUFFIXES)}{remark}"
        raise InputError([Problem(message=message, origin=Origin(str(path)))])
    yield from wanted


def write(path: Path, text: str, *, force: bool) -> None:
    """Write ``text`` to ``path``, whole or not at all. Raises InputError where the file exists or cannot be written."""
    write_all({path: text}, force=force)


def write_all(files: dict[Path, str], *, force: bool) -> None:
    """Write all ``files``; if one exists or a folder cannot be written, none is. Raises InputError."""
    if not force:
        there = [path for path in files if path.exists() or path.is_symlink()]
        if there:
            raise InputError([_trouble(path, "exists: --force writes over it") for path in there])
    staged: list[tuple[str, Path]] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".netpol-translate-")
            staged.append((temporary, path))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        for temporary, path in staged:
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
    except OSError as error:
        raise InputError([_trouble(Path(error.filename or path), f"cannot be written: {error.strerror}")]) from None
    finally:
        for temporary, _ in staged:
            Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _trouble(path: Path, message: str) -> Problem:
    return Problem(message=message, origin=Origin(str(path)))


def object_path(folder: Path, kind: str, namespace: str | None, name: str) -> Path:
    """Where an object goes inside ``folder``: ``namespace.kind.name.yaml``, names that could lead elsewhere refused."""
    file = ".".join(part for part in (namespace, kind.lower(), name) if part) + ".yaml"
    if "/" in file or "\\" in file or file.startswith(".") or "\x00" in file or len(file.encode()) > 250:
        raise InputError([_trouble(folder, f"the object {kind} {name!r} has no name that a file can have")])
    return folder / file
