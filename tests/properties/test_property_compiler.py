"""Random ordered, tiered and denying policies through the compiler: flattened they mean the same, and what is written
lets no more through.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from msgspec.structs import replace

import translate
from tests.properties.policies import policy_sets
from tests.properties.strategies import effort
from tests.prover.test_flattened_vectors import without_sets
from tests.semantics import CALICO, CILIUM
from translate.model.policy import Action, Policy, PolicySet, Rule, Section
from translate.model.semantics import Semantics
from translate.model.traffic import Traffic
from translate.plan.regions.boxes import TooManyBoxesError
from translate.plan.regions.flatten import flattened
from translate.prover.compare import prove
from translate.prover.proof import Verdict


def asking(item: Traffic, *, may_ask: bool) -> Traffic:
    """The packets as Cilium can say them: only an allow asks on layer 7, and not in what it leaves out."""
    excluding = tuple(asking(part, may_ask=False) for part in item.excluding)
    return replace(item, condition=item.condition if may_ask else None, excluding=excluding)


def sayable(policies: PolicySet) -> PolicySet:
    """The policies as a dialect of their engine could have said them."""

    if policies.semantics != CILIUM:
        return policies

    def made(rule: Rule) -> Rule:
        traffic = tuple(asking(item, may_ask=rule.action is Action.ALLOW) for item in rule.traffic)
        return replace(rule, traffic=traffic)

    def section(found: Section | None) -> Section | None:
        return None if found is None else replace(found, rules=tuple(map(made, found.rules)))

    def whole(policy: Policy) -> Policy:
        return replace(policy, ingress=section(policy.ingress), egress=section(policy.egress))

    return replace(policies, policies=tuple(map(whole, policies.policies)))


def worked_out(engine: Semantics) -> Semantics:
    """The engine as whoever works out order takes it."""
    return replace(engine, ties=engine.ties[:1], has_endpoints=False)


@pytest.mark.parametrize("engine", [CALICO, CILIUM])
@pytest.mark.parametrize("open_sections", [False, True])
def test_flattened_policies_mean_the_same(engine: Semantics, open_sections: bool) -> None:
    """But for the pod's own node, which only denies of Cilium keep out. Without open sections, under Calico's order."""

    @effort(60)
    @given(policy_sets(engine))
    def run(given_policies: PolicySet) -> None:
        # Order is worked out by one sequence, for engines without endpoints of their own.
        before = sayable(given_policies)
        before = replace(before, semantics=worked_out(before.semantics))
        try:
            after = flattened(without_sets(before), open_sections=open_sections)
        except TooManyBoxesError:
            event("too many pieces")
            assume(False)
        if not open_sections:
            after = replace(after, semantics=worked_out(CALICO))
        proof = prove(before, after, own_node_aside=engine is CILIUM)
        assert proof.verdict is Verdict.SAME, proof

    run()


ACTIONS = st.sampled_from(["Allow", "Deny", "Pass", "Log", "Allow", "Deny"])
SELECTORS = st.sampled_from(["a == 'x'", "a != 'x'", "has(b)", "a in {'x', 'y'} && !has(b)", "b == 'z'", "all()"])
NETS = st.sampled_from(["nets: [10.0.0.0/8]", "nets: [203.0.113.0/24]", "notNets: [203.0.113.64/28]"])
PEERS = st.one_of(st.just(""), SELECTORS.map('selector: "{}"'.format), NETS)
PORTS = st.sampled_from(["", "ports: [80]", 'ports: ["80:90"]', "notPorts: [85]", "ports: [443, 80]"])
OBJECT = "apiVersion: projectcalico.org/v3\nkind: {}\nmetadata: {{{}}}\nspec: {{{}}}\n"


@st.composite
def calico_texts(draw: st.DrawFn) -> str:
    """Policies of two tiers whose subjects overlap."""
    texts = [
        OBJECT.format("Tier", "name: early", f"order: 1, defaultAction: {draw(st.sampled_from(['Pass', 'Deny']))}")
    ]
    for number in range(draw(st.integers(1, 3))):
        early = draw(st.booleans())
        lines = []
        for _ in range(draw(st.integers(1, 4))):
            line = f"action: {draw(ACTIONS)}, source: {{{draw(PEERS)}}}"
            ports = draw(PORTS)
            lines.append("{" + line + (f", protocol: TCP, destination: {{{ports}}}" if ports else "") + "}")
        spec = f'order: {draw(st.integers(1, 3))}, selector: "{draw(SELECTORS)}", types: [Ingress], ingress: [{", ".join(lines)}]'
        name = f"name: early.p{number}, namespace: shop" if early else f"name: p{number}, namespace: shop"
        texts.append(OBJECT.format("NetworkPolicy", name, ("tier: early, " if early else "tier: default, ") + spec))
    return "---\n".join(texts)


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
def test_what_is_written_lets_no_more_through(to: str) -> None:
    """A translation that is looser says so by code, and nothing of it is written."""

    @effort(40)
    @given(calico_texts())
    def run(text: str) -> None:
        try:
            result = translate.convert(text, to=to)
        except translate.Error:
            event("refused")
            return
        assert result.proof is not None
        event(result.proof.verdict.value)
        if result.proof.verdict in (Verdict.LOOSER, Verdict.MIXED):
            assert result.text == ""
        if result.text:
            assert result.proof.verdict in (Verdict.SAME, Verdict.TIGHTER)

    run()
