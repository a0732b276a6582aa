"""Where a translation ends without output: everything that cannot be written is told at once, with its place."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Refusal, Report, UnsupportedError
from translate.dialects import of_object
from translate.dialects.base import Emitted
from translate.frontend.bystanders import identity
from translate.frontend.link import Linked
from translate.frontend.sources import Places
from translate.model.policy import OF_HOSTS, Bearing
from translate.tables.load import capabilities
from translate.tables.records import KEEP

TOO_LARGE, NO_COUNTERPART, LEFT_OUT, NOT_READ = "NPT220", "NPT210", "NPT306", "NPT201"
NOT_UNDERSTOOD = "NPT202"


def stop_at_refusals(report: Report, places: Places) -> None:
    """Raise UnsupportedError if anything was refused."""
    if report.refusals:
        # What something means that is not read is not known, so neither is what is lost of it.
        unread = {one.origin.place for one in report.refusals if one.code == NOT_UNDERSTOOD and one.origin.path}
        losses = [loss for loss in report.losses if loss.origin.place not in unread]
        raise UnsupportedError(located(report.refusals, places), losses, places)


def say_what_stays_behind(taken: Linked, target: str, report: Report, *, passthrough: bool) -> None:
    """Refuse what decides about traffic, is not read and does not come along, and policies for hosts where the target
    is another dialect: without them the hosts would be open. Staged policies, which nobody enforces, are a loss that
    changes nothing.
    """
    _refuse_unread(taken, target, report, passthrough=passthrough)
    if taken.policies.semantics.name == target:
        return
    for item in taken.companions:
        from translate.api.staging import is_staged  # few inputs have companions

        if is_staged(item.value):
            about = identity(item.value)
            message = f"{about} is staged, so not enforced; {target} has nothing like it, and nothing stands for it"
            report.lose(LEFT_OUT, Effect.EXACT, message, origin=item.origin, about=about)
    way = capabilities()[target].way_for_hosts
    hosts = [found for found in taken.policies.sets if found.is_host]
    for one in taken.policies.unjudged:
        if one.bearing is not Bearing.HOSTS:
            continue
        message = f"{one.identity} is about traffic of {one.about}, which is not translated"
        hint = way if one.about == OF_HOSTS else KEEP
        report.refuse(NO_COUNTERPART, message, origin=one.origin, about=one.identity, hint=hint)
    for policy in taken.policies.policies if hosts else ():
        if policy.subject.hosts is not None:
            message = f"{policy.identity} may govern {hosts[0].identity}; traffic of hosts is not translated"
            hint = f"select pods only (namespaceSelector: all()); for the hosts {way}"
            report.refuse(NO_COUNTERPART, message, origin=policy.subject.origin, about=policy.identity, hint=hint)


def _refuse_unread(taken: Linked, target: str, report: Report, *, passthrough: bool) -> None:
    foreign = {item.origin.place: item for item in taken.foreign}
    own = {item.origin.place: item for item in taken.companions if of_object(item.value) != target}
    for one in taken.unread:
        item = (own if passthrough else own | foreign).get(one.origin.place)
        if item is None:
            continue
        rest = "or take it out of the input, if the rest means what you want without it"
        kind = f"{one.identity.kind} of {item.value.get('apiVersion')}"
        keep = "keep it as it is with --passthrough" if one.origin.place in foreign else KEEP
        report.refuse(
            NOT_READ,
            f"{one.identity} is of a kind that is not read ({kind})",
            origin=item.origin,
            about=one.identity,
            hint=f"it decides about traffic: {keep}, {rest}",
        )


def refuse_excesses(emitted: Sequence[Emitted], report: Report) -> None:
    """Refuse objects whose text is longer than their API takes: they are not spelled, so nothing may be written."""
    for item in emitted:
        policy = item.policies[0]
        for excess in item.excesses:
            message = f"{policy.identity} needs {excess}"
            report.refuse(TOO_LARGE, message, origin=policy.origin, about=policy.identity, hint="split the policy")


def located(refusals: Sequence[Refusal], places: Places) -> list[Refusal]:
    """The refusals with line and column worked out, in the order of the input."""
    found = []
    for refusal in refusals:
        line, column = places.locate(refusal.origin) or (0, 0)
        found.append(replace(refusal, line=line, column=column))
    return sorted(found, key=lambda x: (x.origin.file, x.line, x.column))
