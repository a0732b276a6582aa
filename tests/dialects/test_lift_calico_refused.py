"""What is legal Calico and refused because nothing here can say what it means, and what Calico itself refuses."""

from __future__ import annotations

import pytest

from tests.dialects.verdicts import calico
from translate.api.support import load
from translate.core.diagnostics import InputError, UnsupportedError
from translate.core.origin import spell

BEYOND = [
    ("ingress: [{action: Allow, protocol: TCP, source: {ports: [http]}}]", "spec.ingress[0].source.ports[0]"),
    ("egress: [{action: Deny, protocol: TCP, source: {ports: [80, dns]}}]", "spec.egress[0].source.ports[1]"),
    ("ingress: [{action: Allow, protocol: TCP, source: {notPorts: [http]}}]", "spec.ingress[0].source.notPorts[0]"),
    ("ingress: [{action: Allow}, {action: Allow, notICMP: {type: 8}}]", "spec.ingress[1].notICMP"),
]


@pytest.mark.parametrize(("spec", "path"), BEYOND)
@pytest.mark.parametrize("kind", ["NetworkPolicy", "GlobalNetworkPolicy"])
def test_what_is_beyond_is_refused_at_its_place(kind: str, spec: str, path: str) -> None:
    """Legal, but not read: a refusal (undecided in a comparison), never an input error."""
    with pytest.raises(UnsupportedError) as caught:
        load(calico(kind, spec))
    (refusal,) = caught.value.refusals
    assert (refusal.code, spell(refusal.origin.path)) == ("NPT202", path)


BAD = [
    ("selector: 'app == x'", "expected a quoted text"),
    ("ingress: [{action: allow}]", 'did you mean "Allow"'),
    ("types: [ingress]", 'did you mean "Ingress"'),
    ("types: []", "spec.types must not be empty"),
    ("ingress: [{action: Allow, protocol: tcpp}]", '"tcpp"'),
    ("ingress: [{action: Allow, protocol: 0}]", "must be between 1 and 255, not 0"),
    ("ingress: [{action: Allow, destination: {ports: [80]}}]", "spec.ingress[0]"),
    ("ingress: [{action: Allow, protocol: ICMP, destination: {ports: [80]}}]", "spec.ingress[0]"),
    ("ingress: [{action: Allow, protocol: TCP, destination: {ports: [0]}}]", "ports[0]"),
    ("ingress: [{action: Allow, protocol: TCP, destination: {ports: ['90:80']}}]", '"90:80"'),
    ("ingress: [{action: Allow, protocol: TCP, destination: {ports: ['80-90']}}]", '"80-90"'),
    ("ingress: [{action: Allow, source: {nets: [10.0.0]}}]", "must be an IP range"),
    ("ingress: [{action: Allow, source: {nets: [0.0.0.0/0, '::/0']}}]", "second address family"),
    ("ingress: [{action: Allow, source: {notNets: [10.0.0.0/8, 'fd00::/8']}}]", "second address family"),
    ("ingress: [{action: Allow, source: {notNets: [0.0.0.0/0]}}]", "must not be all addresses of a family"),
    ("ingress: [{action: Allow, ipVersion: 6, source: {nets: [10.0.0.0/8]}}]", "because of ipVersion 6"),
    ("ingress: [{action: Allow, source: {selector: global()}}]", "must not contain global()"),
    ("ingress: [{action: Allow, source: {namespaceSelector: 'global() || all()'}}]", "must not combine global()"),
    ("ingress: [{action: Allow, icmp: {type: 8}}]", "spec.ingress[0]"),
    ("ingress: [{action: Deny, http: {methods: [GET]}}]", "only Allow rules can have it"),
    ("egress: [{action: Allow, http: {methods: [GET]}}]", "only incoming requests can be judged"),
    ("ingress: [{action: Allow, destination: {services: {name: a, namespace: b}}}]", "services"),
    ("egress: [{action: Allow, destination: {services: {name: a, namespace: b}, nets: [10.0.0.0/8]}}]", "nets"),
    ("doNotTrack: true", "doNotTrack"),
]


@pytest.mark.parametrize(("spec", "said"), BAD)
def test_what_calico_refuses_is_bad_input(spec: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load(calico("NetworkPolicy", spec))
    assert said in caught.value.problems[0].message


BAD_GLOBAL = [
    ("doNotTrack: true", "must not be true without applyOnForward"),
    ("preDNAT: true, applyOnForward: true, types: [Egress]", "must not list Egress beside preDNAT"),
    ("ingress: [{action: Allow, source: {services: {name: a}}}]", "namespace"),
]


@pytest.mark.parametrize(("spec", "said"), BAD_GLOBAL)
def test_what_calico_refuses_of_a_global_policy(spec: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load(calico("GlobalNetworkPolicy", spec))
    assert said in caught.value.problems[0].message
