"""Named ports beside sets of addresses: a set has none, so of packets to a port by name it gets none (Calico, 6.5)."""

from __future__ import annotations

import pytest

from translate import UnsupportedError, Verdict, convert, verify

SET = """\
apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: {name: partners, namespace: shop, labels: {team: a}}
spec: {nets: [8.8.8.8/32, 10.0.0.0/8]}
---
"""
POLICY = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: p, namespace: web}
spec:
  order: 10
  selector: all()
  types: [Egress]
  egress:
"""
ALL = "  - {action: Allow}\n"


def _rule(ports: str, action: str = "Allow") -> str:
    destination = "{notSelector: \"zone == 'x'\", namespaceSelector: all(), ports: " + ports + "}"
    return f"  - {{action: {action}, protocol: TCP, destination: {destination}}}\n"


PODS = {
    "namespaceSelector": {},
    "podSelector": {"matchExpressions": [{"key": "zone", "operator": "NotIn", "values": ["x"]}]},
}
RANGES = [{"ipBlock": {"cidr": "8.8.8.8/32"}}, {"ipBlock": {"cidr": "10.0.0.0/8"}}]
BY_NAME = {"to": [PODS], "ports": [{"protocol": "TCP", "port": "metrics"}]}
BY_NUMBER = {"to": [PODS, *RANGES], "ports": [{"protocol": "TCP", "port": 8080}]}


@pytest.mark.parametrize(
    ("ports", "egress"),
    [
        ("[metrics]", [BY_NAME]),
        ("[8080]", [BY_NUMBER]),
        ("[metrics, 8080]", [BY_NUMBER, BY_NAME]),
    ],
)
def test_ranges_of_a_set_stand_beside_ports_by_number_alone(ports: str, egress: list[object]) -> None:
    result = convert(SET + POLICY + _rule(ports), to="kubernetes")
    assert result.objects[0]["spec"]["egress"] == egress
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME


def test_a_range_in_place_of_the_set_opens_the_port_of_pods_inside() -> None:
    """Calico compares addresses: pods inside with a port of that name are let through, whatever their labels."""
    ours = convert(SET + POLICY + _rule("[metrics]"), to="kubernetes").text
    wide = ours.replace("  - to:\n", "  - to:\n    - ipBlock: {cidr: 10.0.0.0/8}\n")
    assert wide != ours
    found = verify(SET + POLICY + _rule("[metrics]"), wide, target_engine="calico")
    assert found.proof.verdict is Verdict.LOOSER


def test_a_rule_that_is_several_in_the_model_is_logged_once() -> None:
    text = SET + POLICY + _rule("[metrics, 8080]", "Deny") + ALL
    result = convert(text, to="calico", log_denials=True, log_explicit=True)
    log = _rule("[metrics, 8080]", "Log")
    assert result.text.count("Log") == 1
    assert log.strip() in result.text
    assert result.logging is not None
    assert result.logging.holds


def test_a_rule_for_a_subject_by_a_set_and_a_named_port() -> None:
    """On the receiving side the subject is the destination: its ports by name are not those of a set that holds it."""
    rule = "  - {action: Allow, protocol: TCP, destination: {selector: \"team == 'a'\", ports: [metrics]}}\n"
    policy = (
        POLICY.replace("Egress", "Ingress").replace("egress", "ingress").replace("namespace: web", "namespace: shop")
    )
    by_name = convert(SET + policy + rule, to="kubernetes")
    by_number = convert(SET + policy + rule.replace("metrics", "8080"), to="kubernetes")
    assert [one.proof.verdict for one in (by_name, by_number) if one.proof is not None] == [
        Verdict.SAME,
        Verdict.TIGHTER,
    ]
    assert by_name.losses == ()


def test_names_that_are_left_out_beside_a_set_are_refused() -> None:
    rule = _rule("[8080]", "Deny").replace("ports: [8080]", "notPorts: [metrics]")
    with pytest.raises(UnsupportedError) as refused:
        convert(SET + POLICY + rule + ALL, to="cilium")
    (found,) = refused.value.refusals
    assert (found.code, found.origin.path[-2:]) == ("NPT202", ("notPorts", 0))
    assert "notPorts by name in NetworkPolicy/web/p, beside selectors that mean a NetworkSet" in found.message
    assert found.hint == "list the numbers of the ports, or give the set's ranges a rule of their own (nets)"
