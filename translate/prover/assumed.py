"""What a comparison rests on: collected from both sides and the facts."""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.ranges import overlap
from translate.model.edit import rules_of
from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import ENDPOINTS, Anyone, Cidr, Kind, Kinds, Workloads, endpoints_named
from translate.model.policy import DEFAULT_TIER, Action, Departure, Policy, PolicySet, Rule
from translate.model.semantics import Semantics, TieBreak
from translate.model.ties import telling_pairs
from translate.model.traffic import IP_IN_IP, UDP, VXLAN_PORT, PortRange, Traffic
from translate.prover import unjudged
from translate.prover.assumptions import About, Assumption, listed
from translate.prover.interpretations import Interpretation
from translate.prover.left_open import SOURCE_ENGINE, left_open, required

WAY = "translate all of them in one run, or state complete: [Policy] in the facts"
PLAIN = (Workloads, Cidr, Anyone)


def assumptions_of(
    before: PolicySet, after: PolicySet, facts: Facts = NO_FACTS, reading: Interpretation = Interpretation.LEAST
) -> tuple[Assumption, ...]:
    """The assumptions of a comparison, most weighty first; the facts that it was given are among them.

    ``reading``: how the output is read where the API leaves it open.
    """
    services = tuple(dict.fromkeys((*before.services, *after.services)))
    told = (
        *_of(before, after, facts, reading),
        *(() if facts.are_all("Policy") else _ordered(before, after)),
        *_behind(services, facts),
        *_set_up(before.semantics, after.semantics),
        *_stated(facts),
    )
    return tuple(dict.fromkeys(told))


def _as_stated(text: str) -> Assumption:
    return Assumption(About.STATED, f"as stated: {text}")


def _set_up(*engines: Semantics) -> Iterator[Assumption]:
    """How the engines of a comparison run: by default, and as stated; first who is supposed to run somehow."""
    ordered = sorted(engines, key=lambda one: not one.sentences.running)
    yield from (Assumption(About.SETUP, text) for one in ordered for text in one.sentences.running)
    yield from (_as_stated(text) for one in ordered for text in one.sentences.stated)


def _behind(services: tuple[str, ...], facts: Facts) -> Iterator[Assumption]:
    if services:
        text = f"behind the Services {', '.join(services)} are the pods that they select, none on a node's network"
        yield Assumption(About.SERVICES, text)
    if services and facts.are_all("Service"):
        yield _as_stated("the Services of the input are all that there are")


def _stated(facts: Facts) -> Iterator[Assumption]:
    if facts.services:
        blocks = ", ".join(facts.services)
        yield _as_stated(f"addresses of Services are those of {blocks}, and policies see what is behind them")
    shared = any(overlap(pods, nodes) for pods in facts.pods for nodes in facts.nodes)
    for what, known, others in (
        ("pods", facts.pods, "nodes"),
        ("nodes", facts.nodes, "pods"),
        ("the API server", facts.api_servers, ""),
    ):
        if known:
            rest = f"only {others} are there as well" if others and shared else "no others are there"
            yield _as_stated(f"addresses of {what} are those of {', '.join(known)}, and {rest}")
    yield from (Assumption(About.ASSUMED, f"{one.claim} (--assume {one})", one.limit) for one in facts.assumed)
    if facts.are_all("Policy"):
        yield _as_stated("the policies of the input are all that there are and will be")
    if facts.are_all("Pod"):
        yield _as_stated(f"the {len(facts.pod_objects)} Pods of the input are all that there are")
    names = ", ".join(found.name for found in facts.namespaces)
    if facts.are_all("Namespace"):
        yield _as_stated(f"the namespaces are {names}, with the labels given")
    elif facts.namespaces:
        text = f"the labels of the namespaces {names} are those of their objects in the input"
        yield Assumption(About.NAMESPACES, text)


