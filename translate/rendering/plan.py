"""``--explain-plan`` for the owner of the policies: what stands for what, why, what was tried, and what was not."""

from __future__ import annotations

from collections.abc import Iterator

from translate.api.account import Account, AccountRow, Way
from translate.api.result import Result, Tried
from translate.core.diagnostics import Effect
from translate.core.origin import spell
from translate.core.shortened import shortened
from translate.dialects import get
from translate.frontend.sources import Places
from translate.prover.proof import Counterexample, Verdict
from translate.rendering.findings import place
from translate.rendering.plan_words import REWRITTEN, words
from translate.rendering.terminal import Terminal
from translate.rendering.witness import others, sentence

SHOWN_GROUPS, SHOWN_ROWS = 8, 3
"""So many kinds of rows are told, and so many rows of each, if not all are asked for."""
LATER = (Effect.LOOSER_LATER, Effect.TIGHTER_LATER)
NATURAL = "natural"
"""The verdict of a form that was not proved, as there was no other."""
STAYS = "plan: the text of the input stays"


def plan(found: Result, out: Terminal, *, verbose: int = 0) -> None:
    """The whole account; with ``verbose`` of all policies, and with the steps that changed anything."""
    if found.account is None or not found.tried:
        out.line(STAYS)
        return
    _rows(found, found.account, out, verbose)
    _forms(found, out, verbose)
    for text in untried(found):
        out.prose(f"plan: {text}")


def _rows(found: Result, account: Account, out: Terminal, verbose: int) -> None:
    groups: dict[tuple[str, ...], list[AccountRow]] = {}
    for row in account.rows:
        groups.setdefault((*why(row, found), *one_to_one(row, account)), []).append(row)
    out.line(
        "plan: what would stand for what, as nothing is written" if found.withheld else "plan: what stands for what"
    )
    plain = groups.pop((), [])
    shown = list(groups.items())[: None if verbose else SHOWN_GROUPS]
    for texts, rows in shown:
        for row in rows[: None if verbose else SHOWN_ROWS]:
            out.prose(f"{row.source} → {_targets(row, verbose)}", indent=2)
        if len(rows) > SHOWN_ROWS and not verbose:
            out.line(f"  + {len(rows) - SHOWN_ROWS} more like this (-v)", "dim")
        for text in texts:
            out.prose(text, indent=5)
    hidden = sum(len(rows) for rows in groups.values()) - sum(len(rows) for _, rows in shown)
    if hidden:
        out.line(f"  + {hidden} more policies of other kinds (-v)", "dim")
    if plain:
        rest = " other" if groups else ""
        many = f"{len(plain)}{rest} {'policy' if len(plain) == 1 else 'policies'}"
        out.line(f"  {many}: one object{' each' * (len(plain) > 1)}, rule by rule")
        for row in plain if verbose else ():
            out.prose(f"{row.source} → {_targets(row, verbose)}", indent=5)
    for other in account.beside:
        out.prose(f"{other.identity} stands beside them: {other.purpose}", indent=2)


def why(row: AccountRow, found: Result) -> tuple[str, ...]:
    """What became of a row, and why, in sentences; none where one object stands for it, rule by rule."""
    chosen = (one.verdict for one in found.tried if one.chosen)
    return words(row, found.to, proved=next(chosen, "") in (Verdict.SAME, Verdict.TIGHTER))


def one_to_one(row: AccountRow, account: Account) -> tuple[str, ...]:
    """What makes a row one to one, in sentences; none where it is, or where nothing was tried."""
    if row.is_one_to_one or account.ways_left:
        return ()
    what = "exact" if row.is_single else "one to one"
    tried = f" ({'; '.join(row.tried)})" if row.tried else ""
    ways = [way(one) for one in row.ways if not one.accepts]
    looser = [way(one) for one in row.ways if one.accepts]
    split = (step.name for step in row.steps if step.policies[1] > step.policies[0])
    return (
        *([] if row.ways else [f"nothing that was tried makes it {what}{tried}"]),
        *([f"{what} with {', or '.join(ways)}"] if ways else []),
        *([f"looser instead with {', or '.join(looser)}"] if looser else []),
        *(f"not tried: {REWRITTEN[name]}" for name in split if name in REWRITTEN),
    )


