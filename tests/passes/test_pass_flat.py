"""Order worked out beforehand, and its refusal."""

from __future__ import annotations

from tests.passes.fitting import policies, run
from translate.plan.passes import flat

DENIES = ", ".join(
    f"{{action: Deny, protocol: TCP, source: {{selector: \"k{n} == 'x'\"}}, destination: {{ports: [{n + 80}]}}}}"
    for n in range(30)
)


def test_left_alone() -> None:
    given = policies("calico", "types: [Ingress], ingress: [{action: Allow, source: {selector: \"a == 'b'\"}}]")
    assert run(flat.of(given).run, given, "kubernetes").codes == []


def test_too_many_pieces_are_refused_by_name() -> None:
    """The policy whose allow falls apart, and the one that cuts it."""
    given = policies(
        "calico",
        f"order: 1, types: [Ingress], ingress: [{DENIES}]",
        "order: 2, types: [Ingress], ingress: [{action: Allow}]",
    )
    outcome = run(flat.of(given).run, given, "kubernetes")
    assert outcome.codes == ["NPT220"]
    assert outcome.said == [
        "what NetworkPolicy/shop/p2 lets through in the end falls into more than 2000 pieces: "
        "it is cut by rules of NetworkPolicy/shop/p"
    ]
    assert outcome.after == outcome.before