def _of(before: PolicySet, after: PolicySet, facts: Facts, reading: Interpretation) -> Iterator[Assumption]:
    if before.semantics.leaves_open and not after.semantics.leaves_open:
        yield from left_open(before, after.semantics, facts)
    if after.semantics.leaves_open and not before.semantics.leaves_open:
        yield from required(after, reading, facts)
    for one in (before, after):
        for name in one.assumed:
            text = f"tier {name}, which is not in the input, has order 1000000 and ends in Deny"
            yield Assumption(About.TIERS, text, "as a Tier without a spec does: add its Tier object to be sure")
    for one in (before, after):
        if len(one.semantics.ties) == 1 and _has_telling_ties(one):
            yield from (Assumption(About.TIES, text) for text in one.semantics.sentences.ties)
    yield from _departures(before, after)
    yield from _any_first(before, after)
    yield from _unseen_sets(before, after, facts)
    yield from _tunnels(before, after)
    yield from _endpoints(before, after)
    for one in (before, after) if before.policies != after.policies else ():
        yield from (Assumption(About.CLUSTERS, text) for policy in one.policies for text in policy.supposing)
    yield from _hosts(before, after, facts)
    yield from unjudged.assumed(before, after)


def _hosts(before: PolicySet, after: PolicySet, facts: Facts) -> Iterator[Assumption]:
    """That policies govern no hosts, or the same; nothing where it is stated that there are none."""
    governing = [one for one in (before, after) if any(policy.subject.hosts is not None for policy in one.policies)]
    known = any(found.is_host for one in (before, after) for found in one.sets)
    for one in governing[:1]:
        kind = one.semantics.sentences.kind_of_sets
        if facts.are_all(kind) and not known:
            return
        from translate.prover.hosts import told_apart  # only where hosts may be governed

        apart = told_apart(before, after)
        if not apart or known:
            text = "host endpoints are not compared: traffic of hosts themselves is no part of the proof"
            yield Assumption(About.HOSTS, text)
        else:
            text = f"no host endpoint has labels that policies select, so none is governed: {listed(map(str, apart))}"
            yield Assumption(About.HOSTS_APART, text, _way_of_sets(kind))


def _ordered(before: PolicySet, after: PolicySet) -> Iterator[Assumption]:
    """Where order decides on one side only, policies that are not given must not decide by theirs."""
    for one, other in ((before, after), (after, before)):
        if one.semantics.has_order and not other.semantics.has_order:
            told = one is before or any(_decides_by_order(policy) for policy in one.policies)
            if told and one.policies:
                text = f"no other {one.semantics.title} policy decides the same packets by its order"
                yield Assumption(About.ORDER, text, WAY)


def _decides_by_order(policy: Policy) -> bool:
    return policy.tier != DEFAULT_TIER or any(rule.action.cuts for rule in rules_of(policy))


def _endpoints(before: PolicySet, after: PolicySet) -> Iterator[Assumption]:
    """That endpoints of one engine's own are subjects or peers of policies, and the other engine has none."""
    for one, other in ((before, after), (after, before)):
        governed = {kind for policy in one.policies for kind in policy.subject.endpoints}
        if governed and not other.semantics.has_endpoints:
            which = ", ".join(kind for kind in Kind if kind in governed)
            title = one.semantics.title
            text = f"endpoints of {title}'s own ({which}), which policies govern there, are not compared"
            yield Assumption(About.ENDPOINTS, text, f"there are none where {title} does not run")
        named = {kind for policy in one.policies for rule in rules_of(policy) for kind in _named(rule)}
        if one is before:
            named.update(kind for policy in one.policies for rule in rules_of(policy) for kind in _among_others(rule))
        if named and not other.semantics.has_endpoints:
            which = ", ".join(kind for kind in Kind if kind in named)
            text = f"peers that rules name and only {one.semantics.title} has ({which}) are nowhere else"
            instead = "what takes the place of a gateway there needs a rule of its own" if Kind.INGRESS in named else ""
            yield Assumption(About.ENDPOINTS, text, instead)


def _named(rule: Rule) -> Iterator[Kind]:
    """The endpoints of an engine's own that a peer of a rule means for itself, whatever its other peers mean."""
    for peer in rule.peers:
        if not isinstance(peer, PLAIN):
            yield from endpoints_named((peer,))


