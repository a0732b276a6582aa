"""IP ranges: Calico compares addresses, so a range covers pods and nodes; Cilium's covers only what is outside the
cluster.

Kubernetes leaves it open, so a range from there fits everywhere. From Calico to Cilium pods and nodes in the range lose
access. From Cilium to Calico they would gain it: the range is dropped, and who is outside loses access. Where the
ranges of pods and nodes are stated, they are cut out or named instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.core.origin import Origin
from translate.core.ranges import lies_in, overlap
from translate.core.shortened import shortened
from translate.model.assume import Assume
from translate.model.edit import rules_of, with_rules
from translate.model.peers import ENDPOINTS, Both, Cidr, Kind, Kinds, Opaque, Peer, Reach, Workloads
from translate.model.policy import Action, Policy, Rule
from translate.model.selectors import EVERYTHING
from translate.model.unknowns import API_SERVER
from translate.plan.contained import fewest_holes
from translate.plan.context import Pass, Target
from translate.plan.losing import MOST_SHOWN, access, drop, lose_access

RANGES = "state the ranges of pods and nodes (--pods, --nodes): they are then cut out of the range"
NAMING = "add selectors or entities for those that are meant"
SAYING = f"{NAMING}, or state the ranges of pods and nodes (--pods, --nodes)"
FAMILIES = {"0.0.0.0/0", "::/0"}
NARROWER, DROPPED, WIDER = "NPT501", "NPT502", "NPT506"
NODE_DNS = "169.254.20.10/32"
"""Where NodeLocal DNSCache listens, by its manifest."""


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Give every range the reach it has on the target, and name what that changes."""
    reach = Reach[target.can.reach.upper()]
    is_told = bool(target.facts.pods and target.facts.nodes)

    def rules(policy: Policy, rule: Rule) -> Iterable[Rule]:
        if all(not isinstance(peer, Cidr) or peer.reach is reach for peer in rule.peers):
            return (rule,)
        from translate.plan.inhabited import may_hold_somebody  # only for ranges, like the next

        # A rule may list a hundred ranges: what is lost by them is said once.
        outside: list[Cidr] = []
        opened: list[Cidr] = []
        inside: dict[str, list[Cidr]] = {}
        peers: list[Peer] = []
        servers = _servers_in(rule, target) if reach is Reach.OUTSIDE else ()
        for peer in rule.peers:
            if not isinstance(peer, Cidr) or peer.reach is reach:
                peers.append(peer)
            elif peer.reach is not Reach.OPEN and not may_hold_somebody(peer, target.facts):
                _warn(peer, policy, report)
                peers += () if _is_one(peer, servers) else (replace(peer, reach=reach),)
            elif (peer.reach, reach) == (Reach.OUTSIDE, Reach.ADDRESS):
                # Where order was worked out pods inside may be left out on purpose.
                opens = rule.action is not Action.DENY and not target.flat
                opens = opens and target.loosens(WIDER, peer.origin, policy)
                peers += _by_address(peer, rule, target, opened if opens else outside, opens=opens)
            elif (peer.reach, reach) == (Reach.ADDRESS, Reach.OUTSIDE):
                peers += _within(peer, servers, target, inside)
            elif peer.reach is Reach.OUTSIDE and is_told:
                # Cut like this the range is right on engines that compare addresses, too.
                peers += _cut(peer, reach, target)
            elif not _is_one(peer, servers):
                peers.append(replace(peer, reach=reach))
        if servers:
            peers.append(_api_server(rule))
        if opened:
            _tell_opened(opened, rule, policy, target, report)
        if outside:
            _tell_outside(outside, rule, policy, target, report)
        peers += _instead(inside, rule, policy, target, report)
        return (replace(rule, peers=tuple(peers)),) if peers else ()

    return tuple(with_rules(policy, partial(rules, policy)) for policy in policies)


