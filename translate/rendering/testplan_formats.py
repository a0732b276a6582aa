"""A plan of probes for programs and pages: JSON and Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from translate.core.origin import spell
from translate.frontend.sources import Places
from translate.model.traffic import PROTOCOL_NAMES
from translate.probing.values import Probe, ProbePlan, ProbePod, ProbePurpose
from translate.rendering import testplan_words as words
from translate.rendering.difference_formats import escaped
from translate.rendering.json import place, refusal

PROBES = ("| no. | from | to | on | expected | tests |", "|---|---|---|---|---|---|")
SCHEMA = "netpol-translate/testplan/v1"


def as_json(plan: ProbePlan) -> str:
    """The document ``netpol-translate/testplan/v1``: within v1 fields are only ever added."""
    return json.dumps(document(plan), indent=2, ensure_ascii=True) + "\n"


def document(plan: ProbePlan) -> dict[str, Any]:
    """The same as a value."""
    return {
        "schema": SCHEMA,
        "image": plan.image,
        "reason": plan.reason,
        "complete": plan.is_whole,
        "tried": plan.tried,
        "most": plan.most,
        "namespaces": [{"name": one.name, "labels": dict(one.labels), "made": one.is_made} for one in plan.namespaces],
        "pods": [_pod(one) for one in plan.pods],
        "probes": [_probe(one, plan.places) for one in plan.probes],
        "untested": [
            {**_purpose(one.purpose, plan.places), "reason": one.reason, "way": one.way} for one in plan.untested
        ],
        "refusals": [refusal(one) for one in plan.refusals],
        "notes": list(plan.notes),
    }


def _pod(one: ProbePod) -> dict[str, Any]:
    return {
        "name": one.name,
        "namespace": one.namespace,
        "labels": dict(one.labels),
        "account": one.account,
        "named_ports": [
            {"protocol": PROTOCOL_NAMES[protocol], "name": name, "port": port}
            for protocol, name, port in one.named_ports
        ],
        "listens": [{"protocol": PROTOCOL_NAMES[protocol], "port": port} for protocol, port in one.listens],
    }


def _probe(one: Probe, places: Places) -> dict[str, Any]:
    return {
        "means": one.means.name.lower(),
        "client": one.client.name,
        "server": one.server.name if one.server is not None else None,
        "outside": one.outside,
        "protocol": PROTOCOL_NAMES[one.protocol],
        "port": one.port,
        "expected": one.expected.value,
        "why": one.why,
        "denied_at": [direction.value for direction in one.deniers],
        "tests": [_purpose(purpose, places) for purpose in one.purposes],
    }


def _purpose(one: ProbePurpose, places: Places) -> dict[str, Any]:
    origin = one.rule.origin if one.rule is not None else one.policy.origin
    return {
        "policy": str(one.policy.identity),
        "direction": one.direction.value,
        "path": spell(origin.path[len(one.policy.origin.path) :]) if one.rule is not None else "",
        "aspect": one.aspect.name.lower(),
        "item": one.item,
        **place(origin, places),
    }


def as_markdown(plan: ProbePlan) -> str:
    """A page with the probes, the pods for them, and what is not tried."""
    texts = ["# Test plan", "", f"{escaped(words.summary(plan))}; {escaped(words.bound(plan))}.", ""]
    for title in dict.fromkeys(words.section(one) for one in plan.probes):
        texts += [f"## {escaped(title)}", "", *PROBES]
        texts += [*_rows(plan, title), ""]
    texts += ["## Pods", "", "| name | namespace | labels | account | listens on |", "|---|---|---|---|---|"]
    texts += [_row(_pod_cells(one)) for one in plan.pods]
    texts += ["", "## Not tried", ""]
    for reason, way, ones in words.untested(plan):
        texts.append(f"- {escaped(reason)}{escaped(f': {way}') if way else ''}")
        texts += [f"  - {escaped(words.about(one, plan.places))}" for one in ones]
    return "\n".join(texts).rstrip() + "\n"


def _rows(plan: ProbePlan, title: str) -> Iterator[str]:
    for number, one in enumerate(plan.probes, 1):
        if words.section(one) == title:
            packet = f"{PROTOCOL_NAMES[one.protocol]} {one.port}"
            tests = "; ".join(words.purposes(one, plan.places))
            ends = (words.pod(one.client), words.server(one))
            yield _row((str(number), *ends, packet, words.EXPECTED[one.expected], tests))


def _pod_cells(one: ProbePod) -> tuple[str, ...]:
    labels = ", ".join(f"{key}={value}" for key, value in one.labels)
    listens = ", ".join(f"{PROTOCOL_NAMES[protocol]} {port}" for protocol, port in one.listens)
    return one.name, one.namespace, labels, one.account, listens


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"
