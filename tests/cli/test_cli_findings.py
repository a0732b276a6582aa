"""What is said of many findings: together, gravest first, at most a screen of it."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from translate.cli.convert import asked
from translate.cli.convert import convert as command
from translate.cli.patience import patience
from translate.cli.reporting import Reports, reports
from translate.core.accepting import NOTHING, Acceptance, Accepted
from translate.core.diagnostics import Effect, Loss, Refusal
from translate.core.identity import Identity
from translate.core.origin import NOWHERE, Origin
from translate.frontend.sources import Places
from translate.rendering import findings
from translate.rendering.terminal import Terminal, terminal
from translate.yamlio.read import read

ROOT = Path(__file__).parents[2]


def loss(code: str, effect: Effect, number: int = 0, hint: str = "") -> Loss:
    about = Identity("NetworkPolicy", "shop", f"p{number}")
    return Loss(code=code, effect=effect, message=f"{about} loses", about=about, hint=hint, origin=Origin("f.yaml"))


def said(found: list[findings.Finding], *, verbose: int = 0, width: int = 80, wraps: bool = False) -> list[str]:
    stream = io.StringIO()
    findings.say(found, Terminal(stream, colour=False, symbols=True, width=width, wraps=wraps), verbose=verbose)
    return stream.getvalue().splitlines()


def of(*losses: Loss, accepted: Acceptance = NOTHING) -> list[findings.Finding]:
    return findings.of_losses(losses, accepted, Places())


def test_every_effect_has_its_gravity() -> None:
    assert set(findings.GRAVITY) == {findings.REFUSED, findings.NOTE, *Effect}


def test_one_finding_stands_for_itself() -> None:
    assert said(of(loss("NPT501", Effect.TIGHTER, hint="state facts"))) == [
        "f.yaml: tighter  NPT501 cidr-narrower",
        "   NetworkPolicy/shop/p0 loses",
        "   state facts",
    ]


def test_those_of_one_code_and_one_way_out_stand_together() -> None:
    many = [loss("NPT508", Effect.TIGHTER, number, "state facts") for number in range(7)]
    assert said(of(*many, loss("NPT508", Effect.TIGHTER, 9, "name pods"))) == [
        "f.yaml: tighter  NPT508 peer-dropped",
        "   NetworkPolicy/shop/p9 loses",
        "   name pods",
        "tighter  NPT508 peer-dropped: 7 times, in 7 policies",
        *(f"   f.yaml: NetworkPolicy/shop/p{number} loses" for number in range(5)),
        "   + 2 more (-v)",
        "   state facts",
    ]


def test_the_gravest_comes_first_and_what_is_accepted_last_of_its_kind() -> None:
    found = of(
        loss("NPT310", Effect.EXACT),
        loss("NPT501", Effect.TIGHTER),
        loss("NPT502", Effect.TIGHTER),
        loss("NPT511", Effect.LOOSER),
        loss("NPT520", Effect.LOOSER_LATER),
        accepted=Acceptance((Accepted("NPT501", "NPT501"),)),
    )
    heads = [line.removeprefix("f.yaml: ") for line in said(found) if line.startswith("f.yaml: ")]
    assert heads == [
        "looser  NPT511 own-node-open",
        "looser-later  NPT520 reopened-later",
        "tighter  NPT502 cidr-dropped",
        "tighter  NPT501 cidr-narrower (accepted)",
        "exact  NPT310 asks-nothing",
    ]


@pytest.mark.parametrize("groups", [1, 3, 6, 12])
def test_any_number_of_findings_fits_a_screen(groups: int) -> None:
    hints = [f"hint {number}" for number in range(groups)]
    found = of(*(loss("NPT508", Effect.TIGHTER, number, hint) for hint in hints for number in range(40)))
    assert len(said(found)) <= 18 + 3 * groups
    assert len(said(found, verbose=1)) == groups * 42, "-v shows all"


def test_of_what_is_spelled_otherwise_one_example_does() -> None:
    found = of(*(loss("NPT310", Effect.EXACT, number) for number in range(4)))
    assert said(found) == [
        "exact  NPT310 asks-nothing: 4 times, in 4 policies",
        "   f.yaml: NetworkPolicy/shop/p0 loses",
        "   + 3 more (-v)",
    ]


def test_refusals_stand_together_and_name_what_they_are_about() -> None:
    one = Refusal(
        code="NPT210",
        message="has no word",
        about=Identity("NetworkPolicy", "shop", "a"),
        line=3,
        column=1,
        origin=Origin("f"),
    )
    two = Refusal(
        code="NPT210",
        message="NetworkPolicy/shop/b has no word",
        about=Identity("NetworkPolicy", "shop", "b"),
        origin=NOWHERE,
    )
    assert said(findings.of_refusals([one, two])) == [
        "refused  NPT210 no-counterpart: 2 times, in 2 policies",
        "   f:3:1: NetworkPolicy/shop/a: has no word",
        "   NetworkPolicy/shop/b has no word",
    ]


def test_how_often_each_code_was_found() -> None:
    two = [loss("NPT501", Effect.TIGHTER), loss("NPT501", Effect.TIGHTER, 1), loss("NPT511", Effect.LOOSER)]
    assert findings.by_code(of(*two)) == "by code: NPT511 1, NPT501 2 (netpol-translate rule CODE says more)"
    assert findings.by_code(of(*two[:2])) == "", "the group says so"
    assert findings.by_code(of(two[0], two[2])) == "", "so do the findings"


@pytest.mark.parametrize("width", [80, 40])
def test_on_a_terminal_sentences_are_broken_at_its_width_and_in_a_log_they_are_not(width: int) -> None:
    long = Loss(code="NPT501", effect=Effect.TIGHTER, message="word " * 40, origin=Origin("f.yaml"))
    assert max(map(len, said(of(long), width=width, wraps=True))) <= width
    assert len(said(of(long), width=width)) == 2


def test_the_width_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Drawn(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "47")
    assert (terminal(Drawn()).width, terminal(Drawn()).wraps) == (47, True)
    assert (terminal(io.StringIO()).width, terminal(io.StringIO()).wraps) == (80, False)
    monkeypatch.setenv("COLUMNS", "3")
    assert terminal(Drawn()).width == 30


RANGES = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p%d, namespace: shop}
spec: {endpointSelector: {}, egress: [{toCIDR: [203.0.113.0/24]}]}
"""


