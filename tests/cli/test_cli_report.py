"""``report``: what is on the page, in which forms, where it goes, and how it ends."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
TIERS = str(SAMPLES / "seed" / "three-tiers" / "kubernetes.yaml")
SWAP = str(SAMPLES / "engine-swap" / "calico.yaml")
LATER = str(SAMPLES / "tiers" / "calico.yaml")
HOSTS = str(SAMPLES / "host-policies" / "calico.yaml")
ACCOUNTS = str(SAMPLES / "service-accounts" / "calico.yaml")
LOOSER = ["--to", "calico", str(SAMPLES / "entities" / "cilium.yaml"), "--on-loss", "loosen"]
NASTY = "</style><script>alert('1')</script>\"'`${x}\u202e\x1b[31m</title></pre><img src=x onerror=y>"
HOSTILE = f"""\
# {NASTY.replace(chr(27), "")}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  annotations: {{note: {json.dumps(NASTY)}}}
spec:
  podSelector: {{}}
  ingress:
  - from: [{{ipBlock: {{cidr: 10.20.0.0/16}}}}] # {NASTY.replace(chr(27), "")}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {json.dumps(NASTY)}, namespace: shop}}
spec: {{template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: []}}}}}}
"""
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ALONE = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """The elements of a page, its text, and whether all are closed in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words += data


def page(text: str) -> Page:
    """A page that is well-formed."""
    found = Page(text)
    assert found.open == []
    return found


def verdict(found: Page) -> str:
    return " ".join(found.words.split("Report of a migration of network policies")[1].split()[:3])


@pytest.mark.parametrize(
    ("arguments", "answer", "code"),
    [
        (["--to", "calico", TIERS], "✔ Same Proved", 0),
        (["--to", "cilium", SWAP], "! Tighter Proved", 1),
        (["--to", "cilium", SWAP, "--accept", "NPT501=agreed"], "! Tighter Proved", 0),
        (["--to", "cilium", SWAP, "--on-loss", "stop"], "✘ Withheld The", 1),
        (["--to", "cilium", LATER], "! Same today", 1),
        (LOOSER, "✘ Withheld The", 1),
        (["--to", "cilium", HOSTS], "✘ Refused 2", 2),
        (["--to", "kubernetes", ACCOUNTS], "✘ Refused 1", 2),
        (["--to", "calico", "--max-steps", "3", TIERS], "? Undecided", 3),
    ],
)
def test_the_verdict_comes_first_and_the_code_is_that_of_convert(
    run, arguments: list[str], answer: str, code: int
) -> None:
    told, convert = run("report", *arguments), run("convert", *arguments, "--keep-going")
    assert verdict(page(told.out)).startswith(answer)
    assert (told.code, convert.code) == (code, code)


def test_a_tick_stands_for_same_alone(run) -> None:
    for form in ("html", "markdown"):
        assert "✔" not in run("report", "--to", "cilium", SWAP, "-o", form).out


def test_what_is_on_the_page(run) -> None:
    found = page(run("report", "--to", "cilium", SWAP).out)
    heads = re.findall(r"id=\"([a-z-]+)\"", run("report", "--to", "cilium", SWAP).out)
    wanted = ["verdict", "lost", "changes", "picture", "policies", "assumptions", "denials", "cut-over", "evidence"]
    assert [head for head in heads if head in wanted] == wanted
    words = " ".join(found.words.split())
    for text in (
        "Calico compares addresses, so an IP range covers the pods and nodes inside it.",
        f"{SWAP}:24:9 pods and nodes inside 10.20.0.0/16 lose access",
        "from pod in other, labels none at 10.20.0.1 to pod in shop, labels app=api on TCP 443",
        "pods labelled app!=gateway in shop at 10.20.0.0/16",
        "# Offices, and the pods of the old cluster",
        "no other Calico policy decides the same packets by its order",
        "What settles it: translate all of them in one run",
        "--pods 10.244.0.0/16 --nodes 172.18.0.0/16",
        "pods: [10.244.0.0/16]",
        "exact with --pods CIDR --nodes CIDR, or --to kubernetes",
        "hubble observe --verdict DROPPED --drop-reason-desc POLICY_DENIED",
        "--accept NPT501@NetworkPolicy/shop/api=REASON",
        "kubectl apply -f policies.cilium.yaml",
        f"kubectl delete -f {SWAP}",
    ):
        assert text in words
    assert words.count("# Offices, and the pods of the old cluster") == 2, "before and after"
    assert words.index("Apply the new policies before the old ones go") < words.index("Then remove the old ones")


