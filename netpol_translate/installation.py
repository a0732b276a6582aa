"""Whether the package ``translate`` that Python would import is ours and whole: asked of its files, none of it run.

This runs at each start of the command, so it imports next to nothing, and compares sizes, not hashes: loading hashlib
alone takes longer than all of it.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # type checkers take it for true; `typing` is slow to load
if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = b"\n# distribution: netpol-translate\n"
MARKED = ("translate/__init__.py", "translate/__main__.py")


class InstallationError(ImportError):
    """Another package stands where ``translate`` should, or files of ours are missing: one line, with the way out."""


def is_ours(root: str) -> bool:
    """Whether ``translate`` would be imported from this folder, and all of its files there are ours."""
    return not damaged(root) and _is_file(found(), os.path.join(root, "translate", "__init__.py"))


def found() -> str | None:
    """The file that ``import translate`` would run (or has run); None if there is none, or only a bare folder."""
    loaded = sys.modules.get("translate")
    if loaded is not None:
        return getattr(loaded, "__file__", None)
    # As importlib.util.find_spec does, without loading that module: only finders of top-level names are asked.
    for finder in sys.meta_path:
        spec = finder.find_spec("translate", None)
        if spec is not None:
            return spec.origin
    return None


def damaged(root: str) -> tuple[str, ...]:
    """Files of ours in this folder, as RECORD spells them, that are missing, replaced or cut short.

    An installer writes RECORD beside the packages, with the size of each file. A checkout has none, and the packages
    of some distributors neither: there the mark in the files that every package has must do.
    """
    marked = tuple(name for name in MARKED if not _has_mark(os.path.join(root, name)))
    # Two of them are left by an upgrade that did not finish: what fits either of them is whole.
    changed = min((tuple(_changed(root, record)) for record in _records(root)), key=len, default=())
    return tuple(dict.fromkeys(marked + changed))


def _records(root: str) -> Iterator[str]:
    for name in os.listdir(root):
        if name.startswith("netpol_translate-") and name.endswith(".dist-info"):
            record = os.path.join(root, name, "RECORD")
            if os.path.exists(record):
                yield record


def _changed(root: str, record: str) -> Iterator[str]:
    with open(record, encoding="utf-8") as lines:
        for line in lines:
            name, _, rest = line.partition(",")
            size = rest.rpartition(",")[2].strip()
            # Compiled files, written when the package was installed, have no size.
            if size and name.startswith("translate/") and _size(os.path.join(root, name)) != int(size):
                yield name


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def _has_mark(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return MARK in file.read()
    except OSError:
        return False


def _is_file(path: str | None, ours: str) -> bool:
    # The names are mostly the same text; they differ where the path leads through a link.
    return path is not None and (path == ours or (os.path.exists(path) and os.path.samefile(path, ours)))
