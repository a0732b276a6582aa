"""One form loses what another keeps: what both keep is written, and no loss is told that is none any more."""

from __future__ import annotations

import translate
from translate.core.diagnostics import Effect
from translate.prover.proof import Verdict

PING = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: ping, namespace: shop}
spec:
  order: 100
  selector: app == 'c'
  types: [Ingress]
  ingress:
  - {action: Pass, protocol: ICMP, icmp: {type: 8}, source: {notNets: [172.16.0.0/12]}}
"""
WEB = """\
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  order: 200
  selector: app == 'c'
  types: [Ingress]
  ingress:
  - {action: Allow, source: {selector: has(role)}}
"""
"""Its allow is cut by the Pass before it where order is worked out: what is left of it has no word in Cilium. Without the
Pass it stands as it is, but nobody pings.
"""


def both() -> translate.Result:
    """The two policies for Cilium."""
    return translate.convert(PING + WEB, to="cilium", suggest=False, explain_plan=True)


def test_what_one_form_keeps_stands_beside_what_another_keeps() -> None:
    ping, web = both().objects
    assert ping["spec"]["ingress"] == [
        {
            "fromCIDRSet": [{"cidr": "0.0.0.0/0", "except": ["172.16.0.0/12"]}],
            "icmps": [{"fields": [{"family": "IPv4", "type": 8}]}],
        }
    ]
    # Whole: the pieces of it that the first form has, too, are gone.
    assert web["spec"]["ingress"] == [
        {"fromEndpoints": [{"matchExpressions": [{"key": "role", "operator": "Exists"}]}]}
    ]


def test_it_lets_through_more_than_each_of_the_forms() -> None:
    result = both()
    assert result.proof is not None
    assert result.proof.verdict is Verdict.TIGHTER
    (chosen,) = (one for one in result.tried if one.chosen)
    assert chosen.form == "order worked out into allows, cut by packets first, with more allows beside"
    left = [one for one in result.tried if one.verdict == "tighter" and not one.chosen]
    assert len(left) == 4
    # Each is told by a packet that it cuts off, and the written form does not.
    assert all(one.packet is not None and one.packet.effect is Verdict.TIGHTER for one in left)


def test_only_what_is_lost_still_is_told() -> None:
    result = both()
    lost = [(loss.code, loss.origin.path) for loss in result.losses if loss.effect is Effect.TIGHTER]
    assert lost == [("NPT501", ("spec", "ingress", 0, "source", "notNets"))]
    assert [(row.source.name, row.exactness) for row in result.policies] == [
        ("ping", Effect.TIGHTER),
        ("web", Effect.EXACT),
    ]


def test_a_policy_that_is_whole_again_is_not_said_to_be_cut() -> None:
    account = both().account
    assert account is not None
    assert [(row.source.name, row.cut) for row in account.rows] == [("ping", True), ("web", False)]


GATEWAY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: gateway, namespace: vpn}
spec:
  endpointSelector: {matchLabels: {app: gateway}}
  egress:
  - toCIDR: [0.0.0.0/0]
    toPorts: [{ports: [{port: "2049", protocol: UDP}]}]
  - toEntities: [cluster]
"""
"""A range means no pods in Cilium, and pods as well in Calico; but these are let through anyway."""


def test_a_range_stays_beside_a_rule_that_lets_all_pods_through() -> None:
    result = translate.convert(GATEWAY, to="calico", suggest=False, explain_plan=True)
    (policy,) = result.objects
    assert policy["spec"]["egress"] == [
        {
            "action": "Allow",
            "destination": {"selector": "projectcalico.org/orchestrator == 'k8s'", "namespaceSelector": "all()"},
        },
        {"action": "Allow", "protocol": "UDP", "destination": {"nets": ["0.0.0.0/0"], "ports": [2049]}},
    ]
    assert [one.form for one in result.tried if one.chosen] == ["rule by rule, with more allows beside"]
    # Nodes are still lost, but nobody outside is.
    assert {(loss.code, loss.origin.path) for loss in result.losses} == {
        ("NPT508", ("spec", "egress", 1, "toEntities", 0))
    }


def test_a_range_is_lost_where_pods_in_it_are_not_let_through() -> None:
    result = translate.convert(GATEWAY.replace("  - toEntities: [cluster]\n", ""), to="calico", suggest=False)
    (policy,) = result.objects
    assert "egress" not in policy["spec"] or policy["spec"]["egress"] == []


def test_what_is_loosened_on_purpose_is_left_alone() -> None:
    result = translate.convert(GATEWAY, to="calico", suggest=False, on_loss="loosen", explain_plan=True)
    assert all("beside" not in one.form for one in result.tried)


def test_bounds_are_told() -> None:
    result = translate.convert(GATEWAY, to="calico", suggest=False, explain_plan=True, max_steps=60)
    assert result.account is not None
    assert result.account.cut_short


def test_what_nothing_can_give_back_leaves_room_to_look_at_the_others() -> None:
    """More policies than are looked at lose a range, which no allow gives back; beside the last one something fits."""
    ranges = [
        GATEWAY.replace("namespace: vpn", f"namespace: team-{number}")
        .replace("0.0.0.0/0", f"198.51.{number}.0/24")
        .replace("  - toEntities: [cluster]\n", "")
        for number in range(201)
    ]
    result = translate.convert("---\n".join([*ranges, GATEWAY]), to="calico", suggest=False, explain_plan=True)
    assert result.objects[-1]["spec"]["egress"][-1]["destination"] == {"nets": ["0.0.0.0/0"], "ports": [2049]}
    assert result.account is not None
    assert not result.account.cut_short
