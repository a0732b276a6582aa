"""The folders of ``samples/`` as values: one case each, described by its ``case.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from translate.frontend.sources import Source

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
DIALECTS = ("kubernetes", "calico", "cilium")
KEYS = {
    "title", "source", "why", "options", "facts", "expect", "report", "log_denials", "round_trip", "translate", "verify",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a translation must come to: ``same``, ``tighter`` and so on with its codes, or ``refused`` with them."""

    verdict: str
    codes: frozenset[str] = frozenset()

    @property
    def is_written(self) -> bool:
        """Whether there is output: neither where the target has no word, nor where it would let through more."""
        return self.verdict not in ("refused", "looser", "mixed") and "NPT522" not in self.codes

    @classmethod
    def read(cls, text: str) -> Outcome:
        """``tighter NPT501 NPT503``."""
        verdict, *codes = text.split()
        assert verdict in ("same", "tighter", "looser", "mixed", "undecided", "refused"), text
        return cls(verdict, frozenset(codes))


@dataclass(frozen=True, slots=True)
class Case:
    """One folder of samples."""

    name: str
    folder: Path
    title: str
    why: str
    source: str
    options: dict[str, Any]
    facts: dict[str, Path]
    expect: dict[tuple[str, str], Outcome]
    report: tuple[str, str] | None
    log_denials: bool
    round_trip: dict[str, str]
    translate: tuple[dict[str, str], ...]
    verify: tuple[dict[str, str], ...]

    def outcome(self, before: str, after: str) -> Outcome:
        """The expectation for one direction; what ``case.toml`` does not list is exact, without a word."""
        return self.expect.get((before, after), Outcome("same"))

    def directions(self) -> Iterator[tuple[str, str]]:
        """All directions that have an input: from the source, and from every golden."""
        for before in DIALECTS:
            if before != self.source and not self.outcome(self.source, before).is_written:
                continue
            yield from ((before, after) for after in DIALECTS if after != before)

    def input(self, file: str) -> tuple[Source, ...]:
        """A file of the folder, named as a user in the root of the project would name it."""
        path = self.folder / file
        return (Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")),)

    def options_from(self, dialect: str) -> dict[str, Any]:
        """The options of the case: they speak of its source, but for facts, which are of the cluster."""
        return (self.options if dialect == self.source else {}) | self.facts

    def compared_from(self, dialect: str) -> dict[str, Any]:
        """The options that a comparison has as well: it is not for a release."""
        return {name: value for name, value in self.options_from(dialect).items() if name != "target_version"}

    def facts_of(self, item: dict[str, str]) -> dict[str, Path]:
        """The facts that one more translation or comparison names; those of the case are not taken for it."""
        return {"facts": self.folder / item["facts"]} if "facts" in item else {}


def load(folder: Path) -> Case:
    """Read ``case.toml``; a key that means nothing is an error."""
    raw = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    assert raw.keys() <= KEYS, f"{folder}: {raw.keys() - KEYS}"
    return Case(
        name=folder.relative_to(SAMPLES).as_posix(),
        folder=folder,
        title=raw["title"],
        why=raw["why"],
        source=raw["source"],
        options=raw.get("options", {}),
        facts={"facts": folder / raw["facts"]} if "facts" in raw else {},
        expect={_direction(key): Outcome.read(text) for key, text in raw["expect"].items()},
        report=_direction(raw["report"]) if "report" in raw else None,
        log_denials=raw.get("log_denials", False),
        round_trip=raw.get("round_trip", {}),
        translate=tuple(raw.get("translate", ())),
        verify=tuple(raw.get("verify", ())),
    )


def _direction(text: str) -> tuple[str, str]:
    before, arrow, after = text.partition(" -> ")
    assert arrow, text
    assert {before, after} <= set(DIALECTS), text
    assert before != after, text
    return before, after


CASES = tuple(load(path.parent) for path in sorted(SAMPLES.rglob("case.toml")))
