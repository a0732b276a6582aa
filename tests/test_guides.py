"""The guides: what cannot be run here is at least a command that exists, words are defined once, and each has a way back.

``tests/test_docs.py`` runs their ``console`` blocks. A ``sh`` block of a guide holds commands that need a cluster, or a
program that talks to one, and is not run. Its lines are held to two things: each names such a program (else it belongs
into a ``console`` block), and what it hands to this tool is a command that the tool takes.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from tests.test_docs import ROOT, blocks, commands
from translate.cli.main import COMMANDS, DEFAULT, PROGRAM
from translate.cli.main import commands as tool
from translate.tables import load
from translate.tables.records import Word

GUIDES = ROOT / "docs" / "guides"
INDEX = GUIDES / "README.md"
PAGES = sorted(path for path in GUIDES.glob("*.md") if path != INDEX)
WORDS = ROOT / "docs" / "words.md"
NEEDS_A_CLUSTER = {"kubectl", "helm", "hubble", "journalctl"}


def in_pipes(line: str) -> list[list[str]]:
    """The commands of a line, each as its words; redirections are left out."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    words = iter(lexer)
    for word in words:
        if set(word) <= set("|&;"):
            found.append([])
        elif set(word) <= set("<>"):
            next(words)
        else:
            found[-1].append(word)
    return found


def not_run(page: Path, language: str = "sh") -> Iterator[str]:
    for block in blocks(page):
        if block.language == language:
            yield from block.text.replace("\\\n", " ").splitlines()


def taken(words: list[str]) -> None:
    """Let the tool parse its words; raises click's own error where it does not take them."""
    name, rest = (words[0], words[1:]) if words[0] in COMMANDS else (DEFAULT, words)
    command = tool.get_command(click.Context(tool), name)
    assert command is not None
    command.make_context(name, list(rest))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_commands_that_are_not_run_exist_and_need_a_cluster(page: Path) -> None:
    for line in not_run(page):
        found = in_pipes(line)
        asks = NEEDS_A_CLUSTER & {words[0] for words in found} or found == [[PROGRAM, "collect", "-A"]]
        assert asks, f"{line!r} can be run: show it in a console block"
        for words in found:
            if words[0] == PROGRAM:
                taken(words[1:])


@pytest.mark.parametrize(
    "words", [["--too", "cilium", "-"], ["--to", "cillium", "-"], ["check", "--to", "cilium", "--fatcs", "-"]]
)
def test_a_command_that_does_not_exist_is_found(words: list[str]) -> None:
    with pytest.raises(click.UsageError):
        taken(words)


def test_a_workflow_runs_what_its_page_has_run() -> None:
    page = GUIDES / "in-ci.md"
    run = {
        command.removeprefix("$ ").rstrip("\n")
        for block in blocks(page)
        if block.language == "console"
        for command, _ in commands(block.text)
    }
    (workflow,) = (yaml.safe_load(block.text) for block in blocks(page) if block.language == "yaml")
    steps = [step["run"] for step in workflow["jobs"]["policies"]["steps"] if "run" in step]
    ours = [step for step in steps if step.startswith(PROGRAM)]
    assert len(ours) >= 2
    assert set(ours) <= run


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_each_guide_is_in_the_index_and_leads_back(page: Path) -> None:
    assert f"]({page.name})" in INDEX.read_text(encoding="utf-8")
    assert re.search(r"^## The way back$", page.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_readme_leads_to_the_guides() -> None:
    assert "](docs/guides/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def words_page(words: dict[str, Word]) -> str:
    """``docs/words.md``: the words of ``mappings/words.yaml``, for reading."""
    lines = [
        "# Words",
        "",
        "What the words of a report stand for; `netpol-translate rule tighter` prints one.",
        "[Reading a loss](guides/reading-a-loss.md) shows them in a report.",
        "",
        "This page is written from `mappings/words.yaml` by `tests/test_guides.py`; edit the table, not the page.",
    ]
    for word, record in sorted(words.items()):
        lines += ["", f"## {word}", "", " ".join(record.meaning.split())]
    return "\n".join(lines) + "\n"


def test_the_page_of_words_is_current(request: pytest.FixtureRequest) -> None:
    right = words_page(load.words())
    if request.config.getoption("--update-golden", default=False):
        WORDS.write_text(right, encoding="utf-8")
    assert WORDS.read_text(encoding="utf-8") == right


@pytest.mark.parametrize("page", [INDEX, *PAGES], ids=lambda path: path.stem)
def test_words_that_are_linked_are_words(page: Path) -> None:
    linked = re.findall(r"\]\(\.\./words\.md#([\w-]+)\)", page.read_text(encoding="utf-8"))
    assert set(linked) <= load.words().keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_guide_defines_no_word_again(page: Path) -> None:
    """A sentence of the table stands in the table alone."""
    text = " ".join(page.read_text(encoding="utf-8").split())
    for word, record in load.words().items():
        for sentence in re.split(r"(?<=\.) ", " ".join(record.meaning.split())):
            assert len(sentence) < 40 or sentence not in text, word
