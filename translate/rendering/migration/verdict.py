"""The answer that a report begins with."""

from __future__ import annotations

from collections.abc import Iterator

from translate.api.report import MigrationReport
from translate.api.result import Result
from translate.core.diagnostics import Effect
from translate.prover.proof import Proof, Verdict
from translate.rendering import text
from translate.rendering.grades import NOT_PROVED, summed
from translate.rendering.migration import page
from translate.rendering.migration.marks import CARE, OPEN, TICK, WRONG

SAME_TODAY, WITHHELD, NOTHING = "same today", "withheld", "nothing to translate"
REFUSED, IN_PART = "refused", "refused in part"
LOOSER = (Effect.LOOSER, Effect.MIXED)


def verdict(found: MigrationReport) -> page.Headline:
    """In words: the verdict, what it means for traffic, and what keeps it from being a plain yes."""
    result = found.result
    if result is None:
        return page.Headline(REFUSED, WRONG, _refused(found), tuple(_remarks(found)))
    word, mark, sentence = _of(result)
    if found.is_refused:
        sentence = f"{_refused(found)}. What follows is about the rest" + (
            f", which is {word}: {sentence}" if result.policies else ": there is no policy in it"
        )
        word, mark = IN_PART, WRONG
    return page.Headline(word, mark, sentence, tuple(_remarks(found)), tuple(_counts(result)))


def _of(result: Result) -> tuple[str, str, str]:
    """Word, mark and sentence of a translation, all of it taken together."""
    if not result.policies:
        return NOTHING, OPEN, text.without_policies(result)
    if result.withheld:
        looser = any(loss.effect in LOOSER for loss in result.open_losses)
        why = (
            "it would let through more than the input" if looser else "something would be lost, and that was to stop it"
        )
        return WITHHELD, WRONG, f"the output is not written: {why}"
    if result.proof is None:
        return NOT_PROVED, OPEN, "nothing was proved"
    word, mark = _proved(result.proof)
    if result.exactness is Effect.UNKNOWN and mark in (TICK, CARE):
        word, mark = Effect.UNKNOWN.value, OPEN
    return word, mark, text.headline(result.proof, 1)[2:]


def _proved(found: Proof) -> tuple[str, str]:
    match found.verdict:
        case Verdict.SAME if found.later in (None, Verdict.SAME):
            return found.verdict.value, TICK
        case Verdict.SAME:
            return SAME_TODAY, CARE
        case Verdict.TIGHTER:
            return found.verdict.value, CARE
        case Verdict.UNDECIDED:
            return found.verdict.value, OPEN
        case Verdict.LOOSER | Verdict.MIXED:
            return found.verdict.value, WRONG


def _refused(found: MigrationReport) -> str:
    unread, refused = len(found.problems), len(found.refusals)
    parts = [f"{unread} mistake{'s' * (unread != 1)} of the input"] if unread else []
    parts += (
        [f"{refused} thing{'s' * (refused != 1)} that {'is' if refused == 1 else 'are'} refused"] if refused else []
    )
    return f"{' and '.join(parts)} stand in the way: nothing is written as long as that is so"


def _remarks(found: MigrationReport) -> Iterator[str]:
    """What somebody who reads nothing else has to know."""
    yield from found.ways
    result, lost = found.result, len(found.open_losses)
    if lost:
        yield f"{lost} loss{'es' * (lost != 1)} that nobody has accepted (section “What is lost”)"
    if result is None:
        return
    accepted = sum(result.accepted.holds(loss) for loss in result.losses)
    if accepted:
        yield f"{accepted} loss{'es' * (accepted != 1)} accepted by name"
    for note in result.emptied:
        yield note.message
    shown = sum(one.about.shown for one in result.proof.assumptions) if result.proof is not None else 0
    if shown and result.policies:
        yield f"{shown} assumption{'s' * (shown != 1)} to check first (section “Assumptions and facts”)"


def _counts(result: Result) -> Iterator[tuple[str, str]]:
    if not result.policies:
        return
    yield "policies translated", str(len(result.policies))
    for part in summed(result):
        count, _, word = part.partition(" ")
        yield word, count
    yield "objects of the output", str(len(result.objects))
