"""What is to be done: what settles open points, how denials are seen, the cut-over and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from translate.api.report import MigrationReport
from translate.core.diagnostics import Effect
from translate.core.shortened import shortened
from translate.dialects import get
from translate.frontend.facts_flags import ASSUME, FLAGS
from translate.rendering.migration.commands import command, files_of, output_of, typed
from translate.rendering.migration.page import ToDo
from translate.rendering.plan import untried, way

MOST_ACCEPTS, MOST_NAMED = 8, 8
ALREADY = "what these policies deny: "
"""Before a command in a note about denials."""
SEEN = "What these policies deny"


def settling(found: MigrationReport) -> Iterator[ToDo]:
    """What was tried and settles something: to be checked, as nobody here knows the cluster."""
    result = found.result
    if result is None:
        return
    hint = result.suggestion
    if hint is not None and hint.facts:
        flags = [word for key, texts in hint.facts for text in texts for word in (FLAGS[key], text.removesuffix("/32"))]
        text = f"Facts like these settle {hint.settles} of {hint.losses} (tried; put in the addresses of your cluster)"
        yield ToDo(text, (typed(*flags),))
        lines = tuple(f"{key}: [{', '.join(texts)}]" for key, texts in hint.facts)
        yield ToDo("The same as lines of a facts file (--facts FILE)", lines)
    for one, settles in hint.assumed if hint is not None else ():
        yield ToDo(
            f"If it is so that {one.claim}, this settles {settles} of {hint.losses if hint else 0} (tried; check it)",
            (typed(ASSUME, one.value),),
        )
    for one in hint.untried if hint is not None else ():
        text = f"If it is so that {one.claim}, this may settle some (not tried on so many policies; check it)"
        yield ToDo(text, (typed(ASSUME, one.value),))
    ways = Counter(
        way(one) for row in (result.account.rows if result.account else ()) for one in row.ways if not one.accepts
    )
    for words, count in ways.items():
        yield ToDo(f"{words} makes {count} polic{'y' if count == 1 else 'ies'} one to one, or exact (tried)")
    for text in untried(result) if result.tried else ():
        if "one to one" in text:
            yield ToDo(text[0].upper() + text[1:], (command("--to", found.to, *files_of(found), "--explain-plan"),))


def denials(found: MigrationReport) -> Iterator[ToDo]:
    """How to see what the output denies, while it is rolled out."""
    plan = found.denials
    if plan.policies or plan.rules:
        parts = [f"{plan.rules} Log rule{'s' * (plan.rules != 1)}, each before a Deny"] if plan.rules else []
        parts += [_log_policies(tuple(map(str, plan.policies)))] if plan.policies else []
        text = f"--log-denials adds {', and '.join(parts)}. It proves that verdicts stay, and what is denied is logged"
        yield ToDo(
            text, (command("--to", found.to, *files_of(found), "--log-denials", "--output-file", output_of(found)),)
        )
    for note in plan.notes:
        text, colon, shown = note.message.partition(ALREADY)
        yield ToDo(SEEN, (shown,)) if colon and not text else ToDo(note.message)
    for one in plan.refusals:
        yield ToDo(f"{one.code} {one.message}: {one.hint}" if one.hint else f"{one.code} {one.message}")


def _log_policies(names: tuple[str, ...]) -> str:
    return f"{len(names)} polic{'y' if len(names) == 1 else 'ies'} at the end of tiers ({shortened(names, MOST_NAMED)})"


def before_cut_over(found: MigrationReport) -> Iterator[ToDo]:
    """What has to be true before anything is applied."""
    given, to = files_of(found), found.to
    if found.is_refused:
        count = len(found.refusals) + len(found.problems)
        yield ToDo(f"Mend, or take out of the input, what stands in the way ({count})")
    lost = {(one.code, one.object): one for one in found.open_losses if one.effect is not Effect.EXACT}
    if lost:
        accepts = [f"{code}@{owner}=REASON" if owner else f"{code}=REASON" for code, owner in lost]
        text = "Settle each loss (see “Assumptions and facts”), change the input, or accept it by name with a reason"
        some = tuple(command("--to", to, *given, "--accept", one) for one in accepts[:MOST_ACCEPTS])
        more = len(accepts) - len(some)
        yield ToDo(text + (f"; {more} more like these" if more else ""), some)
    result = found.result
    count = len(result.proof.assumptions) if result is not None and result.proof is not None else 0
    if count:
        yield ToDo(f"Check the {count} assumption{'s' * (count != 1)} that the proof rests on")
    yield ToDo(
        "Write the output, with the options of this report",
        (command("--to", to, *given, "--output-file", output_of(found)),),
    )
    yield ToDo("Prove it once more, as it is in the repository", (command("verify", _one(given), output_of(found)),))
    yield ToDo(
        "Let the API server judge it, without applying it",
        (typed("kubectl", "apply", "--dry-run=server", "--validate=strict", "-f", output_of(found)),),
    )
    yield ToDo("Keep the input: it is the way back. Its digests are below")


def cut_over(found: MigrationReport) -> Iterator[ToDo]:
    """The order of things: never without policies."""
    out = output_of(found)
    yield ToDo("Apply the new policies before the old ones go: without any, pods are open", (_kubectl("apply", out),))
    if found.dialects and any(name != found.to for name in found.dialects):
        title = get(found.to).title
        yield ToDo(
            f"Where the network plugin itself is changed to one that enforces {title} policies: apply them as soon as "
            "their kinds are known to the API server, and before pods are started on it"
        )
    yield ToDo(
        "Watch what is denied (see “Seeing denials”), and try what has to work and what has to be denied: this writes "
        "a script that tries every rule, and a packet next to it",
        (command("testplan", out),),
    )
    if _stays(found):
        yield ToDo("Then remove the objects of the input that the output does not hold by the same name, and no others")
    else:
        yield ToDo("Then remove the old ones", tuple(_kubectl("delete", name) for name in files_of(found)))


def way_back(found: MigrationReport) -> Iterator[ToDo]:
    """As it was, again without a time between."""
    yield ToDo("Apply the old policies again, first", tuple(_kubectl("apply", name) for name in files_of(found)))
    if _stays(found):
        yield ToDo("Then remove the objects of the output that the input does not hold by the same name, and no others")
    else:
        yield ToDo("Then remove the new ones", (_kubectl("delete", output_of(found)),))
    yield ToDo("Compare what the cluster holds with the digests below, and watch what is denied")


def _kubectl(verb: str, name: str) -> str:
    return typed("kubectl", verb, "-f", name)


def _one(given: tuple[str, ...]) -> str:
    """``verify`` takes one file or folder for each side."""
    return given[0] if len(given) == 1 else "FOLDER"


def _stays(found: MigrationReport) -> bool:
    """Whether objects of the input may be objects of the output as well: removing the one removes the other."""
    return found.to in found.dialects
