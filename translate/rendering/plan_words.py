"""What a plan did to a policy, in the words of its owner: no step is named, each says what the target lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from translate.api.account import AccountRow, AccountStep
from translate.core.diagnostics import Effect
from translate.dialects import get
from translate.tables.load import capabilities, codes
from translate.tables.records import Capabilities

MORE_OBJECTS: Mapping[str, str] = {
    "deny_first": "denies and allows stand apart, as in {title} the first that matches decides",
    "expressions": "one for each part of its selector, as a selector of {title} has no “or”",
    "flat": "some of its pods get one of their own, as other policies decide for them first",
    "namespaces": "one for each namespace that it names, as {title} has no policies for the whole cluster",
    "rule_subjects": "its rules for some of its pods get one of their own, as {title} has no such rules",
    "told_values": "one for each value of a label that passes its test",
    "versions": "said in the way of the older release",
}
"""By the step that makes more of one policy."""
NO_OBJECT: Mapping[str, str] = {
    "expressions": "it selects no pod",
    "redundant": "it isolates nobody, and allows only what is open anyway",
}
MORE_RULES: Mapping[str, str] = {
    "address_sets": "the ranges of sets stand in the rules",
    "cidr_reach": "pods and nodes of a range are named beside it",
    "entities": "each kind of peers becomes its pods or addresses",
    "flat": "what is decided before a rule is cut out of it",
    "own_node": "one lets in the node of the pod, as {title} asks for that",
    "packets": "what a rule leaves out becomes what is around it",
    "peer_forms": "a peer that is several things becomes what it comes to",
    "peer_kinds": "{peers}",
    "port_lists": "{ports}",
}
FEWER_RULES: Mapping[str, str] = {
    "conditions": "a condition that lets everything pass asks nothing",
    "everyone": "peers that are everyone together are said as everyone",
    "flat": "what is decided before a rule leaves nothing of it",
    "logs": "rules that log are left out",
    "merge": "rules that can stand in one do",
    "peer_kinds": "a rule for everyone holds all others",
    "redundant": "rules that allow what is open anyway are left out",
    "repeats": "equal rules stand once",
}
LOST = "what {title} has no word for is lost"
IDLE = "what changes nothing is left out"
OPENING = (Effect.LOOSER, Effect.MIXED)
LOSING = ("cidr_reach", "entities", "label_keys", "packets", "peer_forms", "peer_words", "protocols")
"""Steps that take a rule out only where it is lost, which has a code."""
PEERS = {"one": "a rule of {title} has one peer", "kind": "a rule of {title} has peers of one kind", "any": ""}

REWRITTEN: Mapping[str, str] = {
    "expressions": "a label that all of its pods have would do instead of “or”",
}
"""What the owner can change in the input, which was not tried."""


def words(row: AccountRow, to: str, *, proved: bool) -> tuple[str, ...]:
    """The sentences about a row, none where an object stands for it rule by rule; ``proved``: no Deny is missed."""
    if row.kept:
        return ("it stays as it is",)
    can, title = capabilities()[to], get(to).title
    said = (
        *_objects(row),
        *_not_allowing(row, proved=proved),
        *_allows(row, can),
        *([f"{row.exactness}: {', '.join(_changing(row))}, told above"] if row.exactness is not Effect.EXACT else []),
    )
    return tuple(text.replace("{title}", title) for text in said)


def _changing(row: AccountRow) -> Iterator[str]:
    """The codes of what is lost that changes what is let through."""
    return (code for code in row.codes if codes()[code].effects != ("exact",))


def _objects(row: AccountRow) -> Iterator[str]:
    count = len(row.targets)
    if count == 0:
        found = (NO_OBJECT[step.name] for step in row.steps if step.policies[1] == 0 and step.name in NO_OBJECT)
        yield f"no object: {next(found, 'nothing of it is left')}"
        return
    why = []
    if row.specs > 1:
        why.append(f"it has {row.specs} specs, and an object of {{title}} has one")
    grown = [step for step in row.steps if step.policies[1] > step.policies[0]]
    why += [MORE_OBJECTS.get(step.name, "{title} cannot say it in one") for step in grown]
    if count > 1 or row.specs > 1:
        reasons = f": {'; '.join(dict.fromkeys(why))}" if why else ""
        yield f"{count} object{'s' * (count != 1)}{reasons}"


def _not_allowing(row: AccountRow, *, proved: bool) -> Iterator[str]:
    """What became of rules that do not allow, and of those that stand behind such rules."""
    (denied, denies), (passed, passes) = row.denies, row.passes
    gone = [*_counted(denied - denies, "Deny", "Denies"), *_counted(passed - passes, "Pass rule", "Pass rules")]
    is_one = max(0, denied - denies) + max(0, passed - passes) == 1
    if gone:
        is_so = proved and row.exactness not in OPENING
        stopped = f": no allow of the output lets through what {'it stops' if is_one else 'they stop'}"
        why = "" if not is_so else ": what they come to stands in the allows" if passed > passes else stopped
        yield f"its {' and '.join(gone)} {'is' if is_one else 'are'} not written{why}"
    if row.cut:
        yield "what is denied or decided before its rules is cut out of its allows"
    if denies > denied > 0:
        yield f"its {next(_counted(denied, 'Deny', 'Denies'))} stand{'s' * (denied == 1)} as {denies}"


def _counted(count: int, one: str, many: str) -> Iterator[str]:
    if count > 0:
        yield one if count == 1 else f"{count} {many}"


def _allows(row: AccountRow, can: Capabilities) -> Iterator[str]:
    """Why there are more or fewer rules that allow."""
    was, now = row.allows
    if was == now or not row.targets:
        return
    lost = LOST if row.exactness is not Effect.EXACT else IDLE
    steps = [step for step in row.steps if (step.allows[1] > step.allows[0]) == (now > was)]
    why = [text for step in steps for text in _of_step(step, can, lost)]
    if why:
        yield f"{was} allow{'s stand' if was != 1 else ' stands'} as {now or 'none'}: {'; '.join(dict.fromkeys(why))}"


def _of_step(step: AccountStep, can: Capabilities, lost: str) -> Iterator[str]:
    (was, now), split = step.allows, step.policies[0] != step.policies[1]
    if was == now or split:
        return
    if now < was and step.name in LOSING:
        yield lost
        return
    text = (MORE_RULES if now > was else FEWER_RULES).get(step.name, "")
    one = can.protocols == "one"
    ports = "a rule of {title} has one protocol" if one else f"a rule of {{title}} has at most {can.most_ports} ports"
    text = text.replace("{peers}", PEERS[can.peers]).replace("{ports}", ports)
    if text:
        yield text
