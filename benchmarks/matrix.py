"""``python -m benchmarks.matrix``: CPU seconds of ``matrix`` for 1,000 policies that make about 300 groups."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from typing import Any

import translate

NAMESPACES, APPS, POLICIES = 25, 11, 1000
PORTS = (80, 443, 5432, 6379, 8080, 9090)


def made(dice: Random) -> Iterator[dict[str, Any]]:
    """Policies of some namespaces: each lets some other pods, or a range, in to one app, and some have egress."""
    for number in range(POLICIES):
        app, other = ({"app": f"app-{dice.randrange(APPS)}"} for _ in range(2))
        home = {"kubernetes.io/metadata.name": f"team-{dice.randrange(NAMESPACES)}"}
        pods = {"podSelector": {"matchLabels": other}}
        peer = dice.choice(
            [
                pods,
                pods,
                {"namespaceSelector": {"matchLabels": home}, **pods},
                {"ipBlock": {"cidr": f"203.0.{number % 20}.0/24"}},
            ]
        )
        ports = [{"port": dice.choice(PORTS)}]
        spec: dict[str, Any] = {"podSelector": {"matchLabels": app}, "ingress": [{"from": [peer], "ports": ports}]}
        if dice.random() < 0.4:
            spec["egress"] = [{"to": [pods], "ports": ports}]
        yield {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"p{number}", "namespace": f"team-{number % NAMESPACES}"},
            "spec": spec,
        }


def main() -> None:
    """Tell what each engine takes."""
    policies = list(made(Random(3)))
    for engine in ("calico", "cilium", None):
        start = time.process_time()
        matrix = translate.matrix(policies, source_engine=engine)
        seconds = time.process_time() - start
        print(f"{engine or 'any engine':12} {len(matrix.groups)} groups {len(matrix.pairs)} pairs {seconds:.1f} s")


if __name__ == "__main__":
    main()
