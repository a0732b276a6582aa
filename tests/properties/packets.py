"""Random traffic of rules as values of the model."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from msgspec.structs import replace

from tests.properties.strategies import NUMBERS, some
from tests.semantics import KUBERNETES
from translate.model.conditions import Condition, Proxy, Requests
from translate.model.semantics import Semantics
from translate.model.traffic import ICMP, ICMPV6, WITH_PORTS, IcmpType, NamedPort, PortRange, Traffic

CONDITIONS = (
    *(Condition(f'{{"methods": ["{x}"]}}', Proxy.HTTP, requests=Requests((x,)), stays=True) for x in ("GET", "PUT")),
    Condition("a request", Proxy.HTTP),
    Condition("a name", Proxy.DNS),
    Condition("another name", Proxy.DNS),
    Condition("any name", Proxy.DNS, always_holds=True),
)
"""Some that are asked whatever else allows the packet, some that an allow makes up for, and one that always holds."""
TYPES = (IcmpType(0), IcmpType(8), IcmpType(8, 0), IcmpType(8, 3), IcmpType(254, 255))


@cache
def ports(protocols: tuple[int, ...]) -> st.SearchStrategy[Traffic]:
    """Traffic that a protocol and a destination port describe."""
    with_ports, number = st.sampled_from(WITH_PORTS), st.sampled_from(NUMBERS)
    return st.one_of(
        st.just(Traffic()),
        st.builds(Traffic, st.sampled_from(protocols)),
        st.builds(lambda protocol, port: Traffic(protocol, PortRange(port, port)), with_ports, number),
        st.builds(lambda protocol: Traffic(protocol, PortRange(80, 90)), with_ports),
        st.builds(lambda protocol: Traffic(protocol, PortRange(1, 65535)), with_ports),
        st.builds(
            lambda protocol, name: Traffic(protocol, NamedPort(name)), with_ports, st.sampled_from(["http", "dns"])
        ),
    )


@cache
@st.composite
def rare_traffic(draw: st.DrawFn, protocols: tuple[int, ...], depth: int = 1) -> Traffic:
    """Traffic with all that can be asked besides."""
    found = draw(ports(protocols))
    if found.port is not None and draw(st.booleans()):
        found = replace(found, protocol=None)
    if found.protocol in (ICMP, ICMPV6) and draw(st.booleans()):
        found = replace(found, icmp=draw(st.sampled_from(TYPES)))
    if found.protocol in (None, *WITH_PORTS) and draw(st.integers(0, 2)) == 0:
        found = replace(
            found, source=draw(st.sampled_from([PortRange(1, 79), PortRange(80, 80), PortRange(81, 65535)]))
        )
    if draw(st.integers(0, 2)) == 0:
        found = replace(found, family=draw(st.sampled_from([4, 6])))
    if draw(st.integers(0, 3)) == 0:
        found = replace(found, condition=draw(st.sampled_from(CONDITIONS)))
    if depth and draw(st.booleans()):
        found = replace(found, excluding=tuple(draw(some(rare_traffic(protocols, depth - 1), 1, 2))))
    return found


@cache
def traffic(engine: Semantics, protocols: tuple[int, ...]) -> st.SearchStrategy[Traffic]:
    """Any traffic of a rule."""
    return ports(protocols) if engine is KUBERNETES else ports(protocols) | rare_traffic(protocols)
