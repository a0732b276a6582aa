"""The whole page of a report."""

from __future__ import annotations

from translate.api.report import MigrationReport
from translate.dialects import get
from translate.prover.proof import Verdict
from translate.rendering.difference import left_out
from translate.rendering.migration import findings, page, policies, steps
from translate.rendering.migration.packets import examples, row
from translate.rendering.migration.picture import picture
from translate.rendering.migration.verdict import SAME_TODAY, verdict
from translate.tables import load


def page_of(found: MigrationReport) -> page.Page:
    """All that is said, in words."""
    answer, packets, result, difference = verdict(found), examples(found), found.result, found.difference
    has_proof = result is not None and result.proof is not None and bool(result.policies)
    lost = findings.lost(found, packets)
    told = policies.policies(found, packets)
    return page.Page(
        title=_title(found),
        verdict=answer,
        refused=findings.refused(found),
        problems=findings.problems(found),
        findings=lost,
        rows=tuple(row(one, difference) for one in difference.rows) if difference is not None else (),
        later_rows=tuple(row(one, difference) for one in difference.later) if difference is not None else (),
        rows_note=_rows_note(found),
        no_rows=_no_rows(found),
        policies=told,
        policies_left=found.left_out,
        others=policies.others(found),
        assumptions=_assumptions(found) if has_proof else (),
        settling=tuple(steps.settling(found)),
        notes=() if result is None else tuple(dict.fromkeys(note.message for note in result.notes)),
        picture=picture(found),
        denials=tuple(steps.denials(found)),
        before_cut_over=tuple(steps.before_cut_over(found)),
        cut_over=tuple(steps.cut_over(found)),
        way_back=tuple(steps.way_back(found)),
        inputs=tuple((one.name, one.sha256 or "no text") for one in found.inputs),
        words=_words(answer, lost, told),
    )


def _title(found: MigrationReport) -> str:
    sources = " and ".join(get(name).title for name in found.dialects) or "Network policies"
    return f"{sources} to {get(found.to).title}"


def _no_rows(found: MigrationReport) -> str:
    """What it means that there is no row of today."""
    difference = found.difference
    if difference is None or not difference.verification.before.policies:
        return "Nothing was compared."
    if difference.verdict is Verdict.SAME:
        return "Nobody, today: the proof found no packet that is treated differently."
    return "That is not known."


def _rows_note(found: MigrationReport) -> str:
    """Why the rows may not be all."""
    difference = found.difference
    if difference is None:
        return ""
    parts = (
        [left_out(difference).replace(" (--max-rows tells more)", "; diff tells all")] if difference.left_out else []
    )
    parts += [f"not all: {difference.reason}"] if difference.reason else []
    return "; ".join(parts)


def _assumptions(found: MigrationReport) -> tuple[page.Assumed, ...]:
    """What the proof takes for granted; what a reader wants to know unasked comes first."""
    assert found.result is not None
    assert found.result.proof is not None
    told = [page.Assumed(one.text, one.way, one.about.shown) for one in found.result.proof.assumptions]
    return tuple(sorted(told, key=lambda one: not one.shown))


def _words(
    answer: page.Headline, lost: tuple[page.FindingGroup, ...], told: tuple[page.PolicyView, ...]
) -> page.NamedTexts:
    """What the words stand for that are used."""
    used = [answer.word, *(one.word for one in lost), *(one.word.replace("not proved", "not-proved") for one in told)]
    used += ["accepted"] * any("accepted" in word for word in used) + ["refused"] * ("refused" in answer.word)
    used += ["same"] * (answer.word == SAME_TODAY)
    used += ["counterexample", "assumes"]
    return tuple((word, text.meaning.strip()) for word, text in load.words().items() if word in used)
