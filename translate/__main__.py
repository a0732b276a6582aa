"""The console script: answers what it can before anything heavy is imported."""

# The line below tells `netpol_translate` whose file this is, before it is run.
# distribution: netpol-translate

from __future__ import annotations

import atexit
import gc
import os
import sys

TROUBLE = 2


def main() -> None:
    """Run the command line, with what was registered for the end, and end the process with its code."""
    gc.disable()  # one command, then the process ends: looking for cycles costs a tenth of the time and frees nothing
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    try:
        code = _run(sys.argv[1:])
        atexit._run_exitfuncs()
        if sys.stdout is not None:
            sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = TROUBLE  # the reader went away (head, less): not our trouble, but not all was said either
    except OSError as error:
        code = TROUBLE
        _say(f"stdout: error: cannot be written: {error.strerror}\n")
    # At once: to take apart what the process holds costs a sixth of a short run, and streams that failed are not tried
    # again.
    os._exit(code)


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
