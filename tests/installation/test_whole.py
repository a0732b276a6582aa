"""What counts as ours and whole, told from files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netpol_translate.installation import damaged
from tests.installation import standin

INIT, MAIN, READ = "translate/__init__.py", "translate/__main__.py", "translate/yamlio/read.py"


def test_what_was_installed_is_whole(site: Path) -> None:
    assert damaged(site.as_posix()) == ()


def test_a_checkout_is_whole_though_nobody_listed_its_files(checkout: Path) -> None:
    (checkout / READ).write_text("# being edited\n", encoding="utf-8")
    assert damaged(checkout.as_posix()) == ()


@pytest.mark.parametrize("name", [INIT, MAIN, READ, "translate/cli/help.txt", "translate/py.typed"])
def test_each_file_that_is_missing_is_found(site: Path, name: str) -> None:
    (site / name).unlink()
    assert damaged(site.as_posix()) == (name,)


@pytest.mark.parametrize("name", [INIT, READ, "translate/cli/help.txt"])
def test_each_file_of_another_size_is_found(site: Path, name: str) -> None:
    with (site / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert damaged(site.as_posix()) == (name,)


@pytest.mark.parametrize("name", [INIT, MAIN])
def test_a_foreign_file_of_the_same_size_is_found(site: Path, name: str) -> None:
    """Sizes may agree by chance; these two are what every package has, so they carry a mark."""
    text = (site / name).read_text(encoding="utf-8")
    (site / name).write_text(re.sub(r"\w", "x", text), encoding="utf-8")
    assert damaged(site.as_posix()) == (name,)


@pytest.mark.parametrize("name", [INIT, MAIN])
def test_in_a_checkout_the_mark_decides(checkout: Path, name: str) -> None:
    (checkout / name).write_text("# somebody else's\n", encoding="utf-8")
    assert damaged(checkout.as_posix()) == (name,)


def test_another_distribution_before_ours_does_no_harm(site: Path, tmp_path: Path) -> None:
    """Installed later, ours replaces its files; those that only it has stay, and none of ours imports them."""
    ours = {name: (site / name).read_bytes() for name in (INIT, MAIN)}
    standin.unpack(standin.wheel(tmp_path), site)
    assert damaged(site.as_posix()) == (INIT, MAIN)
    for name, text in ours.items():
        (site / name).write_bytes(text)
    assert damaged(site.as_posix()) == ()


def test_an_upgrade_that_left_the_old_list_behind_is_whole(site: Path) -> None:
    old = site / "netpol_translate-0.0.9.dist-info"
    old.mkdir()
    (old / "RECORD").write_text("translate/gone.py,sha256=unread,7\n", encoding="utf-8")
    (site / "netpol_translate-0.0.8.dist-info").mkdir()
    assert damaged(site.as_posix()) == ()
