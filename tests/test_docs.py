"""The documents are true: their commands run and print what is shown, and generated pages are current.

In ``README.md`` and all pages under ``docs`` and ``samples``:

- a ``console`` block holds commands, each a line that starts with ``$ `` (``\\`` at its end continues it), and under
  each what it prints, stdout and stderr together; a line that is only ``…`` stands for any number of lines; ``$?`` is
  the exit code of the command before it;
- a ``python`` block runs; a ``text`` block right after it is what it prints.

Both run in a scratch folder that holds ``samples`` and ``examples``, with the tool of this environment. Blocks of other languages do not
run. ``pytest tests/golden tests/test_docs.py --update-golden`` writes the outputs anew, except where a ``…`` stands.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from translate.tables import load
from translate.tables.records import Code

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "samples").rglob("*.md")])
ROOT_DOCUMENTS = [
    ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
ANY = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block and where its text stands in the document."""

    language: str
    text: str
    start: int
    end: int


def blocks(document: Path) -> list[Block]:
    text = document.read_text(encoding="utf-8")
    return [Block(m[1], m[2], m.start(2), m.end(2)) for m in BLOCK.finditer(text)]


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Each command and what is shown under it."""
    lines = block.splitlines(keepends=True)
    while lines:
        command = lines.pop(0)
        assert command.startswith("$ "), f"a console block begins with a command, not with {command!r}"
        while command.endswith("\\\n"):
            command += lines.pop(0)
        shown = []
        while lines and not lines[0].startswith("$ "):
            shown.append(lines.pop(0))
        yield command, "".join(shown)


def run(arguments: list[str], folder: Path) -> tuple[str, int]:
    """What a command prints, and its exit code."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "TMPDIR", "SYSTEMROOT")}
    settings = {"PATH": path, "COLUMNS": "100", "PYTHONUTF8": "1", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        arguments,
        cwd=folder,
        env=kept | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
        encoding="utf-8",
    )
    return done.stdout, done.returncode


def matches(shown: str, printed: str) -> bool:
    """Equal line by line, with ``…`` for any lines, and no blanks at line ends (editors take them away)."""
    parts = [re.escape(part) for part in re.split(rf"^[ ]*{ANY}\n", plain(shown), flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), plain(printed)) is not None


def plain(text: str) -> str:
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder as a reader has it who stands in the root of the project, but one that may be written to."""
    for name in ("samples", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def rerun(document: Path, folder: Path) -> Iterator[tuple[Block, str, str]]:
    """Each block whose text is checked: the block, its text now, and its text as it should be."""
    before: Block | None = None
    printed = ""
    for block in blocks(document):
        if block.language == "console":
            text, status = "", 0
            for command, shown in commands(block.text):
                output, status = run(["bash", "-c", f"(exit {status})\n{command[2:]}"], folder)
                text += command + (shown if matches(shown, output) or ANY in shown else plain(output))
                assert ANY not in shown or matches(shown, output), f"{command}prints\n{output}"
            yield block, block.text, text
        if block.language == "text" and before is not None and before.language == "python":
            yield block, block.text, plain(printed)
        if block.language == "python":
            printed, status = run([sys.executable, "-c", block.text], folder)
            assert status == 0, printed
        before = block


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_shown_is_what_is_printed(document: Path, scratch: Path, request: pytest.FixtureRequest) -> None:
    found = list(rerun(document, scratch))
    if request.config.getoption("--update-golden", default=False):
        text = document.read_text(encoding="utf-8")
        for block, _, right in reversed(found):
            text = text[: block.start] + right + text[block.end :]
        document.write_text(text, encoding="utf-8")
        return
    for _, shown, right in found:
        assert shown == right


@pytest.mark.parametrize("document", sorted({*DOCUMENTS, *ROOT_DOCUMENTS}), ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


def codes_page(codes: dict[str, Code]) -> str:
    """``docs/codes.md``: the catalogue of ``mappings/codes.yaml``, for reading."""
    lines = [
        "# Codes",
        "",
        "Every loss and every refusal has a code. Codes are for ever: one that is no longer used stays here.",
        "`netpol-translate rule NPT501` prints an entry. A *loss* says what the output does otherwise, and in which",
        "direction; a *refusal* means that nothing is translated.",
        "",
        "This page is written from `mappings/codes.yaml` by `tests/test_docs.py`; edit the table, not the page.",
        "",
        "| code | name | kind | effects |",
        "|---|---|---|---|",
    ]
    for code, record in sorted(codes.items()):
        effects = ", ".join(record.effects) or "none"
        lines.append(f"| [{code}](#{code.lower()}-{record.name}) | {record.name} | {record.kind} | {effects} |")
    for code, record in sorted(codes.items()):
        meaning, example, way_out = (" ".join(x.split()) for x in (record.meaning, record.example, record.way_out))
        lines += ["", f"## {code} {record.name}", "", meaning, "", f"*Example.* {example}", "", f"*Way out.* {way_out}"]
    return "\n".join(lines) + "\n"


def test_codes_page_is_current(request: pytest.FixtureRequest) -> None:
    page = ROOT / "docs" / "codes.md"
    right = codes_page(load.codes())
    if request.config.getoption("--update-golden", default=False):
        page.write_text(right, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == right


def test_the_tour_of_the_architecture_is_true() -> None:
    """Every file that is named exists, and so does the function named beside it."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8") + (ROOT / "CONTRIBUTING.md").read_text(
        encoding="utf-8"
    )
    for path in re.findall(r"`((?:translate|tests|mappings|samples|docs)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path
    tour = re.findall(r"\| `(translate/[\w/]+\.py)` \| `(\w+)` \|", text)
    assert len(tour) >= 10
    for path, function in tour:
        assert re.search(rf"^def {function}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), (
            path,
            function,
        )


def test_every_dependency_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs" / "adr" / "0006-dependencies.md").read_text(encoding="utf-8")
    for requirement in project["dependencies"]:
        assert f"| {re.split('[><=!~ ]', requirement)[0]} |" in page, requirement


def test_the_demo_runs() -> None:
    printed, status = run([sys.executable, str(ROOT / "samples" / "demo.py")], ROOT)
    assert status == 0, printed
    assert printed.count("✔ proved") >= 3


def test_documents_name_no_private_place() -> None:
    """Documents speak of the project, not of the machine it was written on."""
    for document in {*DOCUMENTS, *ROOT_DOCUMENTS}:
        assert not re.search(r"/(work|home|tmp)/|\bshared/", document.read_text(encoding="utf-8")), document
