"""How often sets are compared on the way to an output: a proof is what a translation costs."""

from __future__ import annotations

import cProfile
from typing import Any

import pytest

import translate
from translate.prover.compare import prove
from translate.prover.proof import Verdict
from translate.prover.sides import Sides


def chain(denies: int, *, allowed: bool) -> list[dict[str, Any]]:
    """So many Denies of a port each, in front of an Allow of all ports or of one that none of them is about."""
    rules: list[dict[str, Any]] = [
        {"action": "Deny", "protocol": "TCP", "source": {"selector": "all()"}, "destination": {"ports": [port]}}
        for port in range(1, denies + 1)
    ]
    wide = {"ports": ["1:65535" if allowed else 9000]}
    rules.append({"action": "Allow", "protocol": "TCP", "source": {"selector": "all()"}, "destination": wide})
    spec = {"order": 1, "selector": "app == 'db'", "types": ["Ingress"], "ingress": rules}
    metadata = {"name": "chain", "namespace": "shop"}
    return [{"apiVersion": "projectcalico.org/v3", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}]


def compared(given: list[dict[str, Any]], **options: Any) -> tuple[translate.Result, int, int]:
    """The translation, how many proofs it took, and how often sets were lowered into a diagram."""
    profile = cProfile.Profile()
    result = profile.runcall(translate.convert, given, to="cilium", **options)
    counts = {entry.code: entry.callcount for entry in profile.getstats()}
    return result, counts.get(prove.__code__, 0), counts.get(Sides.__init__.__code__, 0)


# Of 64 packets a round looks at, each shows one Deny: the more there are, the more rounds. Two proofs are all the same,
# and the text is proved with what the last round lowered.
@pytest.mark.parametrize(("denies", "rounds"), [(1, 2), (60, 2), (100, 3)])
def test_rounds_that_miss_a_deny_are_not_proved(denies: int, rounds: int) -> None:
    result, proofs, sides = compared(chain(denies, allowed=True))
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME
    assert result.text.count("fromEndpoints") > 0
    assert (proofs, sides) == (2, 2 * rounds)


def test_denies_that_change_nothing_cost_no_proof_of_their_own() -> None:
    """What is asked first serves the proof as well; one more asks whether the answer rests on the fact."""
    result, proofs, sides = compared(chain(60, allowed=False), facts={"complete": ["Policy"]})
    assert "ingressDeny" not in result.text
    assert (proofs, sides) == (2 + 1, 2 * (1 + 1))


def test_a_loss_is_told_by_what_the_proof_lowered() -> None:
    """Which policies decide apart is asked of the sides of the proof, and these are those that chose the form."""
    deny = {"action": "Deny", "destination": {"nets": ["169.254.169.254/32"]}}
    spec = {"order": 10, "namespaceSelector": "all()", "types": ["Egress"], "egress": [deny, {"action": "Pass"}]}
    head = {"apiVersion": "projectcalico.org/v3", "kind": "GlobalNetworkPolicy", "metadata": {"name": "no-metadata"}}
    result, proofs, sides = compared([{**head, "spec": spec}])
    assert [one.form for one in result.tried] == ["1 Deny kept before the allows", *FLAT]
    assert result.proof is not None
    assert (result.proof.verdict, result.proof.later) == (Verdict.TIGHTER, Verdict.MIXED)
    told = "two rounds of the form that is chosen, no other form is compared, and one look for what fits beside it"
    assert (proofs, sides) == (2, 2 * 2 + 2), told


FLAT = ["order worked out into allows", "order worked out into allows and denies"]
