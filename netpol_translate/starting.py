"""Whether the process is our command, and what Ctrl-C does while that is loaded: one line, no traceback."""

from __future__ import annotations

import os
import signal

TROUBLE = 2
COMMANDS = ("netpol-translate", "kubectl-netpol_translate", "kubectl_complete-netpol_translate")
LINE = b"netpol-translate: interrupted\n"


def is_command(argv: list[str], orig_argv: list[str]) -> bool:
    """Whether the process is our command, not a program that uses us: by ``sys.argv`` and ``sys.orig_argv``."""
    script = os.path.basename(argv[0]) if argv else ""
    if script == "-m":  # so it is called while Python looks for the module to run
        return any(word.endswith("netpol_translate") for word in orig_argv)
    return script.startswith(COMMANDS)  # .exe on Windows


def stop_quietly() -> None:
    """End the process at the next Ctrl-C, unless somebody has settled already what becomes of it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


def _stop(*_: object) -> None:
    try:
        os.write(2, LINE)
    finally:
        os._exit(TROUBLE)
