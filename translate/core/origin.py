"""Where a value came from: a document of a file and a path of fields inside it."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Field names and list indices from the root of a document, e.g. ``("spec", "ingress", 0, "from")``."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One place in the input; line and column are worked out only when something is reported.

    ``file`` is the label shown to people (``-`` for stdin), ``document`` counts the documents of that file from 0,
    ``path`` leads from the root of the document as written (through ``items`` of a ``List``) to the value.
    """

    file: str = ""
    document: int = -1
    path: Path = ()

    def at(self, *steps: str | int) -> Origin:
        """The place reached from here by ``steps``."""
        return Origin(self.file, self.document, self.path + steps)


NOWHERE = Origin()
"""The origin of values that no input wrote."""


def spell(path: Path) -> str:
    """Print a path the way Kubernetes does: ``spec.ingress[0].from``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("_", "").replace("-", "").isalnum():
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text