def test_a_tick_stands_for_the_same_and_nothing_else(run) -> None:
    err = run("--to", "calico", stdin=RANGES % 1).err
    assert "! proved tighter: after lets through less" in err
    assert "✔" not in err


def test_the_table_lists_what_is_not_the_same(run) -> None:
    same = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: s, namespace: shop}\nspec: "
    source = f"{same}{{endpointSelector: {{}}, ingress: [{{}}]}}\n---\n{RANGES % 1}"
    plain, verbose = run("--to", "calico", stdin=source).err, run("--to", "calico", "-v", stdin=source).err
    assert "CiliumNetworkPolicy/shop/p1 → NetworkPolicy" in plain
    assert "CiliumNetworkPolicy/shop/s → " not in plain
    assert "CiliumNetworkPolicy/shop/s → NetworkPolicy" in verbose
    assert "2 translated · 1 same · 1 tighter · 0 looser" in plain


def test_facts_are_tried_with_the_proof(run) -> None:
    """Without the ranges of pods nothing is lost by name, but a pod's own node stays closed."""
    sample = str(ROOT / "samples" / "entities" / "cilium.yaml")
    assert "NPT504" in run("--to", "kubernetes", sample, "--nodes", "172.18.0.0/16", "--api-server", "172.18.0.2").err
    said = run("--to", "kubernetes", sample).err.splitlines()
    at = said.index("facts like these settle 3 of 3 (tried; put in your own addresses):")
    assert said[at + 1] == "   --pods 10.244.0.0/16 --nodes 172.18.0.0/16 --api-server 172.18.0.2"
    settled = run("--to", "kubernetes", sample, *said[at + 1].split())
    assert "✔ proved the same" in settled.err


def test_facts_that_settle_findings_are_said_as_they_were_tried(run, folder: Path) -> None:
    (folder / "many.yaml").write_text("---\n".join(RANGES % number for number in range(3)))
    lines = run("--to", "calico", "many.yaml").err.splitlines()
    at = lines.index("facts like these settle 3 of 3 (tried; put in your own addresses):")
    flags = lines[at + 1].split()
    assert flags == ["--pods", "10.244.0.0/16", "--nodes", "172.18.0.0/16"]
    assert run("--to", "calico", "many.yaml", *flags).code == 0
    assert "settle" not in run("--to", "calico", "--no-suggest", "many.yaml").err
    assert (
        "settle"
        not in run("--to", "calico", "--pods", "203.0.113.0/25", "--nodes", "203.0.113.128/25", "many.yaml").err
    )


TRIED = [
    ((), True, ""),
    (("-q",), False, ""),
    (("-q", "--report", "text=r"), True, "r"),
    (("-q", "--report", "json=r"), False, "r"),
]


