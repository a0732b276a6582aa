"""The smaller public functions: the model by itself, and what each dialect supports."""

from __future__ import annotations

from translate.api.options import dialect, engine_of, namespace
from translate.api.refusing import refuse_excesses
from translate.core.diagnostics import Report, UnsupportedError
from translate.dialects import get
from translate.frontend.facts import FactsInput, facts_of
from translate.frontend.intake import take_in
from translate.frontend.link import link
from translate.frontend.sources import Input, sources
from translate.model.policy import PolicySet
from translate.model.settings import DEFAULTS
from translate.plan.legalize import legalize
from translate.tables import load as tables
from translate.tables.records import Capabilities
from translate.yamlio.write import write


def load(
    source: Input, *, default_namespace: str = "default", source_engine: str | None = None, facts: FactsInput = None
) -> PolicySet:
    """The meaning of every policy of ``source``. Raises InputError, and UnsupportedError for what is not read."""
    given, engine = sources(source), engine_of(source_engine)
    known, where = facts_of(facts), namespace(default_namespace)
    taken = link(take_in(given), default_namespace=where, engine=engine, facts=known)
    if taken.report.refusals:
        raise UnsupportedError(taken.report.refusals)
    return taken.policies


def dump(policies: PolicySet, *, to: str) -> str:
    """Policies spelled as YAML of a dialect, unproved; ``convert`` is the way with a proof.

    Raises UnsupportedError where anything would be lost.
    """
    report = Report()
    target = dialect(to)
    fitted = legalize(policies, target, report, engine=get(target).semantics(DEFAULTS))
    emitted = [] if report.refusals else get(target).emit(fitted.policies, traced=False)
    refuse_excesses(emitted, report)
    if report.refusals or report.losses:
        raise UnsupportedError(report.refusals, report.losses)
    return write([item.draft.value for item in emitted])


def capabilities() -> dict[str, Capabilities]:
    """What each dialect can say, by name."""
    return dict(tables.capabilities())
