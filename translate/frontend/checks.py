"""What is looked at once all objects are read: names that fall together, and what the input tells of the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Problem, Report
from translate.core.origin import Origin
from translate.dialects.base import Object
from translate.frontend.sources import Places
from translate.model.edit import rules_of
from translate.model.facts import Facts, PodObject
from translate.model.peers import Workloads, parts
from translate.model.policy import AddressSet, Identity, Policy
from translate.model.selectors import Atom, Scope, atoms
from translate.model.sets import UnknownLabelsError, meant
from translate.tables.load import labels

CLEARED = "NPT307"


def outside_of(facts: Facts, policies: list[Policy]) -> Iterator[Problem]:
    """Policies of a namespace that, as stated, does not exist: a proof about them would be about nothing."""
    if not facts.are_all("Namespace"):
        return
    known = {found.name for found in facts.namespaces}
    for policy in policies:
        name = policy.identity.namespace
        if name is not None and name not in known:
            message = f"{policy.identity} is in the namespace {name}, which is not among all that there are as stated"
            yield Problem(message=message, origin=policy.origin.at("metadata", "namespace"))


def none_of(facts: Facts) -> Iterator[Problem]:
    """Kinds of which all objects are said to be told, and there are none: a proof would be about nothing."""
    told = {"Namespace": facts.namespaces, "Pod": facts.pod_objects, "Service": facts.service_objects}
    for kind in facts.complete:
        if kind in told and not told[kind]:
            none = "none but on the network of their nodes" if kind == "Pod" and facts.host_pods else "none"
            message = f"the facts say that all {kind} objects are in the input, and it holds {none}"
            way_out = f"add what kubectl get {kind.lower()}s -A -o yaml prints"
            origin = Origin(facts.stated.file, 0, ("complete", kind))
            line, column = facts.stated.locate(origin) or (0, 0)
            yield Problem(message=f"{message}: {way_out}", origin=origin, line=line, column=column)


def beyond_templates(facts: Facts, policies: list[Policy]) -> Iterator[Problem]:
    """Tests of labels that only Pods tell, where templates of workloads stand for some of them."""
    if not facts.are_all("Pod") or all(pod.name for pod in facts.pod_objects):
        return
    unknown = labels().of_controllers
    for policy in policies:
        for atom in _pod_atoms(policy):
            if atom.label.key in unknown:
                message = (
                    f"{policy.identity} selects by {atom.label.key}, which a controller sets and no template tells: "
                    "add what kubectl get pods -A -o yaml prints"
                )
                yield Problem(message=message, origin=atom.origin)


def _pod_atoms(policy: Policy) -> Iterator[Atom]:
    """What a policy asks of labels of pods, its subject and its peers."""
    selectors = [policy.subject.pods]
    for rule in rules_of(policy):
        selectors += [part.pods for peer in rule.peers for part in parts(peer) if isinstance(part, Workloads)]
    for selector in selectors:
        yield from (atom for atom in atoms(selector) if atom.label.scope is Scope.POD)


def say_empty(facts: Facts, policies: list[Policy], report: Report) -> None:
    """Where all pods are told, a policy of a namespace without any is not looked at."""
    if not facts.are_all("Pod"):
        return
    known = {pod.namespace for pod in facts.pod_objects}
    for name in dict.fromkeys(policy.identity.namespace for policy in policies):
        if name is not None and name not in known:
            report.note(f"no Pod of the input is in the namespace {name}: of policies there the proof says nothing")


def say_ungoverned(
    facts: Facts, pods: tuple[PodObject, ...], policies: list[Policy], report: Report, places: Places
) -> None:
    """Where all pods are told, a policy that selects only such as are on the network of their node has no effect;
    ``pods``: those of this input, whose places are known.
    """
    if not (facts.are_all("Pod") and facts.host_pods):
        return
    from translate.frontend.told_pods import Among, Selecting  # only where all pods are told

    here = {pod: pod.origin for pod in pods}
    selects, hosts, others = Selecting(facts).selects, Among(facts.host_pods), Among(facts.pod_objects)
    for policy in policies:
        mine = [pod for pod in hosts.near(policy) if selects(policy, pod) is True]
        if not mine or any(selects(policy, pod) is not False for pod in others.near(policy)):
            continue
        first, more = mine[0], f" and {len(mine) - 1} more" if len(mine) > 1 else ""
        where = _at(here[first], places) if first in here else f" ({first.origin.file})"
        text = (
            f"{policy.identity}{_at(policy.origin, places)} has no effect: the pods that it selects are on the network "
            "of their node (hostNetwork), where no policy governs them: "
            f"Pod/{first.namespace}/{first.name}{where}{more}"
        )
        report.note(text, origin=policy.origin)


def say_selecting_no_pod(facts: Facts, policies: list[Policy], report: Report, places: Places) -> None:
    """Where all pods are told, a policy may select none of them, on the network of their node or not;
    that a namespace has none at all is told once for it.
    """
    if not facts.are_all("Pod"):
        return
    from translate.frontend.told_pods import Among, Selecting  # only where all pods are told

    selects, among = Selecting(facts).selects, Among((*facts.pod_objects, *facts.host_pods))
    for policy in policies:
        pods = among.near(policy)
        if pods and all(selects(policy, pod) is False for pod in pods):
            name = f"{policy.identity}{_at(policy.origin, places)}"
            report.note(f"{name} selects no Pod of those that there are", origin=policy.subject.origin)


def say_selecting_sets(policies: list[Policy], sets: list[AddressSet], report: Report, places: Places) -> None:
    """A policy that selects by labels that an address set has may be meant for its addresses, which nothing governs."""
    named = [found for found in sets if not found.is_host]
    for policy in policies if named else ():
        subject = policy.subject
        asked = Workloads(subject.namespaces, subject.pods, sets=subject.pods)
        try:
            found = _by_labels(asked, policy.identity.namespace, named)
        except UnknownLabelsError:
            continue
        if found is not None:
            text = (
                f"{policy.identity}{_at(policy.origin, places)} selects by labels that {found.identity}"
                f"{_at(found.origin, places)} has: it governs pods with these labels, and never the addresses of a set"
            )
            report.note(text, origin=policy.subject.origin)


def _by_labels(asked: Workloads, namespace: str | None, sets: list[AddressSet]) -> AddressSet | None:
    """The first set that is selected for its labels: not for its namespace, or for a label that it lacks."""
    bare = {found.identity.namespace: replace(found, labels=()) for found in sets}
    anyhow = {space for space, found in bare.items() if any(meant(asked, namespace, (found,)))}
    return next(meant(asked, namespace, tuple(found for found in sets if found.identity.namespace not in anyhow)), None)


def _at(origin: Origin, places: Places) -> str:
    place = places.locate(origin)
    return f" ({origin.file}:{place[0]})" if place else ""


def say_cleared(item: Object, policies: tuple[Policy, ...], report: Report) -> None:
    """A cluster-wide object has no namespace: the server clears what the text gives."""
    metadata = item.value.get("metadata")
    given = metadata.get("namespace") if isinstance(metadata, Mapping) else None
    if given and policies and policies[0].identity.namespace is None:
        about = policies[0].identity
        message = f"{about} is cluster-wide: the namespace {given} that its text gives means nothing, and goes"
        report.lose(CLEARED, Effect.EXACT, message, origin=item.origin.at("metadata", "namespace"), about=about)


def beside_twice(companions: list[Object], default_namespace: str, places: Places) -> Iterator[Problem]:
    """Two tiers, sets or policies without a meaning for pods of one name: the later one replaces the earlier."""
    seen: dict[tuple[str, str, str], Object] = {}
    for item in companions:
        metadata = item.value.get("metadata")
        about = metadata if isinstance(metadata, Mapping) else {}
        kind, name = str(item.value.get("kind")), str(about.get("name"))
        if "name" not in about:
            continue
        first = seen.setdefault((kind, str(about.get("namespace") or default_namespace), name), item)
        if first is not item:
            yield _replaced(f"{kind}/{name}", first.origin, item.origin, places)


def _replaced(name: str, first: Origin, second: Origin, places: Places) -> Problem:
    there = places.locate(first)
    where = f"{first.file}:{there[0]}" if there else f"document {first.document + 1}"
    message = f"{name} is in the input twice, first at {where}; in a cluster the later one replaces it"
    return Problem(message=message, origin=second)


def twice(policies: list[Policy], places: Places) -> Iterator[Problem]:
    """Two documents of one name: applying them would keep only the later one."""
    seen: dict[Identity, Policy] = {}
    for policy in policies:
        if policy.metadata.generate_name:
            continue
        first = seen.setdefault(policy.identity, policy)
        if first.origin.place != policy.origin.place:
            yield _replaced(str(policy.identity), first.origin, policy.origin, places)
