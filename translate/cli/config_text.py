"""The text of a configuration as a map, whichever of its formats it is in, and where its values stand."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from translate.cli.config_search import MOST
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin, spell
from translate.core.origin import Path as Steps
from translate.frontend.sources import NOTHING_CAME
from translate.yamlio.limits import Limits
from translate.yamlio.read import Document, read

TABLE = "[tool.netpol-translate]"
LIMITS = Limits(text=MOST, scalar=1 << 16, nodes=50_000, depth=30, documents=2)
_TOML_PLACE = re.compile(r" \(at line ([0-9]+), column ([0-9]+)\)$")


@dataclass(frozen=True, slots=True)
class ConfigText:
    """What a configuration says, and what it is called in messages. TOML has no places: there the key says where."""

    name: str
    given: Mapping[str, Any]
    _document: Document | None = field(default=None, repr=False)

    def wrong(self, path: Steps, text: str, *, at_key: bool = False) -> Problem:
        """A complaint about the value at ``path``, or about its key."""
        line, column = self.place(path, at_key=at_key)
        message = f"{spell(path)} {text}".strip()
        return Problem(message=message, origin=Origin(self.name), line=line, column=column)

    def place(self, path: Steps, *, at_key: bool = False) -> tuple[int, int]:
        """Line and column of a value, or of its key; 0 where they are not known."""
        if self._document is None:
            return 0, 0
        return self._document.key_place(path) if at_key else self._document.place(path)


def text_of(path: Path, name: str, *, only_files: bool) -> ConfigText:
    """The configuration at ``path``, called ``name``. Raises InputError with what is wrong.

    ``only_files``: not of a pipe, which nobody may ever write to; who names one means it.
    """
    text = _bytes(path, name, only_files)
    if path.suffix == ".toml":
        return ConfigText(name, _table(text, name))
    documents = read(text, file=name, limits=LIMITS)
    if not documents:
        return ConfigText(name, {})
    if len(documents) > 1 or not isinstance(documents[0].value, Mapping):
        raise _trouble(name, "a configuration is one map of keys")
    return ConfigText(name, documents[0].value, documents[0])


def _bytes(path: Path, name: str, only_files: bool) -> bytes:
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise _trouble(name, "cannot be read: it is a folder")
        if only_files and not stat.S_ISREG(mode):
            raise _trouble(name, "cannot be read: it is no file")
        with path.open("rb") as file:
            text = file.read(MOST + 1)
    except OSError as error:
        raise _trouble(name, f"cannot be read: {error.strerror or error}") from None
    if not text.strip() and stat.S_ISFIFO(mode):
        raise _trouble(name, NOTHING_CAME)
    if len(text) > MOST:
        raise _trouble(name, f"is larger than {MOST} bytes: no configuration is")
    return text


def _table(text: bytes, name: str) -> Mapping[str, Any]:
    import tomllib  # few configurations are in TOML

    try:
        whole = tomllib.loads(text.decode("utf-8"))
    except UnicodeDecodeError:
        raise _trouble(name, "is not UTF-8") from None
    except RecursionError:
        raise _trouble(name, "is nested too deeply") from None
    except ValueError as error:
        place = _TOML_PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        message = f"is no TOML: {_TOML_PLACE.sub('', str(error)):.200}"
        raise InputError([Problem(message=message, origin=Origin(name), line=line, column=column)]) from None
    tools = whole.get("tool")
    found = tools.get("netpol-translate") if isinstance(tools, Mapping) else None
    if not isinstance(found, Mapping):
        raise _trouble(name, f"has no table {TABLE}")
    return found


def _trouble(name: str, message: str) -> InputError:
    return InputError([Problem(message=message, origin=Origin(name))])
