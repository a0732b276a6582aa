"""IP ranges: Calico compares addresses, so a range covers pods and nodes; Cilium's covers only what is outside the
cluster.

Kubernetes leaves it open, so a range from there fits everywhere. From Calico to Cilium pods and nodes in the range lose
access. From Cilium to Calico they would gain it: the range is dropped, and who is outside loses access.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.peers import Cidr, Peer, Reach
from translate.model.policy import Policy
from translate.plan.context import Target
from translate.plan.edit import with_peers

NARROWER, DROPPED, WIDER = "NPT501", "NPT502", "NPT506"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Give every range the reach it has on the target, and name what that changes."""
    reach = Reach[target.can.reach.upper()]

    def fitted(policy: Policy) -> Policy:
        def change(peer: Peer) -> Iterable[Peer]:
            return fit(peer) if isinstance(peer, Cidr) and peer.reach is not reach else (peer,)

        def fit(peer: Cidr) -> Iterator[Peer]:
            if peer.reach is Reach.OUTSIDE and reach is Reach.ADDRESS:
                if not target.loosen:
                    _dropped(peer, policy, report)
                    return
                _wider(peer, policy, report)
            if peer.reach is Reach.ADDRESS and reach is Reach.OUTSIDE:
                _narrower(peer, policy, report)
            yield replace(peer, reach=reach)

        return with_peers(policy, change)

    return tuple([fitted(policy) for policy in policies])


def _narrower(peer: Cidr, policy: Policy, report: Report) -> None:
    report.lose(
        NARROWER,
        Effect.TIGHTER,
        f"pods and nodes inside {peer.block} lose access to or from {policy.identity}: the source compares addresses, "
        "a Cilium range matches only addresses outside the cluster",
        origin=peer.origin,
        object=str(policy.identity),
        hint="add selectors or entities for the pods and nodes that are meant",
    )


def _dropped(peer: Cidr, policy: Policy, report: Report) -> None:
    report.lose(
        DROPPED,
        Effect.TIGHTER,
        f"addresses of {peer.block} outside the cluster lose access to or from {policy.identity}: a Calico range would "
        "open it to pods and nodes inside the range as well, which the source does not",
        origin=peer.origin,
        object=str(policy.identity),
        hint="write the range without the addresses of pods and nodes by hand",
    )


def _wider(peer: Cidr, policy: Policy, report: Report) -> None:
    report.lose(
        WIDER,
        Effect.LOOSER,
        f"pods and nodes inside {peer.block} gain access to or from {policy.identity}: a Cilium range matches only "
        "addresses outside the cluster, a Calico range compares addresses",
        origin=peer.origin,
        object=str(policy.identity),
        hint="accept it with --accept NPT506 if no pod and no node has an address in the range",
    )
