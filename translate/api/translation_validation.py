"""The written text, read again, against the input: the proof, and losses that agree with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from translate.api.result import Result, graded, source_of, worst
from translate.api.task import Task
from translate.api.ties import SEQUENCE, is_told, with_ties
from translate.core.diagnostics import Effect, Loss, Report
from translate.core.origin import NOWHERE, spell
from translate.dialects import get
from translate.frontend.intake import Intake
from translate.frontend.link import link
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Direction, PolicySet
from translate.model.semantics import Semantics
from translate.plan.passes.actions import rests_on_proof
from translate.prover.assumptions import About
from translate.prover.compare import prove
from translate.prover.decision_list import LogWish
from translate.prover.point import Others, PeerClass
from translate.prover.proof import Counterexample, Proof, Verdict
from translate.prover.sides import Sides
from translate.tables.load import capabilities

if TYPE_CHECKING:
    from translate.dialects.denials import LogRequest
    from translate.prover.comparison import Comparison
    from translate.prover.differences import DecidedApart
    from translate.prover.logging_proof import LoggingProof

UNEXPLAINED, LOOSER, OWN_NODE = "NPT504", "NPT505", "NPT511"


def read_back(result: Result, task: Task, again: Intake) -> Result:
    """The result with what its text says, as it was read again."""
    return replace(result, after=as_enforced(again, task), after_places=again.places)


def proved(result: Result, task: Task, compared_before: Comparison | None = None) -> Result:
    """Compare the written text, as it was read back, with the input; what the losses do not explain becomes one.

    ``compared_before``: how the form was compared that it was written of. Where the text says just that, what was
    lowered for it serves for both.
    """
    given, options, after = task.given, task.options, result.after
    assert after is not None, "the text is read back before it is proved"
    facts, steps = given.facts, options.max_steps
    # What the input assumes of a tier holds for the output as well.
    sides = compared_before.lent(given.policies, after, facts, steps) if compared_before is not None else []
    proof = proof_of(given.policies, after, facts, steps=steps, sides=sides)
    logging: LoggingProof | None = None
    if task.log_request is not None and get(task.to).log_denials is not None:
        logging = _logging(given.policies, after, task.log_request, steps)
    return explained(replace(result, proof=proof, logging=logging), proof, facts, steps, sides)


def as_enforced(again: Intake, task: Task) -> PolicySet:
    """The policies of the output; staged ones as if they were enforced."""
    given, where, stage = task.given, task.options.default_namespace, task.options.stage
    # What is known of namespaces holds for the output too, whether or not their objects are in it.
    found = link(again, default_namespace=where, staged=stage, facts=given.facts, to=task.to)
    after = replace(found.policies, semantics=task.semantics)
    staging = get(task.to).staging
    if not stage or staging is None:
        return after
    # What is staged in the input already is not enforced on either side.
    before = staging.before(given.companions, where)
    return replace(after, policies=tuple(p for p in after.policies if p.identity not in before))


def proof_of(
    before: PolicySet, after: PolicySet, facts: Facts, *, steps: int, sides: list[Sides] | None = None
) -> Proof:
    """The proof that is told, resting on no fact that it could do without: also not for who enforces the input.

    ``sides``: as for ``prove``.
    """
    whole = compared(before, after, facts, steps, sides)
    if facts == NO_FACTS:
        return whole
    from translate.prover.fact_core import fact_core  # only where facts are stated

    core = fact_core(whole, before, after, facts, steps=steps)
    asks = [any(one.about is About.ENFORCER for one in proof.assumptions) for proof in (whole, core)]
    return whole if asks == [False, True] else core


def compared(before: PolicySet, after: PolicySet, facts: Facts, steps: int, sides: list[Sides] | None = None) -> Proof:
    """The proof that is told: for the kind of engine for which nothing but the own node gets in, if there is one.

    Few engines can keep the own node out, so of the kinds that an output may be for that is no reason to choose one.
    """
    proof = prove(before, after, facts=facts, steps=steps, sides=sides)
    lets_in = before.semantics.keeps_own_node_out and not after.semantics.keeps_own_node_out
    if not lets_in or proof.verdict not in (Verdict.LOOSER, Verdict.MIXED):
        return proof
    rest = prove(before, after, facts=facts, own_node_aside=True, steps=steps)
    if rest.verdict in (Verdict.SAME, Verdict.TIGHTER) and rest.reading is not proof.reading:
        return prove(before, after, facts=facts, reading=rest.reading, steps=steps)
    return proof


def _logging(before: PolicySet, after: PolicySet, log: LogRequest, steps: int) -> LoggingProof:
    """Policies of the target may log already: what they log stays logged. Others log nothing."""
    from translate.prover.logging_proof import prove_logging  # only where logging is asked for

    own = before.semantics.name == after.semantics.name
    wish = LogWish(log.directions, log.explicit_only, keep_logs=own)
    return prove_logging(after, before if own else None, wish, steps=steps)


def _is_of_own_node(example: Counterexample) -> bool:
    point = example.point
    mine = point.direction is Direction.INGRESS and point.peer_class is PeerClass.OWN_NODE
    return mine and example.effect is Verdict.LOOSER


def _own_node_open(example: Counterexample, engine: Semantics, report: Report) -> None:
    policy = example.before.policy
    report.lose(
        OWN_NODE,
        Effect.LOOSER,
        f"the node a pod runs on gets in, kubelet and host processes alike: {_by(example)} keeps it out, which "
        f"{engine.title} cannot",
        origin=policy.origin if policy else NOWHERE,
        about=policy.identity if policy else None,
        hint=f"nothing else is looser: accept it with --accept {OWN_NODE}",
    )


def explained(result: Result, proof: Proof, facts: Facts, steps: int, sides: Sequence[Sides] = ()) -> Result:
    """Make losses and proof agree: a loss that touches no packet is exact, a difference without a loss gets one.

    Outside Cilium the pod's own node is always let in. Where that is all that is looser it is a loss of its own, which
    a user may accept without accepting anything else.
    """
    told = _explained_today(with_ties(result, proof, facts, steps), proof, facts, steps)
    told = _with_untold_denies(told, proof, facts, steps)
    if result.before is None or result.after is None or proof.is_same:
        return told
    from translate.api.later import with_later  # only where something differs
    from translate.prover.differences import differences

    found = differences(result.before, result.after, proof, facts=facts, steps=steps, sides=sides)
    return with_later(_each_told(told, found), found)


def _each_told(result: Result, found: tuple[DecidedApart, ...]) -> Result:
    """The result in which no policy is called the same whose packets are treated differently today."""
    report = Report()
    rows = {row.origin.place: row for row in result.policies}
    cut = any(loss.effect is Effect.TIGHTER and loss.code != UNEXPLAINED for loss in result.losses)
    told_of_own_node = any(loss.code == OWN_NODE for loss in result.losses)
    for one in (one for one in found if one.others is Others.NOTHING):
        concerned = [
            policy for policy in (one.before.policy, source_of(one.after.policy, result)) if policy is not None
        ]
        mine = [rows[policy.origin.place] for policy in concerned if policy.origin.place in rows]
        effect = Effect(one.effect.value)
        # Whoever isolates a pod denies what another policy does not allow any more: that has a loss there.
        known = cut and one.before.policy is None and one.after.rule is None and _governs_already(one, result)
        known = known or any(row.exactness in (effect, Effect.MIXED) for row in mine)
        known = known or (one.own_node and told_of_own_node)
        if mine and not known:
            _unexplained(one, result, report)
            rows |= {row.origin.place: replace(row, exactness=worst((row.exactness, effect))) for row in mine}
    losses = (*result.losses, *report.losses)
    return replace(result, losses=losses, policies=graded(result.policies, losses)) if report.losses else result


def _governs_already(one: DecidedApart, result: Result) -> bool:
    """Whether what decides after governs the pod before as well: an engine may not see the labels that it selects."""
    from translate.prover.evaluator import governs  # only where something differs

    source = source_of(one.after.policy, result)
    if source is None or result.before is None:
        return True
    same = (policy for policy in result.before.policies if policy.origin.place == source.origin.place)
    return any(governs(policy, one.point.subject) for policy in same)


def _with_untold_denies(result: Result, proof: Proof, facts: Facts, steps: int) -> Result:
    """A loss of its own for each Deny that what is loosened on purpose would hide."""
    loosened = [
        loss
        for loss in result.losses
        if loss.effect in (Effect.LOOSER, Effect.MIXED) and loss.code not in (LOOSER, OWN_NODE, SEQUENCE)
    ]
    opens = proof.verdict in (Verdict.LOOSER, Verdict.MIXED)
    if not (loosened and opens) or result.before is None or result.after is None:
        return result
    from translate.api.untold import untold_denies  # only where something is loosened

    report, worked_out = Report(), any(one.chosen and one.worked_out for one in result.tried)
    for rule, policy in untold_denies(
        result.before, result.after, loosened, worked_out=worked_out, facts=facts, steps=steps
    ):
        message = f"packets that {policy.identity} {spell(rule.origin.path)} denies get through"
        report.lose(LOOSER, Effect.LOOSER, message, origin=rule.origin, about=policy.identity)
    losses = (*result.losses, *report.losses)
    return replace(result, losses=losses, policies=graded(result.policies, losses)) if report.losses else result


def _explained_today(result: Result, proof: Proof, facts: Facts, steps: int) -> Result:
    if proof.verdict is Verdict.SAME:
        losses = tuple(_harmless(loss, proof) for loss in result.losses)
        rows = tuple(replace(row, exactness=Effect.EXACT) for row in result.policies)
        return replace(result, losses=losses, policies=rows)
    claimed = worst(loss.effect for loss in result.losses if loss.code != SEQUENCE)
    if claimed.value == proof.verdict.value or claimed is Effect.MIXED:
        return result
    report = Report()
    if proof.verdict is Verdict.UNDECIDED:
        if not _needs_proof(result):
            return result
        message = "what denies in the input is left out, and no proof shows that this lets nothing more through"
        report.lose(LOOSER, Effect.LOOSER, message, hint="split the input, and translate the parts apart")
    for example in _beside_own_node(result, proof, facts, steps, report):
        if Effect(example.effect.value) is not claimed and not is_told(example, result):
            _unexplained(example, result, report)
    losses = (*result.losses, *report.losses)
    return replace(result, losses=losses, policies=graded(result.policies, losses))


def _needs_proof(result: Result) -> bool:
    """Whether Deny rules were left out that no working out of the order accounts for."""
    if result.before is None or any(one.chosen and one.worked_out for one in result.tried):
        return False
    return rests_on_proof(result.before, capabilities()[result.to].actions)


def _beside_own_node(
    result: Result, proof: Proof, facts: Facts, steps: int, report: Report
) -> tuple[Counterexample, ...]:
    """The differences that are no matter of the own node alone; where all that is looser is, that is told."""
    let_in = next(filter(_is_of_own_node, proof.counterexamples), None)
    if let_in is None or result.before is None or result.after is None:
        return proof.counterexamples
    rest = prove(result.before, result.after, facts=facts, own_node_aside=True, steps=steps)
    if rest.verdict not in (Verdict.SAME, Verdict.TIGHTER):
        return proof.counterexamples
    _own_node_open(let_in, result.after.semantics, report)
    return rest.counterexamples


def _unexplained(example: Counterexample | DecidedApart, result: Result, report: Report) -> None:
    """Tell a difference that no loss names."""
    tighter = example.effect is Verdict.TIGHTER
    blame = example.before.policy or source_of(example.after.policy, result)
    report.lose(
        UNEXPLAINED if tighter else LOOSER,
        Effect(example.effect.value),
        "the output denies a packet that the input allows"
        if tighter
        else f"the output would allow a packet that {_by(example)} denies",
        origin=blame.origin if blame else NOWHERE,
        about=blame.identity if blame else None,
        hint="the counterexample shows the packet",
    )


def _harmless(loss: Loss, proof: Proof) -> Loss:
    """A loss that no packet shows; that may rest on what the Kubernetes API leaves to the engine."""
    if loss.effect is Effect.EXACT:
        return loss
    rests = any(one.about in (About.ENGINE, About.ENFORCER) for one in proof.assumptions)
    given = ", given what the proof assumes of the engine" if rests else ""
    return replace(loss, effect=Effect.EXACT, message=f"{loss.message}; no packet changes by it{given}")


def _by(example: Counterexample | DecidedApart) -> str:
    """What denies the packet in the input."""
    rule = example.before.rule
    if rule is None or not rule.origin.path:
        return "the input"
    return f"{example.before.policy.identity if example.before.policy else 'the input'} {spell(rule.origin.path)}"
