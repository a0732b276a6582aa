"""Random documents of Calico in which order, tiers, Pass and Deny matter."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from tests.properties.strategies import BLOCKS, KEYS, NAMESPACES, VALUES, Document, network_policy, some

NAME = "kubernetes.io/metadata.name"
RARELY = st.integers(0, 3).map(lambda number: number == 0)


@cache
def conditions(key: str, values: tuple[str, ...]) -> st.SearchStrategy[str]:
    """One condition on a label."""
    value = st.sampled_from(values)
    texts = some(value, 1, 2).map(lambda found: ", ".join(f"'{text}'" for text in found))
    return st.one_of(
        st.builds(f"{key} {{}} '{{}}'".format, st.sampled_from(["==", "!="]), value),
        st.builds(f"{key} {{}} {{{{{{}}}}}}".format, st.sampled_from(["in", "not in"]), texts),
        st.sampled_from([f"has({key})", f"!has({key})"]),
    )


def combined(atoms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One or two of ``atoms``, or all()."""
    two = st.builds("{} {} {}".format, atoms, st.sampled_from(["&&", "||"]), atoms)
    return st.one_of(st.just("all()"), atoms, atoms, two, (atoms | two).map("!({})".format))


ENV = conditions("env", VALUES[:2])
POD_SELECTORS = combined(st.one_of(*(conditions(key, VALUES) for key in KEYS)))
NAMESPACE_SELECTORS = combined(st.one_of(ENV, ENV, conditions(NAME, NAMESPACES)))
PORTS = st.lists(st.sampled_from([80, 90, 443, "80:90", "81:443", "http", "dns"]), min_size=1, max_size=2, unique=True)
ACTIONS = st.sampled_from(["Allow", "Allow", "Deny", "Deny", "Pass", "Log"])
MESSAGES = st.sampled_from([{"type": 8}, {"type": 8, "code": 0}, {"type": 3}])


@st.composite
def ranges(draw: st.DrawFn, family: int) -> Document:
    """Nets and notNets; of one family, as Calico asks of a rule."""
    mine = [block for block in BLOCKS if (":" in block) == (family == 6)]
    found: Document = {}
    if draw(st.booleans()):
        found["nets"] = draw(st.lists(st.sampled_from(mine), min_size=1, max_size=2, unique=True))
    if not found or draw(RARELY):
        found["notNets"] = [draw(st.sampled_from([block for block in mine if not block.endswith("/0")]))]
    return found


@st.composite
def sides(draw: st.DrawFn, family: int) -> Document:
    """Whom a rule asks for at one end, but for the ports."""
    match draw(st.integers(0, 10)):
        case 0 | 1:
            return {}
        case 2 | 3 | 4:
            return {"selector": draw(POD_SELECTORS)}
        case 5:
            return {"namespaceSelector": "global()" if draw(RARELY) else draw(NAMESPACE_SELECTORS)}
        case 6:
            return {"namespaceSelector": draw(NAMESPACE_SELECTORS), "selector": draw(POD_SELECTORS)}
        case 7:
            more = {} if draw(st.booleans()) else {"selector": draw(POD_SELECTORS)}
            return {"notSelector": draw(POD_SELECTORS), **more}
        case 8 if draw(RARELY):
            return {"serviceAccounts": {"names": ["robot"]}}
        case _:
            return {**draw(ranges(family)), **({"selector": draw(POD_SELECTORS)} if draw(RARELY) else {})}


@st.composite
def packets(draw: st.DrawFn) -> tuple[Document, Document, Document]:
    """Which packets a rule is about: of the rule itself, of its source, of its destination."""
    match draw(st.integers(0, 9)):
        case 0 | 1 | 2:
            return {"protocol": draw(st.sampled_from(["TCP", "TCP", "UDP", "SCTP"]))}, {}, {"ports": draw(PORTS)}
        case 3:
            more = {"ports": draw(PORTS)} if draw(RARELY) else {}
            return {"protocol": "TCP"}, {}, {"notPorts": draw(PORTS), **more}
        case 4:
            return {"protocol": draw(st.sampled_from(["TCP", "UDP", "ICMP", "ICMPv6", 1, 47]))}, {}, {}
        case 5:
            return {"notProtocol": draw(st.sampled_from(["TCP", "UDP", "SCTP", 47]))}, {}, {}
        case 6 if draw(RARELY):
            return {"protocol": "TCP"}, {draw(st.sampled_from(["ports", "notPorts"])): ["1:79"]}, {}
        case 7 if draw(RARELY):
            return {"protocol": "ICMP", draw(st.sampled_from(["icmp", "notICMP"])): draw(MESSAGES)}, {}, {}
        case _:
            return {}, {}, {}


@st.composite
def rules(draw: st.DrawFn, word: str) -> Document:
    """One rule; ``word`` is the side of the peer. Seldom asks something of the other side, too."""
    family = draw(st.sampled_from([4, 4, 6]))
    head, source, destination = draw(packets())
    peer, own = draw(sides(family)), draw(sides(family)) if draw(st.integers(0, 7)) == 0 else {}
    first, second = (peer, own) if word == "source" else (own, peer)
    ends = {"source": {**first, **source}, "destination": {**second, **destination}}
    return {"action": draw(ACTIONS), **head, **{side: found for side, found in ends.items() if found}}


@st.composite
def policies(draw: st.DrawFn, name: str, tiers: list[str]) -> Document:
    """A NetworkPolicy or GlobalNetworkPolicy."""
    tier, wide = draw(st.sampled_from(tiers)), draw(st.integers(0, 2)) == 0
    types = draw(st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]]))
    order = draw(st.sampled_from([None, 1, 1, 2, -0.5]))
    spec: Document = {"tier": tier, "types": types, **({} if order is None else {"order": order})}
    if draw(st.booleans()):
        spec["selector"] = draw(POD_SELECTORS)
    if wide and draw(st.booleans()):
        spec["namespaceSelector"] = draw(NAMESPACE_SELECTORS)
    for kind, word in (("Ingress", "source"), ("Egress", "destination")):
        if kind in types:
            spec[kind.lower()] = draw(some(rules(word), 0, 3))
    if draw(RARELY):
        del spec["types"]
    place = {} if wide else {"namespace": draw(st.sampled_from(NAMESPACES[:2]))}
    return {
        "apiVersion": "projectcalico.org/v3",
        "kind": "GlobalNetworkPolicy" if wide else "NetworkPolicy",
        "metadata": {"name": name if tier == "default" else f"{tier}.{name}", **place},
        "spec": spec,
    }


@st.composite
def tier(draw: st.DrawFn, name: str) -> Document:
    """A tier, before or behind the default one."""
    spec = {
        "order": draw(st.sampled_from([1, 5, 2e6])),
        "defaultAction": draw(st.sampled_from(["Pass", "Deny"])),
    }
    return {"apiVersion": "projectcalico.org/v3", "kind": "Tier", "metadata": {"name": name}, "spec": spec}


@st.composite
def calico_documents(draw: st.DrawFn) -> list[Document]:
    """Tiers and policies whose subjects overlap, at times a NetworkPolicy of Kubernetes beside them."""
    names = ["early", "late"][: draw(st.integers(0, 2))]
    found: list[Document] = [draw(tier(name)) for name in names]
    found += [draw(policies(f"p{number}", [*names, "default"])) for number in range(draw(st.integers(1, 3)))]
    if draw(RARELY):
        found.append(draw(network_policy(draw(st.sampled_from(["p0", "k"])))))
    return found
