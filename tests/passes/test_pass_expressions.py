"""Selectors of any shape, for dialects that know only conjunctions."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import form, plain, policies, rule, run, text
from translate.plan.passes import expressions

OWN = "of the own namespace"
LEFT_ALONE = [
    ("kubernetes", "podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {}}]}]", "cilium"),
    ("calico", "selector: \"a == 'x' || b == 'y'\", types: [Ingress]", "calico"),
    ("calico", "selector: \"a starts with 'x'\", types: [Ingress]", "calico"),
    ("calico", "selector: \"a in {'x', 'y'} && !has(b) && c not in {'z'}\", types: [Ingress]", "kubernetes"),
]
REWRITTEN = [
    # spec of Calico, to, codes, plain forms
    (
        "selector: \"a == 'x' || b == 'y'\", types: [Ingress]",
        [],
        [form("a in {x}", ingress=[]), form("b in {y}", ingress=[])],
    ),
    (
        "selector: \"has(t) && (a == 'x' || b == 'y')\", types: [Ingress]",
        [],
        [form("a in {x} and has t", ingress=[]), form("b in {y} and has t", ingress=[])],
    ),
    (
        "selector: \"!(a == 'x' && b == 'y')\", types: [Ingress]",
        [],
        [form("a not in {x}", ingress=[]), form("b not in {y}", ingress=[])],
    ),
    (
        "types: [Ingress], ingress: [{action: Allow, source: {selector: \"a == 'x' || has(b)\"}}]",
        [],
        [form("all", ingress=[rule([f"pods a in {{x}} {OWN}", f"pods has b {OWN}"])])],
    ),
    (
        "types: [Ingress], ingress: [{action: Allow, source: {selector: \"!(a == 'x' && b == 'q')\"}}]",
        [],
        [form("all", ingress=[rule([f"pods a not in {{x}} {OWN}", f"pods b not in {{q}} {OWN}"])])],
    ),
    (
        'types: [Ingress], ingress: [{action: Allow, source: {selector: "!all()"}}]',
        [],
        [form("all", ingress=[])],
    ),
    (
        "types: [Ingress], ingress: [{action: Allow, source: "
        "{selector: \"a == 'x'\", namespaceSelector: \"team == 't' || has(env)\"}}]",
        [],
        [
            form(
                "all",
                ingress=[rule(["pods a in {x} of namespaces has env", "pods a in {x} of namespaces team in {t}"])],
            )
        ],
    ),
    ("selector: '!all()', types: [Ingress]", ["NPT302 exact"], []),
    ("selector: 'a in {}', types: [Ingress]", ["NPT302 exact"], []),
]
REFUSED = [
    ("selector: \"a starts with 'x'\", types: [Ingress]", "NPT211"),
    ("selector: \"a ends with 'x'\", types: [Ingress]", "NPT211"),
    ("types: [Ingress], ingress: [{action: Deny, source: {selector: \"a contains 'x'\"}}]", "NPT211"),
    (
        'selector: "' + " && ".join(f"(a{n} == 'x' || b{n} == 'y')" for n in range(7)) + '", types: [Ingress]',
        "NPT220",
    ),
]


@pytest.mark.parametrize(("source", "spec", "to"), LEFT_ALONE)
def test_left_alone(source: str, spec: str, to: str) -> None:
    given = policies(source, spec)
    outcome = run(expressions.run, given, to)
    assert (outcome.forms, outcome.codes) == ([plain(policy) for policy in given.policies], [])


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
@pytest.mark.parametrize(("spec", "codes", "forms"), REWRITTEN)
def test_rewritten(spec: str, to: str, codes: list[str], forms: list[dict]) -> None:
    outcome = run(expressions.run, policies("calico", spec), to)
    assert (outcome.codes, outcome.forms) == (codes, forms)


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
@pytest.mark.parametrize(("spec", "code"), REFUSED)
def test_refused(spec: str, to: str, code: str) -> None:
    assert run(expressions.run, policies("calico", spec), to).codes == [code]


UNSEEN, SEEN = "{matchLabels: {pod-template-hash: x}}", "{matchLabels: {app: a}}"
NOBODY = [
    # spec of Cilium, which leaves pod-template-hash out of what it knows of pods; codes, plain forms
    (f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{UNSEEN}]}}]", [], [form("all", ingress=[])]),
    (
        f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{UNSEEN}, {SEEN}]}}]",
        [],
        [form("all", ingress=[rule([f"pods app in {{a}} {OWN}"])])],
    ),
    (f"endpointSelector: {UNSEEN}, ingress: [{{}}]", ["NPT302 exact"], []),
]


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
@pytest.mark.parametrize(("spec", "codes", "forms"), NOBODY)
def test_whom_nobody_can_be_is_left_out(spec: str, codes: list[str], forms: list[dict], to: str) -> None:
    """Also where the target has words for it: `!all()`."""
    outcome = run(expressions.run, policies("cilium", spec), to)
    assert (outcome.codes, outcome.forms) == (codes, forms)


def test_nobody_stays_where_it_was_written() -> None:
    spec = "types: [Ingress], ingress: [{action: Allow, source: {selector: '!all()'}}]"
    assert run(expressions.run, policies("calico", spec), "calico").untouched


def test_parts_keep_the_name_that_the_last_pass_tells_apart() -> None:
    given = policies(
        "calico", 'selector: "has(a) || has(b) || has(c)", types: [Ingress]', "selector: has(d), types: [Ingress]"
    )
    outcome = run(expressions.run, given, "kubernetes")
    assert [policy.identity.name for policy in outcome.after] == ["p", "p", "p", "p2"]


def test_sixty_four_branches_are_not_too_many() -> None:
    spec = 'selector: "' + " && ".join(f"(a{n} == 'x' || b{n} == 'y')" for n in range(6)) + '", types: [Ingress]'
    outcome = run(expressions.run, policies("calico", spec), "cilium")
    assert (outcome.codes, len(outcome.after)) == ([], 64)


TEAM = "serviceAccounts: {selector: \"team == 'a'\"}"
BY_LABEL = (
    "pods that are told apart by the label team of their service account lose access to the pods of "
    "NetworkPolicy/shop/p: a CiliumNetworkPolicy (cilium.io/v2) asks for service accounts by name alone"
)
BY_ACCOUNT = (
    "pods that are told apart by their service account lose access to the pods of NetworkPolicy/shop/p: "
    "a Kubernetes NetworkPolicy cannot ask for it"
)


@pytest.mark.parametrize(
    ("to", "peer", "left", "told"),
    [
        ("cilium", TEAM, [], [BY_LABEL]),
        ("cilium", "serviceAccounts: {names: [x], selector: \"team != 'a'\"}", [], [BY_LABEL]),
        ("cilium", "serviceAccounts: {names: [x]}", None, []),
        ("kubernetes", TEAM, [], [BY_ACCOUNT]),
        ("kubernetes", "serviceAccounts: {names: [x]}", [], [BY_ACCOUNT]),
        (
            "kubernetes",
            "selector: \"a == 'x' || projectcalico.org/serviceaccount == 'y'\"",
            [rule([f"pods a in {{x}} {OWN}"])],
            [BY_ACCOUNT],
        ),
    ],
)
def test_who_is_allowed_by_what_cannot_be_asked_of_service_accounts_loses_access(
    to: str, peer: str, left: list[dict] | None, told: list[str]
) -> None:
    given = policies("calico", f"types: [Ingress], ingress: [{{action: Allow, source: {{{peer}}}}}]")
    outcome = run(expressions.run, given, to)
    assert outcome.said == told
    assert outcome.codes == ["NPT503 tighter"] * len(told)
    if left is None:
        assert outcome.forms == [plain(policy) for policy in given.policies]
    else:
        assert outcome.forms == [form("all", ingress=left)]


WHOLE = {
    "cilium": "a CiliumNetworkPolicy (cilium.io/v2) compares whole values",
    "kubernetes": "a Kubernetes NetworkPolicy compares whole values",
}


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
@pytest.mark.parametrize(
    ("peer", "left", "who", "every"),
    [
        ("selector: \"a contains 'x'\"", [], "pods that are told apart by part of the label a", "Pod"),
        (
            "selector: \"a starts with 'x' && b == 'y' || c == 'z'\"",
            [rule([f"pods c in {{z}} {OWN}"])],
            "pods that are told apart by part of the label a",
            "Pod",
        ),
        (
            "namespaceSelector: \"!(team ends with 'x')\"",
            [],
            "pods of namespaces that are told apart by part of the label team",
            "Namespace",
        ),
        (
            "namespaceSelector: \"projectcalico.org/name starts with 'x'\"",
            [],
            "pods of namespaces that are told apart by part of their name",
            "Namespace",
        ),
    ],
)
def test_who_is_allowed_by_part_of_a_label_loses_access(
    to: str, peer: str, left: list[dict], who: str, every: str
) -> None:
    given = policies("calico", f"types: [Ingress], ingress: [{{action: Allow, source: {{{peer}}}}}]")
    outcome = run(expressions.run, given, to)
    assert outcome.forms == [form("all", ingress=left)]
    assert outcome.codes == ["NPT503 tighter"]
    assert outcome.said == [f"{who} lose access to the pods of NetworkPolicy/shop/p: {WHOLE[to]}"]
    assert [loss.hint for loss in outcome.report.losses] == [
        f"list the values of the label instead, or add all {every}s to the input and say so (--facts, complete: [{every}])"
    ]


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (
            "cilium",
            "pods that are told apart by part of the name of their service account lose access to the pods of "
            f"NetworkPolicy/shop/p: {WHOLE['cilium']}",
        ),
        ("kubernetes", BY_ACCOUNT),
    ],
)
def test_part_of_the_name_of_an_account_is_told_as_far_as_the_target_asks(to: str, said: str) -> None:
    peer = "selector: \"projectcalico.org/serviceaccount starts with 'x'\""
    given = policies("calico", f"types: [Ingress], ingress: [{{action: Allow, source: {{{peer}}}}}]")
    outcome = run(expressions.run, given, to)
    assert (outcome.codes, outcome.said) == (["NPT503 tighter"], [said])


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
def test_what_is_denied_by_part_of_a_label_stays_denied(to: str) -> None:
    deny = (
        "types: [Ingress], ingress: [{action: Deny, source: {selector: \"a contains 'x'\"}}, "
        "{action: Allow, source: {selector: \"b == 'y'\"}}]"
    )
    result = translate.convert(text("calico", deny), to=to)
    assert result.proof is not None
    assert (result.proof.verdict, [loss.code for loss in result.losses]) == (translate.Verdict.TIGHTER, ["NPT503"])


def test_what_is_denied_to_such_peers_stays_denied() -> None:
    """A Deny cannot be left out; where order is worked out, allows that it would meet go instead."""
    deny = f"types: [Ingress], ingress: [{{action: Deny, source: {{{TEAM}}}}}, {{action: Allow}}]"
    outcome = run(expressions.run, policies("calico", deny), "cilium")
    assert outcome.codes == ["NPT210"]
    assert outcome.said == [
        "pods that are told apart by the label team of their service account of a Deny rule have no counterpart in a "
        "CiliumNetworkPolicy (cilium.io/v2): a CiliumNetworkPolicy (cilium.io/v2) asks for service accounts by name alone"
    ]
    result = translate.convert(text("calico", deny), to="cilium")
    assert result.proof is not None
    assert (result.proof.verdict, [loss.code for loss in result.losses]) == (translate.Verdict.TIGHTER, ["NPT503"])


@pytest.mark.parametrize(
    ("to", "said", "hint"),
    [
        (
            "cilium",
            "labels of service accounts have no counterpart in a CiliumNetworkPolicy (cilium.io/v2)",
            "name the accounts instead of asking for their labels",
        ),
        (
            "kubernetes",
            "service accounts have no counterpart in a Kubernetes NetworkPolicy",
            "select the pods by labels",
        ),
    ],
)
def test_a_subject_by_labels_of_its_service_account_is_refused(to: str, said: str, hint: str) -> None:
    given = policies("calico", "serviceAccountSelector: \"team == 'a'\", types: [Ingress]")
    outcome = run(expressions.run, given, to)
    assert (outcome.codes, outcome.said) == (["NPT210"], [said])
    assert [one.hint for one in outcome.report.refusals] == [hint]


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
@pytest.mark.parametrize(("namespace", "expected"), [("shop", "app in {db}"), ("other", None)])
def test_the_own_namespace_in_a_subject_is_decided_here(to: str, namespace: str, expected: str | None) -> None:
    """A subject stays in its namespace: naming that one says nothing, naming another selects nothing (MAPPINGS s08, f08)."""
    spec = f"selector: \"projectcalico.org/namespace == '{namespace}' && app == 'db'\", types: [Ingress]"
    outcome = run(expressions.run, policies("calico", spec), to)
    if expected is None:
        assert (outcome.codes, outcome.forms) == (["NPT302 exact"], [])
    else:
        assert (outcome.codes, outcome.forms) == ([], [form(expected, ingress=[])])
