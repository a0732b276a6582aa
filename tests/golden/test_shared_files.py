"""``share``: the manual pages and the completion that the wheel brings are what click says of the commands."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

from tests.golden.shared_files import shared_files
from tests.test_lock import LOCKS, pins
from translate.cli.main import COMMANDS

SHARE = Path(__file__).parents[2] / "share"
FILES = shared_files()
LOCKED = next(pin.version for pin in pins(LOCKS[0]) if pin.name == "click")
PAGES = [name for name in FILES if name.startswith("man/")]


@pytest.mark.parametrize("name", FILES)
def test_what_is_shared_is_what_click_says(name: str, golden) -> None:
    if name not in PAGES and Version(version("click")) != LOCKED:
        pytest.skip("other releases of click write completion otherwise")
    (SHARE / name).parent.mkdir(parents=True, exist_ok=True)
    golden(SHARE / name, FILES[name])


def test_nothing_else_is_shared() -> None:
    found = {path.relative_to(SHARE).as_posix() for path in SHARE.rglob("*") if path.is_file()}
    assert {name for name in found if not name.endswith(".actual")} == set(FILES)


def test_every_command_has_a_page_and_stands_in_the_first() -> None:
    assert ["man/man1/netpol-translate.1", *(f"man/man1/netpol-translate-{name}.1" for name in COMMANDS)] == PAGES
    for name in COMMANDS:
        assert f".TP\n\\fB{name}\\fR\n" in FILES[PAGES[0]]


def test_a_page_tells_every_option_and_exit_code() -> None:
    page = FILES["man/man1/netpol-translate-convert.1"]
    assert re.search(r"^\\fB\\-\\-on\\-loss \[tighten\|loosen\|stop\]\\fR\n.* can(not)? say", page, re.MULTILINE)
    assert re.findall(r"^\.SH (.+)$", page, re.MULTILINE) == [
        *("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "SEE ALSO")
    ]
    status = page.partition(".SH EXIT STATUS")[2]
    assert re.findall(r"^\\fB(\d)\\fR$", status, re.MULTILINE) == ["0", "1", "2", "3"]


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_one_that_groff_takes_without_a_warning(name: str) -> None:
    command = ["groff", "-man", "-Tutf8", "-ww", "-Kutf8", "-P-cbou"]
    done = subprocess.run(command, input=FILES[name], capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    assert "\nNAME\n" in done.stdout


def test_bash_takes_the_completion() -> None:
    text = FILES["bash-completion/completions/netpol-translate"]
    done = subprocess.run(["bash", "-n"], input=text, capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
