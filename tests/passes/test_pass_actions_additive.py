"""Policies that do not isolate, of pods that others isolate: then they may as well."""

from __future__ import annotations

import pytest

from tests.passes.fitting import documents, run, target_for, text
from translate.api.support import load
from translate.model.policy import Direction
from translate.plan.isolation import closed_anyway
from translate.plan.passes import actions

ALLOW = "enableDefaultDeny: {ingress: false, egress: false}, ingress: [{fromEndpoints: [{}]}], egress: [{toEndpoints: [{}]}]"
ALL, WEB = "endpointSelector: {}", "endpointSelector: {matchLabels: {app: web}}"
LOCK, ONLY_DENIES = "ingress: [{}], egress: [{}]", "ingressDeny: [{}], egressDeny: [{}]"
ANYWHERE = "endpointSelector: {matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: Exists}]}"


def chosen(key: str, operator: str, *values: str) -> str:
    what = f", values: [{', '.join(values)}]" if values else ""
    return f"endpointSelector: {{matchExpressions: [{{key: '{key}', operator: {operator}{what}}}]}}"


def lock(where: str, said: str = LOCK, namespace: str = "shop", name: str = "lock") -> str:
    return text("cilium", f"{where}, {said}", f"name: {name}, namespace: {namespace}")


def lock_everywhere(where: str, said: str = LOCK) -> str:
    return (
        "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: all}\n"
        f"spec: {{{where}, {said}}}\n"
    )


NAMESPACE = "k8s:io.kubernetes.pod.namespace"
BOTH, INGRESS, NONE = {Direction.INGRESS, Direction.EGRESS}, {Direction.INGRESS}, set[Direction]()
CASES = [
    ([lock(ALL)], BOTH),
    ([lock(WEB)], BOTH),
    ([lock(ALL, ONLY_DENIES)], BOTH),
    ([lock(ALL, "ingress: [{}]")], INGRESS),
    ([lock(ALL, "ingress: [{}]"), lock(WEB, "egress: [{}]", name="more")], BOTH),
    ([lock(chosen("app", "In", "web", "api"))], BOTH),
    ([lock(chosen("app", "Exists"))], BOTH),
    ([lock(chosen("app", "NotIn", "db"))], BOTH),
    ([lock(chosen("tier", "Exists")), lock(chosen("tier", "DoesNotExist"), name="rest")], BOTH),
    ([lock_everywhere(ANYWHERE)], BOTH),
    ([lock_everywhere(chosen(NAMESPACE, "In", "shop", "pay"))], BOTH),
    ([], NONE),
    ([lock(ALL, namespace="pay")], NONE),
    ([lock(chosen("app", "In", "api"))], NONE),
    ([lock(chosen("tier", "Exists"))], NONE),
    ([lock(WEB, ALLOW)], NONE),
    ([lock_everywhere(chosen(NAMESPACE, "In", "pay"))], NONE),
    ([lock_everywhere(chosen(NAMESPACE, "NotIn", "shop"))], NONE),
]


@pytest.mark.parametrize(("others", "isolating"), CASES)
@pytest.mark.parametrize("first", [True, False])
def test_isolated_by_others(others: list[str], isolating: set[Direction], first: bool) -> None:
    mine = text("cilium", f"{WEB}, {ALLOW}", "name: p, namespace: shop")
    given = load(documents(*([mine, *others] if first else [*others, mine])))
    found = closed_anyway(given.policies, target_for("calico", given))
    (policy,) = [one for one in found if one.identity.name == "p"]
    closed = {side for side in Direction if (section := policy.section(side)) is not None and section.isolates}
    assert closed == isolating


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_no_refusal_then(to: str) -> None:
    mine = text("cilium", f"{WEB}, {ALLOW}", "name: p, namespace: shop")
    assert run(actions.run, load(documents(mine, lock(ALL))), to).codes == []
    assert run(actions.run, load(documents(mine, lock(ALL, namespace="pay"))), to).codes == ["NPT210", "NPT210"]


def test_what_the_target_can_say_stays_open() -> None:
    given = load(documents(text("cilium", f"{WEB}, {ALLOW}", "name: p, namespace: shop"), lock(ALL)))
    assert run(actions.run, given, "cilium").untouched
