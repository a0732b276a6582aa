"""What newer releases refuse and older ones have stored is read, told once with its place, and written canonically."""

from __future__ import annotations

import pytest

import translate
from translate import Effect, InputError, UnsupportedError, Verdict

KUBERNETES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: %s}]
"""
CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  types: [Egress]
  egress:
  - {action: Allow, destination: %s}
"""
SET = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: s, labels: {a: b}}
spec: {nets: %s}
"""
ADMIN = """\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: hosts}
spec:
  tier: Admin
  priority: 0
  subject: {namespaces: {}}
  %s
"""


def told(text: str, to: str) -> list[tuple[str, Effect, str, str]]:
    losses = translate.convert(text, to=to).losses
    return [(x.code, x.effect, x.object, x.message.partition(": ")[2]) for x in losses if x.code == "NPT320"]


@pytest.mark.parametrize(
    ("given", "clean", "messages"),
    [
        (
            "{cidr: 10.42.242.213/24}",
            "{cidr: 10.42.242.0/24}",
            [
                'spec.egress[0].to[0].ipBlock.cidr "10.42.242.213/24" has bits set beyond the prefix length, which newer '
                "releases refuse: it is read as 10.42.242.0/24"
            ],
        ),
        (
            "{cidr: 10.1.0.0/8, except: [10.1.2.3/16]}",
            "{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}",
            [
                'spec.egress[0].to[0].ipBlock.cidr "10.1.0.0/8" has bits set beyond the prefix length, which newer '
                "releases refuse: it is read as 10.0.0.0/8",
                'spec.egress[0].to[0].ipBlock.except[0] "10.1.2.3/16" has bits set beyond the prefix length, which newer '
                "releases refuse: it is read as 10.1.0.0/16",
            ],
        ),
        ('{cidr: "2001:DB8:0::/32"}', '{cidr: "2001:db8::/32"}', []),
    ],
)
@pytest.mark.parametrize("to", ["calico", "cilium", "kubernetes"])
def test_ranges_of_kubernetes(given: str, clean: str, messages: list[str], to: str) -> None:
    name = "NetworkPolicy/shop/out"
    assert told(KUBERNETES % given, to) == [("NPT320", Effect.EXACT, name, text) for text in messages]
    assert translate.convert(KUBERNETES % given, to=to).text == translate.convert(KUBERNETES % clean, to=to).text


@pytest.mark.parametrize("text", ["010.0.0.0/8", "10.0.0.0/08", "::ffff:10.0.0.0/104", "::ffff:a00:0/104"])
def test_what_engines_do_not_read_alike_is_no_range(text: str) -> None:
    with pytest.raises(InputError, match="must not have"):
        translate.load(KUBERNETES % f'{{cidr: "{text}"}}')


@pytest.mark.parametrize(
    ("given", "clean", "count"),
    [
        ("{nets: [10.1.2.3/8]}", "{nets: [10.0.0.0/8]}", 1),
        ("{nets: [192.0.2.7]}", "{nets: [192.0.2.7/32]}", 1),
        ("{nets: [192.0.2.7/32, 192.0.2.7/32]}", "{nets: [192.0.2.7/32]}", 1),
        ("{nets: [10.1.2.3/8, 10.0.0.0/8]}", "{nets: [10.0.0.0/8]}", 1),
        (
            "{nets: [10.0.0.0/8], notNets: [10.1.2.3/16, 10.1.2.3/16]}",
            "{nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}",
            3,
        ),
    ],
)
def test_ranges_of_calico(given: str, clean: str, count: int) -> None:
    assert len(told(CALICO % given, "kubernetes")) == count
    for to in ("kubernetes", "cilium"):
        assert translate.convert(CALICO % given, to=to).text == translate.convert(CALICO % clean, to=to).text
    assert translate.verify(CALICO % given, CALICO % clean).verdict is Verdict.SAME


def test_a_range_twice_in_a_set() -> None:
    policy = CALICO % "{selector: a == 'b', namespaceSelector: global()}"
    twice, once = (f"{SET % nets}---\n{policy}" for nets in ("[10.0.0.0/8, 10.0.0.0/8]", "[10.0.0.0/8]"))
    assert told(twice, "kubernetes") == [
        (
            "NPT320",
            Effect.EXACT,
            "GlobalNetworkSet/s",
            'spec.nets[1] "10.0.0.0/8" stands in the list twice, which newer releases refuse',
        )
    ]
    assert translate.convert(twice, to="kubernetes").text == translate.convert(once, to="kubernetes").text


@pytest.mark.parametrize(
    "nets", ["[010.0.0.0/8]", "['::ffff:10.0.0.0/104']", "[10.0.0]", "[]", "['']", "[10.0.0.0/33]"]
)
def test_what_no_release_of_calico_reads_is_no_range(nets: str) -> None:
    if nets == "[]":
        assert told(CALICO % "{nets: []}", "kubernetes") == []
        return
    with pytest.raises(InputError):
        translate.load(CALICO % f"{{nets: {nets}}}")


PEERS = "ingress: [{action: Accept, from: [{pods: {podSelector: {%s}}}]}]"
EXISTS = 'matchExpressions: [{key: "reserved:host", operator: %s}]'


@pytest.mark.parametrize(
    ("peer", "meaning"),
    [
        (EXISTS % "Exists", None),
        ('matchLabels: {"a b": c}', None),
        (EXISTS % "DoesNotExist", ""),
        (
            'matchLabels: {app: web}, matchExpressions: [{key: "a:b", operator: NotIn, values: [c]}]',
            "matchLabels: {app: web}",
        ),
    ],
)
def test_nothing_has_a_label_whose_key_is_none(peer: str, meaning: str | None) -> None:
    given = ADMIN % (PEERS % peer)
    wanted = ADMIN % (PEERS % meaning if meaning is not None else "ingress: []")
    assert translate.verify(given, wanted).verdict is Verdict.SAME


def test_how_calico_reads_such_a_key_is_not_known() -> None:
    with pytest.raises(UnsupportedError, match="no label key, on Calico"):
        translate.load(ADMIN % (PEERS % EXISTS % "Exists"), source_engine="calico")


def test_both_versions_of_cluster_network_policies_are_one() -> None:
    alpha = ADMIN % (PEERS % "matchLabels: {app: web}")
    beta = alpha.replace("v1alpha2", "v1beta1")
    assert translate.verify(alpha, beta).verdict is Verdict.SAME
    assert translate.verify(beta, alpha, source_engine="calico", target_engine="calico").verdict is Verdict.SAME


def test_host_bits_of_cluster_network_policies() -> None:
    given, clean = (
        ADMIN % f"egress: [{{action: Deny, to: [{{networks: [{net}]}}]}}]" for net in ("10.1.2.3/8", "10.0.0.0/8")
    )
    assert translate.verify(given, clean).verdict is Verdict.SAME
