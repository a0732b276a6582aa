"""What of a set is not what somebody meant, as far as it can be shown: each with a code, a place, and if it is about
traffic with a packet that the plain interpreter confirms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from msgspec.structs import replace

from translate.api.never import told_of
from translate.core.diagnostics import Note, Report
from translate.core.identity import Identity
from translate.core.origin import NOWHERE, Origin, is_within, spell
from translate.core.shortened import shortened
from translate.frontend.checks import say_selecting_no_pod, say_ungoverned
from translate.frontend.link import Linked
from translate.frontend.told_pods import Among, Selecting
from translate.model.edit import rules_of
from translate.model.facts import Facts, PodObject
from translate.model.peers import OwnNamespace
from translate.model.policy import DEFAULT_TIER, Action, Direction, Policy, PolicySet, Section
from translate.model.semantics import OwnNode
from translate.model.traffic import TCP, UDP, PortRange, Traffic
from translate.prover.budget import MAX_STEPS, UNFINISHED, Budget
from translate.prover.compare import prove
from translate.prover.evaluator import decide
from translate.prover.interpretations import WITH_OWN_NODE, Interpretation, interpretations
from translate.prover.point import Others, Point
from translate.prover.proof import Verdict
from translate.prover.reachable import Reachable
from translate.prover.redundant import redundant
from translate.prover.redundant_policies import redundant_policies

NEVER, NO_PODS, REDUNDANT, ONLY_DENIES = "NPT401", "NPT402", "NPT403", "NPT404"
NO_DNS, UNGOVERNED, NO_PROBES, WHOLE_POLICY = "NPT405", "NPT406", "NPT407", "NPT408"
DNS = tuple(Traffic(protocol=protocol, port=PortRange(53, 53)) for protocol in (UDP, TCP))
PROBES = (Traffic(protocol=TCP),)
ANYTHING = (Traffic(protocol=TCP), Traffic(protocol=UDP))
ASKED = (*DNS, *ANYTHING)
MOST_NAMED = 5
MOST_PROVED = 20
"""So many policies that deny alone are looked at, each with a proof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """One finding about the input itself; ``packet`` shows it, where it is about traffic."""

    code: str
    message: str
    origin: Origin = NOWHERE
    about: Identity | None = None
    packet: Point | None = None

    @property
    def object(self) -> str:
        """``about`` as reports spell it, empty where it is None."""
        return str(self.about or "")


def lints(given: Linked, *, steps: int = MAX_STEPS) -> tuple[Lint, ...]:
    """All that is found, by code and in the order of the input, as far as ``steps`` suffice for each."""
    found = [*_never(given, steps), *_only_denies(given, steps), *_redundant(given, steps)]
    found += _within(_without_dns(given.policies, given.facts, steps))
    found += _within(_without_probes(given.policies, given.facts, steps))
    found += _ungoverned(given.policies, given.facts)
    return tuple(sorted(found, key=lambda one: one.code))


def _within(found: Iterator[Lint]) -> Iterator[Lint]:
    """What is found before the steps run out."""
    try:
        yield from found
    except UNFINISHED:
        return


def _never(given: Linked, steps: int) -> Iterator[Lint]:
    """Rules, and parts of them, that never match and policies that govern nobody."""
    for one in told_of(given, steps):
        code = NO_PODS if one.is_policy else NEVER
        yield Lint(code=code, message=one.note.message, origin=one.note.origin, about=one.about)
    for note in _of_pods(given):
        yield Lint(code=NO_PODS, message=note.message, origin=note.origin)


def _of_pods(given: Linked) -> Iterator[Note]:
    """Policies that select none of the pods that there are, where all are told."""
    report, policies = Report(), list(given.policies.policies)
    say_selecting_no_pod(given.facts, policies, report, given.places)
    say_ungoverned(given.facts, (), policies, report, given.places)
    yield from report.notes


