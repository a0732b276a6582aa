"""``python -m benchmarks [--write]``: what whole processes cost, as ratios of one run; with ``--write`` the page
docs/performance.md is made of it.

Every figure is CPU time of a process as people start it, byte code cached: reading, proving, writing and starting up
included. The yardstick stands in the same run, and commands take turns.
"""

from __future__ import annotations

import importlib.metadata
import math
import platform
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import growth, inputs, peers
from benchmarks.corpus import policies
from benchmarks.processes import Spread, side_by_side

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
PYTHON = sys.executable
COMMAND = (PYTHON, "-m", "netpol_translate")
ALONE = ("-j", "1")
LOAD_AND_DUMP = """
import sys, yaml
found = []
for name in sys.argv[1:]:
    with open(name) as file:
        found += yaml.load_all(file, Loader=yaml.CSafeLoader)
yaml.dump_all(found, sys.stdout, Dumper=yaml.CSafeDumper, sort_keys=False)
"""
LOAD = """
import sys, yaml
for name in sys.argv[1:]:
    with open(name) as file:
        list(yaml.load_all(file, Loader=yaml.CSafeLoader))
"""
COUNT = 1000
MANY = 4000


@dataclass(frozen=True, slots=True)
class Row:
    """A command beside its yardstick."""

    title: str
    command: tuple[str, ...]
    against: tuple[str, ...]
    yardstick: str
    count: int = COUNT
    of: str = "policy"


def rows(folder: Path) -> Iterator[Row]:
    """What is timed."""
    some, copies = policies(COUNT), inputs.copies(folder, COUNT)
    calico = inputs.translated(folder / "calico.yaml", some, "calico")
    cilium = inputs.translated(folder / "cilium.yaml", some, "cilium")
    remarked = inputs.commented(folder / "commented.yaml", some)
    sample = str(ROOT / "samples" / "engine-swap" / "kubernetes.yaml")
    nothing = (PYTHON, "-c", "pass")
    yield Row("start: one file, proved", (*COMMAND, "--to", "cilium", sample), nothing, "`python -c pass`", 1)
    yield Row("`--help`", (*COMMAND, "--help"), nothing, "`python -c pass`", 1)
    for title, to, name in (
        ("Kubernetes to Calico", "calico", copies["original"]),
        ("the same with comments", "calico", remarked),
        ("Calico to Cilium", "cilium", calico),
        ("Cilium to Calico", "calico", cilium),
    ):
        unproved = (*COMMAND, "--to", to, "--no-verify", *ALONE, "-q", name)
        yield Row(f"{title}, no proof", unproved, (PYTHON, "-c", LOAD_AND_DUMP, name), "PyYAML load and dump")
    if files := inputs.strangers():
        for title, more in ((", no proof", ["--no-verify"]), (", proved", [])):
            command = (*COMMAND, "--to", "calico", *more, *ALONE, "-q", *files)
            title = f"{len(files)} files as strangers wrote them, Kubernetes to Calico{title}"
            yield Row(title, command, (PYTHON, "-c", LOAD_AND_DUMP, *files), "PyYAML load and dump", len(files), "file")
    load = (PYTHON, "-c", LOAD, copies["original"], copies["shuffled"])
    proved = (*COMMAND, "--to", "calico", *ALONE, "-q", copies["original"])
    yield Row("Kubernetes to Calico, proved", proved, load, "PyYAML load of both")
    for title in ("shuffled", "rewritten"):
        compared = (*COMMAND, "verify", copies["original"], copies[title], *ALONE, "-q")
        yield Row(f"verify, {title}", compared, load, "PyYAML load of both")
    yield Row("check", (*COMMAND, "check", *ALONE, "-q", copies["original"]), load, "PyYAML load of both")
    if other := peers.python():
        ours, theirs = peers.commands(folder, other)
        title = f"verify, rewritten, {peers.POLICIES} policies"
        yield Row(title, (*COMMAND, *ours, *ALONE), theirs, peers.version(other), peers.POLICIES)


