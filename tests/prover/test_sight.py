"""What rules can tell of addresses: where an end is said to see no difference, there is none."""

from __future__ import annotations

from collections.abc import Hashable

import pytest

from tests.properties.test_property_explain import fates
from translate.frontend.intake import take_in
from translate.frontend.link import link
from translate.frontend.sources import sources
from translate.model.facts import Facts
from translate.model.policy import Direction
from translate.prover.connection import Connection, ConnectionEnd, EndKind
from translate.prover.judge import Judge
from translate.prover.settings_of import settings_of

KUBERNETES = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec:\n  podSelector: {}\n"
CALICO = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec:\n  types: [Egress]\n"
CILIUM = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec:\n  endpointSelector: {}\n"
SET = "---\napiVersion: projectcalico.org/v3\nkind: NetworkSet\nmetadata: {name: s, namespace: shop, labels: {r: db}}\nspec: {nets: [10.1.0.0/16]}\n"
FACTS = Facts(api_servers=("10.0.0.1/32",))
SEEN = {
    "ranges that an engine may find pods by": f"{KUBERNETES}  policyTypes: [Egress]\n  egress: [{{to: [{{ipBlock: {{cidr: 10.1.0.0/16}}}}]}}]\n",
    "ranges that pods are found by": f"{CALICO}  egress: [{{action: Allow, destination: {{nets: [10.1.0.0/16]}}}}]\n",
    "a range of the pod itself": f"{CALICO}  egress: [{{action: Allow, source: {{nets: [10.1.0.0/16]}}}}]\n",
    "a set of addresses": f"{CALICO}  egress: [{{action: Allow, destination: {{selector: r == 'db'}}}}]\n{SET}",
    "an address family": f"{CALICO}  egress: [{{action: Allow, ipVersion: 4}}]\n",
    "the API server": f"{CILIUM}  egress: [{{toEntities: [kube-apiserver]}}]\n",
}
BLIND = {
    "labels": f"{KUBERNETES}  policyTypes: [Egress]\n  egress: [{{to: [{{podSelector: {{matchLabels: {{app: web}}}}}}], ports: [{{port: 80}}]}}]\n",
    "nothing": f"{KUBERNETES}  policyTypes: [Egress]\n",
}


def pod(name: str, *addresses: str) -> ConnectionEnd:
    return ConnectionEnd(
        EndKind.POD,
        name,
        "shop",
        labels=(("app", name),),
        namespace_labels=(),
        account="",
        ports=(),
        addresses=addresses,
    )


def found_by(text: str) -> dict[Hashable, set[Hashable]]:
    """What comes of a packet from one pod to another at its sender, by what is seen of the addresses there."""
    policies = link(take_in(sources(text)), default_namespace="default", facts=FACTS).policies
    many = ("10.0.0.1", "10.0.0.2") if "toEntities" in text else ()
    judge = Judge(policies, Connection(pod("a"), pod("b", *many), 6, 80), FACTS)
    found: dict[Hashable, set[Hashable]] = {}
    for setting in settings_of(judge):
        walk = judge.walk(Direction.EGRESS, setting, {}, {})
        found.setdefault(judge.seen(Direction.EGRESS, setting), set()).add(fates(walk))
    return found


@pytest.mark.parametrize("text", SEEN.values(), ids=SEEN)
def test_addresses_that_tell_are_seen(text: str) -> None:
    found = found_by(text)
    assert all(len(one) == 1 for one in found.values()), found
    assert len(set().union(*found.values())) > 1, "the addresses tell nothing here"


@pytest.mark.parametrize("text", BLIND.values(), ids=BLIND)
def test_addresses_that_tell_nothing_are_one(text: str) -> None:
    beside = KUBERNETES.replace("name: a", "name: b") + "  ingress: [{from: [{ipBlock: {cidr: 10.1.0.0/16}}]}]\n"
    found = found_by(f"{text}---\n{beside}")
    assert [len(one) for one in found.values()] == [1]
