"""IP protocols by number: Kubernetes and Cilium name TCP, UDP and SCTP, so packets of others lose access."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.edit import rules_of, with_rules
from translate.model.peers import Both, Cidr, Peer
from translate.model.policy import Action, Policy, Rule
from translate.model.traffic import ICMP, ICMPV6, PROTOCOL_NAMES, Traffic
from translate.plan.context import Pass, Target
from translate.plan.losing import not_sent
from translate.plan.passes.packets import families_of

CODE = "NPT507"
FAMILY = {ICMP: 4, ICMPV6: 6}
"""What messages of the protocol are sent over; a rule that gives its number is for both."""
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
            traffic = tuple(_said(item, rule, policy, target, report) for item in rule.traffic)
            if traffic != rule.traffic:
                rule = replace(rule, traffic=tuple(item for item in traffic if item is not None))
            if rule.traffic:
                yield rule

        return with_rules(policy, kept)

    def _said(item: Traffic, rule: Rule, policy: Policy, target: Target, report: Report) -> Traffic | None:
        if _sayable(item, known, by_type):
            return item
        if by_type and rule.action is Action.ALLOW and item.family is None and item.protocol in FAMILY:
            return _of_its_family(item, item.protocol, rule, policy, target, report)
        _dropped(item, rule, policy, target, report)
        return None

    return tuple(fitted(policy) for policy in policies)


def _sayable(item: Traffic, known: tuple[int, ...], by_type: bool) -> bool:
    """``by_type``: ICMP of one family is said by its types."""
    icmp = by_type and item.family is not None and FAMILY.get(item.protocol or 0) == item.family
    return icmp or item.protocol is None or item.protocol in known


def _of_its_family(
    item: Traffic, protocol: int, rule: Rule, policy: Policy, target: Target, report: Report
) -> Traffic | None:
    """Messages by number as those that have a word, of one family; over the other one they lose access."""
    version = FAMILY[protocol]
    met = {one for peer in rule.peers for one in tuple(families_of(peer)) or (4, 6)}
    if met != {version}:
        name, other = PROTOCOL_NAMES[protocol], PROTOCOL_NAMES[ICMPV6 if protocol == ICMP else ICMP]
        over = f"IPv{10 - version}"
        report.lose(
            CODE,
            Effect.TIGHTER,
            f"{not_sent(f'packets of {name} over {over}', rule, policy)}: a {target.can.title} cannot say them",
            origin=item.origin,
            about=policy.called,
            hint=f"accept it: over {over} hosts send {other} instead",
        )
    return replace(item, family=version) if version in met else None


def _dropped(item: Traffic, rule: Rule, policy: Policy, target: Target, report: Report) -> None:
    what = f"packets of {PROTOCOL_NAMES.get(item.protocol or 0, f'IP protocol {item.protocol}')}"
    odd = OTHER_FAMILY.get(item.protocol or 0)
    if odd is not None and all(isinstance(peer, Both) and odd in map(_block, peer.peers) for peer in rule.peers):
        what += f" among the addresses of {odd}"  # what is left of an allow of all packets but those
    report.lose(
        CODE,
        Effect.TIGHTER,
        f"{not_sent(what, rule, policy)}: a {target.can.title} has no word for that protocol",
        origin=item.origin,
        about=policy.called,
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