def _among_others(rule: Rule) -> Iterator[Kind]:
    """The gateway, where an allow means it among others and not everybody (in Cilium by ``cluster``): clients come in
    by one elsewhere, too.
    """
    if rule.action is Action.ALLOW and not all(isinstance(peer, PLAIN) for peer in rule.peers):
        kinds = {kind for peer in rule.peers if isinstance(peer, Kinds) for kind in peer.kinds}
        if kinds.issuperset(ENDPOINTS) and not kinds.issuperset(Kind):
            yield Kind.INGRESS


def _unseen_sets(before: PolicySet, after: PolicySet, facts: Facts) -> Iterator[Assumption]:
    """That selectors mean no address sets but those of the input; where both sides select alike that is no news."""
    alike = before.semantics == after.semantics and set(before.selectors) == set(after.selectors)
    for one in (before, after):
        said = one.semantics.sentences
        if not one.selectors:
            continue
        if facts.are_all(said.kind_of_sets):
            yield _as_stated(said.all_sets)
            continue
        text = f"{said.sets}: {listed(one.selectors)}"
        yield Assumption(About.SETS_OF_BOTH if alike else About.SETS, text, _way_of_sets(said.kind_of_sets))


def _way_of_sets(kind: str) -> str:
    return f"add those that do, or state that there are no others (--facts, complete: [{kind}])"


def _departures(before: PolicySet, after: PolicySet) -> Iterator[Assumption]:
    """That engines do not depart from the API of a side; where both are of that API, of what only one of them says."""
    told = [dict.fromkeys(d for policy in one.policies for d in policy.departures) for one in (before, after)]
    alike = told[0].keys() & told[1].keys() if before.semantics == after.semantics else set[Departure]()
    for found, way in zip(told, (SOURCE_ENGINE, ""), strict=True):
        parts: dict[str, list[str]] = {}
        for one in found:
            if one not in alike:
                parts.setdefault(one.sentence, []).append(one.part)
        for sentence, some in parts.items():
            yield Assumption(About.ENFORCER, f"{sentence} ({listed(some)})", way)


def _any_first(before: PolicySet, after: PolicySet) -> Iterator[Assumption]:
    """Policies of equal priority on both sides: what is left open there may be the same, and not what is done."""
    pairs = [next(telling_pairs(one), None) for one in (before, after)]
    open_on_both = before.semantics.ties == after.semantics.ties and before.semantics.ties[:1] == (TieBreak.DENY_FIRST,)
    if open_on_both and pairs[0] is not None and pairs[1] is not None:
        one, two = pairs[0]
        text = f"the API leaves open which of {one.identity} and {two.identity} is applied, of equal priority"
        yield Assumption(About.ANY_FIRST, text, "an engine that goes by their names may change with these")


def _tunnels(*sides: PolicySet) -> Iterator[Assumption]:
    """What one engine drops of pods before it asks policies, where a policy of another means to let it through."""
    engines = {one.semantics.name for one in sides}
    for one in sides:
        sentence = one.semantics.sentences.tunnels
        if sentence and len(engines) > 1 and any(_names_tunnels(side) for side in sides):
            yield Assumption(About.TUNNELS, sentence, one.semantics.sentences.tunnels_let_through)


def _names_tunnels(policies: PolicySet) -> bool:
    sections = (policy.egress for policy in policies.policies if policy.egress is not None)
    rules = (rule for section in sections for rule in section.rules if rule.action is Action.ALLOW)
    return any(_is_tunnel(item) for rule in rules for item in rule.traffic)


def _is_tunnel(item: Traffic) -> bool:
    """Whether an item names packets within packets, and not just everything."""
    ports = item.port if isinstance(item.port, PortRange) else None
    by_port = ports is not None and ports.first <= VXLAN_PORT <= ports.last
    return item.protocol == IP_IN_IP or (item.protocol in (UDP, None) and by_port)


def _has_telling_ties(policies: PolicySet) -> bool:
    """Whether two policies of one tier and order do not just allow: which stands first then matters."""
    telling: dict[tuple[str, float | None], bool] = {}
    for policy in policies.policies:
        sections = [section for section in (policy.ingress, policy.egress) if section is not None]
        denies = any(rule.action.cuts for section in sections for rule in section.rules)
        key = (policy.tier, policy.order)
        if key in telling and (denies or telling[key]):
            return True
        telling[key] = denies or telling.get(key, False)
    return False
