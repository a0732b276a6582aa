"""The places of a document that a comment can belong to, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.origin import Path
from translate.yamlio.plain import Points
from translate.yamlio.tree import Alias, Mapping, Node, Pair, Scalar, Sequence, Tree


def points(tree: Tree) -> Points:
    """Where the fields, items and single values of a document start; what an alias stands for counts at its anchor."""
    pairs: list[tuple[int, Path]] = []
    flows: dict[int, tuple[int, Path]] = {}
    todo: list[tuple[Node, Path, bool]] = [(tree.root, (), False)]
    while todo:
        node, path, in_flow = todo.pop()
        if isinstance(node, Alias):
            continue
        if isinstance(node, Scalar):
            if path:
                pairs.append((node.start, path))
            continue
        if node.flow and path:
            pairs.append((node.start, path))
        if node.flow and not in_flow:
            flows[tree.lines.line(node.end)] = node.end, path
        below = list(_below(tree, node, path))
        pairs += [(at, inner) for at, inner, _ in below if inner]
        todo += [(child, inner, in_flow or node.flow) for _, inner, child in below if child is not None]
    pairs.sort(key=lambda pair: pair[0])
    return Points([at for at, _ in pairs], [path for _, path in pairs], flows)


def _below(tree: Tree, node: Mapping | Sequence, path: Path) -> Iterator[tuple[int, Path, Node | None]]:
    """Where the fields or items of a value start, their paths and values; a merge key belongs to the whole mapping."""
    if isinstance(node, Mapping):
        for pair in node.pairs:
            if pair.merging:
                yield pair.key.start, path, None
                for inner in _written_below(pair):
                    yield from _below(tree, inner, path)
            elif pair.name is not None:
                yield pair.key.start, (*path, pair.name), pair.value
    else:
        for index, item in enumerate(node.items):
            yield item.start if node.flow else tree.dash(item), (*path, index), item


def _written_below(merging: Pair) -> Iterator[Mapping]:
    """The mappings that are written out behind a merge key; one behind an alias is written elsewhere."""
    value = merging.value
    for source in value.items if isinstance(value, Sequence) else (value,):
        if isinstance(source, Mapping):
            yield source
