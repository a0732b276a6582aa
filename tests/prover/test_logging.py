"""What is logged in Calico: a packet that meets a Log rule before anything decides it, in whichever tier."""

from __future__ import annotations

import pytest

from tests.dialects.verdicts import PEERS, SUBJECT, calico
from translate.api.support import load
from translate.model.policy import Direction
from translate.prover.evaluator import decide
from translate.prover.logging_proof import prove_logging
from translate.prover.point import Point

LOG, DENY, ALLOW, PASS = (f"{{action: {name}}}" for name in ("Log", "Deny", "Allow", "Pass"))
FROM_X = "source: {selector: \"app == 'x'\"}"
LOG_X, DENY_X, ALLOW_X, PASS_X = (f"{{action: {name}, {FROM_X}}}" for name in ("Log", "Deny", "Allow", "Pass"))
ENDS_IN = {end: calico("Tier", f"order: 10, defaultAction: {end}", "name: t") + "---\n" for end in ("Deny", "Pass")}


def first(*rules: str) -> str:
    """The policy of the tier that is looked at first."""
    spec = f"tier: t, selector: all(), types: [Ingress], ingress: [{', '.join(rules)}]"
    return calico("NetworkPolicy", spec, "name: t.p, namespace: shop") + "---\n"


def then(*rules: str, name: str = "p", order: int = 1) -> str:
    """A policy of the tier default."""
    spec = f"order: {order}, types: [Ingress], ingress: [{', '.join(rules)}]"
    return calico("NetworkPolicy", spec, f"name: {name}, namespace: shop") + "---\n"


DENIES, PASSES = ENDS_IN["Deny"], ENDS_IN["Pass"]
CASES = [
    # documents, what is logged of own x and of own bare, whether just the denials are
    (then(), False, False, False),
    (then(DENY), False, False, False),
    (then(LOG), True, True, True),
    (then(LOG, DENY), True, True, True),
    (then(LOG, ALLOW), True, True, False),
    (then(LOG_X, ALLOW_X, DENY), True, False, False),
    (then(ALLOW_X, LOG), False, True, True),
    (then(ALLOW_X, LOG, DENY), False, True, True),
    (then(DENY_X, LOG_X), False, False, False),
    (then(PASS), False, False, True),
    (then(LOG, PASS), True, True, False),
    (then(ALLOW_X), False, False, False),
    # over policies of one tier
    (then(LOG) + then(ALLOW_X, name="q", order=2), True, True, False),
    (then(ALLOW_X) + then(LOG, name="q", order=2), False, True, True),
    (then(PASS_X) + then(LOG, name="q", order=2), False, True, True),
    # over tiers
    (DENIES + first(), False, False, False),
    (DENIES + first(LOG), True, True, True),
    (DENIES + first(PASS_X, LOG), False, True, True),
    (DENIES + first(PASS_X, LOG) + then(), False, True, False),
    (DENIES + first(PASS_X, LOG) + then(LOG), True, True, True),
    (DENIES + first(PASS_X, LOG) + then(ALLOW), False, True, True),
    (DENIES + first(LOG, PASS), True, True, False),
    (DENIES + first(LOG, PASS) + then(), True, True, True),
    (DENIES + first(LOG, PASS) + then(LOG, DENY), True, True, True),
    (DENIES + first(LOG_X, PASS) + then(ALLOW_X, LOG), True, True, False),
    (DENIES + first() + then(LOG), False, False, False),
    (DENIES + first(ALLOW_X, LOG) + then(LOG), False, True, True),
    (PASSES + first(), False, False, True),
    (PASSES + first(LOG), True, True, False),
    (PASSES + first(LOG) + then(), True, True, True),
    (PASSES + first(LOG_X, DENY_X), True, False, True),
    (PASSES + first(LOG_X, DENY_X) + then(), True, False, False),
    (PASSES + first(LOG_X, DENY_X) + then(LOG), True, True, True),
    (PASSES + first(LOG_X, DENY_X) + then(ALLOW), True, False, True),
    (PASSES + first(LOG_X, PASS_X) + then(ALLOW_X, LOG), True, True, False),
    (PASSES + first(PASS_X, LOG_X), False, False, True),
]


@pytest.mark.parametrize(("documents", "of_x", "of_bare", "holds"), CASES)
def test_what_is_logged(documents: str, of_x: bool, of_bare: bool, holds: bool) -> None:
    policies = load(documents)
    for name, wanted in (("own x", of_x), ("own bare", of_bare)):
        end = PEERS[name]
        point = Point(Direction.INGRESS, SUBJECT, end.peer_class, end.pod, end.address, 6, 80)
        assert decide(policies, point).logged is wanted
    proof = prove_logging(policies)
    assert proof.holds is holds
    if not holds:
        assert proof.point is not None
        decision = decide(policies, proof.point)
        assert decision.allowed == decision.logged


def test_nothing_is_denied_and_nothing_logged_without_policies() -> None:
    assert prove_logging(load("")).holds is True


def test_staged_policies_log_nothing() -> None:
    staged = calico("StagedNetworkPolicy", f"types: [Ingress], ingress: [{LOG}]", "name: p, namespace: shop")
    assert prove_logging(load(staged)).holds is True
