"""What ``make demo`` shows: a translation, its proof, logging of denials, and an honest loss. Public API only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import translate

SAMPLES = Path(__file__).parent
WIDTH = 74
COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def title(text: str, remark: str = "") -> None:
    """A heading, and a sentence that says what to look at."""
    line = f"── {text} " + "─" * max(0, WIDTH - len(text) - 4)
    print(f"\n\x1b[1m{line}\x1b[0m" if COLOUR else f"\n{line}")
    if remark:
        print(remark)
    print(flush=True)


def show(text: str) -> None:
    """A file, set off from what is said about it."""
    print("\n".join(f"    {line}".rstrip() for line in text.rstrip().splitlines()), flush=True)


def beside(left: str, right: str) -> None:
    """Two files side by side, as far as a terminal has room; one below the other where it has not."""
    first, second = left.rstrip().splitlines(), right.rstrip().splitlines()
    width = max(map(len, first)) + 4
    if width + max(map(len, second)) + 4 > _columns():
        show(left)
        print()
        show(right)
        return
    for number in range(max(len(first), len(second))):
        pair = [lines[number] if number < len(lines) else "" for lines in (first, second)]
        print(f"    {pair[0]:<{width}}{pair[1]}".rstrip())
    sys.stdout.flush()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return 160


def tool(*arguments: str, code: int, answers: bool = False) -> None:
    """Run the command line as a person would, and show what it says but for the YAML; another exit code is the end.

    ``answers``: what goes to stdout is no YAML, but the answer.
    """
    print("$ netpol-translate " + " ".join(arguments), flush=True)
    command = [sys.executable, "-m", "translate", *arguments]
    if COLOUR:
        command += ["--color", "always"]
    out = sys.stdout if answers else subprocess.DEVNULL
    done = subprocess.run(command, cwd=SAMPLES.parent, stdout=out, stderr=sys.stdout, check=False)
    if done.returncode != code:
        sys.exit(f"exit code {done.returncode}, not {code}: this is a defect")


def main() -> int:
    """The tour."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    source = SAMPLES / "engine-swap" / "kubernetes.yaml"
    calico, cilium = (translate.convert(source, to=name) for name in ("calico", "cilium"))
    title("1  A Kubernetes policy")
    show(source.read_text(encoding="utf-8"))
    title(
        "2  The same for Calico and for Cilium", "Comments travel, rules keep their order, nothing is left to defaults."
    )
    beside(calico.yaml(), cilium.yaml())

    title("3  The proof", "Each run proves the text it wrote. Any two files can be compared, here all tiers of a shop.")
    tool("verify", "samples/seed/three-tiers/kubernetes.yaml", "samples/seed/three-tiers/cilium.yaml", code=0)

    title("4  Log what is denied", "One policy more makes Calico log exactly what is denied, and changes no verdict.")
    logged = translate.convert(SAMPLES / "log-denied" / "kubernetes.yaml", to="calico", log_denials=True)
    show(logged.yaml().rpartition("---\n")[2])
    print()
    tool("--to", "calico", "--log-denials", "samples/log-denied/kubernetes.yaml", code=0)

    title("5  The same, written by hand", "Log then Deny at the order of the other policies. Prometheus is out:")
    tool("verify", "samples/log-denied/calico.yaml", "samples/log-denied/hand-written/cuts.yaml", code=1)

    title("6  An honest loss", "Calico enforces the first policy today. Who loses access when Cilium does?")
    tool("--source-engine", "calico", "--to", "cilium", "samples/engine-swap/kubernetes.yaml", code=1)

    title("7  What changes, all of it", "The same file as Calico and as Cilium enforces it, as a table.")
    swap = "samples/engine-swap/kubernetes.yaml"
    tool("diff", "--source-engine", "calico", "--target-engine", "cilium", swap, swap, code=1, answers=True)

    title("8  Why", "One connection, rule by rule, with the allow that comes nearest.")
    ends = ("--from", "shop{app=gateway}", "--to", "shop{app=api}:8080")
    tool("explain", "samples/ordered-deny/calico.yaml", *ends, code=1, answers=True)

    title(
        "9  Before anything is translated",
        "What is wrong already, and what a translation will lose. Nothing is written.",
    )
    tool("check", "--to", "cilium", "samples/log-only/calico.yaml", code=1)

    title("Next")
    print("    netpol-translate --to cilium your-policies/ > cilium.yaml")
    print("    netpol-translate rule NPT501        README.md tells the rest\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
