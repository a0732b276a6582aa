"""Decoding: what fits is read, what does not is explained completely, in order, at its place."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translate.core.diagnostics import InputError
from translate.core.origin import Origin, spell
from translate.dialects.decode import Int32, Nulls, decode, explain
from translate.dialects.kubernetes.manifest import NetworkPolicy


class Dish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of everything that manifests are made of."""

    name: str
    price: Int32 | str | None = None
    course: Literal["Starter", "Main", "Dessert"] | None = None
    vegan: bool | None = None
    weight: float = 0.0
    spices: tuple[str, ...] = ()
    sauces: dict[str, str] = {}
    codes: tuple[Int32, ...] = ()
    table: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None
    allergens: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=2)] | None = None
    code: Annotated[str, msgspec.Meta(pattern="^[a-z]+$")] | None = None
    chef: Annotated[str, msgspec.Meta(max_length=3)] = ""
    anything: Any = None


class Menu(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A level above, so that paths and indentation mean something."""

    dishes: tuple[Dish, ...] = ()
    today: Dish | None = None
    metadata: dict[str, str] = {}
    opening: Literal["menu"] = "menu"


STRICT = "The API server in strict mode, kubectl's default, refuses it"

MISFITS = [
    # value of a menu, the path and the text of every problem
    ({"dishs": []}, [("dishs", f'unknown field "dishs" in Menu; did you mean "dishes"? {STRICT}')]),
    ({"Dishes": []}, [("Dishes", f'unknown field "Dishes" in Menu; did you mean "dishes"? {STRICT}')]),
    (
        {"today": {"name": "a", "dishes": []}},
        [
            (
                "today.dishes",
                'unknown field "dishes" in today; it is a field of Menu: is it indented too far? ' + STRICT,
            )
        ],
    ),
    (
        {"price": 1},
        [
            (
                "price",
                f'unknown field "price" in Menu; did you mean it to stand inside "dishes" or "today"? {STRICT}',
            )
        ],
    ),
    (
        {"zzz\x1b[2J": 1},
        [
            (
                '["zzz\x1b[2J"]',
                r'unknown field "zzz\u001b[2J" in Menu; '
                f"the fields here are dishes, today, metadata, opening. {STRICT}",
            )
        ],
    ),
    (
        {"today": {"name": "a", "zzz": 1}},
        [("today.zzz", f'unknown field "zzz" in today; there is no field like it here. {STRICT}')],
    ),
    ({"today": {}}, [("today", 'today must have the field "name": text')]),
    ({"today": {"name": None}}, [("today", 'today must have the field "name": text, not null')]),
    (
        {"today": {"name": True}},
        [
            (
                "today.name",
                "today.name must be text, but YAML reads this as the boolean true (as it reads yes, on and y): "
                "put it in quotes",
            )
        ],
    ),
    (
        {"today": {"name": "a", "sauces": {"x": False}}},
        [
            (
                "today.sauces.x",
                "today.sauces.x must be text, but YAML reads this as the boolean false (as it reads no, off and n): "
                "put it in quotes",
            )
        ],
    ),
    ({"today": {"name": 7}}, [("today.name", "today.name must be text, not the number 7: put it in quotes")]),
    ({"today": {"name": 1.5}}, [("today.name", "today.name must be text, not the number 1.5: put it in quotes")]),
    ({"today": {"name": {}}}, [("today.name", "today.name must be text, not a map")]),
    (
        {"today": {"name": "a", "table": "8"}},
        [("today.table", 'today.table must be a number, not the text "8": leave out the quotes')],
    ),
    (
        {"today": {"name": "a", "table": "${TABLE}"}},
        [
            (
                "today.table",
                'today.table must be a number, not the text "${TABLE}"; '
                '"${TABLE}" looks like a placeholder that no tool has filled in',
            )
        ],
    ),
    ({"today": {"name": "a", "table": 0}}, [("today.table", "today.table must be between 1 and 9, not 0")]),
    ({"today": {"name": "a", "table": 1.5}}, [("today.table", "today.table must be a number, not the number 1.5")]),
    (
        {"today": {"name": "a", "price": 2**31}},
        [("today.price", "today.price must be a number that fits into 32 bits, not 2147483648")],
    ),
    ({"today": {"name": "a", "price": []}}, [("today.price", "today.price must be a number or text, not a list")]),
    (
        {"today": {"name": "a", "course": "main"}},
        [
            (
                "today.course",
                'today.course must be one of "Dessert", "Main", "Starter", not the text "main"; did you mean "Main"?',
            )
        ],
    ),
    (
        {"today": {"name": "a", "course": "Brunch"}},
        [("today.course", 'today.course must be one of "Dessert", "Main", "Starter", not the text "Brunch"')],
    ),
    ({"opening": "x"}, [("opening", 'opening must be "menu", not the text "x"')]),
    (
        {"today": {"name": "a", "vegan": "yes"}},
        [("today.vegan", 'today.vegan must be true or false, not the text "yes"')],
    ),
    (
        {"today": {"name": "a", "weight": "x"}},
        [("today.weight", 'today.weight must be a number, not the text "x"')],
    ),
    (
        {"today": {"name": "a", "spices": "salt"}},
        [("today.spices", 'today.spices must be a list, not the text "salt": put "- " before each item')],
    ),
    ({"dishes": {"name": "a"}}, [("dishes", 'dishes must be a list, not a map: put "- " before each item')]),
    ({"today": [{"name": "a"}]}, [("today", 'today must be a map, not a list: leave out the "- "')]),
    (
        {"today": {"name": "a", "allergens": []}},
        [("today.allergens", "today.allergens must have at least 1 item, not 0")],
    ),
    (
        {"today": {"name": "a", "allergens": ["x", "y", "z"]}},
        [("today.allergens", "today.allergens must have at most 2 items, not 3")],
    ),
    (
        {"today": {"name": "a", "code": "A"}},
        [("today.code", 'today.code "A" must match the pattern ^[a-z]+$')],
    ),
    ({"today": {"name": "a", "chef": "anna"}}, [("today.chef", "today.chef must have at most 3 characters, not 4")]),
    # Several at once: all are told, in the order of the input; what stands there misspelt is not missing.
    (
        {"opening": 1, "dishes": [{"name": 1}, {"nam": "x"}], "x": 1},
        [
            ("opening", 'opening must be "menu", not the number 1: put it in quotes'),
            ("dishes[0].name", "dishes[0].name must be text, not the number 1: put it in quotes"),
            ("dishes[1].nam", f'unknown field "nam" in dishes[1]; did you mean "name"? {STRICT}'),
            ("x", f'unknown field "x" in Menu; the fields here are dishes, today, metadata, opening. {STRICT}'),
        ],
    ),
    ([], [("", 'Menu must be a map, not a list: leave out the "- "')]),
    ("x", [("", 'Menu must be a map, not the text "x"')]),
]


@pytest.mark.parametrize(("value", "expected"), MISFITS, ids=[str(index) for index in range(len(MISFITS))])
def test_every_misfit_is_explained(value: object, expected: list[tuple[str, str]]) -> None:
    found = explain(value, Menu)
    assert [(spell(problem.origin.path), problem.message) for problem in found] == expected


@pytest.mark.parametrize("nulls", Nulls)
def test_null_fields_are_absent(nulls: Nulls) -> None:
    value = {"dishes": None, "today": {"name": "a", "spices": None, "price": None, "sauces": None}, "metadata": None}
    assert decode(value, Menu, nulls=nulls) == Menu(today=Dish(name="a"))


def test_null_items_are_zero_values_in_go() -> None:
    value = {"today": {"name": "a", "spices": [None, "x"], "sauces": {"k": None}, "codes": [None]}}
    assert decode(value, Menu).today == Dish(name="a", spices=("", "x"), sauces={"k": ""}, codes=(0,))


def test_null_structs_in_lists_are_empty_in_go() -> None:
    policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": {"ingress": [None]}}
    assert len(decode(policy, NetworkPolicy).spec.ingress) == 1
    assert [p.message for p in explain({"dishes": [None]}, Menu)] == ['dishes[0] must have the field "name": text']


def test_null_items_are_refused_by_a_schema_and_dropped_from_maps() -> None:
    value = {"today": {"name": "a", "spices": [None], "sauces": {"k": None}}}
    found = explain(value, Menu, nulls=Nulls.SCHEMA)
    assert [p.message for p in found] == ["today.spices[0] must be text, not null: remove the empty item"]
    kept = decode({"today": {"name": "a", "sauces": {"k": None, "l": "m"}}}, Menu, nulls=Nulls.SCHEMA)
    assert kept.today == Dish(name="a", sauces={"l": "m"})


def test_metadata_is_read_as_go_does_even_under_a_schema() -> None:
    assert decode({"metadata": {"k": None}}, Menu, nulls=Nulls.SCHEMA) == Menu(metadata={"k": ""})


def test_null_as_the_whole_value_is_the_zero_value() -> None:
    assert decode(None, Menu) == Menu()


def test_origins_lead_from_the_document() -> None:
    with pytest.raises(InputError) as caught:
        decode({"today": {"name": 1}}, Menu, Origin("menu.yaml", 3, ("items", 2)))
    assert caught.value.origin == Origin("menu.yaml", 3, ("items", 2, "today", "name"))
    assert str(caught.value) == "today.name must be text, not the number 1: put it in quotes"


def test_nothing_is_said_of_values_at_their_limits() -> None:
    limits = {"allergens": ["x", "y"], "chef": "abc", "price": 2**31 - 1, "codes": [-(2**31)]}
    for table in (1, 9):
        assert explain({"today": {"name": "a", "table": table, **limits}}, Menu) == []


def test_nothing_is_said_of_what_fits() -> None:
    value = {"today": {"name": "a", "price": "dear", "weight": 1, "course": "Main", "anything": [None, {"x": 1}]}}
    assert explain(value, Menu) == []
    assert decode(value, Menu) == msgspec.convert(value, Menu)


SCALARS = st.none() | st.booleans() | st.integers(-3, 12) | st.just(1.5) | st.sampled_from(["a", "Main", "7", "${X}"])
KEYS = st.sampled_from([*Dish.__struct_fields__, *Menu.__struct_fields__, "other"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
DISHES = st.fixed_dictionaries({"name": st.just("a")}, optional=dict.fromkeys(Dish.__struct_fields__[1:], VALUES))


@settings(max_examples=200, deadline=None)
@given(VALUES | st.fixed_dictionaries({"today": DISHES}), st.sampled_from(Nulls))
def test_the_explainer_and_msgspec_agree(value: object, nulls: Nulls) -> None:
    """What msgspec takes has no misfit, and what has none decodes: the two know the same types."""
    problems = explain(value, Menu, nulls=nulls)
    try:
        msgspec.convert(value, Menu)
    except msgspec.ValidationError:
        if not problems:
            decode(value, Menu, nulls=nulls)
    else:
        assert not problems
