"""``python -m benchmarks.growth``: ordered rules by the chain, ten to a thousand; output and time against the shortest.

Chains of rules that do not meet, of ranges of ports one inside the other, of policies in order, and of rules that
overlap at random: the last is what no input should look like, and must still end.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import yaml

import translate

Rules = list[dict[str, object]]
LENGTHS = (10, 30, 100, 300, 1000)
TANGLED = 300
"""Rules that overlap at random come to so many that longer chains are refused."""


def _action(number: int) -> str:
    return "Deny" if number % 2 else "Allow"


def _rule(action: str, selector: str, ports: object) -> dict[str, object]:
    return {"action": action, "protocol": "TCP", "source": {"selector": selector}, "destination": {"ports": [ports]}}


def apart(count: int) -> Rules:
    """Rules that do not meet."""
    return [_rule(_action(n), f"app == 'a{n}'", n % 50 + 1) for n in range(count)]


def nested(count: int) -> Rules:
    """Ranges of ports, each around the one before it."""
    return [_rule(_action(n), "all()", f"{30000 - n}:{30000 + n}") for n in range(count)]


def tangled(count: int) -> Rules:
    """Labels and ports that overlap at random."""
    dice = random.Random(1)
    found = []
    for _ in range(count):
        terms = (f"app == 'a{dice.randrange(count)}'", f"tier != 't{dice.randrange(5)}'", f"has(k{dice.randrange(5)})")
        first = dice.randrange(1, 2000)
        action = dice.choice(["Allow", "Deny", "Allow"])
        found.append(_rule(action, dice.choice(terms), f"{first}:{first + dice.randrange(200)}"))
    return found


def policy(name: str, rules: Rules, order: int = 1) -> dict[str, object]:
    """A Calico NetworkPolicy."""
    spec = {"order": order, "selector": "app == 'db'", "types": ["Ingress"], "ingress": rules}
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": "projectcalico.org/v3", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def one(rules: Rules) -> list[dict[str, object]]:
    """All rules in one policy."""
    return [policy("chain", rules)]


def several(rules: Rules) -> list[dict[str, object]]:
    """A policy for each rule, in order."""
    return [policy(f"p{number}", [rule], number) for number, rule in enumerate(rules)]


CHAINS: dict[str, tuple[Callable[[int], Rules], Callable[[Rules], list[dict[str, object]]]]] = {
    "apart": (apart, one),
    "nested": (nested, one),
    "policies": (apart, several),
    "tangled": (tangled, one),
}


def main() -> None:
    """Print the table."""
    print(f"{'chain':10} {'to':10} {'n':>5}  verdict    lines   to n=10   CPU to n=10")
    for name, (rules, arranged) in CHAINS.items():
        for to in ("kubernetes", "cilium"):
            first: tuple[int, float] | None = None
            for count in LENGTHS:
                if name == "tangled" and count > TANGLED:
                    continue
                text = yaml.dump_all(arranged(rules(count)), Dumper=yaml.CSafeDumper)
                translate.convert(text, to=to, verify=False)
                start = time.process_time()
                result = translate.convert(text, to=to)
                cpu, lines = time.process_time() - start, result.text.count("\n")
                first = first or (lines, cpu)
                verdict = result.proof.verdict.value if result.proof is not None else ""
                ratios = f"{lines / first[0]:8.1f}  {cpu / first[1]:10.1f}"
                print(f"{name:10} {to:10} {count:5}  {verdict:9} {lines:6}  {ratios}", flush=True)


if __name__ == "__main__":
    main()
