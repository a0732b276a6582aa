"""The smaller public functions: the model by itself, and what each dialect supports."""

from __future__ import annotations

from typing import Unpack

from translate.api.options import LoadKeywords, Options, chosen, dialect
from translate.api.refusing import refuse_excesses
from translate.api.releases import read_on
from translate.core.diagnostics import Report, UnsupportedError
from translate.dialects import get
from translate.frontend.facts import facts_of
from translate.frontend.intake import take_in
from translate.frontend.link import link
from translate.frontend.sources import Input, sources
from translate.model.policy import PolicySet
from translate.model.settings import DEFAULTS
from translate.plan.legalize import legalize
from translate.tables import load as tables
from translate.tables.records import Capabilities
from translate.yamlio.write import write


def load(source: Input, *, options: Options | None = None, **keywords: Unpack[LoadKeywords]) -> PolicySet:
    """The meaning of every policy of ``source``; of ``options``, what says how it is read.

    Raises InputError, and UnsupportedError for what is not read.
    """
    asked = chosen(options, keywords, LoadKeywords)
    given = take_in(sources(source))
    found = link(
        given, default_namespace=asked.default_namespace, engine=asked.source_engine, facts=facts_of(asked.facts)
    )
    if found.report.refusals:
        raise UnsupportedError(found.report.refusals)
    return read_on(asked.source_version, found).policies


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
