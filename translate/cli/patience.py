"""A line that says that work goes on: on a terminal, after a second, gone when the work is done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from translate.cli.reporting import Reports

FIRST, EVERY = 1.0, 0.5
CLEAR = "\r\x1b[K"


@contextmanager
def patience(
    told: Reports, what: str | Callable[[], str], *, first: float = FIRST, every: float = EVERY
) -> Iterator[None]:
    """Say ``what`` is being done, now if it is asked for, and for how long, while the block runs; nothing where
    nobody watches.

    ``first``, ``every``: seconds until it is said, and between two times that it is.
    """
    if not told.err.wraps or told.quiet:
        yield
        return
    done = threading.Event()
    writer = threading.Thread(target=_write, args=(told, what, done, (first, every)), daemon=True)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def _write(told: Reports, what: str | Callable[[], str], done: threading.Event, waits: tuple[float, float]) -> None:
    stream, shown, began = told.err.stream, False, time.monotonic()
    wait, every = waits
    while not done.wait(wait):
        seconds = int(time.monotonic() - began)
        text = what if isinstance(what, str) else what()
        stream.write(f"{CLEAR}{text} ({seconds} s)"[: told.err.width + len(CLEAR) - 1])
        stream.flush()
        shown, wait = True, every
    if shown:
        stream.write(CLEAR)
        stream.flush()


def counted(files: int) -> str:
    """So many files."""
    return f"{files} file{'s' * (files != 1)}"
