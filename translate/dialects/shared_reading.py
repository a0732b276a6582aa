"""How an engine reads policies of the Kubernetes API: what that API leaves open, and where the engine departs from it.

Every engine that enforces them offers such a value; lifting them asks it, and no engine by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from translate.model.peers import Peer, Reach
from translate.model.policy import Action, Tier
from translate.model.selectors import Selector

ChangeSelector: TypeAlias = Callable[[Selector], Selector]
ChangePeers: TypeAlias = Callable[[tuple[Peer, ...]], tuple[Peer, ...]]

ADMIN = Tier("admin", 0.0, Action.PASS)
BASELINE = Tier("baseline", 10_000_000.0, Action.PASS)
"""What network-policy-api calls its tiers, around that of NetworkPolicies."""


def _as_written(asked: Selector) -> Selector:
    return asked


def _as_listed(peers: tuple[Peer, ...]) -> tuple[Peer, ...]:
    return peers


class AdminReading(Struct, frozen=True, kw_only=True):
    """How the cluster-wide policies of the Kubernetes API are read: which kinds, and the tiers they stand in.

    ``title``: what people call the engine. ``tie``: see Policy; the API itself leaves open how ties are broken.
    ``sets``: what the labels of an address set must match to be meant by "all pods of these namespaces", None where no
    set is. ``words``: whether peers by something else than pods and addresses, nodes and DNS names, are read.
    ``selectors`` is given each selector of pods or namespaces as it is written; ``any_keys``: whether it is known what
    keys mean that are no label keys: nothing has such a label.
    """

    title: str
    kinds: tuple[str, ...] = ("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy")
    admin: Tier = ADMIN
    baseline: Tier = BASELINE
    tie: str = "ClusterNetworkPolicy"
    sets: Selector | None = None
    words: bool = True
    selectors: ChangeSelector = _as_written
    any_keys: bool = True


class SharedReading(Struct, frozen=True, kw_only=True):
    """What a NetworkPolicy means on an engine; the defaults are what the API says by itself.

    ``order`` and ``tie``: see Policy; engines that know no order do not look at them. ``names_an_engine``: False where
    it is not known who enforces them. ``listed_only``: rules of a
    direction that ``policyTypes`` does not list mean nothing. ``pods`` and ``peers`` are given selectors of pods, and
    the peers of a rule, as they are written, and may raise BeyondError.
    """

    admin: AdminReading
    reach: Reach = Reach.OPEN
    order: float = 1000.0
    tie: str = ""
    names_an_engine: bool = True
    listed_only: bool = True
    pods: ChangeSelector = _as_written
    peers: ChangePeers = _as_listed


AS_THE_API_SAYS = SharedReading(names_an_engine=False, admin=AdminReading(title="Kubernetes"))
"""Where no engine is named."""
