"""What convert writes of the vectors' documents, played on the target's reference interpreter, is what engines said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
import yaml

import translate
from tests.prover.points import FULL, is_endpoint
from tests.prover.questions import READINGS, Case, Document, Judge, Question, answer, cases_of, judge, left_out
from tests.prover.test_engine_vectors import WITHIN, Tally
from tests.reference import kubernetes
from tests.reference.vectors import documents_in, of_vectors
from tests.reference.world import Cluster
from translate.core.diagnostics import Effect
from translate.prover.proof import Verdict

OPEN = {"own_node_egress_exempt": "own node", "block_matches_pods": "ipBlock", "block_matches_nodes": "ipBlock"}
"""What the Kubernetes API leaves to the engine, and a word of the assumption that a proof names it by."""

STAYS = ("Service", "Endpoints")
"""Kinds that are in the cluster whatever becomes of the policies."""

LEAST = of_vectors(
    shared={
        ("calico", "kubernetes"): (450, 8000),
        ("calico", "cilium"): (700, 11000),
        ("cilium", "kubernetes"): (500, 12500),
        ("cilium", "calico"): (550, 14000),
        ("kubernetes", "calico"): (200, 700),
        ("kubernetes", "cilium"): (200, 700),
    },
    own={
        ("calico", "kubernetes"): (320, 2150),
        ("calico", "cilium"): (570, 3950),
        ("cilium", "kubernetes"): (310, 4200),
        ("cilium", "calico"): (380, 6000),
        ("kubernetes", "calico"): (200, 700),
        ("kubernetes", "cilium"): (200, 700),
    },
)
"""How many cases, and how many of their probes, are proved the same at least when all are translated."""

PART = 1 if FULL else of_vectors(shared=8, own=3)
"""What is asked of a sample, which is a sixth of the shared vectors and half of ours."""


class Played:
    """A translation and its source on the interpreters, in a cluster whose engine runs with its defaults."""

    def __init__(self, case: Case, result: translate.Result) -> None:
        assert result.proof is not None
        self.case, self.to, self.verdict = case, result.to, result.proof.verdict
        self.open = [name for name, word in OPEN.items() if any(word in one.text for one in result.proof.assumptions)]
        self.others = sorted(case.cluster.settings.keys() - WITHIN - {"dns"})
        known = {key: value for key, value in case.cluster.settings.items() if key in WITHIN}
        self.cluster = replace(case.cluster, settings=known)
        self.written = documents_in(result.text) + [item for item in case.documents if item.get("kind") in STAYS]
        self.own = judge(case.source, case.documents, self.cluster, READINGS[self.to])

    def assumed(self, question: Question) -> tuple[str, str]:
        """What comes out given what the proof assumes of the source's engine, and why not what the engine said."""
        verdict, _ = answer(self.own, question)
        if verdict == question.verdict:
            return verdict, ""
        if self.case.source != "kubernetes":
            return verdict, f"setting {', '.join(self.others)}" if self.others else "?"
        for name in self.open:
            reading = replace(kubernetes.MODEL, **{name: getattr(READINGS[self.to], name)})
            if answer(judge("kubernetes", self.case.documents, self.cluster, reading), question)[0] == verdict:
                return verdict, name
        return verdict, "?"

    def judges(self) -> Iterator[tuple[str, Judge]]:
        """The output on its engine: first as the source's engine reads it, then with points read the other way that
        the API leaves open and the proof names.
        """
        first = READINGS[self.case.source]
        names = self.open if self.to == "kubernetes" and self.verdict is Verdict.SAME else []
        for count in range(len(names) + 1):
            for turned in combinations(names, count):
                reading = replace(first, **{name: not getattr(first, name) for name in turned})
                yield ", ".join(turned), judge(self.to, self.written, self.cluster, reading)

    def compare(self, tally: Tally, log: bool = False) -> None:
        """Put every question: what is proved the same comes out the same, the rest at least opens nothing."""
        asked: list[tuple[Question, str]] = []
        for question in self.case.questions:
            expected, reason = "", left_out(self.case, question)
            if not reason:
                expected, reason = self.assumed(question)
                tally.wrong += [(self.case.id, question, "nothing named explains", expected)] if reason == "?" else []
                asked.append((question, expected))
                tally.counts[f"{self.verdict.value} probes, {expected}"] += 1
            tally.counts[f"{'source read with' if expected else 'left out:'} {reason}"] += bool(reason)
        found: list[list[Any]] = []
        for turned, target in self.judges():
            answers = [(question, expected, *answer(target, question)) for question, expected in asked]
            found.append([item for item in answers if self.differs(*item, log)])
            if not found[-1]:
                tally.counts[f"output read with {turned}"] += len(found[0]) if turned else 0
                return
        tally.wrong += [(self.case.id, *item) for item in found[0]]

    def differs(self, question: Question, expected: str, got: str, logged: bool, log: bool) -> bool:
        """Whether an answer is none of those that the proof, and the wish to log all denials, allow."""
        if log and logged != (got == "deny" or question.logged):
            return True
        return got != expected and (self.verdict is Verdict.SAME or got != "deny")


