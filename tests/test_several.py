"""Work that several processes do at once: all of it is done, once, whatever becomes of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.core.several import MOST_TURNS, Turns, at_most, at_once, shares, workers

copied = pytest.mark.skipif(
    not hasattr(os, "fork") or sys.platform == "darwin", reason="this system does not copy processes"
)
HERE = os.getpid()


def where(number: int) -> tuple[int, bool]:
    return number, os.getpid() == HERE


def killed_elsewhere() -> str:
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done here"


def failing() -> str:
    raise ValueError("no")


def unspeakable() -> Callable[[], int]:
    return lambda: 1


@copied
def test_the_first_is_done_here_and_each_other_by_a_process_of_its_own() -> None:
    assert at_once([partial(where, number) for number in range(3)]) == [(0, True), (1, False), (2, False)]


@copied
def test_what_a_killed_process_was_to_do_is_done_here() -> None:
    works: list[Callable[[], str]] = [partial(str, 1), killed_elsewhere, partial(str, 3)]
    assert at_once(works) == ["1", "done here", "3"]


@copied
@pytest.mark.parametrize("works", [(failing, partial(str, 1)), (partial(str, 1), failing)])
def test_what_a_work_raises_is_raised_here(works: tuple[Callable[[], str], ...]) -> None:
    with pytest.raises(ValueError, match="no"):
        at_once(works)


ORPHAN = """
import os, signal, sys, time
from translate.core.several import at_once

def left_alone():
    print(os.getpid(), flush=True)
    time.sleep(0.3)
    return "x" * 1_000_000

at_once([lambda: (time.sleep(0.1), os.kill(os.getpid(), signal.SIGKILL)), left_alone])
"""


@copied
def test_nobody_waits_to_be_heard_by_a_process_that_was_killed() -> None:
    found = subprocess.run([sys.executable, "-c", ORPHAN], capture_output=True, text=True, timeout=30, check=False)
    assert (found.returncode, found.stderr) == (-signal.SIGKILL, "")
    assert found.stdout.strip().isdecimal()  # and its end is ours: else this would still wait for what it holds open


ABANDONED = """
import os, signal, time
from translate.core.several import at_once

def busy():
    os.write(1, b"begun\\n")  # at once: several write
    until = time.monotonic() + 60
    while time.monotonic() < until:
        pass

def killed():
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)

at_once([killed, busy, busy])
"""


@copied
def test_processes_end_soon_after_the_one_they_work_for() -> None:
    found = subprocess.run([sys.executable, "-c", ABANDONED], capture_output=True, text=True, timeout=20, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (-signal.SIGKILL, "begun\n" * 2, "")


@copied
def test_what_cannot_be_sent_is_found_here() -> None:
    (_, found) = at_once([unspeakable, unspeakable])
    assert found() == 1


@copied
def test_a_process_that_helps_has_no_help() -> None:
    with at_most(3):
        assert workers() == 3
        assert at_once([workers, workers]) == [2, 1]
        assert workers() == 3
    assert workers() == 1


@copied
def test_the_run_around_says_how_many() -> None:
    with at_most(2), at_most(5):
        assert workers() == 2


@copied
def test_a_process_with_threads_is_not_copied() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with at_most(2):
            assert workers() == 1
    finally:
        done.set()
        thread.join()


@copied
def test_each_number_goes_to_one_process() -> None:
    with Turns(100) as turns:
        works: list[Callable[[], list[int]]] = [partial(list, turns)] * 3
        found = at_once(works)
    assert sorted(number for numbers in found for number in numbers) == list(range(100))


FULL = """
import multiprocessing, os, resource, sys
from multiprocessing import connection, popen_fork
from functools import partial
from translate.core.several import Turns, at_once

here, kept = os.getpid(), []

def no_pipe():
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 64))
    try:
        while True:
            kept.append(os.dup(0))
    except OSError:
        pass

def no_room_for_one_more():
    no_pipe()
    for _ in range(int(sys.argv[2])):
        os.close(kept.pop())

def no_process():
    if os.geteuid() == 0:  # who may do everything may have any number
        os.setuid(65534)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))

globals()[sys.argv[1]]()
with Turns(5) as turns:
    print(at_once([lambda: ("a", os.getpid() == here), lambda: ("b", os.getpid() == here), lambda: list(turns)]))
"""


@copied
@pytest.mark.parametrize(
    "what", [("no_pipe",), *(("no_room_for_one_more", str(n)) for n in range(1, 9)), ("no_process",)], ids=str
)
def test_where_no_process_can_be_had_all_is_done_here(what: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, *what], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.replace("False", "True") == "[('a', True), ('b', True), [0, 1, 2, 3, 4]]\n"
    if what[0] != "no_room_for_one_more":
        assert "False" not in done.stdout


@copied
def test_there_are_no_more_turns_than_a_pipe_surely_holds() -> None:
    with Turns(MOST_TURNS) as turns:
        assert list(turns) == list(range(MOST_TURNS))
    with pytest.raises(ValueError, match="at most 1000 turns, not 1001"):
        Turns(MOST_TURNS + 1)


@given(st.lists(st.integers(1, 50), min_size=1), st.integers(1, 9))
def test_shares_are_all_that_there_is_in_its_order(sizes: list[int], count: int) -> None:
    found = shares(sizes, count)
    assert [number for share in found for number in share] == list(range(len(sizes)))
    assert all(found)
    assert len(found) <= count
    assert all(sum(sizes[number] for number in share) <= sum(sizes) / count + max(sizes) for share in found)
