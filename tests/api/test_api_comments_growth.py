"""What looking for comments costs, in counts: a text is looked through once, however many documents it holds."""

from __future__ import annotations

from typing import cast

import pytest

from translate.api.comments import carry
from translate.dialects.base import Draft, Emitted
from translate.frontend.intake import take_in
from translate.frontend.link import link
from translate.frontend.sources import Places, Source
from translate.yamlio.locate import Locator

POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p%d}\nspec: {podSelector: {}}\n"


class CountingText(str):
    """A text that counts how often all of it is searched for something."""

    __slots__ = ("searches",)
    searches: int

    def __contains__(self, part: object) -> bool:
        self.searches = getattr(self, "searches", 0) + 1
        return super().__contains__(cast("str", part))


@pytest.mark.parametrize("count", [1, 40])
def test_a_text_is_searched_once(count: int) -> None:
    text = "---\n".join(POLICY % number for number in range(count))
    policies = link(take_in((Source("input", text),)), default_namespace="default").policies.policies
    emitted = [Emitted(Draft({}), (policy,)) for policy in policies]
    counting = CountingText(text)
    places = Places({"input": Locator(counting, text, ())})
    assert carry(places, emitted, policies) == [None] * count
    assert counting.searches == 1