def facts_of(cluster: Cluster) -> Document:
    """What a user could state about a cluster."""
    pods = [str(ip) for pod in cluster.pods.values() if is_endpoint(pod) for ip in pod.ips]
    nodes = [str(ip) for node in cluster.nodes.values() for ip in node.ips]
    return {"pods": pods, "nodes": nodes, "namespaces": {k: dict(v) for k, v in cluster.namespaces.items()}}


def translated(source: str, to: str, *, stated: bool = False, log: bool = False) -> Tally:
    """Translate every case and compare; refused, withheld and unread ones are counted by code."""
    tally = Tally()
    for case in cases_of(source):
        text = yaml.safe_dump_all(case.documents, sort_keys=False) if log else ""  # a text is edited in place
        given = text if documents_in(text) == case.documents else case.documents
        engine, facts = None if source == "kubernetes" else source, facts_of(case.cluster) if stated else None
        try:
            result = translate.convert(given, to=to, source_engine=engine, facts=facts, log_denials=log)
        except translate.UnsupportedError as error:
            tally.counts.update(["refused", *{f"refused {refusal.code}" for refusal in error.refusals}])
            continue
        except translate.InputError:
            tally.counts["not read"] += 1
            continue
        assert result.proof is not None
        looser = {f"withheld {x.code}" for x in result.open_losses if x.effect in (Effect.LOOSER, Effect.MIXED)}
        tally.counts.update(["withheld", *looser] if looser else [f"{result.proof.verdict.value} cases"])
        assert not (looser and result.text)
        if not looser:
            proved = result.logging is not None and result.logging.holds is True
            assert not log or proved or result.open_losses
            tally.counts["edited in place"] += result.passthrough
            Played(case, result).compare(tally, log and proved)
    return tally


@pytest.mark.parametrize("stated", [False, True] if FULL else [False], ids=lambda x: "with facts" if x else "")
@pytest.mark.parametrize(("source", "to"), LEAST)
def test_translations_do_what_the_source_did(source: str, to: str, stated: bool) -> None:
    """Proved the same: every verdict is the engine's; else nothing is let through that it denies."""
    tally = translated(source, to, stated=stated)
    same = tally.counts["same probes, allow"], tally.counts["same probes, deny"]
    least, probes = LEAST[source, to]
    assert tally.wrong == [], tally.counts
    assert tally.counts["same cases"] >= least // PART, tally.counts
    assert sum(same) >= probes // PART, tally.counts
    assert min(same) >= probes // PART // 3, tally.counts


def test_calico_logs_just_what_it_denies() -> None:
    """With denial logging verdicts stay; a packet is logged if and only if it is denied, or was logged before."""
    tally = translated("calico", "calico", log=True)
    assert tally.wrong == [], tally.counts
    # Cases of staged policies alone have nothing to log, and are refused.
    assert tally.counts["same cases"] >= of_vectors(shared=980, own=670) // PART, tally.counts
    assert tally.counts["same probes, deny"] >= of_vectors(shared=5000, own=2500) // PART, tally.counts
    assert tally.counts["edited in place"] >= of_vectors(shared=700, own=480) // PART, tally.counts
