"""What whole processes cost: seconds of the command as people start it, beside a yardstick of the same run."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
"""So often each command is run at least, in turn with the others, so that noise meets all alike."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds of several runs."""

    times: tuple[float, ...]

    @property
    def median(self) -> float:
        """The one in the middle."""
        return statistics.median(self.times)

    @property
    def width(self) -> float:
        """From the least to the most, as a part of the median."""
        return (max(self.times) - min(self.times)) / self.median


def side_by_side(
    commands: Mapping[str, Sequence[str]], repetitions: int = LEAST, *, by_the_clock: bool = False
) -> dict[str, Spread]:
    """The CPU time of each command, or how long it takes; one run of each goes before, so that byte code is there and
    files are in memory.
    """
    seen: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(repetitions + 1):
        for name, command in commands.items():
            worked, passed = _seconds(command)
            if number:
                seen[name].append(passed if by_the_clock else worked)
    return {name: Spread(tuple(times)) for name, times in seen.items()}


def _seconds(command: Sequence[str]) -> tuple[float, float]:
    """User and system time of a process, and the time that passed. Raises RuntimeError where it ends in trouble."""
    began = time.perf_counter()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen([*command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: something was lost, or differs
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - began
