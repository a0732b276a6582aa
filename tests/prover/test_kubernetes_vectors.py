"""Both interpreters of the model agree with the worked cases of the Kubernetes specification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import translate
from tests.prover.points import patterns_of, point_of
from tests.prover.symbolic import Symbolic
from tests.reference.kubernetes import Connection
from tests.reference.test_reference_kubernetes import cluster_of, connection_of, vectors
from tests.reference.world import Cluster, Probe
from translate.model.policy import PolicySet
from translate.prover.evaluator import decide
from translate.prover.interpretations import Interpretation
from translate.prover.point import Point

CASES, SKIPPED, PROBES = 258, 0, 859


def loaded() -> Iterator[tuple[Mapping[str, Any], PolicySet | None]]:
    """Every case, and what its documents mean if they are all read."""
    for case in vectors()["cases"]:
        try:
            yield case, translate.load(case["policies"])
        except translate.Error:
            yield case, None


def ends(cluster: Cluster, policies: PolicySet, connection: Connection) -> list[Point]:
    """The points to judge: a connection arrives if both of its ends agree."""
    source, target, patterns = connection.source, connection.destination, patterns_of(policies)
    found = []
    for direction, subject, peer in (("egress", source, target), ("ingress", target, source)):
        if subject.kind == "pod":
            traffic = (connection.protocol, connection.port, None, None, None, connection.family)
            point = point_of(cluster, Probe(direction, subject.value, peer, *traffic), patterns)
            found += [point] if point is not None else []
    return found


def test_every_case_that_is_read_comes_out_as_specified() -> None:
    """Where the API leaves the outcome open, the expectation lies between the least and the most; else it is both."""
    cluster = cluster_of(vectors()["cluster"])
    skipped: list[str] = []
    wrong: list[Any] = []
    probes = 0
    for case, policies in loaded():
        if policies is None:
            skipped.append(case["name"])
            continue
        symbolic = Symbolic(policies)
        for probe in case["probes"]:
            probes += 1
            points = ends(cluster, policies, connection_of(probe))
            plain = [all(decide(policies, point, r).allowed for point in points) for r in Interpretation]
            drawn = [all(symbolic.allows(point, r) for point in points) for r in Interpretation]
            right = probe["allow"] in plain if "impl_defined" in case else set(plain) == {probe["allow"]}
            if plain != drawn or not right or not all(plain[0] <= other <= plain[-1] for other in plain):
                wrong.append((case["name"], probe, plain, drawn))
    assert wrong == []
    assert (len(vectors()["cases"]), len(skipped), probes) == (CASES, SKIPPED, PROBES), f"not read: {skipped}"
