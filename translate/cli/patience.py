"""A line that says that work goes on: on a terminal, after a second, gone when the work is done."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from translate.cli.reporting import Reports

FIRST, EVERY = 1.0, 0.5
AT_ONCE = 1e-6  # no time at all would be never
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
    stream, shown, began = told.err.stream, False, time.monotonic()

    def say() -> None:
        nonlocal shown
        seconds = int(time.monotonic() - began)
        text = what if isinstance(what, str) else what()
        stream.write(f"{CLEAR}{text} ({seconds} s)"[: told.err.width + len(CLEAR) - 1])
        stream.flush()
        shown = True

    try:
        with _now_and_then(say, first, every):
            yield
    finally:
        if shown:
            stream.write(CLEAR)
            stream.flush()


@contextmanager
def _now_and_then(say: Callable[[], None], first: float, every: float) -> Iterator[None]:
    """Say it while the block runs: on a signal where there is one, as a process with threads is not copied."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        with _by_a_thread(say, first, every):
            yield
        return
    before = signal.signal(signal.SIGALRM, lambda *_: say())
    signal.setitimer(signal.ITIMER_REAL, max(first, AT_ONCE), every)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _by_a_thread(say: Callable[[], None], first: float, every: float) -> Iterator[None]:
    done = threading.Event()

    def write() -> None:
        wait = first
        while not done.wait(wait):
            say()
            wait = every

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def counted(files: int) -> str:
    """So many files."""
    return f"{files} file{'s' * (files != 1)}"
