"""CIDR groups that are not in the input, or not all of them."""

from __future__ import annotations

import pytest

import translate
from translate.core.diagnostics import UnsupportedError
from translate.prover.assumptions import About

POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: p, namespace: shop}}
spec: {{endpointSelector: {{}}, {field}: [{{{word}: [{item}]}}]}}
"""
GROUP = """\
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {{name: {name}, labels: {{role: {role}}}}}
spec: {{externalCIDRs: [{block}]}}
---
"""
PARTNER = GROUP.format(name="partners", role="partner", block="198.51.100.0/24")
OTHER = GROUP.format(name="others", role="other", block="192.0.2.0/24")
BY_LABEL = "cidrGroupSelector: {matchLabels: {role: partner}}"
BY_NAME = "cidrGroupRef: partners"
BUT = "cidrGroupSelector: {matchExpressions: [{key: role, operator: NotIn, values: [partner]}]}"
ALL = {"complete": ["CiliumCIDRGroup"]}


def policy(item: str, field: str = "egress", word: str = "toCIDRSet") -> str:
    return POLICY.format(field=field, word=word, item=f"{{{item}}}")


CASES = [
    # groups, item, losses to Kubernetes without and with the fact, what is supposed to have no other group
    ("", BY_LABEL, ["NPT508"], [], None),
    ("", BY_NAME, ["NPT508"], [], None),
    (OTHER, BY_LABEL, ["NPT508"], [], None),
    (OTHER, BY_NAME, ["NPT508"], [], None),
    (OTHER, BUT, ["NPT508"], [], None),
    (PARTNER, BY_LABEL, [], [], "role=partner"),
    (PARTNER, BUT, [], [], "role NotIn (partner)"),
    (PARTNER, BY_NAME, [], [], None),
]


@pytest.mark.parametrize(("groups", "item", "losses", "stated", "supposed"), CASES)
def test_a_selector_that_finds_none_of_the_groups_means_others(
    groups: str, item: str, losses: list[str], stated: list[str], supposed: str | None
) -> None:
    """And one that finds some is supposed to find no others."""
    result = translate.convert(groups + policy(item), to="kubernetes")
    assert [loss.code for loss in result.losses if loss.code == "NPT508"] == losses
    assert result.proof is not None
    told = [str(one) for one in result.proof.assumptions if one.about is About.SETS]
    wanted = (
        f"no other CiliumCIDRGroup has labels that rules select: {supposed}; add those that do, or state that there "
        "are no others (--facts, complete: [CiliumCIDRGroup])"
    )
    assert told == ([] if supposed is None else [wanted])
    known = translate.convert(groups + policy(item), to="kubernetes", facts=ALL)
    assert [loss.code for loss in known.losses if loss.code == "NPT508"] == stated
    assert known.proof is not None
    assert [one for one in known.proof.assumptions if one.about is About.SETS] == []


@pytest.mark.parametrize(("groups", "item"), [("", BY_LABEL), ("", BY_NAME), (OTHER, BY_LABEL), (OTHER, BY_NAME)])
@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_a_deny_of_groups_that_are_not_there_is_refused(groups: str, item: str, to: str) -> None:
    everyone = POLICY.format(field="egress", word="toEntities", item="all")
    denying = everyone + "---\n" + policy(item, "egressDeny").replace("name: p", "name: d")
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(groups + denying, to=to)
    (refusal,) = caught.value.refusals
    assert refusal.code == "NPT210"
    assert "CIDR group" in refusal.message


def test_what_became_of_it_is_said_once() -> None:
    (loss,) = translate.convert(policy(BY_NAME), to="kubernetes").losses
    assert loss.message == (
        "the pods of CiliumNetworkPolicy/shop/p lose access to addresses of the CIDR group partners: "
        "it is not in the input"
    )
    assert loss.hint == "add the CiliumCIDRGroup"
