"""What the API server keeps of itself: the ranges of Services, and its own addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from translate.core.loose import map_at, maps_at, texts_at
from translate.dialects.installed import Installed, OwnObject, OwnWord

RANGES = OwnObject("networking.k8s.io", ("v1", "v1beta1"), "ServiceCIDR")
SERVER = OwnObject("discovery.k8s.io", ("v1",), "EndpointSlice", "default", "kubernetes")


def tell(objects: Iterable[Mapping[str, Any]]) -> OwnWord:
    """The ranges, all of which stand in ServiceCIDRs, and the addresses that the server has given itself."""
    known = tuple(objects)
    ranges = (text for one in known if RANGES.is_it(one) for text in texts_at(map_at(one, "spec"), "cidrs"))
    ends = (end for one in known if SERVER.is_it(one) for end in maps_at(one, "endpoints"))
    servers = (text for end in ends for text in texts_at(end, "addresses"))
    return OwnWord(services=tuple(dict.fromkeys(ranges)), api_servers=tuple(dict.fromkeys(servers)))


INSTALLED = Installed((RANGES, SERVER), tell)
