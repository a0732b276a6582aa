"""``pytest --update-golden`` writes the goldens instead of comparing with them; then read the diff."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with a file, byte by byte; on a mismatch the text is left beside it as ``.actual``."""
    update = request.config.getoption("--update-golden", default=False)

    def compare(path: Path, text: str) -> None:
        actual = path.with_name(path.name + ".actual")
        if update:
            path.write_text(text, encoding="utf-8", newline="\n")
        if path.is_file() and path.read_bytes() == text.encode():
            actual.unlink(missing_ok=True)
            return
        actual.write_text(text, encoding="utf-8", newline="\n")
        pytest.fail(f"{path} differs from {actual.name}; pytest tests/golden --update-golden takes it over")

    return compare
