"""Which policies a comparison of two sets of one engine leaves out."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import calico, text
from translate.model.policy import PolicySet
from translate.prover.concerned import concerned
from translate.prover.questions import questions

WEB = "podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: %d}]}]"


def kubernetes(port: int, namespace: str, name: str = "p") -> str:
    return text("kubernetes", WEB % port, f"name: {name}, namespace: {namespace}")


def ordered(action: str, namespace: str, name: str = "p", order: int = 5) -> str:
    spec = f"order: {order}, types: [Ingress], ingress: [{{action: {action}, protocol: TCP}}]"
    return text("calico", spec, f"name: {name}, namespace: {namespace}")


def sets(before: list[str], after: list[str]) -> tuple[PolicySet, PolicySet]:
    found = translate.verify("---\n".join(before), "---\n".join(after))
    return found.before, found.after


def left(before: list[str], after: list[str]) -> list[list[str]]:
    """The names of what is looked at on either side."""
    both = sets(before, after)
    return [[str(one.identity) for one in some.policies] for some in concerned(*both, questions(*both))]


def test_namespaces_without_a_change_are_left_out() -> None:
    before = [kubernetes(80, "a"), kubernetes(80, "b"), kubernetes(81, "b", "q"), kubernetes(80, "c")]
    after = [before[0], kubernetes(82, "b"), *before[2:]]
    wanted = ["NetworkPolicy/b/p", "NetworkPolicy/b/q"]
    assert left(before, after) == [wanted, wanted]
    assert left(before, [before[0], *before[2:]]) == [wanted, wanted[1:]]
    assert left(before, [*before[1:], before[0]]) == [[], []]


def test_what_reaches_beyond_a_namespace_stays_and_decides() -> None:
    """The policy that changes comes behind one for all pods that lets everything through."""
    everything = calico("GlobalNetworkPolicy", "order: 1, types: [Ingress], ingress: [{action: Allow}]")
    before = [everything, ordered("Allow", "a"), ordered("Deny", "b")]
    after = [everything, ordered("Deny", "a"), ordered("Deny", "b")]
    wanted = ["GlobalNetworkPolicy/g", "NetworkPolicy/a/p"]
    assert left(before, after) == [wanted, wanted]
    assert translate.verify("---\n".join(before), "---\n".join(after)).proof.is_same
    assert not translate.verify("---\n".join(before[1:]), "---\n".join(after[1:])).proof.is_same


GLOBAL = [
    calico("GlobalNetworkPolicy", f"order: 1, types: [Ingress], ingress: [{{action: {a}}}]") for a in ("Allow", "Deny")
]
SETS = [calico("NetworkSet", f"nets: [10.0.{n}.0/24]", "s", "a: b") for n in range(2)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([GLOBAL[0], ordered("Allow", "b")], [GLOBAL[1], ordered("Allow", "b")], id="one for all changes"),
        pytest.param([SETS[0], ordered("Allow", "b")], [SETS[1], ordered("Allow", "b")], id="a set changes"),
        pytest.param(
            [ordered("Allow", "b"), ordered("Deny", "c")],
            [ordered("Deny", "c"), ordered("Allow", "b")],
            id="a sequence",
        ),
        pytest.param([kubernetes(80, "b")], [ordered("Allow", "b")], id="another engine"),
    ],
)
def test_nothing_is_left_out_where_any_pod_may_be_concerned(before: list[str], after: list[str]) -> None:
    both = sets(before, after)
    assert concerned(*both, questions(*both)) == both


def test_the_answer_is_that_of_whole_sets() -> None:
    """The packet, too: all other namespaces have nothing to say in it."""
    ranges = "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"
    far = text("kubernetes", ranges, "name: far, namespace: z")
    one = translate.verify(kubernetes(80, "b"), kubernetes(81, "b"))
    both = translate.verify(f"{kubernetes(80, 'b')}---\n{far}", f"{kubernetes(81, 'b')}---\n{far}")
    assert [x.point for x in both.counterexamples] == [x.point for x in one.counterexamples]
    assert both.verdict is one.verdict is translate.Verdict.MIXED
