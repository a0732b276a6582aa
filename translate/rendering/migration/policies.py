"""Each policy before and after, side by side, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from translate.api.account import AccountRow
from translate.api.report import MigrationReport, PolicyPair
from translate.api.result import Mapped, Result
from translate.core.diagnostics import Effect, Loss
from translate.core.origin import Place
from translate.core.shortened import shortened
from translate.rendering.findings import place
from translate.rendering.grades import NOT_PROVED, grade
from translate.rendering.migration import page
from translate.rendering.migration.marks import mark
from translate.rendering.migration.packets import PacketsByPolicy
from translate.rendering.plan import one_to_one, why

MOST_LINES, MOST_PACKETS, MOST_OBJECTS = 150, 2, 8
FEW = 4
"""So many policies are shown unfolded: all of a few, or the gravest of many."""


def policies(found: MigrationReport, packets: PacketsByPolicy) -> tuple[page.PolicyView, ...]:
    """The policies whose texts are told."""
    result = found.result
    if result is None:
        return ()
    account = {row.origin.place: row for row in result.account.rows} if result.account is not None else {}
    losses: dict[str, list[Loss]] = {}
    for loss in result.losses:
        losses.setdefault(loss.object, []).append(loss)
    few = len(result.policies) <= FEW
    return tuple(
        _policy(pair, result, account, losses, packets, open=few or (number < FEW and _is_lossy(pair.policy)))
        for number, pair in enumerate(found.pairs)
    )


def others(found: MigrationReport) -> page.NamedTexts:
    """The policies whose texts are not told, with their words."""
    result = found.result
    if result is None or not found.left_out:
        return ()
    told = {pair.policy.origin.place for pair in found.pairs}
    rest = (row for row in result.policies if row.origin.place not in told)
    return tuple((f"{row.source} → {named(row)}", _word(row, result)) for row in rest)


def _policy(
    pair: PolicyPair,
    result: Result,
    account: dict[Place, AccountRow],
    losses: dict[str, list[Loss]],
    packets: PacketsByPolicy,
    *,
    open: bool,
) -> page.PolicyView:
    row, word = pair.policy, grade(pair.policy, result)
    where = place(row.origin, result.places)
    shown = dict.fromkeys(example for _, example in packets.get(row.origin.place, ()))
    says = (*_losses(losses.get(str(row.source), ())), *_account(account.get(row.origin.place), result))
    return page.PolicyView(
        name=str(row.source),
        targets=named(row),
        word=_word(row, result),
        mark=mark(word),
        codes=row.codes,
        where=where,
        says=tuple(says),
        before=_text(where, pair.before, pair.line),
        after=tuple(_text("", text, 1) for text in pair.after[:MOST_OBJECTS]),
        packets=tuple(shown)[:MOST_PACKETS],
        open=open,
    )


def _is_lossy(row: Mapped) -> bool:
    return row.exactness is not Effect.EXACT


def _word(row: Mapped, result: Result) -> str:
    return grade(row, result).replace(NOT_PROVED, "not proved")


def _losses(some: list[Loss] | tuple[Loss, ...]) -> Iterator[str]:
    """Each message once."""
    yield from dict.fromkeys(f"{loss.code} {loss.effect.value}: {loss.message}" for loss in some)


def _account(row: AccountRow | None, result: Result) -> Iterator[str]:
    if row is not None and result.account is not None and result.tried:
        yield from (text for text in why(row, result) if ", told above" not in text)
        yield from one_to_one(row, result.account)


def named(row: Mapped) -> str:
    """What stands for a policy: the kind alone where the name is the same."""
    if not row.targets:
        return "nothing"
    return shortened((target.beside(row.source) for target in row.targets), MOST_OBJECTS)


def _text(title: str, text: str, line: int) -> page.Text:
    lines = [one.rstrip("\r") for one in text.rstrip("\n").split("\n")] if text else []
    return page.Text(title, tuple(lines[:MOST_LINES]), line, max(0, len(lines) - MOST_LINES))
