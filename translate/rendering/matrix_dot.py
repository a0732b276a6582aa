"""Who may reach whom as a graph for Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from translate.api.matrix import Matrix
from translate.prover.matrix.told import Access
from translate.rendering.matrix_words import text_of
from translate.rendering.terminal import safe

STYLES = {
    Access.ALL: "style=bold",
    Access.SOME: "style=solid",
    Access.DEPENDS: "style=dashed",
    Access.UNDECIDED: "style=dotted",
}


def as_dot(found: Matrix) -> str:
    """A directed graph: a cluster for each namespace, an edge for each pair of groups with something between them."""
    lines = ["digraph reach {", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    homes: dict[str, list[int]] = {}
    for number, group in enumerate(found.groups):
        homes.setdefault(group.namespace, []).append(number)
    for place, (home, numbers) in enumerate(homes.items()):
        nodes = (f"g{number} [label={_quoted(_short(found, number))}];" for number in numbers)
        if home:
            lines += [
                f"  subgraph cluster_{place} {{",
                f"    label={_quoted(home)};",
                *(f"    {n}" for n in nodes),
                "  }",
            ]
        else:
            lines += [f"  {node}" for node in nodes]
    return "\n".join([*lines, *(f"  {edge}" for edge in _edges(found)), "}"]) + "\n"


def _short(found: Matrix, number: int) -> str:
    group = found.groups[number]
    return group.name.removeprefix(f"{group.namespace}/")


def _edges(found: Matrix) -> Iterator[str]:
    changed = set(found.changes)
    for i, j in found.pairs:
        now = found.cells[i][j]
        if (i, j) in changed:
            label = f"{text_of(found.before[i][j])} → {text_of(now)}"
            yield f"g{i} -> g{j} [label={_quoted(label)}, {STYLES.get(now.access, 'style=dotted')}, penwidth=3];"
        elif now.access in STYLES:
            yield f"g{i} -> g{j} [label={_quoted(text_of(now))}, {STYLES[now.access]}];"


def _quoted(text: str) -> str:
    """A string that Graphviz shows as it is: no escape of its own, no HTML."""
    return '"' + safe(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
