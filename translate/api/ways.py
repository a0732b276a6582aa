"""What would make an output stand one to one for its input: other targets, facts and accepted losses, each tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from translate.api.account import Account, AccountRow, Way
from translate.api.options import Options
from translate.api.result import Mapped, Result
from translate.api.suggestion import EXAMPLES, FIELDS
from translate.core.diagnostics import Effect, Error
from translate.core.origin import Place
from translate.dialects import those
from translate.frontend.facts_flags import ASSUME, FLAGS
from translate.model.assume import Assume
from translate.model.facts import Facts
from translate.prover.asked_ranges import asked_of
from translate.prover.proof import Verdict
from translate.tables.load import codes

MOST_POLICIES = 100
"""Every way costs a translation with its proof: they are tried for so many policies at most."""
LATER = (Effect.LOOSER_LATER, Effect.TIGHTER_LATER)
COMPLETE = "complete: [Policy] in --facts"
NEWEST = "a newer release of the target (no --target-version)"
LOOSEN = "--on-loss loosen"

Again: TypeAlias = Callable[[str, Options, Facts], Result]
"""Translates the same input to another dialect, in another way, or with other facts."""


class _Trial(Struct, frozen=True):
    """One thing to try, in the words of the command line, and for which rows it may do something."""

    words: str
    to: str
    options: Options
    facts: Facts
    concerns: Callable[[AccountRow], bool]
    is_loosened: bool = False
    unless: str = ""
    """Another one that is enough where it does as much."""


def with_ways(result: Result, asked: Options, facts: Facts, again: Again, *, most: int = MOST_POLICIES) -> Result:
    """The result whose account, if it has one, tells targets, grades, and what makes its rows one to one; that is tried
    for ``most`` policies at most.
    """
    account = result.account
    if account is None:
        return result
    of = {row.origin.place: row for row in result.policies}
    rows = tuple(_graded(row, of.get(row.origin.place)) for row in account.rows)
    account = replace(account, rows=rows)
    open_rows = [row for row in rows if not row.is_one_to_one]
    if not open_rows:
        return replace(result, account=account)
    why_not = _why_not(result, asked, most)
    if why_not:
        return replace(result, account=replace(account, ways_left=why_not))
    return replace(result, account=_tried(account, tuple(_trials(result, asked, facts, open_rows)), again))


def ways_out(to: str, asked: Options, facts: Facts, again: Again) -> tuple[str, ...]:
    """What does not refuse an input that ``to`` refuses, each with what comes of it, in a sentence; without such a
    thing what refuses it as well.
    """
    plain, known = _plain(asked), replace(facts, complete=tuple(dict.fromkeys((*facts.complete, "Policy"))))
    trials = [(COMPLETE, to, plain, known)] if known != facts else []
    trials += [(NEWEST, to, replace(plain, target_version=()), facts)] if asked.target_version else []
    trials += [(f"--to {one.name}", one.name, _elsewhere(plain), facts) for one in those(lambda one: one.name != to)]
    found, refused = [], []
    for words, target, options, stated in trials:
        try:
            result = again(target, options, stated)
        except (Error, ValueError):
            refused.append(words)
            continue
        if result.before is None or result.before.semantics.name != target:
            effect = "the same" if result.exactness is Effect.EXACT else result.exactness.value
            found.append(f"{words} ({effect})")
    if found:
        return (f"not refused with {', or '.join(found)}",)
    return (f"refused as well with {', '.join(refused)}",) if refused else ()


def _graded(row: AccountRow, mapped: Mapped | None) -> AccountRow:
    if mapped is None:
        return row
    return replace(row, targets=mapped.targets, exactness=mapped.exactness, codes=mapped.codes)


def _why_not(result: Result, asked: Options, most: int) -> str:
    if result.refusals or result.problems:
        return "part of the input is refused"
    if not asked.verify:
        return "nothing is proved (--no-verify)"
    count = len(result.policies)
    return f"there are {count} policies, and it is tried for {most} at most" if count > most else ""


def _tried(account: Account, trials: tuple[_Trial, ...], again: Again) -> Account:
    ways: dict[Place, list[Way]] = {}
    open_still: set[str] = set()
    for trial in trials:
        try:
            found = again(trial.to, trial.options, trial.facts)
        except (Error, ValueError):  # refused, or facts that contradict others: no way
            continue
        if found.proof is None or found.proof.verdict is Verdict.UNDECIDED or found.account is None:
            open_still.add(trial.words)
            continue
        of = {row.origin.place: row for row in found.policies}
        then = {row.origin.place: _graded(row, of.get(row.origin.place)) for row in found.account.rows}
        for row in account.rows:
            way = _way(row, then.get(row.origin.place), trial)
            mine = ways.get(row.origin.place, ())
            if way is not None and all(one.options != trial.unless for one in mine):
                ways.setdefault(row.origin.place, []).append(way)
    words = {trial.words: trial.words + " (not decided)" * (trial.words in open_still) for trial in trials}

    def told(row: AccountRow) -> AccountRow:
        mine = tuple(words[trial.words] for trial in trials if trial.concerns(row))
        return row if row.is_one_to_one else replace(row, ways=tuple(ways.get(row.origin.place, ())), tried=mine)

    return replace(account, rows=tuple(map(told, account.rows)))


def _way(row: AccountRow, then: AccountRow | None, trial: _Trial) -> Way | None:
    """What a trial does for a row: None where it stays as it is, or is no nearer to one to one."""
    if row.is_one_to_one or then is None or not trial.concerns(row):
        return None
    if then.is_one_to_one:
        return Way(trial.words)
    if then.is_single and then.exactness in LATER and (not row.is_single or row.exactness not in LATER):
        return Way(trial.words, then.exactness)
    looser = then.exactness is Effect.LOOSER and (then.is_single or row.cut)
    if trial.is_loosened and looser and row.exactness is Effect.TIGHTER:
        lost = (code for code in then.codes if "looser" in codes()[code].effects)
        return Way(trial.words, Effect.LOOSER, tuple(f"{code}@{row.source}" for code in lost))
    return None


def _trials(result: Result, asked: Options, facts: Facts, rows: list[AccountRow]) -> Iterator[_Trial]:
    """What may do something for some of ``rows``, the least change for their owner first."""
    plain = _plain(asked)
    yield from _of_facts(result, plain, facts, rows)
    if any(row.exactness is Effect.TIGHTER for row in rows) and asked.on_loss != "loosen":
        loosened = replace(plain, on_loss="loosen")
        yield _Trial(LOOSEN, result.to, loosened, facts, lambda row: row.exactness is Effect.TIGHTER, is_loosened=True)
    if asked.target_version:
        yield _Trial(NEWEST, result.to, replace(plain, target_version=()), facts, lambda _: True)
    before, wanted = result.before, _wanted(result, facts, rows)
    for one in those(lambda _: True):
        if before is not None and one.name not in (result.to, before.semantics.name):
            words = f"--to {one.name}"
            yield _Trial(words, one.name, _elsewhere(plain), facts, lambda _: True)
            if wanted:
                known = _stated(facts, EXAMPLES)
                yield _Trial(
                    f"{words} {_flags(EXAMPLES)}", one.name, _elsewhere(plain), known, lambda _: True, unless=words
                )


def _plain(asked: Options) -> Options:
    """As it was asked for, but the tighter form of everything."""
    tight: Literal["tighten"] = "tighten"
    return replace(asked, on_loss=tight, accept=(), suggest=False, keep_going=False, explain_plan=True)


def _elsewhere(plain: Options) -> Options:
    """Without what not every target has."""
    return replace(plain, log_denials=False, log_direction="both", log_explicit=False, stage=False)


def _of_facts(result: Result, plain: Options, facts: Facts, rows: list[AccountRow]) -> Iterator[_Trial]:
    wanted = _wanted(result, facts, rows)
    if wanted:
        yield _Trial(_flags(wanted), result.to, plain, _stated(facts, wanted), lambda row: bool(_asked(row)))
    if {"pods", "nodes"} & {key for row in rows for key in _asked(row)} and result.before is not None:
        for one in asked_of((result.before,), replace(facts, assumed=tuple(Assume))):
            if one not in facts.assumed:
                assumed = replace(facts, assumed=(*facts.assumed, one))
                yield _Trial(f"{ASSUME} {one}", result.to, plain, assumed, lambda row: bool(_asked(row)))
    if any(row.exactness in LATER for row in rows) and not facts.are_all("Policy"):
        known = replace(facts, complete=(*facts.complete, "Policy"))
        yield _Trial(COMPLETE, result.to, plain, known, lambda row: row.exactness in LATER)


def _wanted(result: Result, facts: Facts, rows: list[AccountRow]) -> list[str]:
    """The ranges that are not stated and may settle something; those that were seen to, where that was tried."""
    asked = {key for row in rows for key in _asked(row)}
    wanted = [key for key in EXAMPLES if key in asked and not getattr(facts, FIELDS[key])]
    if result.suggestion is not None and result.suggestion.facts:
        wanted = [key for key in wanted if key in dict(result.suggestion.facts)]
    return wanted


def _flags(keys: Iterable[str]) -> str:
    return " ".join(f"{FLAGS[key]} {'IP' if key == 'apiServers' else 'CIDR'}" for key in keys)


def _stated(facts: Facts, keys: Iterable[str]) -> Facts:
    """The facts with example values for what is not stated."""
    return replace(facts, **{FIELDS[key]: getattr(facts, FIELDS[key]) or EXAMPLES[key] for key in keys})


def _asked(row: AccountRow) -> tuple[str, ...]:
    """The facts that may settle what is lost of a row."""
    return tuple(key for code in row.codes for key in codes()[code].facts) if row.exactness is not Effect.EXACT else ()
