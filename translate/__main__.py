"""The console script: answers what it can before anything heavy is imported."""

from __future__ import annotations

import os
import sys

TROUBLE = 2


def main() -> None:
    """Run the command line and exit with its code."""
    _open_what_is_closed()
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        code = _unheard()
    except OSError as error:
        code = TROUBLE
        sys.stderr.write(f"stdout: error: cannot be written: {error.strerror}\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        from translate import __version__

        print(f"netpol-translate {__version__}")
        return 0
    from translate.cli.main import run

    return run(arguments)


def _open_what_is_closed() -> None:
    """A stream that the caller has closed is None in Python; nothing is there to read, and what is said goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _unheard() -> int:
    """The reader went away (head, less): not our trouble, but not all was said either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return TROUBLE


if __name__ == "__main__":
    main()
