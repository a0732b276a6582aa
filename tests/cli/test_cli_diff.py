"""``diff``: tables that fit, formats that are safe, and exit codes that agree with what is told."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path

import pytest

import translate
from translate.rendering.difference import rows, with_short_lists
from translate.rendering.difference_formats import as_csv, as_json, as_markdown
from translate.rendering.table import NARROW, table
from translate.rendering.terminal import Terminal

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db, namespace: shop}\n"
CALICO = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: db, namespace: shop}\n"
CILIUM = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: db, namespace: shop}\n"
API = "{podSelector: {matchLabels: {app: api}}}"
BATCH = "{podSelector: {matchLabels: {role: batch}}}"
MONITORING = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}"
BEFORE = f"""{HEAD}spec:
  podSelector: {{matchLabels: {{app: db}}}}
  ingress:
  - from: [{API}]
    ports: [{{port: 5432}}]
"""
AFTER = f"""{HEAD}spec:
  podSelector: {{matchLabels: {{app: db}}}}
  ingress:
  - from: [{API}, {BATCH}]
    ports: [{{port: 5432}}]
  - from: [{MONITORING}]
    ports: [{{port: 9187}}, {{port: 9100, endPort: 9110}}]
"""
LATER = f"{CALICO}spec: {{order: 1, types: [Ingress], ingress: [{{action: Deny, protocol: TCP}}]}}\n"
CLOSED = f"{CALICO}spec: {{order: 1, types: [Ingress], ingress: []}}\n"
UNREAD = f"{CALICO}spec: {{types: [Ingress], ingress: [{{action: Allow, protocol: TCP, source: {{ports: [http]}}}}]}}\n"
FILES = {
    "before.yaml": BEFORE,
    "after.yaml": AFTER,
    "later.yaml": LATER,
    "closed.yaml": CLOSED,
    "unread.yaml": UNREAD,
    "bad.yaml": "a: [",
    "empty.yaml": "",
}


@pytest.fixture
def files(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


WIDE = """\
from              to                 on                 was     is       judged

all pods in       pods labelled      TCP 9100-9110,     denied  allowed  ingress
monitoring        app=db in shop     9187

pods labelled     pods labelled      TCP 5432           denied  allowed  ingress
app!=api,         app=db in shop
role=batch in
shop
"""
SLIM = """\
from    all pods in monitoring
to      pods labelled app=db in shop
on      TCP 9100-9110, 9187
was     denied
is      allowed
judged  ingress

from    pods labelled app!=api,
        role=batch in shop
to      pods labelled app=db in shop
on      TCP 5432
was     denied
is      allowed
judged  ingress
"""
ONE_PACKET = """\
  one packet of these
    from    pod in monitoring, labels none at 10.244.1.10
    to      pod in shop, labels app=db
    on      TCP 9100
    before  Denied   before.yaml:1:1  NetworkPolicy/shop/db  isolated, and no rule allows it
    after   Allowed  after.yaml:9:5  NetworkPolicy/shop/db  spec.ingress[1]  Allow
