"""Why the package ``translate`` is not ours or not whole, in one line; loaded only then, as it is slow to ask."""

from __future__ import annotations

import os
import re
import sys
from importlib import metadata

from netpol_translate.installation import InstallationError, damaged, found
from netpol_translate.starting import is_command

TROUBLE = 2
REINSTALL = "reinstall netpol-translate (pip install --force-reinstall)"
APART = "keep the two in environments of their own (pipx, venv)"


def refusal(root: str) -> InstallationError | SystemExit:
    """What to raise instead of importing: the line, or for the command its exit, after the line went to stderr."""
    line = explain(root)
    if not is_command(sys.argv, sys.orig_argv):
        return InstallationError(line)
    if sys.stderr is not None:
        sys.stderr.write(f"{line}\n")
    return SystemExit(TROUBLE)


def explain(root: str) -> str:
    """One line: the place, who has put what there, what to do. For when ``installation.is_ours`` says no."""
    files = damaged(root)
    line = _damage(root, files) if files else _shadow(root, found())
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def _damage(root: str, files: tuple[str, ...]) -> str:
    first = os.path.join(root, files[0])
    others = _claimants(root, files)
    if others:
        return (
            f"{first}: error: this file of netpol-translate was replaced by {' and '.join(others)}:"
            f" uninstall that and {REINSTALL}, or {APART}"
        )
    wrong = "is not as netpol-translate installed it" if os.path.exists(first) else "is missing"
    more = f", and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{first}: error: this file of netpol-translate {wrong}{more}: {REINSTALL}"


def _shadow(root: str, taken: str | None) -> str:
    ours = os.path.join(root, "translate")
    if taken is None:
        return f"{ours}: error: Python does not import this package of netpol-translate: put {root} first on its path"
    folder = os.path.dirname(taken)
    if os.path.basename(taken).startswith("__init__."):
        folder = os.path.dirname(folder)
    others = _claimants(folder, (os.path.relpath(taken, folder).replace(os.sep, "/"),))
    if others:
        return f"{taken}: error: {' and '.join(others)} comes before {ours} of netpol-translate: {APART}"
    return (
        f"{taken}: error: Python finds this before {ours} of netpol-translate: run it from another folder, rename this"
        " one, or take it off PYTHONPATH"
    )


def _claimants(folder: str, files: tuple[str, ...]) -> list[str]:
    """The distributions in this folder, other than ours, that say that they have installed one of the files."""
    wanted = set(files)
    return sorted(
        f"the distribution {distribution.name} {distribution.version}"
        for distribution in metadata.distributions(path=[folder])
        if re.sub(r"[-_.]+", "-", str(distribution.name)).lower() != "netpol-translate"
        and any(file.as_posix() in wanted for file in distribution.files or ())
    )
