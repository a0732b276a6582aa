"""An attribute of a class whose value stands in a module that few runs need: it is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _Deferred:
    """Asks a module for a value, each time; the interpreter keeps the module."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return getattr(import_module(self._module), self._name)


def deferred(module: str, name: str) -> Any:
    """What ``name`` is in ``module``, as the value of an attribute of a class. Raises ImportError where it is read."""
    return _Deferred(module, name)
