"""Work of one run that several processes do at once: how many there may be is set where a verb begins, like an
allowance, and asked where there is much to do.

Each of them is a copy of this process at the moment when the work begins, so nothing is sent to it; what it finds is
sent back. Copies are only made where that is known to be safe: on systems that fork without reserve, and while there is
no other thread.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

T = TypeVar("T")
_BYTES, MOST_TURNS = 4, 1_000
_JOBS: ContextVar[int] = ContextVar("jobs", default=1)


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def at_most(jobs: int) -> Iterator[None]:
    """A run of which so many processes may work at once; within another one that one's number holds."""
    with nullcontext() if _JOBS.get() > 1 else _with(jobs):
        yield


@contextmanager
def _with(jobs: int) -> Iterator[None]:
    token = _JOBS.set(max(jobs, 1))
    try:
        yield
    finally:
        _JOBS.reset(token)


def workers() -> int:
    """How many processes may work at once, this one among them; 1 where it cannot be copied."""
    jobs = _JOBS.get()
    if jobs == 1 or not hasattr(os, "fork") or sys.platform == "darwin" or threading.active_count() > 1:
        return 1
    return jobs


def shares(sizes: Sequence[int], count: int) -> list[range]:
    """The numbers of some things, in ``count`` runs of about equal size; none of the runs is empty."""
    total, bounds, taken = sum(sizes), [0], 0
    for number, size in enumerate(sizes):
        if taken * count >= total * len(bounds) and number > bounds[-1]:
            bounds.append(number)
        taken += size
    return [range(*pair) for pair in pairwise([*bounds, len(sizes)])]


class Turns:
    """The numbers below ``count``, each of which goes to one of several processes: to the first that asks for another.

    A pipe holds them, from which each process that has it takes the next one; it surely holds ``MOST_TURNS``. Where no
    pipe can be opened, all of them are this process's. Raises ValueError for more.
    """

    def __init__(self, count: int) -> None:
        if count > MOST_TURNS:
            raise ValueError(f"there are at most {MOST_TURNS} turns, not {count}")
        self._numbers: int | None = None
        self._mine, self._owner = iter(range(count)), os.getpid()
        try:
            self._numbers, end = os.pipe()
        except OSError:
            return
        try:
            os.write(end, b"".join(number.to_bytes(_BYTES, "little") for number in range(count)))
        finally:
            os.close(end)

    def __iter__(self) -> Iterator[int]:
        if self._numbers is None:
            yield from self._mine if os.getpid() == self._owner else ()
            return
        while number := os.read(self._numbers, _BYTES):
            yield int.from_bytes(number, "little")

    def __enter__(self) -> Turns:
        return self

    def __exit__(self, *_: object) -> None:
        if self._numbers is not None:
            os.close(self._numbers)


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each of some works comes to: the first is done by this process, each of the others by one of its own.

    What a process does not tell, because it cannot be made, was killed or its work raises something, is worked out here
    after all: so nothing is lost, and whatever is raised is raised here.
    """
    helpers: list[_Helper] = []
    try:
        for work in works[1:]:
            helper = _begun(work, [helper.connection for helper in helpers])
            if helper is None:
                break
            helpers.append(helper)
        with _with(workers() - len(helpers)):
            found = [works[0]()]
        for work, helper in zip_longest(works[1:], helpers):
            told = helper.told() if helper is not None else None
            found.append(work() if told is None else told[0])
        return found
    finally:
        for helper in helpers:
            helper.end()


class _Helper(Struct, frozen=True):
    """A copy of this process, and what it is heard by."""

    process: BaseProcess
    connection: Connection[Any, Any]

    def told(self) -> tuple[Any] | None:
        """What it found; None if nothing comes."""
        try:
            found: tuple[Any] = self.connection.recv()
        except (EOFError, OSError):
            return None
        return found

    def end(self) -> None:
        """Stop it, whatever it does."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _begun(work: Callable[[], Any], others: Sequence[Connection[Any, Any]]) -> _Helper | None:
    """A process that does a work; None where the system has no room for another process, or for what it is heard by."""
    from multiprocessing import get_context  # only where there is much to do

    context = get_context("fork")
    try:
        mine, its = context.Pipe(duplex=False)
    except OSError:
        return None
    process = context.Process(target=_tell, args=(its, work, [mine, *others]), daemon=True)
    return _Helper(process, mine) if begins(process, mine, its) else None


def begins(process: BaseProcess, mine: Connection[Any, Any], its: Connection[Any, Any]) -> bool:
    """Begin a process that is heard by ``mine`` and has the other end; whether the system has room for it."""
    try:
        with _signals_held():
            process.start()
    except OSError:
        mine.close()
        return False
    finally:
        its.close()
    return True


def _tell(connection: Connection[Any, Any], work: Callable[[], Any], copied: Sequence[Connection[Any, Any]]) -> None:
    """Send what a work comes to, or nothing: whatever goes wrong here is told where the work is done again.

    ``copied``: what this process must not hold, or it would wait for ever to be heard by one that was killed.
    """
    serve_parent()
    for other in copied:
        other.close()
    gc.freeze()  # what there is stays: looking at it would copy it
    _JOBS.set(1)
    try:
        connection.send((work(),))
    except Exception:
        connection.close()


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let what asks to stop wait until the block has ended; a process that begins in it lets it wait, too."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _stopping())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve_parent() -> None:
    """Leave Ctrl-C to the process that began this one in ``_signals_held``, and end soon after it has gone."""
    from multiprocessing import parent_process

    for one in _stopping():
        signal.signal(one, signal.SIG_IGN if one is signal.SIGINT else signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _stopping())
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    try:
        threading.Thread(target=watch, daemon=True).start()
    except RuntimeError:  # there is no room for it: then this process goes on to the end of its work
        return


def _stopping() -> tuple[signal.Signals, ...]:
    """The signals that ask a process to stop."""
    return tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
