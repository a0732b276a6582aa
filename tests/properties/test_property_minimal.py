"""What has to be left out takes nothing else with it: a rule that is translated exactly by itself stands in the whole, as
long as the whole is written in the same form.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import translate
from tests.properties.ordered_calico import calico_documents
from tests.properties.ordered_cilium import cilium_documents
from tests.properties.strategies import Document, effort
from translate.prover.compare import prove
from translate.prover.proof import Verdict

ACCEPTED = ["NPT511"]
"""What a pod's own node gains from a Cilium deny elsewhere: no matter of what is lost."""


def allows(document: Document) -> Iterator[tuple[str, int]]:
    """The places of the rules that allow."""
    for field in ("ingress", "egress"):
        for number, rule in enumerate(document.get("spec", {}).get(field, [])):
            if rule.get("action", "Allow") == "Allow":
                yield field, number


def alone(documents: list[Document], which: int, place: tuple[str, int]) -> list[Document]:
    """The documents with one of all their allows: what denies and what isolates stays."""
    found = copy.deepcopy(documents)
    for number, document in enumerate(found):
        if document["apiVersion"].startswith("projectcalico") and document["kind"].endswith("Policy"):
            # Without types Calico goes by the rules that there are.
            spec = document["spec"]
            spec.setdefault(
                "types",
                ["Ingress"] * ("ingress" in spec or not spec.get("egress")) + ["Egress"] * bool(spec.get("egress")),
            )
        for field in ("ingress", "egress"):
            rules = document.get("spec", {}).get(field)
            if rules is not None:
                kept = {at for name, at in allows(document) if name == field}
                kept -= {place[1]} if (number, field) == (which, place[0]) else set()
                left = [rule for at, rule in enumerate(rules) if at not in kept]
                # An empty list is an empty section in both dialects, but Cilium asks for one that says so.
                document["spec"][field] = left or ([{}] if document["apiVersion"].startswith("cilium") else [])
    return found


def form_of(result: translate.Result) -> list[str]:
    """The form that was taken."""
    return [one.form for one in result.tried if one.chosen]


def check(home: str, to: str, documents: list[Document], data: st.DataObject) -> None:
    """One allow of the input, by itself and among the others."""
    places = [(which, place) for which, document in enumerate(documents) for place in allows(document)]
    if not places:
        return
    which, place = data.draw(st.sampled_from(places))
    few = alone(documents, which, place)
    try:
        whole = translate.convert(documents, to=to, accept=ACCEPTED)
        part = translate.convert(few, to=to, accept=ACCEPTED)
    except translate.Error:
        event("refused")
        return
    if part.proof is None or part.proof.verdict is not Verdict.SAME or not whole.text or whole.after is None:
        event("not exact by itself")
        return
    if form_of(whole) != form_of(part):
        # A deny that must be said for the sake of another rule may cut this one.
        event("in another form")
        return
    assert whole.proof is not None
    event(f"exact by itself, {whole.proof.verdict.value} as a whole")
    assert part.before is not None
    lost = prove(part.before, whole.after)
    assert lost.verdict in (Verdict.SAME, Verdict.LOOSER), (few, lost.counterexamples)


@pytest.mark.parametrize("to", ["cilium", "kubernetes"])
def test_what_calico_allows_stays_if_it_can(to: str) -> None:
    """Beside rules that lose something, and under the same denies."""

    @effort(60)
    @given(calico_documents(), st.data())
    def run(documents: list[Document], data: st.DataObject) -> None:
        check("calico", to, documents, data)

    run()


@pytest.mark.parametrize("to", ["calico", "kubernetes"])
def test_what_cilium_allows_stays_if_it_can(to: str) -> None:
    """Beside rules that lose something, and under the same denies."""

    @effort(60)
    @given(cilium_documents(), st.data())
    def run(documents: list[Document], data: st.DataObject) -> None:
        check("cilium", to, documents, data)

    run()
