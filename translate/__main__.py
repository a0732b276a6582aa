"""The console script: answers what it can before anything heavy is imported."""

# The line below tells `netpol_translate` whose file this is, before it is run.
# distribution: netpol-translate

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import time

TROUBLE = 2
AT_ONCE = 1.0
"""So many seconds after the first one a second Ctrl-C no longer waits for anything."""
CLOSED = "it is closed"
TYPE_CHECKING = False  # type checkers take it for true; `typing` is slow to load
if TYPE_CHECKING:
    from typing import TextIO


class Stopped(BaseException):
    """Somebody asked this process to stop: what it has begun is undone on the way out."""


class _Stopper:
    """Raises Stopped at the first signal, and lets no other one disturb what is undone then."""

    def __init__(self) -> None:
        self.said = ""
        self._first = 0.0

    def __call__(self, number: int, _: object) -> None:
        now = time.monotonic()
        if not self.said:
            self.said, self._first = "interrupted" if number == signal.SIGINT else "terminated", now
            raise Stopped(self.said)
        if now - self._first > AT_ONCE:
            os._exit(TROUBLE)


def main() -> None:
    """Run the command line, with what was registered for the end, and end the process with its code."""
    gc.disable()  # one command, then the process ends: looking for cycles costs a tenth of the time and frees nothing
    stopper = _Stopper()
    try:
        _stop_by(stopper)
        sys.unraisablehook = _unraisable
        code = _ended()
        _stop_by(signal.SIG_IGN)
    except BaseException:  # a class that is being made turns Stopped into an error of its own
        if not stopper.said:
            raise
    if stopper.said:
        code = TROUBLE
        _say(f"netpol-translate: {stopper.said}\n")
        atexit._run_exitfuncs()
    # At once: to take apart what the process holds costs a sixth of a short run, and streams that failed are not tried
    # again.
    os._exit(code)


def _unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    """Say what Python could not raise, but for Stopped: that is told at the end."""
    if not isinstance(unraisable.exc_value, Stopped):
        sys.__unraisablehook__(unraisable)


def _stop_by(handler: _Stopper | signal.Handlers) -> None:
    """Let signals that ask to stop do that; those that whoever began this process wants to be ignored stay so."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _ended() -> int:
    """The exit code of the command line, once all is said that can be said."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    is_closed = sys.stdout is None
    if is_closed:
        sys.stdout = _closed()
    try:
        code = _run(sys.argv[1:])
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        return TROUBLE  # the reader went away (head, less): not our trouble, but not all was said either
    except MemoryError:  # already as it begins
        _say("netpol-translate: error: there is not enough memory\n")
        return TROUBLE
    except OSError as error:
        why = CLOSED if is_closed else error.strerror
        _say(f"stdout: error: cannot be written: {why}\n")
        return TROUBLE
    return code


def _closed() -> TextIO:
    """In place of a stdout that is closed: what fails as soon as anything is written to it."""
    return open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")


def _say(line: str) -> None:
    """Write a line to stderr, if that can be written."""
    try:
        sys.stderr.write(line)
        sys.stderr.flush()
    except OSError:
        pass


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        from translate import __version__

        print(f"netpol-translate {__version__}")
        return 0
    if arguments in ([], ["-h"], ["--help"]) and "_NETPOL_TRANSLATE_COMPLETE" not in os.environ:
        # What click would print, kept beside the commands: a test compares the two.
        with open(os.path.join(os.path.dirname(__file__), "cli", "help.txt"), encoding="utf-8") as text:
            sys.stdout.write(text.read())
        return 0
    from translate.cli.main import run

    return run(arguments)


if __name__ == "__main__":
    main()
