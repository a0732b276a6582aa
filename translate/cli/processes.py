"""Work on many things by several processes: nothing is lost when one is killed, and nothing is told twice."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeAlias, TypeVar

from translate.core.several import begins, serve_parent

T = TypeVar("T")
R = TypeVar("R")
TRIES = 2
KILLED = "the process that worked on it was killed, and so was a second one"
ALONE = "the process that worked on it was killed, and there is no room for a second one"
Done: TypeAlias = tuple[int, R | None, str]
"""Which of the tasks, what came of it, and where nothing did, why."""


@dataclass(slots=True)
class _Worker:
    """A process, and the task that it works on."""

    process: BaseProcess
    connection: Connection[Any, Any]
    number: int = -1

    def end(self) -> None:
        """Stop it, whatever it does."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def by_processes(work: Callable[[T], R], tasks: Sequence[T], jobs: int) -> Iterator[Done[R]]:
    """Each task with what ``work`` makes of it, as they come, by at most ``jobs`` processes.

    A task whose process is killed is done again once. One job is done by this very process, and so is what is left
    where the system has no room for another one.
    """
    if min(jobs, len(tasks)) <= 1:
        yield from ((number, work(task), "") for number, task in enumerate(tasks))
        return
    waiting = deque(enumerate(tasks))
    tried = [0] * len(tasks)
    workers: list[_Worker] = []
    try:
        while waiting or workers:
            while waiting and len(workers) < jobs:
                begun = _begun(work, *waiting[0])
                if begun is None:
                    jobs = len(workers)  # no more than there are can be had
                    break
                workers.append(begun)
                waiting.popleft()
            if not workers:
                number, task = waiting.popleft()
                yield (number, None, ALONE) if tried[number] else (number, work(task), "")
                continue
            ready = wait([one.connection for one in workers])
            for one in [one for one in workers if one.connection in ready]:
                number = one.number
                try:
                    found = one.connection.recv()
                except (EOFError, OSError):
                    workers.remove(one)
                    one.end()
                    tried[number] += 1
                    if tried[number] < TRIES:
                        waiting.appendleft((number, tasks[number]))
                    else:
                        yield number, None, KILLED
                    continue
                if not (waiting and _sent(one, *waiting[0])):
                    workers.remove(one)
                    one.end()
                else:
                    waiting.popleft()
                yield number, found, ""
    finally:
        for one in workers:
            one.end()


def _begun(work: Callable[[T], R], number: int, task: T) -> _Worker | None:
    """A process that works on a task, with none of what this one has open or holds; None where none can be had."""
    context = get_context("spawn")
    try:
        _begin_tracker()
        mine, its = context.Pipe()
    except OSError:
        return None
    process = context.Process(target=_serve, args=(its, work), daemon=True)
    if not begins(process, mine, its):
        return None
    found = _Worker(process, mine)
    _sent(found, number, task)
    return found


def _sent(worker: _Worker, number: int, task: Any) -> bool:
    """Give a task to a worker that has none; whether it can be told at all."""
    worker.number = number
    try:
        worker.connection.send(task)
    except OSError:
        return False
    return True


def _begin_tracker() -> None:
    """Begin what watches over such processes, before any of them: it lets signals through once it has begun."""
    if os.name == "posix":
        from multiprocessing import resource_tracker  # there is none elsewhere

        resource_tracker.ensure_running()


def _serve(connection: Connection[Any, Any], work: Callable[[Any], Any]) -> None:
    """Work on one task after the other until nobody gives more, or hears."""
    serve_parent()
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        found = work(task)
        try:
            connection.send(found)
        except OSError:
            return