"""


@pytest.mark.parametrize(("width", "expected"), [(80, WIDE), (40, SLIM)])
def test_the_table_fits(width: int, expected: str) -> None:
    out = Terminal(io.StringIO(), colour=False, symbols=True, width=width)
    rows(translate.diff(BEFORE, AFTER), out, verbose=0)
    assert isinstance(out.stream, io.StringIO)
    assert out.stream.getvalue() == expected
    assert max(map(len, expected.splitlines())) <= width


def test_without_a_terminal_it_is_eighty_wide(run, files: Path) -> None:
    assert tuple(run("diff", "before.yaml", "after.yaml")) == (1, WIDE, "✘ looser: 2 rows\n")


def test_verbose_shows_a_packet_of_each_row_with_both_decisions(run, files: Path) -> None:
    out = run("diff", "before.yaml", "after.yaml", "-v").out
    assert ONE_PACKET in out
    assert out.count("one packet of these") == 2


def test_nothing_changes(run, files: Path) -> None:
    said = "✔ no difference: proved the same, whatever policy is added later\n"
    assert tuple(run("diff", "before.yaml", "before.yaml")) == (0, "", said)
    assert tuple(run("diff", "before.yaml", "before.yaml", "-q")) == (0, "", "")


def test_what_differs_later_stands_apart(run, files: Path) -> None:
    ran = run("diff", "later.yaml", "closed.yaml")
    assert ran.code == 1
    assert ran.out.startswith("only once another policy isolates the pod, and allows the packet:\nfrom")
    assert ran.err.startswith("✘ no difference today; 1 row once another policy is added")


def test_what_depends_stands_apart(run, files: Path) -> None:
    (files / "open.yaml").write_text(f"{HEAD}spec: {{podSelector: {{}}, policyTypes: [Egress], egress: [{{}}]}}\n")
    (files / "shut.yaml").write_text(f"{HEAD}spec: {{podSelector: {{}}, policyTypes: [Egress]}}\n")
    ran = run("diff", "open.yaml", "shut.yaml")
    first, _, second = ran.out.partition("\nonly for some who enforce it:\n")
    assert "anyone but the" in first
    assert "the pod's own" in second
    assert "some rows hold only for some who enforce it; --source-engine and --target-engine say who" in ran.err
    assert "say who" not in run("diff", "open.yaml", "shut.yaml", "--source-engine", "calico").err


CODES = [
    (0, "diff before.yaml before.yaml"),
    (0, "diff before.yaml before.yaml -o json"),
    (1, "diff before.yaml after.yaml"),
    (1, "diff after.yaml before.yaml -o csv"),
    (1, "diff after.yaml before.yaml -o markdown"),
    (1, "diff after.yaml before.yaml --max-rows 1"),
    (1, "diff before.yaml empty.yaml"),
    (1, "diff later.yaml closed.yaml"),
    (2, "diff before.yaml"),
    (2, "diff - -"),
    (2, "diff before.yaml bad.yaml"),
    (2, "diff before.yaml no.yaml"),
    (2, "diff empty.yaml empty.yaml"),
    (2, "diff before.yaml after.yaml --max-rows 0"),
    (2, "diff before.yaml after.yaml -o xml"),
    (2, "diff before.yaml after.yaml --report json=before.yaml"),
    (3, "diff before.yaml unread.yaml"),
    (3, "diff before.yaml after.yaml --max-steps 3"),
]


@pytest.mark.parametrize(("code", "line"), CODES, ids=[line for _, line in CODES])
def test_exit_codes(run, files: Path, code: int, line: str) -> None:
    ran = run(*line.split())
    assert ran.code == code
    assert "internal error" not in ran.err
    if code in (2, 3):
        assert (ran.out, ran.err.strip() != "") == ("", True)


def test_what_is_left_out_is_said_in_every_format(run, files: Path) -> None:
    line = "+ 1 more: these are the 1 most general rows (--max-rows tells more)"
    for form in ("text", "csv", "markdown", "json"):
        ran = run("diff", "before.yaml", "after.yaml", "--max-rows", "1", "-q", "-o", form)
        told = ran.out if form == "text" else ran.err
        assert line in told
    markdown = run("diff", "before.yaml", "after.yaml", "--max-rows", "1", "-o", "markdown").out
    assert "+ 1 more: these are the 1 most general rows (--max-rows tells more)" in markdown
    assert json.loads(run("diff", "before.yaml", "after.yaml", "--max-rows", "1", "-o", "json").out)["left_out"] == 1


def test_a_search_that_does_not_finish_says_so(run, files: Path) -> None:
    """Whatever the bound: rows with a word about the rest, or undecided with the reason; never a row less in silence."""
    whole = run("diff", "before.yaml", "after.yaml", "-o", "csv").out
    seen = set()
    for steps in range(1, 200):
        ran = run("diff", "before.yaml", "after.yaml", "-o", "csv", "--max-steps", str(steps))
        if ran.out == whole and ran.code == 1 and "not all" not in ran.err:
            break
        assert f"did not finish within {steps} steps" in ran.err
        assert ran.code == (1 if ran.out.count("\n") > 1 or "NOT the same" in ran.err or "✘" in ran.err else 3)
        seen.add(ran.code)
    else:
        pytest.fail("there is an answer within 200 steps")
    assert 3 in seen


def test_json(run, files: Path) -> None:
    found = json.loads(run("diff", "before.yaml", "after.yaml", "-o", "json").out)
    assert found["schema"] == "netpol-translate/diff/v1"
    assert (found["verdict"], found["complete"], found["left_out"], found["later_rows"]) == ("looser", True, 0, [])
    assert found["rows"][0] == {
        "effect": "looser",
        "direction": "ingress",
        "from": "all pods in monitoring",
        "to": "pods labelled app=db in shop",
        "on": "TCP 9100-9110, 9187",
        "before": "denied",
        "after": "allowed",
        "depends": False,
        "once": [],
        "example": {
            "effect": "looser",
            "direction": "ingress",
            "from": "pod in monitoring, labels none at 10.244.1.10",
            "to": "pod in shop, labels app=db",
            "on": "TCP 9100",
            "before": {
                "allowed": False,
                "why": "isolated, and no rule allows it",
                "policy": "NetworkPolicy/shop/db",
                "path": "",
                "file": "before.yaml",
                "line": 1,
                "column": 1,
            },
            "after": {
                "allowed": True,
                "why": "Allow",
                "policy": "NetworkPolicy/shop/db",
                "path": "spec.ingress[1]",
                "file": "after.yaml",
                "line": 9,
                "column": 5,
            },
        },
    }


def test_a_report_goes_to_a_file(run, files: Path) -> None:
    run("diff", "before.yaml", "after.yaml", "--report", "json=d.json", "--report", "text=d.txt")
    assert json.loads((files / "d.json").read_text())["schema"] == "netpol-translate/diff/v1"
    assert (files / "d.txt").read_text() == f"{WIDE}✘ looser: 2 rows\n"


HOSTILE = {
    "=1+1": "'=1+1",
    "+1": "'+1",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "\\x09=1",
    " =1": "' =1",
    "a\nb": "a\\x0ab",
    "\x1b[31mred": "\\x1b[31mred",
}


@pytest.mark.parametrize(("text", "cell"), HOSTILE.items(), ids=map(repr, HOSTILE))
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(hostile(text)))))
    assert rows[0]["from"] == cell


def hostile(text: str) -> translate.Difference:
    """A difference whose first row has ``text`` for a source."""
    found = translate.diff(BEFORE, AFTER)
    row = dataclasses.replace(found.rows[0], source=text)
    return dataclasses.replace(found, rows=(row,))


def test_markdown_shows_what_is_there_and_nothing_else() -> None:
    page = as_markdown(hostile("a|b\n<script>alert(1)</script> [x](y) `z` *w* _v_ & \x1b[31m"))
    line = next(line for line in page.splitlines() if "script" in line)
    shown = r"a\|b\\x0a&lt;script&gt;alert(1)&lt;/script&gt; \[x\](y) \`z\` \*w\* \_v\_ &amp; \\x1b\[31m"
    assert line.startswith(f"| {shown} | pods labelled app=db in shop | TCP 9100-9110, 9187 | denied | allowed | ")


def test_json_holds_any_text_and_is_plain_ascii() -> None:
    text = as_json(hostile("ä\x1b\n|=1"))
    assert text.isascii()
    assert json.loads(text)["rows"][0]["from"] == "ä\x1b\n|=1"


def test_no_name_commands_a_terminal(run, files: Path) -> None:
    rule = "toPorts: [{ports: [{port: '80'}], rules: {http: [{path: \"/a\\e[31m|b\"}]}}]"
    (files / "c.yaml").write_text(f"{CILIUM}spec: {{endpointSelector: {{}}, ingress: [{{{rule}}}]}}\n")
    (files / "d.yaml").write_text(f"{CILIUM}spec: {{endpointSelector: {{}}, ingress: [{{}}]}}\n")
    ran = run("diff", "c.yaml", "d.yaml")
    assert "\x1b" not in ran.out + ran.err


def test_long_lists_are_cut_in_a_table_and_nowhere_else(run, files: Path) -> None:
    ports = ", ".join(f"{{port: {number}}}" for number in range(8000, 8020, 2))
    (files / "many.yaml").write_text(f"{HEAD}spec: {{podSelector: {{}}, ingress: [{{ports: [{ports}]}}]}}\n")
    (files / "none.yaml").write_text(f"{HEAD}spec: {{podSelector: {{}}, ingress: []}}\n")
    out = " ".join(run("diff", "none.yaml", "many.yaml").out.split())
    assert "… 6 more" in out
    assert "8018" not in out
    assert "… stands for the rest of a list: -v tells it" in out
    for more in (["-v"], ["-o", "csv"], ["-o", "json"], ["-o", "markdown"]):
        assert "8018" in run("diff", "none.yaml", "many.yaml", *more).out


def test_with_short_lists() -> None:
    assert with_short_lists("app in (a, b, c, d, e, f, g)") == "app in (a, b, c, d, e, f, g)"
    assert with_short_lists("app in (a, b, c, d, e, f, g, h) in x") == "app in (a, b, c, d, … 4 more) in x"
    assert with_short_lists("TCP 1, 2, 3, 4, 5, 6, 7, 8, 9; UDP 1") == "TCP 1, 2, 3, 4, … 5 more; UDP 1"


@pytest.mark.parametrize("width", [20, 40, NARROW - 1, NARROW, 80, 200])
def test_a_table_is_never_wider_than_it_may_be(width: int) -> None:
    rows = [["word " * 30, "x" * 150, "short"], ["a", "b", ""]]
    for lists in (False, True):
        found = table(["one", "two", "three"], rows, width, lists=lists)
        assert max(map(len, found)) <= width
        assert "".join(found).replace(" ", "").count("x") == 150


def test_verify_shows_the_first_rows_and_how_to_have_all(run, files: Path) -> None:
    peers = ", ".join(f"{{namespaceSelector: {{matchLabels: {{env: e{n}, team: t{n}}}}}}}" for n in range(4))
    (files / "my more.yaml").write_text(f"{HEAD}spec: {{podSelector: {{}}, ingress: [{{from: [{peers}]}}]}}\n")
    (files / "none.yaml").write_text(f"{HEAD}spec: {{podSelector: {{}}, ingress: []}}\n")
    ran = run(
        "verify",
        "none.yaml",
        "my more.yaml",
        "--default-namespace",
        "shop",
        "--source-engine",
        "calico",
        "--color",
        "never",
        "-v",
    )
    told = ran.err.partition("  what differs, the most general first\n")[2].splitlines()
    assert ran.code == 1
    assert told[0].split() == ["from", "to", "on", "was", "is", "judged"]
    assert sum(" denied  allowed  ingress" in line for line in told) == 3
    command = "netpol-translate diff none.yaml 'my more.yaml' --default-namespace shop --source-engine calico"
    assert told[-1] == f"  + 5 more: {command}"
    whole = run(
        "diff", "none.yaml", "my more.yaml", "--default-namespace", "shop", "--source-engine", "calico", "-o", "csv"
    ).out
    assert len(whole.splitlines()) == 1 + 8


@pytest.mark.parametrize("more", [["-q"], ["--report", "json"]])
def test_verify_shows_no_rows_where_nobody_reads_them(run, files: Path, more: list[str]) -> None:
    assert "what differs" not in run("verify", "before.yaml", "after.yaml", *more).err
    assert "what differs" not in run("verify", "before.yaml", "before.yaml").err


def test_verify_shows_the_rows_of_later_where_there_are_none_today(run, files: Path) -> None:
    err = run("verify", "later.yaml", "closed.yaml").err
    assert (
        "  what differs, the most general first, once another policy isolates the pod, and allows the packet\n" in err
    )
