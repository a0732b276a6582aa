"""Folders with all that is below them: what cannot be read is told, and nothing is left out in silence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {0}, namespace: shop}}\nspec: {{podSelector: {{matchLabels: {{app: {0}}}}}}}\n"
COMMANDS = [("verify", "-R", "all", "np.yaml"), ("check", "-R", "all"), ("--to", "calico", "-R", "all")]


@pytest.fixture
def all_of_it(folder: Path) -> Path:
    """A folder with one policy, and the same policy beside it."""
    (folder / "all" / "below").mkdir(parents=True)
    for place in ("np.yaml", "all/np.yaml"):
        (folder / place).write_text(POLICY.format("np"))
    return folder / "all"


def too_deep(folder: Path) -> str:
    """Make folders below ``folder`` until no path can name the last; the first that cannot be read by its path."""
    here = os.open(folder, os.O_RDONLY)
    name, path, unread = "n" * 200, str(folder), ""
    for _ in range(25):
        os.mkdir(name, dir_fd=here)
        deeper = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here, path = deeper, f"{path}/{name}"
        unread = unread or (path if len(path) >= os.pathconf("/", "PC_PATH_MAX") else "")
    os.close(here)
    return unread


@pytest.mark.skipif(os.name != "posix", reason="makes folders that no path can name")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one[0])
def test_a_folder_below_that_cannot_be_read_is_told(run, all_of_it: Path, command: tuple[str, ...]) -> None:
    unread = too_deep(Path("all", "below"))
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert f"{unread}: error: cannot be read: File name too long" in err.splitlines()


@pytest.mark.skipif(os.name != "posix", reason="makes folders that no path can name")
@pytest.mark.parametrize("what", [("--to", "calico"), ("--after", "after")], ids=lambda one: one[0])
def test_a_folder_of_a_cluster_that_cannot_be_read_is_told(run, all_of_it: Path, what: tuple[str, ...]) -> None:
    (all_of_it.parent / "after" / "all").mkdir(parents=True)
    (all_of_it.parent / "after" / "all" / "np.yaml").write_text(POLICY.format("np"))
    too_deep(all_of_it / "below")
    code, out, _ = run("fleet", "-R", "all", *what, "-j", "1")
    assert code == 2
    assert "cannot be read: File name too long" in out


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one[0])
def test_a_folder_below_without_permission_is_told(run, all_of_it: Path, command: tuple[str, ...]) -> None:
    (all_of_it / "below").chmod(0)
    if os.access(all_of_it / "below", os.R_OK):
        pytest.skip("whoever runs this may read everything")
    code, out, err = run(*command)
    (all_of_it / "below").chmod(0o700)
    assert (code, out) == (2, "")
    assert "all/below: error: cannot be read: Permission denied" in err.splitlines()


def test_a_folder_that_a_link_names_is_read(run, all_of_it: Path) -> None:
    (all_of_it.parent / "elsewhere").mkdir()
    (all_of_it.parent / "elsewhere" / "other.yaml").write_text(POLICY.format("other"))
    (all_of_it / "below" / "link").symlink_to("../../elsewhere")
    assert run("verify", "-R", "all", "np.yaml").code == 1
    assert "name: other" in run("--to", "calico", "-R", "all").out


def test_each_folder_is_read_once_wherever_links_lead(run, all_of_it: Path) -> None:
    (all_of_it / "below" / "other.yaml").write_text(POLICY.format("other"))
    (all_of_it / "a-link").symlink_to("below")
    (all_of_it / "below" / "up").symlink_to("..")
    (all_of_it / "below" / "itself").symlink_to(".")
    code, out, err = run("--to", "calico", "-R", "all", "--stamp", "comment")
    assert (code, out.count("kind: NetworkPolicy\n"), "below/other.yaml" in out) == (0, 2, True), err