def _redundant(given: Linked, steps: int) -> Iterator[Lint]:
    """Policies that could go, and rules of the others."""
    unread = [one.origin.place for one in given.report.refusals]
    rules = redundant(given.policies, given.facts, steps=steps)
    if unread:
        rules = tuple(one for one in rules if not any(is_within(place, one.rule.origin.place) for place in unread))
    whole = redundant_policies(given.policies, rules, given.facts, steps=steps)
    origins = {one.identity: one.origin for one in reversed(given.policies.policies)}
    for identity in whole:
        message = f"{identity} could go: other policies isolate its pods, and decide its packets likewise"
        yield Lint(code=WHOLE_POLICY, message=message, origin=origins[identity], about=identity)
    for one in rules:
        if one.policy.identity in whole:
            continue
        rule = f"{one.policy.identity} {spell(one.rule.origin.path)}"
        does = "denies" if one.rule.action is Action.DENY else "lets through"
        if one.by is None:
            message = f"{rule} {does} nothing that others together do not"
        else:
            policy, other = one.by
            where = "" if policy is one.policy else f"{policy.identity} "
            message = f"{rule} is contained in {where}{spell(other.origin.path)}{_at(given, other.origin)}"
        yield Lint(code=REDUNDANT, message=message, origin=one.rule.origin, about=one.policy.identity, packet=one.point)


def _at(given: Linked, origin: Origin) -> str:
    place = given.places.locate(origin)
    return f" ({origin.file}:{place[0]})" if place else ""


def _only_denies(given: Linked, steps: int) -> Iterator[Lint]:
    """Sections whose rules let nothing through, and that deny by isolation what no rule names."""
    wanted = [(one, way) for one in given.policies.policies for way in Direction if _denies_alone(one.section(way))]
    for policy, direction in wanted[:MOST_PROVED]:
        proof = prove(given.policies, _not_isolating(given.policies, policy, direction), facts=given.facts, steps=steps)
        shown = next((x.point for x in proof.counterexamples if x.effect is Verdict.LOOSER), None)
        section = policy.section(direction)
        if shown is None or section is None:
            continue
        does = "denies" if any(rule.action is Action.DENY for rule in section.rules) else "logs"
        message = (
            f"{policy.identity} only {does} {direction}, and isolates its pods all the same: "
            "what no rule names is denied, too, unless another policy allows it"
        )
        yield Lint(code=ONLY_DENIES, message=message, origin=section.origin, about=policy.identity, packet=shown)


def _denies_alone(section: Section | None) -> bool:
    if section is None or not section.isolates or not section.rules:
        return False
    return all(rule.action in (Action.DENY, Action.LOG) for rule in section.rules)


def _not_isolating(policies: PolicySet, policy: Policy, direction: Direction) -> PolicySet:
    """The set with one section that only does what its rules say."""
    section = policy.section(direction)
    assert section is not None
    opened = replace(policy, **{direction.value: replace(section, isolates=False)})
    return replace(policies, policies=tuple(opened if one is policy else one for one in policies.policies))


def _without_dns(policies: PolicySet, facts: Facts, steps: int) -> Iterator[Lint]:
    """Policies whose pods may send something somewhere, and ask no name server for it."""
    for policy, found in _asked_of(policies, Direction.EGRESS, facts, steps):
        section = policy.egress
        if section is None or not section.isolates:
            continue
        if policies.semantics.only_adds and _names_the_port(section):
            continue  # seen without a search
        reachable = found()
        readings = _readings(reachable.policies)
        if any(reachable.packet(policy, DNS, one, allowed=True) is not None for one in readings):
            continue
        if reachable.packet(policy, ANYTHING, readings[0], allowed=True) is None:
            continue  # nothing gets out: that is meant
        point = reachable.packet(policy, DNS[:1], readings[0], allowed=False)
        shown = None if point is None else replace(point, others=Others.NOTHING)
        if shown is not None and not decide(reachable.policies, shown, readings[0]).allowed:
            message = f"{policy.identity} lets its pods send, and nobody lets them ask for names (DNS, port 53)"
            yield Lint(code=NO_DNS, message=message, origin=policy.origin, about=policy.identity, packet=shown)


def _names_the_port(section: Section) -> bool:
    """Whether a rule is for packets to port 53, or to all ports."""
    items = (item for rule in section.rules for item in rule.traffic if item.protocol in (None, UDP, TCP))
    ports = (item.port for item in items)
    return any(port is None or (isinstance(port, PortRange) and port.first <= 53 <= port.last) for port in ports)


