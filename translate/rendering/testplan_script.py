"""A plan of probes as a script for bash: it shows what is there, makes the pods, tries, prints TAP and tidies up.

No text of the input is ever code to the shell: ``quoted`` makes one word of it, ``comment`` one line of comment.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from translate.core.addresses import is_address
from translate.core.shortened import shortened
from translate.model.traffic import UDP
from translate.probing.values import DNS_LABEL, DNS_NAMESPACE, Means, Probe, ProbePlan, ProbePod
from translate.prover.answers import Answer
from translate.rendering import testplan_words as words
from translate.rendering.terminal import safe
from translate.rendering.testplan_pods import LIFETIME, as_yaml

FRAME = Path(__file__).with_name("testplan.sh")
"""The script without what is of one plan, with a line ``#@part`` where that goes."""
FETCHED = {80: "http", 443: "https"}
"""Ports outside that are asked for a page."""
DNS_NAME = "kubernetes.default.svc.cluster.local."
TAKERS = "daemonsets,replicationcontrollers,replicasets,services"
TAKING = (
    "custom-columns=KIND:.kind,NAME:.metadata.name,OWNER:.metadata.ownerReferences[*].kind,SELECTS:.spec.selector,"
    "NOT-READY-TOO:.spec.publishNotReadyAddresses"
)
DESCRIBED, SOURCES = 10, 5
"""So many namespaces are described, and so many files named."""
SECONDS = {Answer.ALLOWED: 1, Answer.DENIED: 4}
"""What a probe takes, about."""


def quoted(text: str) -> str:
    """``text`` as one word of the shell, on one line."""
    return shlex.quote(safe(text))


def comment(text: str) -> str:
    """``text`` as one line of comment."""
    return f"# {safe(text)}".rstrip()


def script(plan: ProbePlan) -> str:
    """The whole script."""
    parts = {
        "about": _about(plan),
        "overview": _overview(plan),
        "pods": iter(as_yaml(plan).rstrip("\n").split("\n")),
        "namespaces": _namespaces(plan),
        "wait": _wait(plan),
        "tests": _tests(plan),
        "untested": _untested(plan),
    }
    lines: list[str] = []
    for line in FRAME.read_text(encoding="utf-8").splitlines():
        margin, mark, part = line.partition("#@")
        if mark and not margin.strip():
            lines += (f"{margin}{one}".rstrip() if margin else one for one in parts[part])
        else:
            lines.append(line)
    return "\n".join(lines).rstrip() + "\n"


