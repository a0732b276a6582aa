"""What is read, and the exact words and place where reading stops."""

import time
from typing import Any

import pytest

from translate.core.diagnostics import InputError
from translate.yamlio.limits import Limits
from translate.yamlio.read import read

SMALL = Limits(text=2000, scalar=50, nodes=100, depth=5, documents=3)
TAGGED = "the cluster reads an unquoted !... as a YAML tag and not as part of the value: quote the whole value"
HELM = "looks like a template (Helm/Go): render it first"
FLUX = "looks like a template (${VAR} of Flux or envsubst): render it first"
TAB = "a tab stands where YAML allows only spaces: indent with spaces"
BOMB = "a: &a [x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b]\n"
LONE_TAG = 'the cluster reads a lone ! as a YAML tag and "has(x)" as the value: quote the whole value'


def values(text: str | bytes, **options: Any) -> list[Any]:
    return [document.value for document in read(text, file="a.yaml", **options)]


READ = {
    "nothing": ("", []),
    "only a comment": ("# nothing\n", []),
    "empty documents": ("---\n---\n# c\n---\na: 1\n---\n~\n---\nb: 2\n...\n", [{"a": 1}, {"b": 2}]),
    "byte order mark": ("\ufeffa: 1\n", [{"a": 1}]),
    "byte order mark in bytes": (b"\xef\xbb\xbfa: 1\n", [{"a": 1}]),
    "byte order mark before json": ('\ufeff{\t"a": 1}', [{"a": 1}]),
    "utf-16": ("a: é\n".encode("utf-16"), [{"a": "é"}]),
    "utf-32": ("a: é\n".encode("utf-32"), [{"a": "é"}]),
    "crlf": ("a: 1\r\nb: |\r\n  x\r\n", [{"a": 1, "b": "x\n"}]),
    "directive": ("%YAML 1.1\n---\na: y\n", [{"a": True}]),
    "indented root": ("  a: 1\n  b: 2\n---\n  c: 3\n", [{"a": 1, "b": 2}, {"c": 3}]),
    "order of keys": ("b: 1\na: 2\n", [{"b": 1, "a": 2}]),
    "keys": ("y: 1\n08: 2\n1.5: 3\n'y': 4\n", [{"true": 1, "8": 2, "1.5": 3, "y": 4}]),
    "alias": ("a: &x {b: 1}\nc: *x\n", [{"a": {"b": 1}, "c": {"b": 1}}]),
    "alias of the nearest anchor": ("a: &x [&x 1, *x]\nb: *x\n", [{"a": [1, 1], "b": 1}]),
    "alias as key": ("a: &x 08\n*x : 1\n", [{"a": 8, "8": 1}]),
    "anchored key": ("&k 010: 1\nb: *k\n", [{"8": 1, "b": 8}]),
    "merge": ("a: &x {b: 1}\nc: {<<: *x, d: 2}\n", [{"a": {"b": 1}, "c": {"b": 1, "d": 2}}]),
    "merge of a list": ("a: &x {b: 1}\nc: {<<: [*x, {e: 2}]}\n", [{"a": {"b": 1}, "c": {"b": 1, "e": 2}}]),
    "merge inside a merge": ("a: &x {b: 1}\nc: &y {<<: *x}\nd: {<<: *y}\n", [{k: {"b": 1} for k in "acd"}]),
    "two merges": (
        "a: &x {b: 1}\nd: &y {e: 1}\nc:\n  <<: *x\n  <<: *y\n",
        [{"a": {"b": 1}, "d": {"e": 1}, "c": {"b": 1, "e": 1}}],
    ),
    "quoted merge key": ('"<<": 1\n', [{"<<": 1}]),
    "placeholder as a value": ("a: ${CIDR}\nb: '{{ x }}'\n", [{"a": "${CIDR}", "b": "{{ x }}"}]),
    "bang inside a text": ("a: x !has(y)\nb: >-\n  ! has(x)\n  && a\n", [{"a": "x !has(y)", "b": "! has(x) && a"}]),
    "json": ('{"a": [1.0, 1e3, true, null, "x"]}\n', [{"a": [1, 1000, True, None, "x"]}]),
    "json with tabs and escapes": ('{\n\t"a": "\\/ \\ud83d\\ude00"\n}\n', [{"a": "/ 😀"}]),
    "json after json": ('{"a": 1}\n{"b": 2} null', [{"a": 1}, {"b": 2}]),
    "json between dashes": ('{"a": 1}\n---\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
    "flow yaml": ("{a: 1}\n", [{"a": 1}]),
    "scalar document": ("abc\n", ["abc"]),
}


@pytest.mark.parametrize(("text", "expected"), READ.values(), ids=READ.keys())
def test_reads(text: str | bytes, expected: list[Any]) -> None:
    assert values(text) == expected


REFUSED = {
    "key twice": ("a:\n  app: x\n  b: 1\n  app: y\n", 4, 3, 'key "app" is given twice: line 2 and line 4'),
    "key twice after normalisation": ("yes: 1\nb: 2\non: 3\n", 3, 1, 'key "true" is given twice: line 1 and line 3'),
    "key twice in a later document": ("a: 1\n---\na: 1\na: 2\n", 4, 1, 'key "a" is given twice: line 3 and line 4'),
    "key twice on a line": ("{a: 1, a: 2}", 1, 8, 'key "a" is given twice on line 1'),
    "key twice in json": ('{\n\t"a": 1,\n\t"a": 2\n}', 3, 2, 'key "a" is given twice: line 2 and line 3'),
    "given beside a merge": (
        "a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n",
        4,
        3,
        'key "b" is given twice: line 3 (through "<<") and line 4',
    ),
    "given before a merge": (
        "a: &x {b: 1}\nc:\n  b: 2\n  <<: *x\n",
        4,
        7,
        'key "b" is given twice: line 3 and line 4 (through "<<")',
    ),
    "given by two merges": (
        "a: &x {b: 1}\nc:\n  <<: *x\n  <<: *x\n",
        4,
        7,
        'key "b" is given twice: line 3 (through "<<") and line 4 (through "<<")',
    ),
    "merge of a scalar": ("<<: 1\n", 1, 5, 'a merge key "<<" needs a mapping or a list of mappings'),
    "merge of an aliased list": (
        "a: &x [{b: 1}]\nc:\n  <<: *x\n",
        3,
        7,
        'a merge key "<<" needs a mapping or a list of mappings',
    ),
    "null key": ("a:\n  ~: 1\n", 2, 3, "a mapping key cannot be ~: quote it if it means text"),
    "list as key": ("a:\n  [b]: 1\n", 2, 3, "a mapping key must be one text, not a list or a mapping"),
    "unknown alias": ("a: *b\n", 1, 4, 'the alias "*b" has no anchor "&b" before it'),
    "alias across documents": ("a: &b 1\n---\nc: *b\n", 3, 4, 'the alias "*b" has no anchor "&b" before it'),
    "anchor in itself": ("a: &a [*a]\n", 1, 8, 'the anchor "&a" contains itself'),
    "tag": (
        "a: 1\nselector: !has(x)\n",
        2,
        11,
        "the cluster reads an unquoted !has(x) as a YAML tag and the value as the empty string"
        " (a Calico selector would select everything): quote the whole value",
    ),
    "tag and more": ("selector: !has(x) && a == 'b'\n", 1, 20, TAGGED),
    "tag before a text": (
        "s: !a b\n",
        1,
        4,
        'the cluster reads an unquoted !a as a YAML tag and the value as "b": quote the whole value',
    ),
    "tag on a mapping": (
        "s: !a {b: 1}\n",
        1,
        4,
        "the cluster reads an unquoted !a as a YAML tag: quote the whole value",
    ),
    "lone tag": ("selector: ! has(x)\n", 1, 11, LONE_TAG),
    "lone tag in a list": ("- ! has(x)\n", 1, 3, LONE_TAG),
    "wrong tag": ("a: !!int x\n", 1, 4, '"x" is no !!int'),
    "infinity": (
        "a: .inf\n",
        1,
        4,
        "the cluster reads .inf as a number that JSON cannot carry: quote it if it means text",
    ),
    "tab": ("a:\n\tb: 1\n", 2, 1, TAB),
    "tab after blanks": ("a:\n  \tb: 1\n", 2, 3, TAB),
    "helm value": ("a: 1\nname: {{ .Values.name }}\n", 2, 8, HELM),
    "helm block": ("{{- if .x }}\na: 1\n{{- end }}\n", 1, 2, HELM),
    "helm in a text": ("image: {{ .a }}:{{ .b }}\n", 1, 9, HELM),
    "helm item": ("a:\n- {{ .x }}\n", 2, 4, HELM),
    "placeholder": ("a: ${X}: b\n", 1, 8, FLUX),
    "placeholder on its own line": (
        "a: 1\n${X}\nb: 2\n",
        3,
        1,
        "looks like a template (${VAR} of Flux or envsubst) (line 2): render it first",
    ),
    "bad utf-8": (b"a: 1\nb: x\xff\n", 2, 5, "the input is not valid UTF-8: 0xFF stands for no character"),
    "bad utf-16": (
        b"\xff\xfea\x00\x00\xd8",
        1,
        2,
        "the input is not valid UTF-16-LE: 0x00 0xD8 stands for no character",
    ),
    "control character": ("a: 1\nb: 'x\x07'\n", 2, 6, "control characters are not allowed in YAML: U+0007"),
    "half a character": ("a: \ud800\n", 1, 4, "control characters are not allowed in YAML: U+D800"),
    "half a character in json": (
        '\n{"a": "\\ud800"}',
        2,
        1,
        "a \\u escape stands for half a character: write both halves, or the character itself",
    ),
    "escape": ('a: "\\q"\n', 1, 5, "unknown escape in a double-quoted text: write \\\\, or use single quotes"),
    "slash escape": (
        'a: "\\/"\n',
        1,
        4,
        "unknown escape in a double-quoted text: the cluster refuses \\/, write / alone",
    ),
    "other version": (
        "%YAML 1.2\n---\na: 1\n",
        1,
        1,
        "the cluster reads YAML 1.1 and refuses any other version: remove the %YAML line",
    ),
    "open quote": ("a: 'x\nb: 1\n", 1, 4, "the quoted text is never closed"),
    "open list": ("a: [x,\nb: 1\n", 3, 1, 'a list opened with "[" needs "," or "]" here (it starts on line 1)'),
    "open mapping": ("a: {x\n", 2, 1, 'a mapping opened with "{" needs "," or "}" here (it starts on line 1)'),
    "colon": ("a: b: c\n", 1, 5, 'unexpected ":" here: quote the value it belongs to, or check the indentation'),
    "no colon": ("a: 1\nb\nc: 2\n", 3, 1, 'this line is no "key: value" pair: the ":" is missing'),
    "indentation": (
        "a:\n   b: 1\n  c: 2\n",
        3,
        3,
        "the indentation does not fit the lines above, or text follows a finished value",
    ),
    "at sign": ("a: @b\n", 1, 4, 'a value cannot start with "@": quote it'),
    "first error ends it": ("a: [\n---\nb: *x\n", 2, 1, "a value is missing here: quote it if it starts with a sign"),
}


@pytest.mark.parametrize(("text", "line", "column", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses(text: str | bytes, line: int, column: int, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, file="a.yaml")
    (problem,) = caught.value.problems
    assert (problem.message, problem.line, problem.column, problem.origin.file) == (message, line, column, "a.yaml")


LIMITED = {
    "text": ("a: 1\n" * 500, "the input is larger than 2,000 characters"),
    "bytes": (b"a: 1\n" * 500, "the input is larger than 2,000 bytes"),
    "plain scalar": ("a: " + "x" * 51, "one value is longer than 50 characters"),
    "quoted scalar": ("a: '" + "x" * 51 + "'", "one value is longer than 50 characters"),
    "key": ("x" * 51 + ": 1", "one value is longer than 50 characters"),
    "json scalar": ('{"a": "' + "x" * 51 + '"}', "one value is longer than 50 characters"),
    "depth in brackets": ("[[[[[[1]]]]]]", "lists and mappings are nested more than 5 deep"),
    "depth in lines": ("a:\n b:\n  c:\n   d:\n    e:\n     f: 1\n", "lists and mappings are nested more than 5 deep"),
    "depth in json": ('{"a":' * 6 + "1" + "}" * 6, "lists and mappings are nested more than 5 deep"),
    "values": ("[" + "1," * 101 + "]", "the input holds more than 100 values"),
    "values in json": ('{"a": [' + "1," * 100 + "1]}", "the input holds more than 100 values"),
    "aliases": (BOMB, "the aliases expand to more than 100 values"),
    "merged aliases": (
        "a: &a {b: 1, c: 1, d: 1, e: 1}\nl:\n" + "- {<<: *a}\n" * 40,
        "the input holds more than 100 values",
    ),
    "documents": ("a: 1\n---\n" * 4, "the input holds more than 3 documents"),
}


@pytest.mark.parametrize(("text", "message"), LIMITED.values(), ids=LIMITED.keys())
def test_limits(text: str | bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        values(text, limits=SMALL)
    assert [problem.message for problem in caught.value.problems] == [message]


HOSTILE = {
    "open brackets": "[" * 200_000,
    "closed brackets": "[" * 5_000 + "]" * 5_000,
    "json": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "dashes": "- " * 20_000 + "a",
    "long text": "a: " + "x" * (2 << 20),
    "bomb": "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{f'*a{i - 1},' * 9}]\n" for i in range(1, 30)),
    "long alias": "a: &a '" + "x" * 1_000_000 + "'\nb: [" + "*a," * 10_000 + "]",
    "merges": "a: &a {" + ",".join(f"k{i}: 1" for i in range(2_000)) + "}\nb:\n" + "- {<<: *a}\n" * 50_000,
    "digits": "a: " + "9" * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_input_ends_soon_in_one_problem(text: str) -> None:
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        read(text, file="a.yaml")
    assert len(caught.value.problems) == 1
    assert time.process_time() - start < 10


def test_limits_are_inclusive() -> None:
    assert values("[[[[[1]]]]]", limits=SMALL) == [[[[[[1]]]]]]
    assert values('{"a":' * 5 + "1" + "}" * 5, limits=SMALL)
    assert values("a: " + "x" * 50, limits=SMALL) == [{"a": "x" * 50}]
    assert len(values("a: 1\n---\n" * 3, limits=SMALL)) == 3


def test_documents_know_their_file_and_count_without_the_empty_ones() -> None:
    documents = read("---\n# nothing\n---\na: 1\n---\nb: 2\n", file="x.yaml")
    assert [(document.file, document.index) for document in documents] == [("x.yaml", 0), ("x.yaml", 1)]


def test_the_problem_names_the_document_it_is_in() -> None:
    with pytest.raises(InputError) as caught:
        read("a: 1\n---\nb: *x\n", file="x.yaml")
    assert caught.value.problems[0].origin.document == 1
