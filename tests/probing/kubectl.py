"""A stand-in for kubectl: it writes down what it is asked, keeps the pods that are made, and answers as the cluster of
``verdicts.json`` would. It is run as a program; ``installed`` puts it on a PATH.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def installed(folder: Path, verdicts: dict[str, bool]) -> Path:
    """A folder for the PATH with a ``kubectl`` that lets through what ``verdicts`` say: ``namespace/pod HOST PORT``."""
    folder.mkdir()
    (folder / "verdicts.json").write_text(json.dumps(verdicts), encoding="utf-8")
    program = folder / "kubectl"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -I "{Path(__file__)}" "{folder}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return folder


def calls(folder: Path) -> list[list[str]]:
    """The arguments of each call."""
    return [json.loads(line) for line in (folder / "calls.jsonl").read_text(encoding="utf-8").splitlines()]


def address(name: str) -> str:
    """The address of a probe pod."""
    return f"10.244.1.{name.rpartition('-')[2]}"


def main(folder: Path, arguments: list[str]) -> int:
    with (folder / "calls.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(arguments) + "\n")
    broken = folder / "broken"
    if broken.exists() and broken.read_text(encoding="utf-8") in arguments:
        print("error: the connection was refused", file=sys.stderr)
        return 1
    match arguments:
        case ["get", "-f", "-", *_]:
            sys.stdin.read()
            there = folder / "there"
            print(there.read_text(encoding="utf-8") if there.exists() else "", end="")
        case ["create", "-f", "-"]:
            (folder / "made.yaml").write_text(sys.stdin.read(), encoding="utf-8")
        case ["delete", "-f", "-", *_]:
            (folder / "removed.yaml").write_text(sys.stdin.read(), encoding="utf-8")
        case ["get", "pod", "-n", _, name, "-o", "jsonpath={.status.podIP}"]:
            print("" if (folder / "homeless").exists() else address(name), end="")
        case ["api-resources", *_]:
            kinds = folder / "kinds"
            print(kinds.read_text(encoding="utf-8") if kinds.exists() else "", end="")
        case ["exec", "-n", namespace, name, "--", "sh", "-c", _, "-", *rest]:
            return executed(folder, f"{namespace}/{name}", rest)
        case _:
            print(" ".join(arguments))
    return 0


def executed(folder: Path, pod: str, rest: list[str]) -> int:
    """What the probe in a pod prints; a pod always answers itself, unless it is deaf."""
    print("Warning: this is on the other stream, and not the answer", file=sys.stderr)
    if rest[0] == "127.0.0.1":
        print("denied" if (folder / "deaf").exists() else "allowed")
        return 0
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    print("allowed" if verdicts[f"{pod} {' '.join(rest)}"] else "denied")
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
