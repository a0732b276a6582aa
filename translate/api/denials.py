"""How the denials of a target are seen: logged by what is added to its policies, observed without, or refused."""

from __future__ import annotations

from translate.core.diagnostics import Report
from translate.dialects import SHARED, get, those
from translate.dialects.denials import Additions, LogRequest, added
from translate.model.policy import Direction, PolicySet
from translate.prover.budget import MAX_STEPS
from translate.prover.reached import needed
from translate.tables.load import capabilities

CANNOT_LOG, TOO_LONG = "NPT213", "NPT220"


def logging_for(
    policies: PolicySet, target: str, wanted: LogRequest, report: Report, *, steps: int = MAX_STEPS
) -> Additions:
    """What logs the denials of ``policies`` in ``target``, and only what some packet needs; where nothing does, a note
    or a refusal says why not. ``steps`` bounds the work.
    """
    dialect = get(target)
    if dialect.log_denials is not None:
        found = dialect.log_denials.additions(policies, wanted, report)
        if report.refusals:
            return found
        inside = added(policies, Additions(found.rules))
        _refuse_long(policies, inside, target, report)
        if report.refusals:
            return found
        found = Additions(found.rules, needed(inside, found.policies, steps=steps))
        if found.rules or found.policies:
            report.note(dialect.log_denials.where)
        return found
    if dialect.observe_denials is not None:
        dialect.observe_denials.explain(policies, wanted, report)
    else:
        report.refuse(CANNOT_LOG, f"a {capabilities()[target].title} cannot log", hint=_way_out(target))
    return Additions()


def _refuse_long(policies: PolicySet, logged: PolicySet, target: str, report: Report) -> None:
    """Refuse policies that Log rules make longer than the target takes: nothing of them may be written."""
    most = capabilities()[target].most_rules
    for policy, after in zip(policies.policies, logged.policies, strict=True):
        for direction in Direction if most else ():
            section, longer = policy.section(direction), after.section(direction)
            if section is None or longer is None or not len(section.rules) < len(longer.rules) > most:
                continue
            more = len(longer.rules) - len(section.rules)
            message = (
                f"{policy.identity} needs {len(longer.rules)} rules for {direction.value}, {more} of them to log what "
                f"it denies; {target} takes {most}"
            )
            hint = "split the policy, or leave this direction out (--log-direction)"
            report.refuse(TOO_LONG, message, origin=policy.origin, about=policy.identity, hint=hint)


def _way_out(target: str) -> str:
    """Which dialects can log."""
    able = those(lambda dialect: dialect.log_denials is not None)
    hint = f"translate to {' or '.join(dialect.title for dialect in able)} with --log-denials"
    beside = f"; the log policies work beside unchanged {get(target).title} policies"
    return hint + beside if target == SHARED else hint