REWRITTEN = "proof of a rewritten copy"
TRANSLATED: dict[str, Callable[[int], Iterable[object]]] = {
    "policies behind one Deny, to Cilium": inputs.behind_a_deny,
    "ordered policies, one in ten denies, to Cilium": inputs.ordered,
    "rules of one policy that overlap at random, to Cilium": lambda count: growth.one(growth.tangled(count)),
    "ipBlocks in one policy, to Cilium": inputs.with_ranges,
}
GROWTH = dict.fromkeys((REWRITTEN, *TRANSLATED), (100, 1000)) | {
    "rules of one policy that overlap at random, to Cilium": (100, 300),
    "ipBlocks in one policy, to Cilium": (10_000, 100_000),
}


def growing(title: str, count: int, folder: Path) -> tuple[str, ...]:
    """The command that is timed at several sizes."""
    if title == REWRITTEN:
        copies = inputs.copies(folder, count)
        return (*COMMAND, "verify", copies["original"], copies["rewritten"], *ALONE, "-q")
    name = inputs.written(folder / f"growing-{count}.yaml", TRANSLATED[title](count))
    return (*COMMAND, "--to", "cilium", *ALONE, "-q", name)


def at_once(folder: Path) -> dict[str, tuple[str, ...]]:
    """What is timed by one process and by two."""
    copies, found = inputs.copies(folder, MANY), {}
    for to in ("calico", "cilium"):
        title = f"{MANY} Kubernetes policies to {to.capitalize()}, proved"
        found[title] = (*COMMAND, "--to", to, "-q", copies["original"])
    found[f"verify, {MANY} rewritten"] = (*COMMAND, "verify", copies["original"], copies["rewritten"], "-q")
    return found


def report(folder: Path) -> Iterator[str]:
    """The lines of the page."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("PyYAML", "msgspec", "click"))
    yield f"{_processor()}; {python}; {libraries}."
    yield ""
    yield "| what | CPU | spread | against | ratio |"
    yield "|---|---|---|---|---|"
    timed = list(rows(folder))
    seen = side_by_side(
        {f"{row.title}/{side}": command for row in timed for side, command in (("us", row.command), ("", row.against))}
    )
    for row in timed:
        mine, other = seen[f"{row.title}/us"], seen[f"{row.title}/"]
        ratio = mine.median / other.median
        told = f"{1 / ratio:.2f} times as fast" if ratio < 1 else f"{ratio:.2f} times as long"
        yield f"| {row.title} | {_each(mine, row)} | {mine.width:.0%} | {row.yardstick} | {told} |"
    yield ""
    yield "| growth | sizes | CPU | exponent |"
    yield "|---|---|---|---|"
    for title, (fewer, more) in GROWTH.items():
        found = side_by_side({str(count): growing(title, count, folder) for count in (fewer, more)})
        least, most = found[str(fewer)].median, found[str(more)].median
        exponent = math.log(most / least) / math.log(more / fewer)
        yield f"| {title} | {fewer}, {more} | {least:.2f} s, {most:.2f} s | {exponent:.2f} |"
    yield ""
    yield "| by the clock | one process | two | ratio |"
    yield "|---|---|---|---|"
    for title, command in at_once(folder).items():
        jobs = {number: (*command, "-j", number) for number in ("1", "2")}
        found = side_by_side(jobs, by_the_clock=True)
        one, two = found["1"].median, found["2"].median
        yield f"| {title} | {one:.2f} s | {two:.2f} s | {one / two:.2f} times as fast |"


def _each(found: Spread, row: Row) -> str:
    if row.count == 1:
        return f"{found.median * 1000:.0f} ms"
    return f"{found.median / row.count * 1e6:.0f} µs a {row.of}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


HEAD = """# What it costs

Written by `make bench`: CPU time of whole processes (`-j 1`) as people start them, byte code cached, medians of
five runs in turn. Spread is from the least to the most of them, as a part of the median. Take ratios, not milliseconds.

Files that strangers wrote are timed where they lie beside the checkout. network-config-analyzer answers for the pods
that it is told of, here one for each subject; ours for every cluster.

"""


def main() -> None:
    """Print the tables, and with ``--write`` make the page of them."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for line in report(Path(folder)):
            print(line, flush=True)
            lines.append(line)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
