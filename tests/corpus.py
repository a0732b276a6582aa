"""Policies that strangers wrote, through every target: ``python -m tests.corpus`` counts what becomes of them.

The collection lies beside the checkout (``../shared/corpus``) and is not part of the project.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import translate
from translate.model.policy import Identity

FOLDER = Path(__file__).parents[1].parent / "shared" / "corpus" / "kubernetes"
TARGETS = ("calico", "cilium")


def files() -> list[Path]:
    """The files of the collection; none where it is not there."""
    return sorted(path for path in FOLDER.rglob("*") if path.is_file()) if FOLDER.is_dir() else []


def outcomes(path: Path, target: str) -> Iterator[str]:
    """What became of one file: its class, and ``lost POLICY`` for each policy that is neither written nor named."""
    try:
        result = translate.convert(path, to=target)
    except translate.InputError:
        yield "invalid"
        return
    except translate.UnsupportedError as error:
        yield f"refused {error.refusals[0].code}"
        return
    assert result.proof is not None
    assert result.before is not None
    if not result.before.policies:
        yield "no policy"
        return
    codes = " ".join(sorted({loss.code for loss in result.open_losses}))
    yield f"{result.proof.verdict.value} {codes}".strip()
    listed = {row.source for row in result.policies if row.targets} | {_named(loss.object) for loss in result.losses}
    yield from (f"lost {p.identity}" for p in result.before.policies if p.identity not in listed)


def _named(text: str) -> Identity:
    kind, namespace, name = text.split("/", 2)
    return Identity(kind, namespace, name)


def main() -> None:
    """Print the counts per target."""
    if not files():
        sys.exit(f"{FOLDER} is not here")
    for target in TARGETS:
        counts = Counter(outcome for path in files() for outcome in outcomes(path, target))
        print(f"{target}: {sum(counts.values())} files")
        for outcome, count in counts.most_common():
            print(f"  {count:5}  {outcome}")


if __name__ == "__main__":
    main()