@pytest.mark.parametrize(("flags", "tried", "file"), TRIED)
def test_nothing_is_tried_that_nobody_reads(run, folder: Path, flags: tuple[str, ...], tried: bool, file: str) -> None:
    """With -q no second translation is made, but for a report in text."""
    with command.make_context("convert", ["--to", "calico", *flags]) as context:
        given = dict(context.params)
    assert asked(given, reports(given["report"], given["color"], given)).suggest is tried
    assert not asked(given | {"suggest": False}, reports(given["report"], given["color"], given)).suggest
    ran = run("--to", "calico", *flags, stdin=RANGES % 1)
    assert ("settle" in ((folder / file).read_text() if file else ran.err)) is tried


def test_losses_are_told_beside_what_is_refused(run) -> None:
    refused = "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: w}\n"
    refused += "spec: {endpointSelector: {}, ingress: [{}]}\n"
    code, out, err = run("--to", "kubernetes", stdin=f"{refused}---\n{RANGES % 1}")
    assert (code, out) == (2, "")
    assert "refused  NPT210 no-counterpart" in err
    assert "nothing is written" in err


def test_notes_of_one_kind_are_told_once(run) -> None:
    names = ("api", "db", "web")
    policies = "\n---\n".join(
        f"""apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: {name}, namespace: shop}}
spec:
  endpointSelector: {{matchLabels: {{app: {name}}}}}
  egressDeny:
  - toEndpoints: [{{matchLabels: {{app: legacy}}}}]"""
        for name in names
    )
    told = [line for line in run("--to", "calico", "-", stdin=policies).err.splitlines() if line.startswith("note: ")]
    assert told == [
        "note: CiliumNetworkPolicy/shop/api only denies egress, and yet isolates: nothing else is let through either, "
        "unless another policy allows it; enableDefaultDeny: {egress: false} would keep the rest open "
        "(+ 2 more of this kind: -v)"
    ]
    all_told = run("--to", "calico", "-", "-v", stdin=policies).err
    assert [name for name in names if f"note: CiliumNetworkPolicy/shop/{name} only denies" in all_told] == [*names]


class Watched(io.StringIO):
    """A terminal that somebody looks at."""

    def isatty(self) -> bool:
        return True


def test_what_takes_long_is_said_to_be_under_way_on_a_terminal() -> None:
    for stream, quiet, said in ((Watched(), False, True), (Watched(), True, False), (io.StringIO(), False, False)):
        out = Terminal(stream, colour=False, symbols=True, width=40, wraps=stream.isatty())
        with patience(Reports((), out, quiet), "translating 3 files", first=0.0, every=0.001):
            time.sleep(0.1)
        written = stream.getvalue()
        assert written.startswith("\r\x1b[Ktranslating 3 files (0 s)") is said
        assert written.endswith("\r\x1b[K") is said
        assert (written == "") is not said


def test_what_is_under_way_is_said_as_it_is_by_then() -> None:
    stream, doing = Watched(), ["collecting pods: 500"]
    out = Terminal(stream, colour=False, symbols=True, width=40, wraps=True)
    with patience(Reports((), out), lambda: doing[0], first=0.0, every=0.001):
        time.sleep(0.05)
        doing[0] = "collecting pods: 1,000"
        time.sleep(0.05)
    assert "\r\x1b[Kcollecting pods: 500 (0 s)\r" in stream.getvalue()
    assert "\r\x1b[Kcollecting pods: 1,000 (0 s)\r" in stream.getvalue()


def test_only_what_is_told_is_looked_up_in_the_text() -> None:
    text = "---\n".join(f"a:\n  b: {number}\n  c: 1\n" for number in range(40))
    places = Places()
    places.add(read(text, file="f.yaml"))
    found = [
        Loss(code=code, effect=Effect.TIGHTER, message=f"{number}{step}", origin=Origin("f.yaml", number, ("a", step)))
        for number in reversed(range(40))
        for step, code in (("c", "NPT501"), ("b", "NPT501"), ("b", "NPT502"))
        if code == "NPT501" or number > 20
    ]
    whole = findings.of_losses(found, NOTHING, places)
    some = findings.of_losses(found, NOTHING, places, shown=findings.MOST)
    assert said(some) == said(whole)
    assert [one.where for one in some if one.where] == [
        *("f.yaml:2:3", "f.yaml:3:3", "f.yaml:6:3", "f.yaml:7:3", "f.yaml:10:3", "f.yaml:11:3"),
        *(f"f.yaml:{4 * number + line}:3" for number in range(21, 26) for line in (2, 2, 3)),
    ]
    assert len(some) == len(found)
    assert not any(one.where for one in findings.of_losses(found, NOTHING, places, shown=0))
