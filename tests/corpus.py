"""Policies that strangers wrote, through every target: ``python -m tests.corpus`` counts what becomes of them.

The collection lies beside the checkout (``../shared/corpus``) and is not part of the project.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import translate

ROOT = Path(__file__).parents[1].parent / "shared" / "corpus"
WAYS = tuple(
    (folder, target)
    for folder in ("kubernetes", "calico", "cilium", "admin")
    for target in ("kubernetes", "calico", "cilium")
    if folder != target or folder == "calico"
)
"""Folder and target; Calico to Calico with denial logging."""


def files(folder: str) -> list[Path]:
    """The files of a folder of the collection; none where it is not there."""
    return sorted(path for path in (ROOT / folder).rglob("*") if path.is_file()) if ROOT.is_dir() else []


def outcomes(path: Path, target: str, *, log_denials: bool = False) -> Iterator[str]:
    """What became of one file: its class, and ``lost POLICY`` for each policy that is neither written nor named."""
    try:
        result = translate.convert(path, to=target, log_denials=log_denials)
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
    if log_denials:
        yield "logs exactly" if result.logging is not None and result.logging.holds else "logs otherwise"
    named = {loss.origin.place[:2] for loss in result.losses}
    listed = {row.source for row in result.policies if row.targets}
    for policy in result.before.policies:
        if policy.identity not in listed and policy.origin.place[:2] not in named:
            yield f"lost {policy.identity}"


def counts(folder: str, target: str) -> Counter[str]:
    """The outcomes of a folder."""
    found: Counter[str] = Counter()
    for path in files(folder):
        found.update(outcomes(path, target, log_denials=folder == target))
    return found


def main() -> None:
    """Print the counts of every way."""
    if not files("kubernetes"):
        sys.exit(f"{ROOT} is not here")
    for folder, target in WAYS:
        found = counts(folder, target)
        print(f"{folder} to {target}: {len(files(folder))} files")
        for outcome, count in found.most_common():
            print(f"  {count:5}  {outcome}")


if __name__ == "__main__":
    main()
