"""Steps from node to node of a document's tree: what stands at a path, and what begins on a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from translate.core.origin import Path
from translate.yamlio.lines import Lines
from translate.yamlio.tree import Mapping, Node, Value, value_of
from translate.yamlio.tree import Sequence as Items


def node_at(root: Node, path: Path) -> Node | None:
    """The node at a path; None where there is none."""
    node: Node | None = root
    for step in path:
        below = None if node is None else _child(value_of(node), step)
        node = None if below is None else below[1]
    return node


def starts(root: Node, path: Path) -> tuple[int, int]:
    """Where the key and the value of the deepest field or item on the way start."""
    key = start = root.start
    here = value_of(root)
    for step in path:
        below = _child(here, step)
        if below is None:
            break
        here = value_of(below[1])
        key, start = below[0].start, (here or below[1]).start
    return key, start


def _child(node: Value | None, step: str | int) -> tuple[Node, Node] | None:
    """The key (or item) and the value one step below."""
    if isinstance(node, Mapping) and isinstance(step, str) and step in node.fields:
        return node.fields[step].key, node.fields[step].value
    if isinstance(node, Items) and isinstance(step, int) and -len(node.items) <= step < len(node.items):
        return node.items[step], node.items[step]
    return None


def begun(node: Node, path: Path, line: int, lines: Lines) -> Iterator[Path]:
    """The paths below ``node`` whose key (or item) stands on a line."""
    value = value_of(node)
    below: Iterable[tuple[str | int, Node, Node]] = ()
    if isinstance(value, Mapping):
        below = ((name, pair.key, pair.value) for name, pair in value.fields.items())
    elif isinstance(value, Items):
        below = ((number, item, item) for number, item in enumerate(value.items))
    for step, head, inner in below:
        if lines.line(head.start) == line:
            yield (*path, step)
        else:
            yield from begun(inner, (*path, step), line, lines)
