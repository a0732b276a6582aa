"""Losses and refusals for people: those of one code and one way out stand together, gravest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from translate.core.accepting import Acceptance
from translate.core.diagnostics import Effect, Loss, Refusal
from translate.core.identity import Identity
from translate.core.origin import Locates, Origin
from translate.rendering.terminal import Terminal
from translate.tables import load

REFUSED, NOTE = "refused", "note"
STYLE = {
    REFUSED: "red",
    Effect.LOOSER: "red",
    Effect.MIXED: "red",
    Effect.LOOSER_LATER: "yellow",
    Effect.UNKNOWN: "yellow",
    Effect.TIGHTER: "yellow",
    Effect.TIGHTER_LATER: "yellow",
    NOTE: "",
    Effect.EXACT: "dim",
}
"""The words of findings, gravest first."""
GRAVITY = {str(word): rank for rank, word in enumerate(STYLE)}
MOST, LINES = 5, 18
"""So many of one group are shown at most, and so many of all groups together."""
LINES_WRAPPED = LINES // 3
"""So many where sentences are broken: each takes some lines."""


Group: TypeAlias = tuple[int, bool, str, str]
"""Gravity, whether it is accepted, code, way out."""


class Finding(Struct, frozen=True):
    """One loss or refusal: the word for what it does, where it is, what it says, and the way out."""

    word: str
    code: str
    where: str
    message: str
    about: Identity | None
    hint: str
    accepted: bool = False

    @property
    def group(self) -> Group:
        """What findings have in common that are told together."""
        return GRAVITY[self.word], self.accepted, self.code, "" if self.accepted else self.hint


def place(origin: Origin, places: Locates) -> str:
    """``file:line:column``, as far as it is known."""
    found = places.locate(origin)
    name = places.name(origin)
    return f"{name}:{found[0]}:{found[1]}" if found else name


def of_losses(
    losses: Iterable[Loss], accepted: Acceptance, places: Locates, *, shown: int | None = None
) -> list[Finding]:
    """Losses in the order of the input; if only the first ``shown`` of each group will be told, the others stand behind
    them without a place: a place is found by reading its document once more.
    """
    found: list[Finding] = []
    told: Counter[Group] = Counter()
    for _, inside in groupby(sorted(losses, key=_document), _document):
        here = [(loss, _finding(loss, accepted)) for loss in inside]
        if shown is None or any(told[finding.group] < shown for _, finding in here):
            ordered = sorted(here, key=lambda one: (places.locate(one[0].origin) or (0, 0), one[0].code))
            found += [replace(finding, where=place(loss.origin, places) or "input") for loss, finding in ordered]
            told.update(finding.group for _, finding in here)
        else:
            found += [finding for _, finding in here]
    return found


def _document(loss: Loss) -> tuple[str, int]:
    return loss.origin.file, loss.origin.document


def _finding(loss: Loss, accepted: Acceptance) -> Finding:
    """What a loss says, without its place."""
    return Finding(
        word=loss.effect.value,
        code=loss.code,
        where="",
        message=_with_reason(loss, accepted),
        about=loss.about,
        hint=loss.hint,
        accepted=accepted.holds(loss),
    )


def _with_reason(loss: Loss, accepted: Acceptance) -> str:
    reason = accepted.reason(loss) if accepted.holds(loss) else ""
    return f"{loss.message} (accepted: {reason})" if reason else loss.message


def of_refusals(refusals: Iterable[Refusal]) -> list[Finding]:
    """Refusals in their order; each names what it is about."""
    return [
        Finding(
            word=REFUSED,
            code=one.code,
            where=":".join([one.origin.file, *(str(n) for n in (one.line, one.column) if n)]),
            message=one.message if not one.object or one.object in one.message else f"{one.object}: {one.message}",
            about=one.about,
            hint=one.hint,
        )
        for one in refusals
    ]


def say(found: Sequence[Finding], out: Terminal, *, verbose: int) -> None:
    """All groups; without ``verbose`` the first few findings of each, and how many more there are."""
    groups: dict[Group, list[Finding]] = {}
    for finding in found:
        groups.setdefault(finding.group, []).append(finding)
    lines = LINES_WRAPPED if out.wraps else LINES
    shown = len(found) if verbose else max(1, min(MOST, lines // max(1, len(groups))))
    for _, group in sorted(groups.items()):
        if len(group) == 1:
            _one(group[0], out)
        else:
            _many(group, shown if verbose or group[0].word != Effect.EXACT else 1, out)


def _one(finding: Finding, out: Terminal) -> None:
    where = f"{finding.where}: " if finding.where else ""
    out.line(f"{where}{_title(finding)}", STYLE[_style(finding)])
    out.prose(finding.message, indent=3)
    if finding.hint and not finding.accepted:
        out.prose(finding.hint, "dim", indent=3)


def _many(group: list[Finding], shown: int, out: Terminal) -> None:
    owners = len({one.about for one in group if one.about is not None and one.about.kind != "Namespace"})
    policies = f", in {owners} policies" if owners > 1 else ""
    out.line(f"{_title(group[0])}: {len(group)} times{policies}", STYLE[_style(group[0])])
    for finding in group[:shown]:
        out.prose(f"{finding.where}: {finding.message}" if finding.where else finding.message, indent=3)
    if len(group) > shown:
        out.line(f"   + {len(group) - shown} more (-v)", "dim")
    if group[0].hint and not group[0].accepted:
        out.prose(group[0].hint, "dim", indent=3)


def _title(finding: Finding) -> str:
    record = load.codes().get(finding.code)
    mark = " (accepted)" if finding.accepted else ""
    return f"{finding.word}  {finding.code} {record.name if record else ''}{mark}"


def _style(finding: Finding) -> str:
    return finding.word if finding.word in (REFUSED, NOTE) else Effect(finding.word)


def by_code(found: Iterable[Finding]) -> str:
    """How often each code was found, gravest first; empty where a glance at the groups says as much."""
    counts = Counter((finding.group[:3], finding.code) for finding in found)
    if len(counts) < 2 or all(count == 1 for count in counts.values()):
        return ""
    each = (f"{code} {count}" for (_, code), count in sorted(counts.items()))
    return f"by code: {', '.join(each)} (netpol-translate rule CODE says more)"
