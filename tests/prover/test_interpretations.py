"""An output that the Kubernetes API leaves open is right for one kind of engine, or it is not right."""

from __future__ import annotations

from typing import Any

import translate
from translate.prover.compare import prove
from translate.prover.point import PeerClass
from translate.prover.proof import Proof, Verdict

Document = dict[str, Any]
NAMESPACE = "k8s:io.kubernetes.pod.namespace"


def cilium(name: str, app: str, *, facts: Any = None, **spec: Any) -> Document:
    """A CiliumNetworkPolicy for the pods of an app."""
    selector = {"endpointSelector": {"matchLabels": {"app": app}}}
    identity = {"name": name, "namespace": "a"}
    return {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": identity, "spec": selector | spec}


def kube(app: str, *ingress: Document, **spec: Any) -> Document:
    """A NetworkPolicy for the pods of an app."""
    given: Document = {
        "podSelector": {"matchLabels": {"app": app}},
        "policyTypes": ["Ingress"],
        "ingress": list(ingress),
    }
    identity = {"name": app, "namespace": "a"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": identity, "spec": given | spec}


def blocks(*cidrs: str) -> Document:
    """Ingress from ranges."""
    return {"from": [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]}


def compared(before: list[Document], after: list[Document]) -> Proof:
    """The proof of two inputs."""
    return prove(translate.load(before), translate.load(after))


WORLD = cilium("world", "q", ingress=[{"fromEntities": ["world"]}])
ALL = cilium("all", "p", ingress=[{"fromEntities": ["all"]}])
ANYWHERE = blocks("0.0.0.0/0", "::/0")


def test_a_range_that_must_not_mean_pods() -> None:
    """As Cilium has it; said so."""
    proof = compared([WORLD], [kube("q", ANYWHERE)])
    assert proof.verdict is Verdict.SAME
    assert any("this holds where the engine matches only addresses outside" in one.text for one in proof.assumptions)


def test_a_range_that_must_mean_pods() -> None:
    """As Calico has it; said so."""
    proof = compared([ALL], [kube("p", ANYWHERE)])
    assert proof.verdict is Verdict.SAME
    assert any("this holds where the engine compares addresses" in one.text for one in proof.assumptions)


def test_no_engine_reads_one_range_in_two_ways() -> None:
    """What is right for one policy is wrong for the other, whichever engine it is: Cilium's own way is told."""
    proof = compared([ALL, WORLD], [kube("p", ANYWHERE), kube("q", ANYWHERE)])
    assert proof.verdict is Verdict.TIGHTER
    assert proof.counterexamples[0].after.policy is not None
    assert proof.counterexamples[0].after.policy.identity.name == "p"


OWN_NODE = cilium("host", "p", egress=[{"toEntities": ["host"]}])


def test_an_output_is_not_read_as_no_engine_does() -> None:
    """The API leaves open whether a pod always reaches its own node: it does on neither of the engines."""
    proof = compared([OWN_NODE], [kube("p", policyTypes=["Egress"])])
    assert proof.verdict is Verdict.TIGHTER
    assert [one.point.peer_class for one in proof.counterexamples] == [PeerClass.OWN_NODE]


def test_a_deny_of_the_own_node_is_one_for_good() -> None:
    """A policy that is added later may open it again, as for any other peer."""
    denied = cilium("p", "p", egress=[{"toEndpoints": [{}]}], egressDeny=[{"toEntities": ["host"]}])
    proof = compared([denied], [kube("p", policyTypes=["Egress"], egress=[{"to": [{"podSelector": {}}]}])])
    assert (proof.verdict, proof.later) == (Verdict.SAME, Verdict.LOOSER)


def test_two_files_of_kubernetes_are_compared_for_every_engine() -> None:
    """A file is the same as itself, and one without its range isolates less."""
    policies = [kube("p", ANYWHERE), kube("q", policyTypes=["Egress"])]
    assert compared(policies, policies).verdict is Verdict.SAME
    assert compared(policies, policies[1:]).verdict is Verdict.LOOSER
