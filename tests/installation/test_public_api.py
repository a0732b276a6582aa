"""``netpol_translate`` is ``translate`` under another name, and as light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import netpol_translate
import translate

ROOT = Path(__file__).parents[2]


def test_it_has_the_same_names_for_the_same_objects() -> None:
    assert netpol_translate.__all__ == translate.__all__
    for name in translate.__all__:
        assert getattr(netpol_translate, name) is getattr(translate, name)
    assert netpol_translate.__version__ == translate.__version__


def test_it_has_no_other_names() -> None:
    with pytest.raises(AttributeError, match=r"^module 'netpol_translate' has no attribute 'convrt'$"):
        getattr(netpol_translate, "convrt")  # noqa: B009  a type checker knows that there is none


def test_looking_costs_no_module_that_help_does_not_need() -> None:
    """Without site, so that nothing is loaded on account of the environment."""
    slow = ("importlib.metadata", "importlib.util", "hashlib", "typing", "re", "click", "netpol_translate.diagnosis")
    code = f"import sys, netpol_translate.__main__\nprint([name for name in {slow!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