def way(found: Way) -> str:
    """What to type, and on which days it is so, if not on all."""
    accepts = "".join(f" --accept {one}" for one in found.accepts)
    return f"{found.options}{accepts}{' (the same today)' * (found.effect in LATER)}"


def _targets(row: AccountRow, verbose: int) -> str:
    if not row.targets:
        return "nothing"
    names = [target.beside(row.source) for target in row.targets]
    return shortened(names, len(names) if verbose else SHOWN_ROWS)


def _forms(found: Result, out: Terminal, verbose: int) -> None:
    forms = found.tried
    if not has_choice(found):
        out.prose(f"plan: one form, {forms[0].form}: {only(found)}, so there was no choice")
    else:
        out.line(f"plan: {len(forms)} form{'s were' if len(forms) != 1 else ' was'} tried")
    for one in forms:
        if has_choice(found):
            out.prose(f"{one.form}: {'taken' if one.chosen else 'left'}, {reason(one)}", indent=2)
        for text in packet(one, found.places):
            out.prose(text, indent=5)
        if verbose and one.passes:
            out.prose(f"changed by {', '.join(one.passes)}", "dim", indent=5)


def has_choice(found: Result) -> bool:
    """Whether proofs chose a form."""
    return len(found.tried) > 1 or found.tried[0].verdict != NATURAL


def only(found: Result) -> str:
    """Why there is one form to try."""
    stays = found.before is not None and found.before.semantics.name == found.to
    return f"the policies stay in {get(found.to).title}" if stays else "the input only allows"


def reason(one: Tried) -> str:
    """Why a form was taken or left."""
    match one.verdict:
        case Verdict.SAME:
            today = one.later not in (None, Verdict.SAME)
            how = "means the same today, but not once another policy is added" if today else "means the same"
            return f"it {how}" if one.chosen else "a plainer one means the same"
        case Verdict.TIGHTER:
            return "the least is lost with it" if one.chosen else "it cuts off" if one.packet else "it is no nearer"
        case Verdict.LOOSER:
            return "it is looser, as was asked for" if one.chosen and one.loosened else "it lets through"
        case Verdict.MIXED:
            return "it cuts some off and lets others through"
        case Verdict.UNDECIDED:
            return f"not decided: {one.undecided}"
        case _:
            return f"it is refused: {one.why}"


def packet(one: Tried, places: Places) -> Iterator[str]:
    """The packet that a form treats differently, and what decides it in the input."""
    example = one.packet
    if example is None or one.chosen or one.verdict == Verdict.SAME:
        return  # the report has the counterexample of what is written
    when = others(example.point)
    yield f"{f'{when}, ' * bool(when)}{sentence(example.point)}"
    yield decided(example, places)


def decided(example: Counterexample, places: Places) -> str:
    """Who lets a packet through in the input, or keeps it out, and where that stands."""
    decision = example.before
    verb = "allowed" if decision.allowed else "denied"
    if decision.policy is None:
        return f"{verb}: {decision.why}"
    where = decision.rule.origin if decision.rule is not None else decision.policy.origin
    rule = f" {spell(where.path)}" if decision.rule is not None else ""
    why = f": {decision.why}" if decision.rule is None else ""
    return f"{verb} by {decision.policy.identity}{rule} ({place(where, places)}){why}"


def untried(found: Result) -> tuple[str, ...]:
    """What the search left out, and which bounds it has, in sentences."""
    account, said = found.account, []
    if account is None:
        return ()
    if account.forms:
        first, *more = account.forms
        others = f" and {len(more)} other form{'s' * (len(more) != 1)}" if more else ""
        said.append(f"not tried, as one before means the same: {first}{others}")
    if any(one.put_back for one in found.tried):
        said.append("not tried: which more of the Denies could go, as that took too many proofs; all are kept")
    if account.cut_short:
        said.append("not tried: some of the allows that may fit beside it, as there are too many")
    if account.ways_left:
        said.append(f"not tried: what would make it one to one, as {account.ways_left}")
    if has_choice(found):
        said.append(
            f"bounds: {account.steps} steps for a proof that chooses a form (--max-steps), {account.most_rules} rules "
            "in place of one policy (--max-rules)"
        )
    return tuple(said)
