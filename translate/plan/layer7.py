"""Which conditions are asked although another rule allows the packet without them, where allows add up."""

from __future__ import annotations

from msgspec.structs import replace

from translate.model.conditions import Proxy
from translate.model.traffic import Traffic


def stays(item: Traffic) -> bool:
    """Whether no other rule makes up for what is asked: TLS, a listener, an authentication."""
    return item.condition is not None and item.condition.stays


def asks_nothing(item: Traffic) -> bool:
    """Whether the packets pass whatever they say: at most the syntax of their protocol is looked at."""
    return item.condition is None or item.condition.always_holds


def asks_for_name(item: Traffic) -> bool:
    """Whether the DNS proxy is asked, which knows the rules of its own port alone."""
    asked = item.condition
    return asked is not None and asked.proxy is Proxy.DNS and not (asked.stays or asked.always_holds)


def may_close(item: Traffic) -> bool:
    """Whether a packet that another rule allows may be denied for what is asked."""
    return stays(item) or asks_for_name(item)


def port(item: Traffic) -> tuple[object, ...]:
    """The port of a proxy, as its rule says it."""
    return item.protocol, item.port


def unasked(item: Traffic) -> Traffic:
    """The same packets, whatever is asked of them."""
    return item if item.condition is None else replace(item, condition=None)