def _instead(
    inside: dict[str, list[Cidr]], rule: Rule, policy: Policy, target: Target, report: Report
) -> Iterator[Peer]:
    """Who is let in instead of ranges that hold no pods and nodes on the target, where that is wanted; what is lost or
    gained by it is told.
    """
    narrow = f"a {target.engine.title} range matches only addresses outside the cluster"
    for who, ranges in inside.items():
        what, origin = _inside(who, ranges), ranges[0].origin
        holes = _holes(ranges)
        if rule.action is Action.DENY and target.loosens(WIDER, origin, policy):
            _tell_let_in(what, rule, policy, narrow, report, origin=origin)
        elif rule.action is Action.ALLOW and holes and target.loosens(WIDER, origin, policy):
            yield from (_everyone(word, origin) for word in who.split(" and "))
            yield Kinds(ENDPOINTS, origin)  # they have no address that a range means
            left = f"{who} inside {shortened(holes, MOST_SHOWN)}"
            _tell_let_in(left, rule, policy, narrow, report, origin=origin)
        else:
            hint = NAMING if target.facts.pods and target.facts.nodes else SAYING
            why = f"the source compares addresses, {narrow}"
            packets = _packets(rule, policy) if target.flat else ""
            drop(NARROWER, what, rule, policy, target, report, origin=origin, why=why, hint=hint, packets=packets)


def _packets(rule: Rule, policy: Policy) -> str:
    """On which packets somebody loses access by a piece that order was worked out into: it is nowhere in the input."""
    from translate.plan.lost_packets import lost_packets  # only for such pieces

    return lost_packets(rule, policy)


def _by_address(peer: Cidr, rule: Rule, target: Target, lossy: list[Cidr], *, opens: bool) -> Iterator[Peer]:
    """A range of outside addresses for a target that compares addresses."""
    if target.facts.pods and target.facts.nodes:
        yield from _cut(peer, Reach.ADDRESS, target)
        return
    from translate.plan.inhabited import deserted

    lossy.append(peer)
    if opens or rule.action is Action.DENY:
        yield replace(peer, reach=Reach.ADDRESS)
    elif (kept := deserted(peer, target.facts)) is not None:
        yield replace(kept, reach=Reach.ADDRESS)


def _cut(peer: Cidr, reach: Reach, target: Target) -> Iterator[Peer]:
    """A range without the addresses of pods and nodes that are stated."""
    holes = [block for block in (*target.facts.pods, *target.facts.nodes) if overlap(block, peer.block)]
    if not any(lies_in(peer.block, block) for block in holes):
        yield replace(peer, excluding=fewest_holes(peer.excluding, holes), reach=reach)


def _warn(peer: Cidr, policy: Policy, report: Report) -> None:
    """That a range which is said to hold no node names one that clusters often have."""
    if lies_in(NODE_DNS, peer.block) and not _covered(NODE_DNS, peer.excluding):
        report.note(
            f"{policy.called} names {peer.block}: at 169.254.20.10 nodes answer DNS where NodeLocal DNSCache runs, "
            f"so there {Assume.LINK_LOCAL} is not so",
            origin=peer.origin,
        )


def _tell_opened(ranges: list[Cidr], rule: Rule, policy: Policy, target: Target, report: Report) -> None:
    """That ranges of outside addresses are kept on a target that compares addresses."""
    message = (
        f"{access('gain', _inside('pods and nodes', ranges), rule, policy)}: a {target.source.title} "
        f"range matches only addresses outside the cluster, a {target.engine.title} range compares addresses"
    )
    hint = "accept it with --accept NPT506 if no pod and no node has an address in the range"
    report.lose(WIDER, Effect.LOOSER, message, origin=ranges[0].origin, about=policy.called, hint=hint)


def _tell_let_in(what: str, rule: Rule, policy: Policy, narrow: str, report: Report, *, origin: Origin) -> None:
    """That a Deny of addresses is kept on a target whose ranges hold neither pods nor nodes."""
    message = f"{access('gain', what, rule, policy)}: the source compares addresses, {narrow}"
    hint = f"accept it with --accept {WIDER} if no pod and no node has an address in the range"
    report.lose(WIDER, Effect.LOOSER, message, origin=origin, about=policy.called, hint=hint)


def _tell_outside(ranges: list[Cidr], rule: Rule, policy: Policy, target: Target, report: Report) -> None:
    """What is lost by ranges of outside addresses on a target that compares addresses."""
    blocks, origin = shortened(map(_called, ranges), MOST_SHOWN), ranges[0].origin
    if rule.action is Action.DENY:
        message = (
            f"{lose_access(_inside('pods and nodes', ranges), rule, policy)}: a {target.engine.title} Deny "
            "compares addresses, the source keeps out only what is outside the cluster"
        )
        report.lose(NARROWER, Effect.TIGHTER, message, origin=origin, about=policy.called, hint=RANGES)
    else:
        which = "private addresses" if target.facts.everybody else "addresses"
        what = f"{which} of {blocks} outside the cluster"
        why = (
            f"a {target.engine.title} range would open it to pods and nodes inside the range as well, "
            "which the source does not"
        )
        keep = f"; or keep the range all the same: --accept {WIDER}@POLICY" if target.loosen else ""
        drop(DROPPED, what, rule, policy, target, report, origin=origin, why=why, hint=RANGES + keep)