def test_nothing_is_loaded_and_nothing_runs(run) -> None:
    found = page(run("report", "--to", "cilium", LATER).out)
    policy = next(attrs["content"] for tag, attrs in found.tags if attrs.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "script" not in policy
    for tag, attrs in found.tags:
        assert tag not in ("script", "iframe", "object", "embed", "img", "form")
        assert not [name for name in attrs if name.startswith("on")]
        assert (attrs.get("href") or "#").startswith(("#", "data:,"))
        assert "src" not in attrs


@pytest.mark.parametrize("to", ["calico", "cilium"])
def test_names_and_comments_are_text(run, folder: Path, to: str) -> None:
    (folder / "hostile.yaml").write_text(HOSTILE, encoding="utf-8")
    ran = run("report", "--to", to, "hostile.yaml")
    assert ran.code in (0, 1)
    plain = run("report", "--to", to, SWAP if to == "cilium" else TIERS)
    found = page(ran.out)
    assert {tag for tag, _ in found.tags} - {tag for tag, _ in page(plain.out).tags} <= {"li", "ul", "br"}
    assert "<script>alert('1')</script>" in found.words
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", ran.out)
    assert "\\u202e" in found.words
    assert "\\x1b[31m" in found.words


def outside_of_blocks(text: str) -> str:
    """The lines of Markdown that stand in no fenced block, as CommonMark has it."""
    fence, found = "", []
    for line in text.split("\n"):
        ticks = re.match(r" {0,3}(`{3,})", line)
        if fence and re.fullmatch(rf" {{0,3}}{fence}`*\s*", line):
            fence = ""
        elif not fence and ticks:
            fence = ticks[1]
        elif not fence:
            found.append(line)
    assert fence == ""
    return "\n".join(found)


def test_no_line_of_an_input_ends_a_block_of_markdown(run, folder: Path) -> None:
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n name: web\n annotations:\n  n: |\n"
    (folder / "hostile.yaml").write_text(f"{head}   ````\n   <b>\nspec: {{podSelector: {{}}}}\n", encoding="utf-8")
    told = run("report", "--to", "calico", "hostile.yaml", "-o", "markdown").out
    assert told.count("<b>") >= 2
    assert "<b>" not in outside_of_blocks(told)


def test_names_and_comments_are_text_in_markdown(run, folder: Path) -> None:
    (folder / "hostile.yaml").write_text(HOSTILE, encoding="utf-8")
    told = run("report", "--to", "calico", "hostile.yaml", "-o", "markdown").out
    assert "<" not in outside_of_blocks(told)
    assert "\u202e" not in told


def test_a_file_name_is_one_word_of_a_command(run, folder: Path) -> None:
    (folder / "a b;$(reboot).yaml").write_text(Path(SWAP).read_text(encoding="utf-8"), encoding="utf-8")
    found = page(run("report", "--to", "cilium", "a b;$(reboot).yaml").out)
    assert "kubectl delete -f 'a b;$(reboot).yaml'" in found.words


def test_the_same_input_gives_the_same_bytes(run) -> None:
    for form in ("html", "markdown", "json"):
        once, twice = (run("report", "--to", "cilium", LATER, "-o", form).out for _ in range(2))
        assert once == twice


def test_many_policies_are_folded_and_what_is_left_out_is_counted(run, folder: Path) -> None:
    text = Path(SWAP).read_text(encoding="utf-8").replace("10.20.0.0/16", "203.0.113.0/24")
    many = [text.replace("name: api", f"name: api-{number}") for number in range(220)]
    (folder / "many.yaml").write_text("---\n".join([*many, Path(SWAP).read_text(encoding="utf-8")]), encoding="utf-8")
    ran = run("report", "--to", "cilium", "many.yaml", "-q")
    found = page(ran.out)
    folded = [attrs for tag, attrs in found.tags if tag == "details" and attrs.get("class") == "policy"]
    assert [number for number, attrs in enumerate(folded) if "open" in attrs] == [0, 1, 2, 3], "the gravest"
    assert len(folded) == 200
    assert "21 more policies, without their texts" in found.words
    assert "netpol-translate matrix many.yaml --to cilium --focus NAMESPACE -o svg=reach.svg" in found.words
    assert len(ran.out) < 2_000_000


def test_what_cannot_be_read_is_said_at_the_top(run, folder: Path) -> None:
    (folder / "broken.yaml").write_text("kind: [", encoding="utf-8")
    ran = run("report", "--to", "cilium", "broken.yaml")
    assert ran.code == 2
    assert ran.err.startswith("broken.yaml:2:1: error: ")
    found = page(ran.out)
    assert verdict(found).startswith("✘ Refused 1")
    assert "broken.yaml:2:1" in found.words


def test_forms_go_where_they_are_sent(run, folder: Path) -> None:
    ran = run("report", "--to", "cilium", SWAP, "-o", "html=a.html", "-o", "md=a.md", "-o", "json")
    assert json.loads(ran.out)["schema"] == "netpol-translate/migration/v1"
    assert (folder / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>\n")
    assert (folder / "a.md").read_text(encoding="utf-8").startswith("# Calico to Cilium\n\n**! tighter**\n")
    assert ran.err == (
        "1 translated · 0 same · 1 tighter · 0 looser\n"
        "! proved tighter: after lets through less than before, and nothing that before denied "
        "(2 assumptions; -v lists all)\n"
    )


def test_a_form_that_is_none(run) -> None:
    code, _, err = run("report", "--to", "cilium", SWAP, "-o", "htm")
    assert code == 2
    assert "'htm' is not one of html, markdown, json; did you mean 'html'?" in err


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_a_browser_shows_it_without_a_word(run, folder: Path) -> None:
    (folder / "hostile.yaml").write_text(HOSTILE, encoding="utf-8")
    run("report", "--to", "cilium", "hostile.yaml", "-o", "html=page.html")
    assert CHROMIUM is not None
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        f"--user-data-dir={folder}/profile",
    ]
    done = subprocess.run(
        [CHROMIUM, *flags, "--window-size=360,900", "--dump-dom", (folder / "page.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "HOME": str(folder)},
    )
    assert "CONSOLE" not in done.stderr
    assert "Who may reach whom" in done.stdout
    assert "<script" not in done.stdout


def test_what_is_typed_is_told_as_code(run) -> None:
    told = run("report", "--to", "cilium", str(SAMPLES / "guides" / "calico")).out
    assert "(<code>--target-version cilium=1.18</code>): sets of which nothing is cut" in told
