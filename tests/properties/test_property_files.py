"""Files that are translated one by one, each proved, are together what they are together: unless order was said to
decide between them.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, event, given

import translate
from tests.properties.ordered_calico import calico_documents
from tests.properties.ordered_cilium import cilium_documents
from tests.properties.strategies import Document, effort
from translate.prover.assumptions import About
from translate.prover.proof import Verdict

SOURCES = {"calico": calico_documents(), "cilium": cilium_documents()}
WAYS = [("cilium", "kubernetes"), ("cilium", "calico"), ("calico", "kubernetes"), ("calico", "cilium")]


def named(number: int, document: Document) -> Document:
    """The policy under a name that no other translation takes."""
    tier, dot, name = document["metadata"]["name"].rpartition(".")
    return {**document, "metadata": {**document["metadata"], "name": f"{tier}{dot}f{number}-{name}"}}


@pytest.mark.parametrize(("source", "to"), WAYS)
def test_files_that_are_translated_one_by_one_join_to_the_whole(source: str, to: str) -> None:
    @effort(25)
    @given(SOURCES[source])
    def run(documents: list[Document]) -> None:
        tiers = [one for one in documents if one["kind"] == "Tier"]
        policies = [named(number, one) for number, one in enumerate(documents) if one["kind"] != "Tier"]
        texts, by_order = [], False
        for policy in policies:
            try:
                result = translate.convert([*tiers, policy], to=to)
            except translate.Error:
                assume(False)
            assert result.proof is not None
            assume(not result.open_losses and result.proof.is_same)
            by_order |= any(one.about is About.ORDER for one in result.proof.assumptions)
            texts.append(result.text)
        joined = translate.verify([*tiers, *policies], "\n---\n".join(filter(None, dict.fromkeys(texts))))
        event(f"{joined.verdict.value}, {'said to depend on order' if by_order else 'nothing said'}")
        assert by_order or joined.verdict is Verdict.SAME, joined.proof

    run()
