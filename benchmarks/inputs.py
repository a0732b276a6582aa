"""The inputs that are timed, written to a folder: of each dialect, with comments, and with what order makes dear."""

from __future__ import annotations

import random
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import yaml

import translate
from benchmarks.corpus import Policy, policies, rewritten

STRANGERS = Path(__file__).parents[2] / "shared" / "corpus" / "kubernetes"
METADATA = "169.254.169.254/32"


def written(path: Path, documents: Iterable[Any]) -> str:
    """Write objects to a file; its name."""
    path.write_text(yaml.dump_all(documents, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")
    return str(path)


def commented(path: Path, documents: Iterable[Any]) -> str:
    """The same as people write it: each object with a line above it, and a remark on a field."""
    texts = (yaml.dump(one, Dumper=yaml.CSafeDumper, sort_keys=False) for one in documents)
    remarked = ("# Who may talk to this workload.\n" + text.replace("\nspec:", "\nspec: # agreed") for text in texts)
    path.write_text("---\n".join(remarked), encoding="utf-8")
    return str(path)


def translated(path: Path, documents: Iterable[Any], to: str) -> str:
    """What they are in another dialect."""
    path.write_text(translate.convert(list(documents), to=to, verify=False).text, encoding="utf-8")
    return str(path)


def strangers() -> list[str]:
    """Files of Kubernetes policies that others wrote, each of which translates, no policy twice; none where the
    collection does not lie beside the checkout.
    """
    found: list[str] = []
    known: set[translate.Identity] = set()
    for path in sorted(STRANGERS.glob("*.yaml")):
        try:
            result = translate.convert(path, to="calico", verify=False)
        except (translate.InputError, translate.UnsupportedError):
            continue
        policies = {row.source for row in result.policies}
        if policies and not policies & known:
            known |= policies
            found.append(str(path))
    return found


def behind_a_deny(count: int) -> list[Policy]:
    """Policies of Kubernetes, and one of Calico before them that denies the metadata service."""
    rules = [{"action": "Deny", "destination": {"nets": [METADATA]}}, {"action": "Pass"}]
    spec = {"order": 10, "namespaceSelector": "all()", "types": ["Egress"], "egress": rules}
    head = {"apiVersion": "projectcalico.org/v3", "kind": "GlobalNetworkPolicy", "metadata": {"name": "no-metadata"}}
    return [{**head, "spec": spec}, *policies(count)]


def with_ranges(count: int) -> list[Policy]:
    """A policy of Kubernetes that lets out to so many ranges, no two of which make a larger one."""
    blocks = ({"ipBlock": {"cidr": f"{ip_address((11 << 24) + 512 * number)}/24"}} for number in range(count))
    head = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "out", "namespace": "shop"},
    }
    return [{**head, "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": list(blocks)}]}}]


def ordered(count: int) -> list[Policy]:
    """Calico policies of one namespace by their order, one in ten with a Deny."""
    dice = random.Random(1)
    return [_ordered(dice, number, count) for number in range(count)]


def _ordered(dice: random.Random, number: int, count: int) -> Policy:
    def rule(action: str, source: Policy) -> Policy:
        return {
            "action": action,
            "protocol": "TCP",
            "source": source,
            "destination": {"ports": [dice.randrange(1, 9000)]},
        }

    denies = [rule("Deny", {"selector": f"role == 'r{dice.randrange(8)}'"})] if number % 10 == 0 else []
    namespaces = max(1, count // 10)
    peers = [
        {
            "selector": f"app == 'a{dice.randrange(20)}'",
            "namespaceSelector": f"projectcalico.org/name == 'ns{dice.randrange(namespaces)}'",
        }
        for _ in range(2)
    ]
    spec = {
        "order": dice.randrange(1000),
        "selector": f"app == 'a{dice.randrange(20)}'",
        "types": ["Ingress"],
        "ingress": [*denies, *(rule("Allow", peer) for peer in peers)],
    }
    metadata = {"name": f"p{number}", "namespace": "shop"}
    return {"apiVersion": "projectcalico.org/v3", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def copies(folder: Path, count: int) -> dict[str, str]:
    """A set, itself in another sequence, and rewritten to mean the same."""
    originals = policies(count)
    return {
        "original": written(folder / f"original-{count}.yaml", originals),
        "shuffled": written(folder / f"shuffled-{count}.yaml", originals[::-1]),
        "rewritten": written(folder / f"rewritten-{count}.yaml", rewritten(originals)),
    }
