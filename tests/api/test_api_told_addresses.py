"""Pods and nodes of the input whose addresses are not where facts say that such addresses are."""

from __future__ import annotations

from typing import Any

import pytest

import translate
from translate import InputError

POLICY = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  ingress: [{action: Allow, source: {nets: [10.244.0.0/16]}}]
"""
POD = (
    "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {}, status: {phase: Running, podIP: A}}"
)
HOST = POD.replace("spec: {}", "spec: {hostNetwork: true}")
DONE = POD.replace("Running", "Succeeded")
NODE = "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: A}]}}"
SERVICE = (
    "{apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop}, spec: {selector: {app: db}, clusterIP: A}}"
)
BOTH = SERVICE.replace("clusterIP: A", "clusterIP: None, clusterIPs: [10.96.0.9, A]")
FACTS = {"pods": ["10.244.0.0/16"], "nodes": ["172.18.0.0/16"]}
OF_PODS = "the addresses of pods are those of 10.244.0.0/16, as stated"
OF_NODES = "the addresses of nodes are those of 172.18.0.0/16, as stated"
OF_SERVICES = "the addresses in 10.96.0.0/12 are those of Services, as stated"
IN_PODS = "the addresses in 10.244.0.0/16 are those of pods, as stated"
IN_NODES = "the addresses in 172.18.0.0/16 are those of nodes, as stated"


@pytest.mark.parametrize(
    ("given", "address", "facts", "said"),
    [
        (POD, "10.244.1.1", FACTS, None),
        (POD, "192.168.1.1", FACTS, f"Pod/shop/web has the address 192.168.1.1, and {OF_PODS}"),
        (POD, "172.18.0.2", FACTS, f"Pod/shop/web has the address 172.18.0.2, and {OF_PODS}"),
        (POD, "fd00::1", FACTS, f"Pod/shop/web has the address fd00::1, and {OF_PODS}"),
        (POD, "192.168.1.1", {"nodes": ["172.18.0.0/16"]}, None),
        (HOST, "172.18.0.2", FACTS, None),
        (HOST, "10.244.1.1", FACTS, f"Pod/shop/web has the address 10.244.1.1, and {OF_NODES}"),
        (DONE, "192.168.1.1", FACTS, None),
        (NODE, "172.18.0.2", FACTS, None),
        (NODE, "10.244.0.7", FACTS, f"Node/n1 has the address 10.244.0.7, and {OF_NODES}"),
        (NODE, "10.244.0.7", {"pods": ["10.244.0.0/16"]}, None),
        (NODE, "10.244.0.7", {}, None),
        (
            POD,
            "10.96.0.7",
            {"services": ["10.96.0.0/12"]},
            f"Pod/shop/web has the address 10.96.0.7, and {OF_SERVICES}",
        ),
        (NODE, "10.96.0.7", {"services": ["10.96.0.0/12"]}, f"Node/n1 has the address 10.96.0.7, and {OF_SERVICES}"),
        (SERVICE, "10.96.0.7", FACTS | {"services": ["10.96.0.0/12"]}, None),
        (SERVICE, "None", FACTS, None),
        (SERVICE, "", FACTS, None),
        (SERVICE, "10.244.5.5", FACTS, f"Service/shop/db has the address 10.244.5.5, and {IN_PODS}"),
        (SERVICE, "172.18.0.9", FACTS, f"Service/shop/db has the address 172.18.0.9, and {IN_NODES}"),
        (BOTH, "10.244.5.5", FACTS, f"Service/shop/db has the address 10.244.5.5, and {IN_PODS}"),
    ],
)
def test_no_cluster_is_like_that(given: str, address: str, facts: dict[str, Any], said: str | None) -> None:
    text = f"{POLICY}---\n{given.replace('A}', f'{address!r}}}').replace('A]', f'{address!r}]')}\n"
    if said is None:
        assert translate.convert(text, to="cilium", facts=facts).text
        return
    with pytest.raises(InputError) as found:
        translate.convert(text, to="cilium", facts=facts)
    assert [(one.message, one.line) for one in found.value.problems] == [(said, 7)]
