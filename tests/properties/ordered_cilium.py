"""Random documents of Cilium in which denies, allows and sections that do not isolate meet."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.properties.ordered_calico import RARELY
from tests.properties.strategies import (
    BLOCKS,
    HOLES,
    KEYS,
    NAMESPACES,
    NUMBERS,
    VALUES,
    Document,
    label_selectors,
    network_policy,
    some,
)

SPACE = "k8s:io.kubernetes.pod.namespace"
ENV = "k8s:io.cilium.k8s.namespace.labels.env"
ENTITIES = ("world", "cluster", "all", "host", "remote-node")
FIELDS = (("ingress", "from"), ("ingressDeny", "from"), ("egress", "to"), ("egressDeny", "to"))

NAMED_SPACES = st.sampled_from(NAMESPACES)
PORTS = st.builds(
    lambda port, protocol: {**port, **({"protocol": protocol} if protocol else {})},
    st.one_of(
        st.sampled_from([{"port": str(number)} for number in NUMBERS]),
        st.sampled_from([{"port": "80", "endPort": 90}, {"port": "81", "endPort": 443}]),
        st.sampled_from([{"port": "http"}, {"port": "0"}]),
    ),
    st.sampled_from(["TCP", "TCP", "UDP", "SCTP", "ANY", ""]),
)
MESSAGES = st.sampled_from([{"family": "IPv4", "type": 8}, {"family": "IPv6", "type": 128}, {"type": 3}])


def selector(labels: Document, terms: list[Document]) -> Document:
    """A selector with what is given of both."""
    return {**({"matchLabels": labels} if labels else {}), **({"matchExpressions": terms} if terms else {})}


@st.composite
def endpoints(draw: st.DrawFn) -> Document:
    """A selector of peers by their labels, at times by the name or the labels of their namespace."""
    found = draw(label_selectors(KEYS))
    labels, terms = dict(found.get("matchLabels", {})), list(found.get("matchExpressions", []))
    match draw(st.integers(0, 8)):
        case 0:
            labels[SPACE] = draw(NAMED_SPACES)
        case 1:
            labels[ENV] = draw(st.sampled_from(VALUES[:2]))
        case 2:
            operator = draw(st.sampled_from(["In", "NotIn"]))
            terms.append({"key": SPACE, "operator": operator, "values": [draw(NAMED_SPACES)]})
        case 3:
            operator = draw(st.sampled_from(["Exists", "DoesNotExist"]))
            terms.append({"key": ENV, "operator": operator})
        case 4:
            terms.append({"key": SPACE, "operator": "Exists"})
        case 5 if draw(RARELY):
            labels["k8s:io.cilium.k8s.policy.serviceaccount"] = "robot"
        case _:
            pass
    return selector(labels, terms)


@st.composite
def cidr_rules(draw: st.DrawFn) -> Document:
    """A range with exceptions."""
    cidr = draw(st.sampled_from(BLOCKS))
    holes = sorted(draw(st.sets(st.sampled_from(HOLES[cidr]), max_size=2))) if cidr in HOLES else []
    return {"cidr": cidr, **({"except": holes} if holes else {})}


@st.composite
def peers(draw: st.DrawFn, word: str) -> Document:
    """The peers of an element: of one kind, or none; seldom an empty list, which is nobody."""
    match draw(st.integers(0, 8)):
        case 0 | 1 | 2:
            return {f"{word}Endpoints": draw(some(endpoints(), 1, 2))}
        case 3 | 4:
            return {f"{word}Entities": draw(st.lists(st.sampled_from(ENTITIES), min_size=1, max_size=2, unique=True))}
        case 5:
            return {f"{word}CIDR": draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=2, unique=True))}
        case 6:
            return {f"{word}CIDRSet": draw(some(cidr_rules(), 1, 2))}
        case 7 if draw(RARELY):
            return {f"{word}Endpoints": []}
        case _:
            return {}


@st.composite
def elements(draw: st.DrawFn, word: str) -> Document:
    """One element of the four lists."""
    found = dict(draw(peers(word)))
    match draw(st.integers(0, 7)):
        case 0 | 1 | 2:
            found["toPorts"] = draw(some(st.builds(lambda ports: {"ports": ports}, some(PORTS, 1, 2)), 1, 2))
        case 3:
            found["icmps"] = [{"fields": [draw(MESSAGES)]}]
        case _:
            pass
    return found


@st.composite
def specs(draw: st.DrawFn, *, wide: bool) -> Document:
    """One rule of Cilium, as its authors call a spec."""
    found = draw(label_selectors(KEYS))
    if wide and draw(RARELY):
        found = selector({SPACE: draw(NAMED_SPACES)}, [])
    spec: Document = {"endpointSelector": found}
    for field, word in draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True)):
        spec[field] = draw(some(elements(word), 1, 2))
    if draw(st.booleans()):
        flags = st.dictionaries(st.sampled_from(["ingress", "egress"]), st.booleans(), min_size=1)
        spec["enableDefaultDeny"] = draw(flags)
    return spec


@st.composite
def policies(draw: st.DrawFn, name: str) -> Document:
    """A CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy, seldom of two specs."""
    wide = draw(st.integers(0, 2)) == 0
    place = {} if wide else {"namespace": draw(st.sampled_from(NAMESPACES[:2]))}
    body: Document = {"spec": draw(specs(wide=wide))}
    if draw(st.integers(0, 7)) == 0:
        body = {"specs": draw(some(specs(wide=wide), 1, 2))}
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumClusterwideNetworkPolicy" if wide else "CiliumNetworkPolicy",
        "metadata": {"name": name, **place},
        **body,
    }


@st.composite
def cilium_documents(draw: st.DrawFn) -> list[Document]:
    """Policies whose subjects overlap, at times a NetworkPolicy of Kubernetes beside them."""
    found = [draw(policies(f"p{number}")) for number in range(draw(st.integers(1, 3)))]
    if draw(RARELY):
        found.append(draw(network_policy(draw(st.sampled_from(["p0", "k"])))))
    return found
