"""The same work by a Dask cluster: its scheduler gives the work of a worker that is gone to another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, TypeVar
from uuid import uuid4

from translate.cli.processes import Done
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin

T = TypeVar("T")
R = TypeVar("R")
EXTRA = 'a scheduler of Dask needs an extra: pip install "netpol-translate[fleet]"'
SECONDS = 10
"""So long the scheduler, and a first worker of it, may take to answer."""


def by_dask(work: Callable[[T], R], tasks: Sequence[T], address: str) -> Iterator[Done[R]]:
    """Each task with what ``work`` makes of it, as they come, by the workers of the scheduler at ``address``.

    Raises InputError where the extra is not installed, or nobody answers.
    """
    distributed = _installed()
    with _connected(distributed, address) as client, client.as_current():
        run = uuid4().hex  # equal tasks of two runs are two tasks
        futures = {
            client.submit(work, task, key=f"netpol-translate-{run}-{number}", pure=False): number
            for number, task in enumerate(tasks)
        }
        for future in distributed.as_completed(list(futures)):
            number = futures.pop(future)
            error: Any = future.exception() if future.status == "error" else None
            if future.status == "finished":
                yield number, future.result(), ""
            else:
                why = f"{type(error).__name__}: {error!s:.200}" if error is not None else "it is gone"
                yield number, None, f"the scheduler gave it up: {why}"
            future.release()


def _installed() -> Any:
    """The library, whose types say little. Raises InputError."""
    try:
        return import_module("distributed")
    except ImportError:
        raise _trouble("--scheduler", EXTRA) from None


def _connected(distributed: Any, address: str) -> Any:
    """A client of a scheduler that has a worker. Raises InputError."""
    try:
        client = distributed.Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _trouble(address, f"no scheduler answers: {error!s:.200}") from None
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError:
        client.close()
        raise _trouble(address, "the scheduler has no workers") from None
    return client


def _trouble(place: str, message: str) -> InputError:
    return InputError([Problem(message=message, origin=Origin(place))])
