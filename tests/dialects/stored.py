"""A NetworkPolicy as a server would store it, to be compared with what real ones stored."""

from __future__ import annotations

from msgspec import json

from translate.dialects.kubernetes.defaults import defaulted
from translate.dialects.kubernetes.manifest import NetworkPolicy


def stored(policy: NetworkPolicy) -> dict[str, object]:
    """The ``spec`` as plain JSON values: defaulted, without what is empty."""
    return json.decode(json.encode(defaulted(policy).spec), type=dict[str, object])
