"""Calico's selector language: every production and quirk of semantics/calico.md 3.1, every row of 3.2, all mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from translate.core.origin import Origin
from translate.dialects.calico.selector import (
    InexpressibleSelectorError,
    SelectorSyntaxError,
    parse,
    pointer,
    print_selector,
)
from translate.model.selectors import (
    EVERYTHING,
    NOTHING,
    And,
    Contains,
    EndsWith,
    Exists,
    In,
    Label,
    Not,
    Or,
    Scope,
    Selector,
    StartsWith,
    atoms,
)

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "calico"

INVALID_IN_CORPUS = {
    "network = 'maintenance'": "one = only",
    "projectcalico.org/network-interface == cali1": "a value without quotes",
}


def pod(key: str) -> Label:
    return Label(Scope.POD, key)


def read(text: str) -> Selector:
    return parse(text, Scope.POD)


def holds(selector: Selector, labels: Mapping[str, str]) -> bool:
    """The reference: semantics/calico.md 3.2 over one map of labels."""
    match selector:
        case And(terms):
            return all(holds(t, labels) for t in terms)
        case Or(terms):
            return any(holds(t, labels) for t in terms)
        case Not(term):
            return not holds(term, labels)
    value = labels.get(selector.label.key)
    if value is None:
        return False
    match selector:
        case In(_, values):
            return value in values
        case StartsWith(_, text):
            return value.startswith(text)
        case EndsWith(_, text):
            return value.endswith(text)
        case Contains(_, text):
            return text in value
        case Exists():
            return True


A, B, C = Exists(pod("a")), Exists(pod("b")), Exists(pod("c"))
A_IS_X = In(pod("a"), ("x",))

# text, what it means, how it is printed
GRAMMAR: list[tuple[str, Selector, str]] = [
    ("", EVERYTHING, "all()"),
    (" \t ", EVERYTHING, "all()"),
    ("all()", EVERYTHING, "all()"),
    ("all( \t)", EVERYTHING, "all()"),
    ("!all()", NOTHING, "!all()"),
    ("!!all()", EVERYTHING, "all()"),
    ("has(a)", A, "has(a)"),
    ("has( \ta  )", A, "has(a)"),
    ("!has(a)", Not(A), "!has(a)"),
    ("! has(a)", Not(A), "!has(a)"),
    ("!!has(a)", A, "has(a)"),
    ("! !\t! has(a)", Not(A), "!has(a)"),
    ("!(!has(a))", A, "has(a)"),
    ("a == 'x'", A_IS_X, "a == 'x'"),
    ("a=='x'", A_IS_X, "a == 'x'"),
    ("\ta\t==\t'x'\t", A_IS_X, "a == 'x'"),
    ('a == "x"', A_IS_X, "a == 'x'"),
    ("a == ''", In(pod("a"), ("",)), "a == ''"),
    ("a != 'x'", Not(A_IS_X), "a != 'x'"),
    ("a!='x'", Not(A_IS_X), "a != 'x'"),
    ("!a == 'x'", Not(A_IS_X), "a != 'x'"),
    ("!a != 'x'", A_IS_X, "a == 'x'"),
    ("a in {'x', 'y'}", In(pod("a"), ("x", "y")), "a in {'x', 'y'}"),
    ("a in {'x'}", A_IS_X, "a == 'x'"),
    ("a in{'x'}", A_IS_X, "a == 'x'"),
    ("a in {'y','x',}", In(pod("a"), ("y", "x")), "a in {'y', 'x'}"),
    ("a in { 'x' , 'x' , }", A_IS_X, "a == 'x'"),
    ("a in {}", In(pod("a"), ()), "a in {}"),
    ("a in { }", In(pod("a"), ()), "a in {}"),
    ("a not in {'x', 'y'}", Not(In(pod("a"), ("x", "y"))), "a not in {'x', 'y'}"),
    ("a not in {'x'}", Not(A_IS_X), "a != 'x'"),
    ("a notin{'x'}", Not(A_IS_X), "a != 'x'"),
    ("a not \t in {'x'}", Not(A_IS_X), "a != 'x'"),
    ("a not in {}", EVERYTHING, "all()"),
    ("!(a in {})", EVERYTHING, "all()"),
    ("a contains 'x'", Contains(pod("a"), "x"), "a contains 'x'"),
    ("a contains'x'", Contains(pod("a"), "x"), "a contains 'x'"),
    ("a starts with 'x'", StartsWith(pod("a"), "x"), "a starts with 'x'"),
    ("a startswith 'x'", StartsWith(pod("a"), "x"), "a starts with 'x'"),
    ("a ends \t with 'x'", EndsWith(pod("a"), "x"), "a ends with 'x'"),
    ("a endswith'x'", EndsWith(pod("a"), "x"), "a ends with 'x'"),
    ("!a contains 'x'", Not(Contains(pod("a"), "x")), "!(a contains 'x')"),
    ("!(a starts with '')", Not(StartsWith(pod("a"), "")), "!(a starts with '')"),
    ("has(a) && has(b)", And((A, B)), "has(a) && has(b)"),
    ("has(a)&&has(b)&&has(c)", And((A, B, C)), "has(a) && has(b) && has(c)"),
    ("has(a)||has(b)||has(c)", Or((A, B, C)), "has(a) || has(b) || has(c)"),
    ("has(a) || has(b) && has(c)", Or((A, And((B, C)))), "has(a) || has(b) && has(c)"),
    ("has(a) && has(b) || has(c)", Or((And((A, B)), C)), "has(a) && has(b) || has(c)"),
    ("(has(a) || has(b)) && has(c)", And((Or((A, B)), C)), "(has(a) || has(b)) && has(c)"),
    ("!has(a) && has(b)", And((Not(A), B)), "!has(a) && has(b)"),
    ("!(has(a) && has(b))", Not(And((A, B))), "!(has(a) && has(b))"),
    ("!(has(a) || has(b)) && has(c)", And((Not(Or((A, B))), C)), "!(has(a) || has(b)) && has(c)"),
    ("( ( has(a) ) )", A, "has(a)"),
    ("has(a) && (has(b) && has(c))", And((A, B, C)), "has(a) && has(b) && has(c)"),
    ("has(a) || (has(b) || has(c))", Or((A, B, C)), "has(a) || has(b) || has(c)"),
    ("all() && has(a)", A, "has(a)"),
    ("all() || has(a)", Or((EVERYTHING, A)), "all() || has(a)"),
    ("!all() && has(a)", And((NOTHING, A)), "!all() && has(a)"),
    ("!all() || has(a)", A, "has(a)"),
]

# labels that look like words of the language
LABELS = [
    *["in", "not", "contains", "all", "has", "global", "starts", "ends", "with", "notin", "startswith", "endswith"],
    *["-", "_", ".", "/", "//", "a/b/c/d", "9", "0x1F", "-a", "a.b-c_d/E", "hashas", "true", "x" * 512],
]

CUT_SHORT = "; a text ends at the next quote of its kind, use the other kind around it"

# text, offset, message
MISTAKES: list[tuple[str, int, str]] = [
    ("a = 'x'", 2, "use == not ="),
    ("a ='x'", 2, "use == not ="),
    ("a === 'x'", 4, "use == not ="),
    ("has(a) & has(b)", 7, "use && not &"),
    ("has(a) | has(b)", 7, "use || not |"),
    ("has(a) and has(b)", 7, "use && not and"),
    ("has(a) OR has(b)", 7, "use || not OR"),
    (
        "a == 'x'\n",
        8,
        "a newline is not allowed between tokens; in a YAML block write |- or >- to leave out the last one",
    ),
    ("has(a) &&\nhas(b)", 9, "a newline is not allowed between tokens"),
    ("\nhas(a)", 0, "a newline is not allowed between tokens"),
    ("has(a) &&\r\nhas(b)", 9, "a carriage return is not allowed between tokens"),
    ("a\xa0== 'x'", 1, "a no-break space is not allowed between tokens"),
    ("a == 'x", 5, "text has no closing quote"),
    ("a == \"x'", 5, "text has no closing quote"),
    ("a == 'it's'", 9, f"expected && or ||, found s{CUT_SHORT}"),
    (r"a == 'it\'s'", 10, f"expected && or ||, found s{CUT_SHORT}"),
    ("a == \u2019x\u2019", 5, "use straight quotes"),
    ("a == 'x' ; b", 9, "unexpected character ;"),
    ("a == \x1bx", 5, r"unexpected character \x1b"),
    ("é == 'x'", 0, r"unexpected character \xe9"),
    ("x" * 513 + " == 'x'", 0, "a label has at most 512 characters, this one has 513"),
    ("has(" + "x" * 513 + ")", 4, "a label has at most 512 characters, this one has 513"),
    ("has()", 4, "expected a label, without quotes, after has(, found )"),
    ("has('a')", 4, "expected a label, without quotes, after has(, found 'a'"),
    ("has(", 4, "expected a label, without quotes, after has(, found the end of the text"),
    ("has( a", 6, "expected ) after has(a, found the end of the text"),
    ("has(a == 'x')", 6, "expected ) after has(a, found =="),
    ("has(\na)", 4, r"expected a label, without quotes, after has(, found \n"),
    ("all(a)", 4, "expected ) after all(, found a"),
    ("global(", 7, "expected ) after global(, found the end of the text"),
    ("has (a)", 3, "no blank is allowed between has and ("),
    ("all ()", 3, "no blank is allowed between all and ("),
    ("has(a) && global()", 10, "global() is allowed only as the whole namespaceSelector of a rule"),
    ("!", 1, "expected a label, has(label), all(), ! or (, found the end of the text"),
    ("has(a) &&", 9, "expected a label, has(label), all(), ! or (, found the end of the text"),
    ("&& has(a)", 0, "expected a label, has(label), all(), ! or (, found &&"),
    ("has(a) || || has(b)", 10, "expected a label, has(label), all(), ! or (, found ||"),
    ("()", 1, "expected a label, has(label), all(), ! or (, found )"),
    ("!= 'x'", 0, "expected a label, has(label), all(), ! or (, found !="),
    ("'x' == a", 0, "expected a label, without quotes, on the left, found 'x'"),
    ("'x'", 0, "expected a label, without quotes, on the left, found 'x'"),
    ("(has(a)", 0, "( has no closing )"),
    ("has(a) && (has(b) || (has(c))", 10, "( has no closing )"),
    ("has(a))", 6, ") has no opening ("),
    ("has(a) has(b)", 7, "expected && or ||, found has(b)"),
    ("has(a), has(b)", 6, "expected && or ||, found ,"),
    ("a == 'x' 'y'", 9, "expected && or ||, found 'y'"),
    ("(has(a) b == 'x')", 8, "expected && || or ), found b"),
    ("has(a) and-more", 7, "expected && or ||, found and-more"),
    ("a == x", 5, "expected a quoted text after ==, found x"),
    ("a != 7", 5, "expected a quoted text after !=, found 7"),
    ("a ==", 4, "expected a quoted text after ==, found the end of the text"),
    ("a contains {'x'}", 11, "expected a quoted text after contains, found {"),
    ("a starts with x", 14, "expected a quoted text after starts with, found x"),
    ("a in 'x'", 5, "expected { after in, found 'x'"),
    ("a not in ('x')", 9, "expected { after not in, found ("),
    ("a in {x}", 6, "expected a quoted text or } in the set, found x"),
    ("a in {,}", 6, "expected a quoted text or } in the set, found ,"),
    ("a in {'x',,}", 10, "expected a quoted text or } in the set, found ,"),
    ("a in {'x' 'y'}", 10, "expected , or } in the set, found 'y'"),
    ("a in {'x', y}", 11, "expected a quoted text or } in the set, found y"),
    ("a in {'x'", 5, "{ has no closing }"),
    ("a in {'x',", 5, "{ has no closing }"),
    ("a in {", 5, "{ has no closing }"),
]

OPERATOR = "expected == != in 'not in' contains 'starts with' 'ends with' after the label "
EXISTS = "; has({}) asks whether a label exists"

MISTAKES_AFTER_A_LABEL: list[tuple[str, int, str]] = [
    ("app", 3, "app, found the end of the text" + EXISTS.format("app")),
    ("(app)", 4, "app, found )" + EXISTS.format("app")),
    ("app && has(b)", 4, "app, found &&" + EXISTS.format("app")),
    ("app 'x'", 4, "app, found 'x'"),
    ("app inx", 4, "app, found inx"),
    ("app in.{'x'}", 4, "app, found in."),
    ("app IN {'x'}", 4, "app, found IN"),
    ("app containsx 'x'", 4, "app, found containsx"),
    ("app not {'x'}", 4, "app, found not"),
    ("app not\nin {'x'}", 4, "app, found not"),
    ("app starts 'x'", 4, "app, found starts"),
    ("app ends\nwith 'x'", 4, "app, found ends"),
    ("app matches 'x'", 4, "app, found matches"),
    ("app has(b)", 4, "app, found has(b)"),
    ("app ! = 'x'", 4, "app, found !"),
    ("xhas(a)", 4, "xhas, found ("),
    ("not has(a)", 4, "not, found has(a); for the negation use !"),
    ("a" * 60, 60, "a" * 40 + "..., found the end of the text" + EXISTS.format("a" * 40 + "...")),
]


@pytest.mark.parametrize(("text", "meaning", "printed"), GRAMMAR, ids=[repr(g[0]) for g in GRAMMAR])
def test_grammar(text: str, meaning: Selector, printed: str) -> None:
    selector = read(text)
    assert selector == meaning
    assert print_selector(selector) == printed
    assert read(printed) == selector


@pytest.mark.parametrize("key", LABELS, ids=lambda key: key[:12])
@pytest.mark.parametrize(
    "comparison", ["=='x'", " == 'x'", " in {'x'}", " contains 'x'", " not in {'x'}", "\tends with 'x'"]
)
def test_any_word_can_be_a_label(key: str, comparison: str) -> None:
    both = read(f"{key}{comparison} && has({key}) && {key}{comparison}")
    assert {atom.label for atom in atoms(both)} == {pod(key)}
    assert read(print_selector(both)) == both


@pytest.mark.parametrize(
    "value", ["'", '"', "\\", "\\n", "a\nb", "\t", "é", "{", "all()", "has(a) && b == ", "\x00", "()"]
)
def test_literals_know_no_escapes(value: str) -> None:
    quote = '"' if "'" in value else "'"
    selector = read(f"a == {quote}{value}{quote}")
    assert selector == In(pod("a"), (value,))
    assert print_selector(selector) == f"a == {quote}{value}{quote}"


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [*MISTAKES, *((text, offset, OPERATOR + message) for text, offset, message in MISTAKES_AFTER_A_LABEL)],
    ids=[repr(m[0])[:40] for m in [*MISTAKES, *MISTAKES_AFTER_A_LABEL]],
)
def test_mistakes(text: str, offset: int, message: str) -> None:
    with pytest.raises(SelectorSyntaxError) as caught:
        read(text)
    assert (caught.value.offset, caught.value.message) == (offset, message)
    assert str(caught.value) == message


def test_the_first_of_several_mistakes_is_reported() -> None:
    with pytest.raises(SelectorSyntaxError) as caught:
        read("a == b && c = 'x' && d == '")
    assert caught.value.offset == 5


# text; does it hold for a label a of value "", "x", "xy"; and without a?
EVALUATION: list[tuple[str, str, bool]] = [
    ("a == 'x'", "x", False),
    ("a != 'x'", "-,xy,X", True),
    ("a in {'x', 'xy'}", "x,xy", False),
    ("a not in {'x', 'xy'}", "-,X", True),
    ("a in {}", "", False),
    ("a not in {}", "-,x,xy,X", True),
    ("has(a)", "-,x,xy,X", False),
    ("!has(a)", "", True),
    ("a contains 'y'", "xy", False),
    ("a starts with 'x'", "x,xy", False),
    ("a ends with 'x'", "x", False),
    ("a contains ''", "-,x,xy,X", False),
    ("a starts with ''", "-,x,xy,X", False),
    ("a ends with ''", "-,x,xy,X", False),
    ("!(a contains 'y')", "-,x,X", True),
    ("!(a starts with 'x')", "-,X", True),
    ("!(a ends with 'x')", "-,xy,X", True),
    ("all()", "-,x,xy,X", True),
    ("", "-,x,xy,X", True),
    ("!all()", "", False),
    ("a == ''", "-", False),
    ("a != ''", "x,xy,X", True),
    ("has(a) && a != 'x'", "-,xy,X", False),
    ("!(a == 'x' || has(m))", "-,xy,X", True),
]


@pytest.mark.parametrize(("text", "true_for", "without"), EVALUATION, ids=[e[0] or "empty" for e in EVALUATION])
def test_evaluation(text: str, true_for: str, without: bool) -> None:
    selector = read(text)
    values = ["" if v == "-" else v for v in true_for.split(",")] if true_for else []
    assert [v for v in ("", "x", "xy", "X") if holds(selector, {"a": v, "b": "x"})] == values
    assert holds(selector, {"b": "x"}) is without


@pytest.mark.parametrize("scope", Scope)
def test_labels_are_in_the_scope_asked_for_and_keep_their_origin(scope: Scope) -> None:
    here = Origin("f.yaml", 0, ("spec", "selector"))
    text = "a == 'x' && b != 'x' && c in {'x','y'} && has(d) && e contains 'x' && f starts with 'x' && g ends with 'x'"
    found = list(atoms(parse(text, scope, here)))
    assert [atom.label for atom in found] == [Label(scope, key) for key in "abcdefg"]
    assert {atom.origin for atom in found} == {here}


IN_A_NAMESPACE = Exists(pod("projectcalico.org/namespace"))


@pytest.mark.parametrize(
    ("text", "printed_first", "as_written"),
    [
        ("all()", IN_A_NAMESPACE, IN_A_NAMESPACE),
        ("!all()", Not(IN_A_NAMESPACE), Not(IN_A_NAMESPACE)),
        ("all() && has(a)", And((IN_A_NAMESPACE, A)), And((IN_A_NAMESPACE, A))),
        ("all( ) && has(a)", And((IN_A_NAMESPACE, A)), A),
        (" ", IN_A_NAMESPACE, EVERYTHING),
        ("", EVERYTHING, EVERYTHING),
        ("a not in {}", EVERYTHING, EVERYTHING),
    ],
)
def test_all_can_mean_something_else(text: str, printed_first: Selector, as_written: Selector) -> None:
    assert parse(text, Scope.POD, all_means=IN_A_NAMESPACE) == printed_first
    assert parse(text, Scope.POD, all_means=IN_A_NAMESPACE, as_written=True) == as_written


def test_global_means_what_the_caller_says() -> None:
    assert parse("global()", Scope.POD, global_means=Not(IN_A_NAMESPACE)) == Not(IN_A_NAMESPACE)
    assert parse("!global( )", Scope.POD, global_means=Not(IN_A_NAMESPACE)) == IN_A_NAMESPACE


def test_redundant_parentheses_are_free() -> None:
    assert read("(" * 20_000 + "has(a)" + ")" * 20_000) == A
    assert read("!" * 20_001 + "has(a)") == Not(A)
    assert read("!(" * 20_001 + "has(a)" + ")" * 20_001) == Not(A)


def nested(levels: int) -> str:
    """Three levels of the model (Or, And, Not) for each of ``levels``."""
    return "has(a) || has(a) && !(" * levels + "has(b)" + ")" * levels


def test_the_deepest_selector_can_be_used() -> None:
    selector = read(nested(66))
    assert selector == read(print_selector(selector))
    assert hash(selector) == hash(read(nested(66)))
    assert repr(selector)


def test_deeper_ones_are_refused() -> None:
    with pytest.raises(SelectorSyntaxError, match="the selector nests deeper than 200 levels") as caught:
        read(nested(67))
    assert caught.value.offset == 0
    with pytest.raises(SelectorSyntaxError, match="nests deeper"):
        read(nested(20_000))


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        (And((A,)), "has(a)"),
        (Or((Not(And((A,))),)), "!has(a)"),
        (And((And((A, B)), C)), "has(a) && has(b) && has(c)"),
        (Or((A, Or((B, C)))), "has(a) || has(b) || has(c)"),
        (And((Or((A,)), Or((B, C)))), "has(a) && (has(b) || has(c))"),
        (Not(Not(Or((A, B)))), "has(a) || has(b)"),
        (And((Not(Not(Or((A, B)))), C)), "(has(a) || has(b)) && has(c)"),
        (Not(EVERYTHING), "!all()"),
        (Not(NOTHING), "all()"),
        (Not(Not(NOTHING)), "!all()"),
        (Not(In(pod("a"), ())), "a not in {}"),
        (In(pod("a"), ("x", "x")), "a == 'x'"),
        (In(Label(Scope.NAMESPACE, "a"), ("it's", "y")), "a in {\"it's\", 'y'}"),
    ],
)
def test_printing_what_was_not_parsed(selector: Selector, text: str) -> None:
    assert print_selector(selector) == text


def test_printing_does_not_recurse() -> None:
    deep: Selector = A
    for _ in range(5_000):
        deep = Not(And((B, deep)))
    assert print_selector(deep).count("!(") == 5_000


@pytest.mark.parametrize("key", ["", "a b", "é", "a\n", "x" * 513])
def test_labels_that_cannot_be_written(key: str) -> None:
    with pytest.raises(InexpressibleSelectorError, match="cannot be written as a label"):
        print_selector(Exists(pod(key)))


def test_values_that_cannot_be_written() -> None:
    with pytest.raises(ValueError, match='a value with both kinds of quotes cannot be written: it\'s "x"'):
        print_selector(And((A, Not(In(pod("a"), ("y", 'it\'s "x"'))))))


@pytest.mark.parametrize(
    ("text", "offset", "lines"),
    [
        ("a = 'b'", 2, ["a = 'b'", "  ^"]),
        ("app", 3, ["app", "   ^"]),
        ("", 0, ["", "^"]),
        ("a\n\tb = 'c'", 5, [r"a\n\tb = 'c'", "       ^"]),
        ("a == 'é\x1b' x", 10, [r"a == '\xe9\x1b' x", " " * 16 + "^"]),
        ("x" * 100, 0, ["x" * 33 + "...", "^"]),
        ("x" * 100 + "=", 100, ["..." + "x" * 33 + "=", " " * 36 + "^"]),
        ("x" * 50 + "=" + "y" * 50, 50, ["..." + "x" * 33 + "=" + "y" * 32 + "...", " " * 36 + "^"]),
        ("abc", 99, ["abc", "   ^"]),
    ],
)
def test_pointer(text: str, offset: int, lines: list[str]) -> None:
    assert pointer(text, offset).split("\n") == lines


@given(st.text(max_size=200), st.integers(-5, 205), st.integers(20, 100))
def test_pointer_is_two_bounded_plain_lines(text: str, offset: int, width: int) -> None:
    excerpt, caret = pointer(text, offset, width=width).split("\n")
    assert excerpt.isascii()
    assert len(excerpt) <= width
    assert caret.lstrip(" ") == "^"
    assert len(caret) <= len(excerpt) + 1


KEYS = st.sampled_from(["a", "b", "in", "not", "x/y/z"]).map(pod)
VALUES = st.sampled_from(["", "x", "y", "xy", "yx", "it's"])
LEAVES: st.SearchStrategy[Selector] = st.one_of(
    st.builds(In, KEYS, st.lists(VALUES, max_size=3).map(tuple)),
    st.builds(Exists, KEYS),
    st.builds(Contains, KEYS, VALUES),
    st.builds(StartsWith, KEYS, VALUES),
    st.builds(EndsWith, KEYS, VALUES),
)


def groups(terms: st.SearchStrategy[Selector]) -> st.SearchStrategy[Selector]:
    several = st.lists(terms, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, terms), st.builds(And, several), st.builds(Or, several))


SELECTORS = st.recursive(LEAVES, groups, max_leaves=15)
POD_LABELS = st.dictionaries(KEYS.map(lambda label: label.key), VALUES)


@given(SELECTORS, st.lists(POD_LABELS, min_size=1, max_size=8))
def test_printed_text_means_the_same(selector: Selector, pods: list[dict[str, str]]) -> None:
    again = read(print_selector(selector))
    assert [holds(again, labels) for labels in pods] == [holds(selector, labels) for labels in pods]


@given(SELECTORS)
def test_parse_print_parse_is_identity(selector: Selector) -> None:
    parsed = read(print_selector(selector))
    assert read(print_selector(parsed)) == parsed
    assert print_selector(read(print_selector(parsed))) == print_selector(parsed)


WORDS = [
    "a",
    "in",
    "not",
    "has",
    "all",
    "(",
    ")",
    "{",
    "}",
    ",",
    "==",
    "!=",
    "!",
    "&&",
    "||",
    "'x'",
    '"',
    " ",
    "\t",
    "\n",
]


@given(st.lists(st.sampled_from([*WORDS, "has(", "all()", "é", "="]), max_size=12).map("".join))
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    try:
        selector = read(text)
    except SelectorSyntaxError as error:
        refusal = error
    else:
        assert read(print_selector(selector)) == selector
        return
    assert 0 <= refusal.offset <= len(text)
    assert refusal.message
    assert refusal.message.isascii()
    assert "\n" not in refusal.message


def selectors_in(node: Any) -> Iterator[str]:
    """The strings of every field whose name ends in ``elector``."""
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and str(key).endswith("elector"):
                yield value
            yield from selectors_in(value)
    elif isinstance(node, list):
        for item in node:
            yield from selectors_in(item)


def corpus() -> list[str]:
    """Every selector of the collected Calico policies, each once."""
    files = sorted(CORPUS.glob("*.yaml"))
    return sorted({s for f in files for d in yaml.safe_load_all(f.read_text("utf-8")) for s in selectors_in(d)})


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of collected policies is not beside this checkout")
def test_corpus() -> None:
    texts = corpus()
    assert len(texts) > 100
    refused = set()
    for text in texts:
        try:
            selector = parse(text, Scope.POD, global_means=NOTHING)
        except SelectorSyntaxError:
            refused.add(text)
        else:
            assert read(print_selector(selector)) == selector, text
    assert refused == set(INVALID_IN_CORPUS)
