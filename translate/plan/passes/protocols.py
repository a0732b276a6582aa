"""IP protocols by number: Kubernetes and Cilium name TCP, UDP and SCTP, so packets of others lose access."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.edit import rules_of, with_rules
from translate.model.peers import Both, Cidr, Peer
from translate.model.policy import Policy, Rule
from translate.model.traffic import ICMP, ICMPV6, PROTOCOL_NAMES, Traffic
from translate.plan.context import Pass, Target
from translate.plan.losing import lose_access

CODE = "NPT507"
OTHER_FAMILY = {ICMP: "::/0", ICMPV6: "0.0.0.0/0"}
"""Where messages of the protocol are not to be met."""


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Leave out traffic of protocols the target has no word for; a rule left without traffic goes."""
    known = target.can.numbers
    if not known:
        return policies

    by_type = target.can.icmp != "none"

    def fitted(policy: Policy) -> Policy:
        def kept(rule: Rule) -> Iterator[Rule]:
            traffic = tuple(item for item in rule.traffic if _sayable(item, known, by_type))
            for item in rule.traffic:
                if not _sayable(item, known, by_type):
                    _dropped(item, rule, policy, target, report)
            if traffic:
                yield rule if len(traffic) == len(rule.traffic) else replace(rule, traffic=traffic)

        return with_rules(policy, kept)

    return tuple(fitted(policy) for policy in policies)


def _sayable(item: Traffic, known: tuple[int, ...], by_type: bool) -> bool:
    """``by_type``: ICMP of one family is said by its types."""
    icmp = by_type and (item.protocol, item.family) in ((ICMP, 4), (ICMPV6, 6))
    return icmp or item.protocol is None or item.protocol in known


def _dropped(item: Traffic, rule: Rule, policy: Policy, target: Target, report: Report) -> None:
    what = f"packets of {PROTOCOL_NAMES.get(item.protocol or 0, f'IP protocol {item.protocol}')}"
    odd = OTHER_FAMILY.get(item.protocol or 0)
    if odd is not None and all(isinstance(peer, Both) and odd in map(_block, peer.peers) for peer in rule.peers):
        what += f" among the addresses of {odd}"  # what is left of an allow of all packets but those
    report.lose(
        CODE,
        Effect.TIGHTER,
        f"{lose_access(what, rule, policy)}: a {target.can.title} has no word for that protocol",
        origin=item.origin,
        about=policy.identity,
        hint="accept it if nobody speaks the protocol",
    )


def _block(peer: Peer) -> str:
    return peer.block if isinstance(peer, Cidr) else ""


def _broken(policy: Policy, target: Target) -> bool:
    known, by_type = target.can.numbers, target.can.icmp != "none"
    traffic = (item for rule in rules_of(policy) for item in rule.traffic)
    return bool(known) and not all(_sayable(item, known, by_type) for item in traffic)


PASS = Pass(
    run,
    needs="packets that the target can tell apart",
    guarantees="every protocol is one that the target has a word for",
    broken=_broken,
)
