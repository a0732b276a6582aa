"""Kubernetes policies of realistic shapes, the same for the same seed; and rewritten copies that mean the same."""

from __future__ import annotations

import copy
import random
from ipaddress import ip_network
from typing import Any

NAMES = [f"{a}-{b}" for a in ("cart", "auth", "pay", "search", "web", "queue") for b in ("api", "worker", "ui", "job")]
TIERS = ["frontend", "backend", "data", "infra", "batch"]
ENVIRONMENTS = ["prod", "staging", "dev", "qa"]
PORTS = [53, 80, 443, 5432, 6379, 8080, 8443, 9090]

Policy = dict[str, Any]


def policies(count: int, seed: int = 1) -> list[Policy]:
    """``count`` policies over a tenth as many namespaces."""
    r = random.Random(seed)
    namespaces = [f"team-{number:04d}" for number in range(max(3, count // 10))]
    return [_policy(r, number, namespaces) for number in range(count)]


def _policy(r: random.Random, number: int, namespaces: list[str]) -> Policy:
    types = r.choice([["Ingress"], ["Egress"], ["Ingress", "Egress"]])
    spec: Policy = {"podSelector": _selector(r), "policyTypes": types}
    for kind, side in (("Ingress", "from"), ("Egress", "to")):
        if kind in types:
            rules = range(r.randrange(1, 3))
            spec[kind.lower()] = [{side: _peers(r, namespaces), "ports": _ports(r)} for _ in rules]
    metadata = {"name": f"{r.choice(NAMES)}-{number:05d}", "namespace": r.choice(namespaces)}
    if r.random() < 0.6:
        metadata["labels"] = {"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/part-of": r.choice(NAMES)}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _selector(r: random.Random) -> Policy:
    labels = {"app.kubernetes.io/name": r.choice(NAMES)}
    if r.random() < 0.45:
        labels["tier"] = r.choice(TIERS)
    selector: Policy = {"matchLabels": labels}
    if r.random() < 0.3:
        values = sorted(r.sample(ENVIRONMENTS, 2))
        selector["matchExpressions"] = [{"key": "env", "operator": r.choice(["In", "NotIn"]), "values": values}]
    return selector


def _peers(r: random.Random, namespaces: list[str]) -> list[Policy]:
    return [_peer(r, namespaces) for _ in range(r.randrange(1, 4))]


def _peer(r: random.Random, namespaces: list[str]) -> Policy:
    choice = r.random()
    if choice < 0.25:
        length = r.choice([8, 16, 20, 24, 28])
        network = ip_network((r.getrandbits(32) >> (32 - length) << (32 - length), length))
        block: Policy = {"cidr": str(network)}
        if r.random() < 0.4:
            block["except"] = [f"{network.network_address}/{length + r.choice([1, 4])}"]
        return {"ipBlock": block}
    peer: Policy = {}
    if choice < 0.8:
        peer["podSelector"] = _selector(r)
    if choice > 0.5:
        peer["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": r.choice(namespaces)}}
    return peer


def _ports(r: random.Random) -> list[Policy]:
    return [_port(r) for _ in range(r.randrange(1, 4))]


def _port(r: random.Random) -> Policy:
    port: Policy = {"protocol": r.choice(["TCP", "TCP", "TCP", "UDP", "SCTP"])}
    choice = r.random()
    port["port"] = r.choice(["http", "metrics"]) if choice < 0.15 else r.choice(PORTS)
    if choice > 0.85:
        port["endPort"] = port["port"] + r.randrange(1, 200)
    return port


def rewritten(originals: list[Policy], seed: int = 2) -> list[Policy]:
    """Policies that mean the same, said otherwise: shuffled, split into rules and policies, ranges halved."""
    r = random.Random(seed)
    result: list[Policy] = []
    for policy in originals:
        twin = copy.deepcopy(policy)
        if r.random() < 0.8:
            for kind, side in (("ingress", "from"), ("egress", "to")):
                if kind in twin["spec"]:
                    twin["spec"][kind] = [part for rule in twin["spec"][kind] for part in _split(r, rule, side)]
        result.append(twin)
        if r.random() < 0.3:
            second = copy.deepcopy(twin)
            second["metadata"]["name"] += "-b"
            kind = next(kind for kind in ("ingress", "egress") if kind in twin["spec"])
            second["spec"][kind], twin["spec"][kind] = twin["spec"][kind][:1], twin["spec"][kind][1:]
            result.append(second)
    r.shuffle(result)
    return result


def _split(r: random.Random, rule: Policy, side: str) -> list[Policy]:
    peers = [part for peer in rule[side] for part in _halves(r, peer)]
    ports = [part for port in rule["ports"] for part in _ranges(r, port)]
    r.shuffle(peers)
    if r.random() < 0.5:
        return [{side: peers, "ports": [port]} for port in ports]
    return [{side: [peer], "ports": ports} for peer in peers]


def _halves(r: random.Random, peer: Policy) -> list[Policy]:
    block = peer.get("ipBlock")
    if block is None or "except" in block or r.random() < 0.5:
        return [peer]
    return [{"ipBlock": {"cidr": str(half)}} for half in ip_network(block["cidr"]).subnets(1)]


def _ranges(r: random.Random, port: Policy) -> list[Policy]:
    if "endPort" not in port or r.random() < 0.5:
        return [port]
    middle = (port["port"] + port["endPort"]) // 2
    first = {**port, "endPort": middle}
    return [first, {**port, "port": middle + 1}] if middle < port["endPort"] else [port]
