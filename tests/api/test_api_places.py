"""Places in other places: asked one by one, or looked up."""

from __future__ import annotations

from itertools import product

from translate.core.origin import Place, around, is_within

PATHS: list[tuple[str | int, ...]] = [
    (),
    ("spec",),
    ("spec", "ingress"),
    ("spec", "ingress", 0),
    ("spec", "ingress", 1),
]
PLACES: list[Place] = [(file, document, path) for file, document, path in product("ab", (0, 1), PATHS)]


def test_what_is_around_a_place_is_what_it_is_within() -> None:
    for inner in PLACES:
        assert set(around([inner])) == {outer for outer in PLACES if is_within(inner, outer)}
    assert set(around(PLACES[:3])) == {("a", 0, ("spec",)), ("a", 0, ("spec", "ingress"))}
