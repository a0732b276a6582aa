"""Nothing nearer is left out: no rule of the target could be added to a tighter output that the input lets through and
the output does not.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

import translate
from tests.properties.ordered_calico import calico_documents
from tests.properties.ordered_cilium import cilium_documents
from tests.properties.strategies import Document, effort
from translate.core.diagnostics import Report
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Peer, Workloads, parts
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule
from translate.model.selectors import EVERYTHING
from translate.model.traffic import ANY_TRAFFIC, SCTP, TCP, UDP, Traffic
from translate.plan.legalize import legalize
from translate.prover.compare import prove
from translate.prover.interpretations import Interpretation, interpretations
from translate.prover.proof import Proof, Verdict

ACCEPTED = ["NPT511"]
"""What a pod's own node gains from a Cilium deny elsewhere: no matter of what is lost."""
WITHOUT_RANGES = {Interpretation.BLOCKS: Interpretation.LEAST, Interpretation.MOST: Interpretation.OWN_NODE}
"""How a set that has no ranges is read where one that has some is read so."""
MOST_ADDED = 12
TIGHT = (Verdict.SAME, Verdict.TIGHTER)
EVERYTHING_ELSE = [Traffic(protocol=protocol) for protocol in (TCP, UDP, SCTP)]


def spoken(policies: PolicySet, direction: Direction) -> Iterator[Rule]:
    """The rules of one direction."""
    for policy in policies.policies:
        section = policy.section(direction)
        yield from section.rules if section is not None else ()


def peers(before: PolicySet, after: PolicySet, direction: Direction) -> list[Peer]:
    """Who either side speaks of, as the target can say it, and the widest there are."""
    reach = after.semantics.reach
    assert reach is not None
    found: list[Peer] = [Anyone(), Workloads(OWN_NAMESPACE, EVERYTHING), Workloads(EVERYTHING, EVERYTHING)]
    found += [Cidr(block, (), reach) for block in ("0.0.0.0/0", "::/0")]
    for rule in (*spoken(before, direction), *spoken(after, direction)):
        for peer in (part for one in rule.peers for part in parts(one)):
            match peer:
                case Cidr():
                    found.append(replace(peer, reach=reach))
                case Workloads():
                    found.append(replace(peer, sets=None, unseen=None))
                case _:
                    pass
    return list(dict.fromkeys(found))


def packets(before: PolicySet, after: PolicySet, direction: Direction) -> list[Traffic]:
    """The packets that either side speaks of by protocol and port, and the widest there are."""
    mine = [item for rule in (*spoken(before, direction), *spoken(after, direction)) for item in rule.traffic]
    plain = [item for item in mine if item.is_plain and item.protocol in (None, TCP, UDP, SCTP)]
    return list(dict.fromkeys([ANY_TRAFFIC, *EVERYTHING_ELSE, *plain]))


def is_sayable(policy: Policy, direction: Direction, rule: Rule, policies: PolicySet, to: str) -> bool:
    """Whether the target can say a rule as it is."""
    section = policy.section(direction)
    assert section is not None
    alone = replace(policy, **{direction.value: replace(section, rules=(rule,))})
    report = Report()
    found = legalize(replace(policies, policies=(alone,)), to, report, engine=policies.semantics)
    return found.policies == (alone,) and not (report.losses or report.refusals)


def with_rule(policies: PolicySet, number: int, direction: Direction, rule: Rule) -> PolicySet:
    """The set with one more rule at the end of one of its policies."""
    policy = policies.policies[number]
    section = policy.section(direction)
    assert section is not None
    wide = replace(policy, **{direction.value: replace(section, rules=(*section.rules, rule))})
    return replace(policies, policies=(*policies.policies[:number], wide, *policies.policies[number + 1 :]))


def is_as_tight(proof: Proof, than: Proof) -> bool:
    """Whether a set lets nothing through that the input keeps out, on no day on which the output does not."""
    tight = proof.verdict in TIGHT and not proof.opens_what_others_close
    return tight and (proof.holds_later or proof.later is than.later)


def check(documents: list[Document], to: str, data: st.DataObject) -> None:
    """Some of the rules that could be added to an output."""
    try:
        result = translate.convert(documents, to=to, accept=ACCEPTED, suggest=False, explain_plan=True)
    except translate.Error:
        event("refused")
        return
    assert result.proof is not None
    assert result.before is not None
    if result.proof.verdict is not Verdict.TIGHTER or not result.text:
        event(result.proof.verdict.value if result.text else "withheld")
        return
    before, after = result.before, translate.load(result.text)
    proofs = [(one, prove(before, after, reading=one)) for one in interpretations(after)]
    known = {one: proof for one, proof in proofs if proof.verdict in TIGHT}
    numbered = enumerate(after.policies)
    spots = [(n, policy, way) for n, policy in numbered for way in Direction if policy.section(way) is not None]
    event(f"tighter, in {len(spots)} sections")
    for _ in range(MOST_ADDED if spots else 0):
        number, policy, way = data.draw(st.sampled_from(spots))
        peer = data.draw(st.sampled_from(peers(before, after, way)))
        item = data.draw(st.sampled_from(packets(before, after, way)))
        rule = Rule(Action.ALLOW, (peer,), (item,))
        wide = with_rule(after, number, way, rule)
        if is_sayable(policy, way, rule, after, to) and all(
            is_as_tight(prove(before, wide, reading=one), known[plain])
            for one in interpretations(wide)
            if (plain := WITHOUT_RANGES.get(one, one) if one not in dict(proofs) else one) in known
        ):
            event("nothing wider by it")
            more = [one for one in known if prove(after, wide, reading=one).verdict is Verdict.LOOSER]
            assert not more, (policy.identity, way, rule)


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
def test_calico(to: str) -> None:
    """Policies in order."""

    @effort(8)
    @given(calico_documents(), st.data())
    def run(documents: list[Document], data: st.DataObject) -> None:
        check(documents, to, data)

    run()


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_cilium(to: str) -> None:
    """Denies that beat all allows."""

    @effort(8)
    @given(cilium_documents(), st.data())
    def run(documents: list[Document], data: st.DataObject) -> None:
        check(documents, to, data)

    run()
