"""Order that is worked out into more rules than are wanted: cut by ports before peers it may be fewer."""

from __future__ import annotations

import pytest

import translate
from benchmarks.growth import one, tangled

BY_PEER, BY_PORT = 58, 54
"""The rules that 40 rules which overlap at random come to, cut by peers and by ports."""


@pytest.mark.parametrize("most", [BY_PEER, BY_PORT])
def test_another_cut_is_taken_where_the_first_is_too_large(most: int) -> None:
    result = translate.convert(one(tangled(40)), to="cilium", max_rules=most, explain_plan=True)
    assert result.proof is not None
    assert result.proof.is_same
    spec = result.objects[0]["spec"]
    assert len(spec["ingress"]) + len(spec["ingressDeny"]) == most


def test_what_is_refused_says_how_few_it_may_come_to() -> None:
    with pytest.raises(translate.UnsupportedError) as caught:
        translate.convert(one(tangled(60)), to="kubernetes", max_rules=20)
    assert "needs 61 rules" in str(caught.value)
