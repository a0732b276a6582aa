"""Work that other processes can import: it names its process, and some of it kills that."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Job:
    """``kills``: so many processes that work on it are killed, each in its midst; ``folder``: where that is noted."""

    name: str
    folder: str
    kills: int = 0


def done(job: Job) -> str:
    """The name; how often it was begun is told by files."""
    begun = Path(job.folder, f"{job.name}.{os.getpid()}")
    begun.touch()
    time.sleep(0.05)
    if len(list(Path(job.folder).glob(f"{job.name}.*"))) <= job.kills:
        os.kill(os.getpid(), signal.SIGKILL)
    return job.name * 3


def times_begun(folder: Path, name: str) -> int:
    """By how many processes."""
    return len(list(folder.glob(f"{name}.*")))


if __name__ == "__main__":
    # What a scheduler makes of jobs, a line each; in a process of its own, as the client leaves threads.
    from tests.fleet_work import Job as ImportedJob
    from tests.fleet_work import done as imported_done
    from translate.cli.dask_engine import by_dask

    address, folder, *names = sys.argv[1:]
    jobs = [ImportedJob(name.rstrip("!"), folder, name.count("!")) for name in names]
    for number, found, why in by_dask(imported_done, jobs, address):
        print(number, found, why, sep="|", flush=True)
