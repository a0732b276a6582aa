"""Objects kept as their author wrote them: comments, quotes, order and layout, by ruamel.yaml's round trip."""

from __future__ import annotations

import io
import re
from typing import Any

from translate.core.diagnostics import InputError
from translate.core.origin import Path
from translate.yamlio.read import read

WIDTH = 1 << 16
_MARKERS = re.compile(r"\A(?:---|\.\.\.)[ \t]*\n|\n(?:---|\.\.\.)[ \t]*(?=\n|\Z)")


def verbatim(text: str, path: Path, value: Any) -> str | None:
    """The object at ``path`` of one document's ``text`` as it was written; None where that is not faithful.

    What comes back is read again and must be ``value``: ruamel.yaml reads YAML 1.2, the cluster does not.
    """
    from ruamel.yaml import YAML  # pure Python and slow: wanted only for objects that pass through
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    try:
        written = _bare(text) if not path else _cut_out(yaml, text, path)
        again = read(written, file="")
    except (YAMLError, InputError, LookupError, TypeError, ValueError, RecursionError):
        return None
    same = len(again) == 1 and again[0].value == value
    return written if same else None


def _cut_out(yaml: Any, text: str, path: Path) -> str:
    """One item of a list, dumped with what the author wrote in it."""
    node = yaml.load(text)
    for step in path:
        node = node[step]
    stream = io.StringIO()
    yaml.dump(node, stream)
    return stream.getvalue()


def _bare(text: str) -> str:
    """The text of a document without its markers; a document of its own needs no rewriting at all."""
    return _MARKERS.sub("\n", text).strip("\n") + "\n"