def _within(peer: Cidr, servers: tuple[str, ...], target: Target, lossy: dict[str, list[Cidr]]) -> Iterator[Peer]:
    """A range for a target whose ranges hold neither pods nor nodes: all of them, none of them, or a loss."""
    facts = target.facts
    is_server = _is_one(peer, servers)
    if not is_server and not any(lies_in(peer.block, known) for known in (*facts.pods, *facts.nodes)):
        yield replace(peer, reach=Reach.OUTSIDE)
    lost = []
    for word, blocks in (("pods", facts.pods), ("nodes", facts.nodes)):
        if word == "nodes" and is_server:
            continue
        if not blocks:
            lost.append(word)
        elif all(lies_in(block, peer.block) and not _meets(block, peer.excluding) for block in blocks):
            yield _everyone(word, peer.origin)
        elif any(overlap(block, peer.block) and not _covered(block, peer.excluding) for block in blocks):
            lost.append(word)
    if lost:
        lossy.setdefault(" and ".join(lost), []).append(peer)


def _everyone(word: str, origin: Origin) -> Peer:
    """All pods, or all nodes."""
    if word == "pods":
        return Workloads(EVERYTHING, EVERYTHING, None, origin)
    return Kinds((Kind.OWN_NODE, Kind.OTHER_NODES), origin)


def _holes(ranges: list[Cidr]) -> list[str]:
    """What ``ranges`` leave out, if they are all addresses of both families but these."""
    return [hole for one in ranges for hole in one.excluding] if {one.block for one in ranges} >= FAMILIES else []


def _servers_in(rule: Rule, target: Target) -> tuple[str, ...]:
    """The addresses of the API server, if the ranges of a rule hold them all: Cilium has one entity for it, whether it
    runs on a node or outside.
    """
    servers, ranges = target.facts.api_servers, [peer for peer in rule.peers if isinstance(peer, Cidr)]
    held = all(any(lies_in(one, x.block) and not _meets(one, x.excluding) for x in ranges) for one in servers)
    return servers if held else ()


def _is_one(peer: Cidr, servers: tuple[str, ...]) -> bool:
    """Whether a range is nothing but an address of the API server."""
    return peer.block in servers and not peer.excluding


def _api_server(rule: Rule) -> Peer:
    anywhere = Kinds((Kind.OWN_NODE, Kind.OTHER_NODES, Kind.OUTSIDE), rule.origin)
    return Both((anywhere, Opaque(API_SERVER, rule.origin)), rule.origin)


def _inside(who: str, ranges: list[Cidr]) -> str:
    """Who has an address in ``ranges``; in a whole family that is everyone."""
    everyone = any(peer.block.endswith("/0") and not peer.excluding for peer in ranges)
    return f"{'all ' if everyone else ''}{who} inside {shortened(map(_called, ranges), MOST_SHOWN)}"


def _called(peer: Cidr) -> str:
    """A range and what it leaves out: nothing of that is lost."""
    holes = f" (but for {shortened(peer.excluding, MOST_SHOWN)})" if peer.excluding else ""
    return f"{peer.block}{holes}"


def _meets(block: str, holes: tuple[str, ...]) -> bool:
    return any(overlap(block, hole) for hole in holes)


def _covered(block: str, holes: tuple[str, ...]) -> bool:
    return any(lies_in(block, hole) for hole in holes)


def _broken(policy: Policy, target: Target) -> bool:
    reach = Reach[target.can.reach.upper()]
    ranges = (peer for rule in rules_of(policy) for peer in rule.peers if isinstance(peer, Cidr))
    return any(peer.reach is not reach for peer in ranges)


PASS = Pass(
    run,
    needs="ranges as plain peers, or in compounds that the target has",
    guarantees="every range reaches what ranges of the target reach",
    broken=_broken,
)
