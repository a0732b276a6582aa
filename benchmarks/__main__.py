"""``python -m benchmarks [N]``: translate, prove and start up, each as a ratio to a yardstick of the same run."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import yaml

import translate
from benchmarks.corpus import policies, rewritten
from translate.prover.compare import Verdict, prove

REPETITIONS = 9


def cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def side_by_side(works: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The least CPU seconds of each, run in turn so that noise meets all alike; noise only ever adds."""
    seen: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(REPETITIONS):
        for name, work in works.items():
            gc.collect()
            seen[name].append(cpu(work))
    return {name: min(times) for name, times in seen.items()}


def started(*arguments: str) -> float:
    """Median wall seconds of a whole process."""
    times = []
    for _ in range(2 * REPETITIONS + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    gc.disable()  # as the command line does; the yardstick gains by it, too
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    originals = policies(count)
    text = yaml.dump_all(originals, Dumper=yaml.CSafeDumper, sort_keys=False)
    copies = rewritten(originals)

    def pyyaml() -> str:
        loaded = list(yaml.load_all(text, Loader=yaml.CSafeLoader))
        return str(yaml.dump_all(loaded, Dumper=yaml.CSafeDumper, sort_keys=False))

    works: dict[str, Callable[[], Any]] = {"load and dump with PyYAML (libyaml)": pyyaml}
    for target in ("calico", "cilium", "kubernetes"):
        works[f"translate to {target}, no proof"] = lambda to=target: translate.convert(text, to=to, verify=False)
    for name, seconds in (found := side_by_side(works)).items():
        ratio = found["load and dump with PyYAML (libyaml)"] / seconds
        print(f"{name:<44} {seconds / count * 1e6:8.0f} us a policy   {ratio:5.2f} times as fast")

    before, after = translate.load(originals), translate.load(copies)
    assert prove(before, after).verdict is Verdict.SAME
    seconds = statistics.median(cpu(lambda: prove(before, after)) for _ in range(REPETITIONS))
    print(f"{'proof, 80 % of the policies rewritten':<44} {seconds / count * 1e6:8.0f} us a policy   (goal: 2000)")
    shuffled = translate.load(originals[::-1])
    seconds = statistics.median(cpu(lambda: prove(before, shuffled)) for _ in range(REPETITIONS))
    print(f"{'proof, shuffled copy':<44} {seconds / count * 1e6:8.0f} us a policy")

    script = "import sys; from netpol_translate.__main__ import main; sys.argv[1:] = ['--help']; main()"
    bare, help_text = started("-c", "pass"), started("-c", script)
    print(f"{'--help against python -c pass':<44} {help_text / bare:8.2f} times as long   (goal: 4)")


if __name__ == "__main__":
    main()
