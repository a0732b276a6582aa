"""What a run may take of the machine: CPU time and memory, looked at while proofs go on. Steps are counted apart.

It holds for a whole verb, whatever proofs that makes: like the context of ``decimal`` it is set where a verb begins,
and asked where work is done.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

MAX_SECONDS = 60
"""So many seconds of CPU a run may take before its proofs end, if nothing else is said."""
MAX_MEMORY = 2048
"""So many MiB it may take more than there were when it began."""
MIB = 1 << 20
PAGES = Path("/proc/self/statm")


class Spent(Struct, frozen=True):
    """What has run out, and what allows more of it."""

    what: str
    option: str


class Allowance(Struct, frozen=True):
    """Until when a run may compute, by the clock of its thread, and up to what memory of the process."""

    seconds: float
    memory: int
    until: float
    most: int | None

    def spent(self) -> Spent | None:
        """What has run out, if anything has."""
        if time.thread_time() > self.until:
            return Spent(f"{self.seconds:g} s of CPU", "--max-seconds")
        taken = memory_taken() if self.most is not None else None
        if taken is not None and self.most is not None and taken > self.most:
            return Spent(f"{self.memory} MiB of memory", "--max-memory")
        return None


_CURRENT: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


def current() -> Allowance | None:
    """The allowance of the run that asks; None outside of any."""
    return _CURRENT.get()


@contextmanager
def allowed(seconds: float, memory: int) -> Iterator[None]:
    """A run that may take so much; within another one that one's allowance holds."""
    if _CURRENT.get() is not None:
        yield
        return
    taken = memory_taken()
    most = None if taken is None else taken + memory * MIB
    token = _CURRENT.set(Allowance(seconds, memory, time.thread_time() + seconds, most))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def left_over() -> float | None:
    """The seconds of CPU that are left of the allowance of the run that asks; None outside of any."""
    allowance = current()
    return None if allowance is None else allowance.until - time.thread_time()


@contextmanager
def resumed(seconds: float | None) -> Iterator[None]:
    """The same run in another process, by the clock of that: so many seconds are left of its allowance."""
    allowance = current()
    if allowance is None or seconds is None:
        yield
        return
    token = _CURRENT.set(replace(allowance, until=time.thread_time() + seconds))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def memory_taken() -> int | None:
    """The bytes of the process that are in memory; where the system does not tell, the most that there ever were, and
    None where it does not tell that either.
    """
    try:
        import resource  # not on Windows
    except ImportError:
        return None
    try:
        return int(PAGES.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS, which has no such file
