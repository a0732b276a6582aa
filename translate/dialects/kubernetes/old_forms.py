"""What newer servers refuse and older ones have stored: read all the same, and told.

Host bits in ranges (kubernetes/kubernetes#137053, on from 1.36); the same, and keys of selectors that are
no label keys, in the CRDs of ``policy.networking.k8s.io``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import fields

from translate.core.names import HOST_BITS, cidr, label_key_problem, shown
from translate.core.origin import Path
from translate.dialects.kubernetes.manifest import LabelSelector, NetworkPolicy, NetworkPolicyPeer
from translate.dialects.objects import Fault

if TYPE_CHECKING:
    from translate.dialects.kubernetes.admin_manifest import AdminPolicy


def old_forms(policy: NetworkPolicy | AdminPolicy) -> Iterator[Fault]:
    """Where a valid policy has a form that newer servers refuse, and how it is read."""
    if isinstance(policy, NetworkPolicy):
        for index, rule in enumerate(policy.spec.ingress):
            yield from _peers(rule.from_, ("spec", "ingress", index, "from"))
        for index, out in enumerate(policy.spec.egress):
            yield from _peers(out.to, ("spec", "egress", index, "to"))
    else:
        yield from _inside(policy.spec, ("spec",))


def read_as(text: str, path: Path) -> Iterator[Fault]:
    """A range that newer servers refuse."""
    found = cidr(text)
    if found.flaws:
        yield Fault(
            path, f"{shown(text)} has {HOST_BITS}, which newer releases refuse: it is read as {found.canonical}"
        )


def _peers(peers: tuple[NetworkPolicyPeer, ...], path: Path) -> Iterator[Fault]:
    for index, peer in enumerate(peers):
        if peer.ipBlock is not None:
            place = (*path, index, "ipBlock")
            yield from read_as(peer.ipBlock.cidr, (*place, "cidr"))
            for number, text in enumerate(peer.ipBlock.except_):
                yield from read_as(text, (*place, "except", number))


@cache
def _fields(kind: type[Struct]) -> tuple[tuple[str, str], ...]:
    """The fields of a type, each as the API spells it and as the type does."""
    return tuple((one.encode_name, one.name) for one in fields(kind))


def _inside(value: Struct, path: Path) -> Iterator[Fault]:
    if isinstance(value, LabelSelector):
        yield from _keys(value, path)
        return
    for name, attribute in _fields(type(value)):
        given = getattr(value, attribute)
        if isinstance(given, Struct):
            yield from _inside(given, (*path, name))
        elif name == "networks":
            for index, text in enumerate(given or ()):
                yield from read_as(text, (*path, name, index))
        elif isinstance(given, tuple):
            for index, item in enumerate(given):
                if isinstance(item, Struct):
                    yield from _inside(item, (*path, name, index))


def _keys(selector: LabelSelector, path: Path) -> Iterator[Fault]:
    places = [(key, (*path, "matchLabels", key)) for key in selector.matchLabels]
    places += [(one.key, (*path, "matchExpressions", i, "key")) for i, one in enumerate(selector.matchExpressions)]
    for key, place in places:
        if label_key_problem(key) is not None:
            yield Fault(place, f"{shown(key)} is no label key, though the CRD takes it: nothing has such a label")
