"""The report people read on stderr: losses first, then what became what, then what was proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import assert_never

from click.formatting import HelpFormatter

from translate.api.result import Mapped, Result, RoundTrip, Verification
from translate.core.accepting import NOTHING, Acceptance
from translate.core.diagnostics import Effect, Loss, Note, Problem, Refusal
from translate.core.origin import Locates
from translate.core.shortened import shortened
from translate.frontend.sources import Places
from translate.model.policy import Bearing
from translate.prover.assumptions import About
from translate.prover.proof import Counterexample, Proof, Verdict
from translate.rendering import findings
from translate.rendering.grades import NOT_PROVED, grade, summed
from translate.rendering.terminal import Terminal, safe

PROOF_STYLE = {Verdict.SAME: "green", Verdict.TIGHTER: "yellow", Verdict.UNDECIDED: "yellow"}
STAGED = "NPT306"
SHOWN_ROWS, SHOWN_KINDS, SHOWN_NOTES, GRADE = 3, 4, 5, 22


def problems(found: Iterable[Problem], out: Terminal) -> None:
    """One line each: file:line:column: error: what is wrong."""
    for problem in found:
        where = ":".join([problem.origin.file or "input", *(str(n) for n in (problem.line, problem.column) if n)])
        out.line(f"{where}: error: {problem.message}", "red")
        for line in problem.excerpt:
            out.line(f"  {line}")


def refusals(found: Iterable[Refusal], out: Terminal, *, verbose: int = 0) -> None:
    """What is not translated, and the way out."""
    findings.say(findings.of_refusals(found), out, verbose=verbose)


def losses(found: Iterable[Loss], accepted: Acceptance, places: Locates, out: Terminal, *, verbose: int = 0) -> None:
    """What the target says differently, gravest first."""
    shown = None if verbose else findings.MOST
    findings.say(findings.of_losses(found, accepted, places, shown=shown), out, verbose=verbose)


def result(result: Result, out: Terminal, *, verbose: int) -> None:
    """The whole report of a translation."""
    problems(result.problems, out)
    refusals(result.refusals, out, verbose=verbose)
    losses(result.losses, result.accepted, result.places, out, verbose=verbose)
    _table(result, out, verbose)
    counts(result, out)
    missing = len(result.refusals) + len(result.problems)
    if missing:
        out.line(f"{missing} refused, and not in the output: what is proved is about the rest (--keep-going)", "red")
    if result.suggestion is not None:
        from translate.rendering.suggested import suggested  # only where something is lost

        suggested(result.suggestion, out)
    if not result.policies:
        return
    notes((*result.emptied, *result.notes), out, verbose=verbose)
    if result.proof is not None:
        proof(result.proof, result.places, result.after_places, out, verbose=verbose)
    if result.logging is not None:
        _logging(result, out)
    if any(loss.effect in (Effect.LOOSER, Effect.MIXED) for loss in result.open_losses):
        out.line("nothing is written: the output would let through more than the input", "red")
    unused(result, out)


def notes(found: Sequence[Note], out: Terminal, *, verbose: int) -> None:
    """Remarks: one of each kind and the first few kinds, or with ``verbose`` all."""
    kinds: dict[str, list[str]] = {}
    for note in found:
        subject, _, rest = note.message.partition(" ")
        kinds.setdefault(note.message if verbose or "/" not in subject else rest, []).append(note.message)
    shown = list(kinds.values())[: None if verbose else SHOWN_NOTES]
    for first, *alike in shown:
        out.prose(f"note: {first}" + (f" (+ {len(alike)} more of this kind: -v)" if alike else ""), "dim")
    hidden = len(found) - sum(map(len, shown))
    if hidden:
        out.line(f"note: + {hidden} more notes (-v)", "dim")


def _table(result: Result, out: Terminal, verbose: int) -> None:
    """What became of each policy that is not just the same; with ``verbose`` of all."""
    wanted = [row for row in result.policies if verbose or row.exactness is not Effect.EXACT]
    shown = wanted if verbose else wanted[:SHOWN_ROWS]
    if not shown:
        return
    written = HelpFormatter(width=out.width)
    with written.indentation():
        cells = [(f"{safe(str(row.source))} → {safe(_targets(row))}", safe(_graded(row, result))) for row in shown]
        written.write_dl(cells, col_max=out.width - GRADE)
    for line in written.getvalue().splitlines():
        out.line(line)
    if len(wanted) > len(shown):
        out.line(f"  + {len(wanted) - len(shown)} more (-v)", "dim")


def _targets(row: Mapped) -> str:
    if not row.targets:
        return "nothing"
    return shortened((target.beside(row.source) for target in row.targets), 1)


def _graded(row: Mapped, result: Result) -> str:
    return " ".join([grade(row, result).replace(NOT_PROVED, "not proved"), *row.codes])


def counts(result: Result, out: Terminal) -> None:
    """How many policies there are of each word, and what was left out, in a line."""
    if not result.policies:
        parts = [without_policies(result)]
    else:
        parts = [f"{len(result.policies)} translated", *summed(result)]
    if not result.text and result.policies:
        parts[0] = "0 written"
    foreign = sum(result.foreign.values())
    if foreign:
        named = (f"{count} {kind}" for kind, count in sorted(result.foreign.items()))
        kinds = shortened(named, SHOWN_KINDS, "more kinds")
        many = f"{foreign} other object{'s' * (foreign != 1)}"
        kept = f"{many} kept: {kinds}"
        parts.append(kept if result.passthrough else f"{many} left out: {kinds} (--passthrough keeps them)")
    out.prose(" · ".join(parts))
    summary = findings.by_code(findings.of_losses(result.losses, result.accepted, result.places, shown=0))
    if summary:
        out.prose(summary, "dim")


def without_policies(result: Result) -> str:
    """What is said where no policy is for pods: there may be others all the same."""
    hosts = [one.identity for one in (result.before.unjudged if result.before else ()) if one.bearing is Bearing.HOSTS]
    if not hosts:
        from translate.api.staging import is_staged  # seldom needed

        staged = any(map(is_staged, result.objects)) or any(loss.code == STAGED for loss in result.losses)
        none = "all policies of the input are staged, so none is enforced" if staged else "the input holds no policy"
        return f"{none}: nothing to translate"
    named = ", ".join(map(str, dict.fromkeys(hosts)))
    return f"no policy of the input is for pods: what is for the traffic of hosts is kept as it is: {named}"


def proof(
    found: Proof,
    before: Places,
    after: Places,
    out: Terminal,
    *,
    verbose: int,
    again: Callable[[Counterexample], str] = lambda _: "",
) -> None:
    """The verdict of a proof, its counterexamples, and on request what it rests on; ``again``: the command that walks a
    counterexample, empty where there is none.
    """
    out.prose(headline(found, verbose), proof_style(found))
    _recalled(found, out, verbose)
    for example in (*found.counterexamples, *found.later_counterexamples):
        from translate.rendering.witness import say  # only where something differs

        say(example, out, before, after, again(example))
    for assumption in found.assumptions:
        if verbose or assumption.about.shown:
            out.prose(f"assumes: {assumption}", "dim", indent=2)


def _recalled(found: Proof, out: Terminal, verbose: int) -> None:
    if verbose and found.recalled:
        out.line("  (from the cache)", "dim")


def proof_style(found: Proof) -> str:
    """The colour of a verdict: what is the same until another policy is added is no more than a warning."""
    lasts = found.is_same or found.verdict is not Verdict.SAME
    return PROOF_STYLE.get(found.verdict, "red") if lasts else "yellow"


def headline(found: Proof, verbose: int) -> str:
    """The verdict in a sentence; with ``verbose`` no word about what is not listed."""
    count = len(found.assumptions)
    hidden = 0 if verbose else sum(not one.about.shown for one in found.assumptions)
    more = f"; -v lists {'them' if hidden == count else 'all'}" if hidden else ""
    rests = f" ({count} assumption{'s' * (count != 1)}{more})" if count else ""
    match found.verdict:
        case Verdict.SAME:
            return f"{'✔' if found.is_same else '!'} proved the same{_day(found)}{rests}"
        case Verdict.TIGHTER:
            return f"! proved tighter: after lets through less than before, and nothing that before denied{rests}"
        case Verdict.LOOSER:
            return f"✘ NOT the same: after is LOOSER{rests}"
        case Verdict.MIXED:
            return f"✘ NOT the same: after is looser for some packets and tighter for others{rests}"
        case Verdict.UNDECIDED:
            return f"? undecided: {found.reason}"


def _day(found: Proof) -> str:
    """On which days two sets are the same."""
    same = "both let through exactly the same packets"
    match found.later:
        case None:
            return f": {same}"
        case Verdict.SAME:
            return f": {same}, whatever policy is added later"
        case Verdict.TIGHTER | Verdict.LOOSER | Verdict.MIXED | Verdict.UNDECIDED:
            return f" today: {same} until another policy is added"
        case never:
            assert_never(never)


def _logging(result: Result, out: Terminal) -> None:
    logging = result.logging
    assert logging is not None
    if logging.holds:
        out.line(f"✔ proved: a packet is logged if and only if {_wished(result)}", "green")
    elif logging.holds is None:
        out.line("? undecided: whether exactly the denied packets are logged", "yellow")
    elif logging.point is not None:
        from translate.rendering.witness import sentence  # only where logging differs

        out.line(f"✘ logging is NOT exact: {sentence(logging.point)}", "red")


def unused(found: Result, out: Terminal) -> None:
    """What was accepted and is not lost, if all was looked at."""
    idle = found.accepted.unused(found.losses)
    if idle and not (found.refusals or found.problems):
        out.prose(f"note: nothing that would be accepted is lost: {', '.join(one.words for one in idle)}", "dim")


def forecast(found: Result, out: Terminal, *, verbose: int) -> None:
    """What a translation would lose, and how much of it there is; the proof in a line."""
    refusals(found.refusals, out, verbose=verbose)
    losses(found.losses, found.accepted, found.places, out, verbose=verbose)
    _table(found, out, verbose)
    counts(found, out)
    if found.suggestion is not None:
        from translate.rendering.suggested import suggested  # only where something is lost

        suggested(found.suggestion, out)
    if found.proof is not None:
        out.prose(headline(found.proof, verbose), proof_style(found.proof))
        _recalled(found.proof, out, verbose)
        for assumption in (one for one in found.proof.assumptions if one.about is About.ASSUMED):
            out.prose(f"assumes: {assumption}", "dim", indent=2)


def _wished(result: Result) -> str:
    """Which packets are logged, in words."""
    from translate.prover.decision_list import has_logs  # only where logging is asked for

    assert result.logging is not None
    wish = result.logging.wish
    what = "a Deny rule denies it" if wish.explicit_only else "it is denied"
    if len(wish.directions) == 1:
        what += f" on {wish.directions[0].value}"
    logs = wish.keep_logs and result.before is not None and has_logs(result.before)
    return f"{what}, or a Log rule of the input logs it" if logs else what


def verification(found: Verification, out: Terminal, *, verbose: int, again: Callable[[Counterexample], str]) -> None:
    """The report of ``verify``; ``again``: as in ``proof``."""
    refusals(found.refusals, out, verbose=verbose)
    notes(found.notes, out, verbose=verbose)
    proof(found.proof, found.before_places, found.after_places, out, verbose=verbose, again=again)


def roundtrip(trip: RoundTrip, via: str, out: Terminal, *, verbose: int) -> None:
    """The report of ``roundtrip``: meaning first, then structure."""
    for leg in (trip.there, trip.back):
        losses(leg.losses, NOTHING, leg.places, out, verbose=verbose)
    names = {"/".join(filter(None, (row.source.namespace, row.source.name))) for row in trip.there.policies}
    # What came back may have other names, and be more: only the policies of the input are counted.
    total, changed = len(names), len(names & trip.differences.keys())
    proof(trip.proof, trip.there.places, trip.back.after_places, out, verbose=verbose)
    if not trip.differences:
        which = "the policy is" if total == 1 else f"all {total} policies are"
        out.line(f"✔ structure: {which} the same, field by field, after {via} and back", "green")
        return
    count = len(trip.gone)
    more = f", {count} other object{'s' * (count != 1)} did not come back" if count else ""
    out.line(
        f"structure: {total - changed} of {total} policies are the same field by field; "
        f"{changed} came back spelled otherwise{more}:"
    )
    for name, changes in sorted(trip.differences.items()):
        out.line(f"  {name}")
        for change in changes if verbose else changes[:6]:
            out.line(f"    {change}")
        if len(changes) > 6 and not verbose:
            out.line(f"    … {len(changes) - 6} more lines (-v shows them)", "dim")