def _about(plan: ProbePlan) -> Iterator[str]:
    files = list(dict.fromkeys(one.policy.origin.file for probe in plan.probes for one in probe.purposes))
    minutes = -(-sum(SECONDS[one.expected] for one in plan.probes) // 60)
    there = [one.name for one in plan.namespaces if not one.is_made]
    made = [one.name for one in plan.namespaces if one.is_made]
    yield comment(f"Tests of the network policies of {shortened(files, SOURCES)}, by netpol-translate testplan.")
    yield comment(f"{words.summary(plan)}; the end says what is not tried and why. It takes about {minutes} min.")
    yield "#"
    yield "# What is expected holds for these policies alone, on a cluster that has no others."
    where = ", ".join((*there, *made)) or "no namespace"
    yield comment(f"Pods are made in {where}, with the labels that policies ask for:")
    yield "#   - they never get ready, so no Service sends anybody to them; one that publishes addresses that are not"
    yield "#     ready (headless Services of some databases) names them all the same;"
    yield "#   - a DaemonSet, a ReplicationController or a ReplicaSet of no Deployment takes pods for its own that have"
    yield "#     the labels it selects."
    yield "# Look for both in these namespaces before you run it where others work."
    if there:
        yield comment(f"The overview lists them{f' for the first {DESCRIBED}' if len(there) > DESCRIBED else ''}.")
    if made:
        yield comment(f"The namespace {', '.join(made)} is made, and removed at the end.")
    if any(one.means is Means.RESOLVE for one in plan.probes):
        yield "# Names are asked as every pod asks them: where a cache on each node answers (NodeLocal DNSCache), it is"
        yield "# another peer than the pods of the cluster's DNS, and policies that allow those alone may cut it off."
    yield comment(f"Pods that stay behind end by themselves after {LIFETIME // 60} min, but stay as objects.")
    yield from (comment(text) for text in plan.notes)


def _overview(plan: ProbePlan) -> Iterator[str]:
    yield "echo '# Which cluster this is'"
    yield "show kubectl config current-context"
    yield "show kubectl version"
    yield "show kubectl get nodes -o wide"
    yield "echo '# Which policies there are: others than the ones tested may decide as well'"
    homes = [one.name for one in plan.namespaces if not one.is_made][:DESCRIBED]
    for resource, in_namespaces in plan.resources:
        yield f"show kubectl get {quoted(resource)}{' -A' if in_namespaces else ''}"
        if not in_namespaces:
            yield f"show kubectl describe {quoted(resource)}"
        yield from (f"show kubectl describe {quoted(resource)} -n {quoted(name)}" for name in homes if in_namespaces)
    yield f"others {' '.join(quoted(_plural(resource)) for resource, _ in plan.resources)}".rstrip()
    yield "echo '# Who enforces them: the network plugin is a DaemonSet, as calico-node or cilium'"
    yield "show kubectl get daemonsets -A -o wide"
    yield "echo '# What takes pods for its own by their labels, and Services that name pods which are not ready'"
    for name in homes:
        yield f"show kubectl get {TAKERS} -n {quoted(name)} -o {quoted(TAKING)}"
    yield "echo '# The DNS of the cluster'"
    yield f"show kubectl get pods -n {DNS_NAMESPACE} -l {'='.join(DNS_LABEL)} -o wide"


def _plural(resource: str) -> str:
    """A kind of policies with its group, as ``kubectl api-resources`` names it."""
    kind, _, group = resource.split(".", 2)
    return f"{kind.removesuffix('y')}ies.{group}"


def _namespaces(plan: ProbePlan) -> Iterator[str]:
    names = [quoted(one.name) for one in plan.namespaces if not one.is_made]
    # bash before 4.4 takes an empty array for one that was never set; a cluster always has this one.
    yield f"local -a namespaces=({' '.join(names) or 'default'})"


def _wait(plan: ProbePlan) -> Iterator[str]:
    for home in plan.namespaces:
        names = [f"pod/{one.name}" for one in plan.pods if one.namespace == home.name]
        yield f"kubectl wait -n {quoted(home.name)} --for=condition=ContainersReady --timeout=180s \\"
        yield from _columns(names)
        yield "  trouble 'the pods did not come up'"


def _columns(names: Iterable[str]) -> Iterator[str]:
    yield f"  {' '.join(map(quoted, names))} | sed 's/^/# /' ||"


def _tests(plan: ProbePlan) -> Iterator[str]:
    numbers = {pod.name: number for number, pod in enumerate(plan.pods, 1)}
    yield f"printf 'TAP version 13\\n1..{len(plan.probes)}\\n'"
    servers = [pod for pod in plan.pods if pod.listens]
    for pod in servers:
        yield f"local ip{numbers[pod.name]}  # {safe(words.pod(pod))}"
        no_address = quoted(f"pod {pod.namespace}/{pod.name} has no address")
        yield f"ip{numbers[pod.name]}=$(address {_where(pod)}) || trouble {no_address}"
        for protocol, port in pod.listens:
            yield f'listening {_where(pod)} "${_how(protocol)}" {port}'
    title = ""
    for number, probe in enumerate(plan.probes, 1):
        if words.section(probe) != title:
            title = words.section(probe)
            yield ""
            yield f"echo {quoted('# ' + title)}"
        yield from _test(number, probe, plan, numbers)


def _where(pod: ProbePod) -> str:
    return f"{quoted(pod.namespace)} {quoted(pod.name)}"


def _how(protocol: int) -> str:
    return "udp" if protocol == UDP else "tcp"


def _test(number: int, probe: Probe, plan: ProbePlan, numbers: dict[str, int]) -> Iterator[str]:
    """A probe, with what it is for in comments."""
    yield ""
    yield comment(f"{number}. {words.EXPECTED[probe.expected]}: {probe.why}")
    yield from (comment(f"   {text}") for text in words.purposes(probe, plan.places))
    yield f"expect {words.EXPECTED[probe.expected]} {quoted(words.sentence(probe))} \\"
    yield f"  kubectl exec -n {_where(probe.client)} -- {_command(probe, numbers)}"


def _command(probe: Probe, numbers: dict[str, int]) -> str:
    """What a probe runs in its pod."""
    how = _how(probe.protocol)
    match probe.means:
        case Means.RESOLVE:
            return f'sh -c "$dns" - {DNS_NAME} {"-novc" if probe.protocol == UDP else "-vc"}'
        case Means.OUTSIDE if probe.port in FETCHED:
            host = f"[{probe.outside}]" if is_address(probe.outside) and ":" in probe.outside else probe.outside
            return f'sh -c "$web" - {quoted(f"{FETCHED[probe.port]}://{host}:{probe.port}/")}'
        case Means.OUTSIDE:
            return f'sh -c "${how}" - {quoted(probe.outside)} {probe.port}'
        case Means.CONNECT:
            assert probe.server is not None
            return f'sh -c "${how}" - "$ip{numbers[probe.server.name]}" {probe.port}'


def _untested(plan: ProbePlan) -> Iterator[str]:
    if not plan.untested:
        yield "# Everything is tried."
        return
    yield f"# What is not tried, and why ({len(plan.untested)} of {plan.tried + len(plan.untested)}):"
    for reason, way, ones in words.untested(plan):
        yield "#"
        yield comment(f"{reason}{f': {way}' if way else ''}")
        yield from (comment(f"  {words.about(one, plan.places)}") for one in ones)