def _without_probes(policies: PolicySet, facts: Facts, steps: int) -> Iterator[Lint]:
    """Policies that keep a pod's own node out, whose kubelet probes it."""
    if not _may_keep_own_node_out(policies):
        return
    for policy, found in _asked_of(policies, Direction.INGRESS, facts, steps):
        reachable = found()
        readings = _readings(reachable.policies)
        points = [reachable.packet(policy, PROBES, one, allowed=False, own_node=True) for one in readings]
        shown = None if points[0] is None else replace(points[0], others=Others.NOTHING)
        if shown is None or None in points:
            continue
        decision = decide(reachable.policies, shown, readings[0])
        if not decision.allowed and decision.policy is policy:
            message = f"{policy.identity} keeps the pods' own node out: probes of its kubelet fail"
            origin = policy.origin if decision.rule is None else decision.rule.origin
            yield Lint(code=NO_PROBES, message=message, origin=origin, about=policy.identity, packet=shown)


def _may_keep_own_node_out(policies: PolicySet) -> bool:
    """Whether the own node is asked about: where isolation does not cut it off a deny or another tier has to."""
    match policies.semantics.from_own_node:
        case OwnNode.ALWAYS:
            return False
        case OwnNode.EXEMPT:
            rules = (rule for policy in policies.policies for rule in rules_of(policy))
            tiers = any(policy.tier != DEFAULT_TIER for policy in policies.policies)
            return tiers or any(rule.action is Action.DENY for rule in rules)
        case _:
            return True


def _asked_of(
    policies: PolicySet, direction: Direction, facts: Facts, steps: int
) -> Iterator[tuple[Policy, Callable[[], Reachable]]]:
    """Each policy of a direction with what can be asked of its pods, made when it is. Raises OutOfBudget.

    Pods of a namespace are governed by its policies and those of the cluster: no others are looked at for them.
    """
    if policies.unknown:
        return
    budget, apart = Budget(steps), dict[str | None, list[Policy]]()
    for policy in policies.policies:
        if policy.section(direction) is not None:
            own = isinstance(policy.subject.namespaces, OwnNamespace)
            apart.setdefault(policy.identity.namespace if own else None, []).append(policy)
    wide = apart.get(None, [])
    for namespace, some in apart.items():
        whole = policies if namespace is None else replace(policies, policies=(*wide, *some))
        reachable = cache(partial(Reachable, whole, direction, facts, budget, ASKED))
        yield from ((policy, reachable) for policy in some)


def _readings(policies: PolicySet) -> list[Interpretation]:
    """What is sent to the own node is not asked about."""
    return [one for one in interpretations(policies) if one not in WITH_OWN_NODE]


def _ungoverned(policies: PolicySet, facts: Facts) -> Iterator[Lint]:
    """Pods that no policy selects, where all are told."""
    if not facts.are_all("Pod"):
        return
    alike: dict[tuple[object, ...], list[PodObject]] = {}
    for pod in facts.pod_objects:
        alike.setdefault((pod.namespace, pod.account, pod.labels), []).append(pod)
    selects, among = Selecting(facts).selects, Among(pods[0] for pods in alike.values())
    governed = {
        (pod.namespace, pod.account, pod.labels)
        for policy in policies.policies
        for pod in among.near(policy)
        if selects(policy, pod) is not False
    }
    free: dict[str, list[PodObject]] = {}
    for kind, pods in alike.items():
        if kind not in governed:
            free.setdefault(pods[0].namespace, []).extend(pods)
    for namespace, pods in sorted(free.items()):
        names = sorted({pod.name or _labels(pod) for pod in pods})
        listed = shortened(names, MOST_NAMED)
        message = f"no policy governs {len(pods)} Pod{'s' * (len(pods) != 1)} in {namespace}: {listed}"
        yield Lint(
            code=UNGOVERNED, message=message, origin=pods[0].origin, about=Identity("Namespace", None, namespace)
        )


def _labels(pod: PodObject) -> str:
    return "{" + ",".join(f"{key}={value}" for key, value in pod.labels) + "}"
