"""Options of the test run."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--run-packaging``: build and install the wheel as well."""
    parser.addoption("--run-packaging", action="store_true", help="build the wheel and install it apart")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the packaging tests out unless they are asked for."""
    if config.getoption("--run-packaging"):
        return
    skip = pytest.mark.skip(reason="builds a wheel: run with --run-packaging (make package)")
    for item in items:
        if item.get_closest_marker("packaging"):
            item.add_marker(skip)
