"""A report only grows: what may be for nothing is told to another one, and merged if it was not."""

from __future__ import annotations

from translate import Effect
from translate.core.diagnostics import Report


def report(name: str) -> Report:
    """One with an entry of each kind."""
    found = Report()
    found.lose("NPT501", Effect.TIGHTER, name)
    found.refuse("NPT201", name)
    found.note(name)
    return found


def said(found: Report) -> list[list[str]]:
    """The messages of losses, refusals and notes."""
    return [[one.message for one in kind] for kind in (found.losses, found.refusals, found.notes)]


def test_what_is_merged_comes_in_order() -> None:
    assert said(report("a").merged(report("b"), Report(), report("c"))) == [["a", "b", "c"]] * 3


def test_neither_report_is_changed() -> None:
    first, second = report("a"), report("b")
    whole = first.merged(second)
    whole.note("later")
    assert (said(first), said(second)) == ([["a"]] * 3, [["b"]] * 3)
    alone = first.merged()
    alone.note("later")
    assert said(first) == [["a"]] * 3
