"""Syntax that the Kubernetes API shares among its kinds: label keys and values, DNS names, port names, IP ranges.

Each ``…_problem`` answers ``None`` for legal text, else a clause that reads on from the value: ``"a b" must be …``.
Source: apimachinery ``pkg/api/validate/content/kube.go``, ``pkg/util/validation`` (docs/dialects/kubernetes.md).
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address

from msgspec import Struct

from translate.core.patterns import pattern
from translate.core.ranges import plain_ipv4

HOST_BITS = "bits set beyond the prefix length"
"""The one flaw of a range of which every engine makes the same: it masks them."""

_CACHED = 16_384
_CACHED_RANGES = 131_072
"""A list of ranges may be that long, and each is read several times over."""
_SHOWN = 80
_SEARCHED = 1_000

_LABEL_TEXT = pattern(r"(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_DNS_LABEL = pattern(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_PORT_NAME = pattern(r"[-a-z0-9]+")
_PLACEHOLDER = pattern(r"\$\{[^{}]+\}|\$\([^()]+\)|\{\{.*?\}\}")

_LABEL_ALPHABET = "letters, digits, '-', '_' and '.', with a letter or digit at both ends"
_DNS_ALPHABET = "lower-case letters, digits and '-', with a letter or digit at both ends"


def shown(text: str) -> str:
    """Quote text of the input for a message: shortened, and with nothing in it that a terminal would obey."""
    cut = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return '"' + "".join(_escaped(character) for character in cut) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}"


def placeholder(text: str) -> str | None:
    """The first part of ``text`` that a template tool should have replaced: ``${VAR}``, ``$(VAR)``, ``{{ … }}``."""
    found = _PLACEHOLDER.search(text[:_SEARCHED])
    return found.group() if found else None


def placeholder_remark(text: str) -> str:
    """What to add to a complaint about ``text``: nothing, or that a placeholder in it was never filled in."""
    mark = placeholder(text)
    return f"; {shown(mark)} looks like a placeholder that no tool has filled in" if mark else ""


@lru_cache(maxsize=_CACHED)
def label_key_problem(key: str) -> str | None:
    """Why ``key`` is no label key, ``[prefix/]name`` (``IsLabelKey``)."""
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        return "has more than one '/': a label key is a name, or a prefix, one '/' and a name"
    if slash:
        fault = dns_subdomain_problem(prefix)
        if fault is not None:
            return f"has a prefix (before the '/') that {fault}"
    if not name:
        return "has no name after the '/'" if slash else "must not be empty"
    part = "has a name (after the '/') that " if slash else ""
    if len(name) > 63:
        return f"{part}must have no more than 63 characters, not {len(name)}"
    if _LABEL_TEXT.fullmatch(name) is None:
        return f"{part}must consist of {_LABEL_ALPHABET}{placeholder_remark(key)}"
    return None


@lru_cache(maxsize=_CACHED)
def label_value_problem(value: str) -> str | None:
    """Why ``value`` is no label value (``IsLabelValue``); the empty string is one."""
    if not value:
        return None
    if len(value) > 63:
        return f"must have no more than 63 characters, not {len(value)}{placeholder_remark(value)}"
    if _LABEL_TEXT.fullmatch(value) is None:
        return f"must be empty or consist of {_LABEL_ALPHABET}{placeholder_remark(value)}"
    return None


@lru_cache(maxsize=_CACHED)
def dns_label_problem(name: str) -> str | None:
    """Why ``name`` is no lower-case DNS label, as namespaces are called (RFC 1123)."""
    if not name:
        return "must not be empty"
    if len(name) > 63:
        return f"must have no more than 63 characters, not {len(name)}{placeholder_remark(name)}"
    if _DNS_LABEL.fullmatch(name) is None:
        return f"must consist of {_DNS_ALPHABET}{placeholder_remark(name)}"
    return None


@lru_cache(maxsize=_CACHED)
def dns_subdomain_problem(name: str) -> str | None:
    """Why ``name`` is no lower-case DNS name of one or more labels, as objects are called (RFC 1123)."""
    if not name:
        return "must not be empty"
    if len(name) > 253:
        return f"must have no more than 253 characters, not {len(name)}{placeholder_remark(name)}"
    if not all(_DNS_LABEL.fullmatch(part) for part in name.split(".")):
        return f"must consist of dot-separated parts of {_DNS_ALPHABET}{placeholder_remark(name)}"
    return None


@lru_cache(maxsize=_CACHED)
def port_name_problem(name: str) -> str | None:
    """Why ``name`` is no name of a container port (``IsValidPortName``); every broken rule is named."""
    broken = []
    if len(name) > 15:
        broken.append(f"have no more than 15 characters, not {len(name)}")
    if _PORT_NAME.fullmatch(name) is None:
        broken.append("consist of lower-case letters, digits and '-'")
    if not any("a" <= character <= "z" for character in name):
        broken.append("contain a lower-case letter")
    if "--" in name:
        broken.append("not contain '--'")
    if name.startswith("-") or name.endswith("-"):
        broken.append("not begin or end with '-'")
    return f"must {', and '.join(broken)}{placeholder_remark(name)}" if broken else None


class Block(Struct, frozen=True):
    """An IP range; ``canonical`` is masked and in RFC 5952 form, ``flaws`` are what servers from 1.36 on refuse."""

    canonical: str
    version: int
    network: int
    length: int
    flaws: tuple[str, ...] = ()

    def strictly_contains(self, other: Block) -> bool:
        """Whether ``other`` is a smaller range inside this one; ranges of different families never are."""
        bits = 32 if self.version == 4 else 128
        return (
            self.version == other.version
            and self.length < other.length
            and (other.network ^ self.network) >> (bits - self.length) == 0
        )


@lru_cache(maxsize=_CACHED_RANGES)
def block(text: str) -> Block | None:
    """Read ``address/length`` as liberally as ``ParseCIDRSloppy`` does; ``None`` when it is no IP range at all.

    Leading zeros are decimal, host bits are cleared, an IPv4-mapped IPv6 range is the IPv4 range (``IPNet.Contains``).
    """
    plain = plain_ipv4(text)
    if plain is not None:
        return Block(text, 4, *plain)
    address, slash, mask = text.partition("/")
    if not slash or not (mask.isascii() and mask.isdigit()) or len(mask) > 20:
        return None
    zeros = len(mask) > 1 and mask[0] == "0"
    length = int(mask)
    version, bits = (6, 128) if ":" in address else (4, 32)
    read = _ipv6(address) if version == 6 else _ipv4(address)
    if read is None or length > bits:
        return None
    value, padded = read
    network = value >> (bits - length) << (bits - length)
    mapped = version == 6 and value >> 32 == 0xFFFF
    flaws = []
    if zeros or padded:
        flaws.append("leading zeros")
    elif mapped:
        flaws.append("an IPv4 address written as IPv6")
    if value != network:
        flaws.append(HOST_BITS)
    if version == 6 and network >> 32 == 0xFFFF and length >= 96:
        version, network, length = 4, network & 0xFFFFFFFF, length - 96
    return Block(_spelled(version, network, length), version, network, length, tuple(flaws))


def cidr(text: str) -> Block:
    """The IP range that ``text`` is known to be; ValueError when it is none (``block`` and ``cidr_problem`` ask)."""
    found = block(text)
    if found is None:
        raise ValueError(f"no IP range: {shown(text)}")
    return found


@lru_cache(maxsize=_CACHED)
def cidr_problem(text: str, *, strict: bool = True) -> str | None:
    """Why ``text`` is no legal IP range (``IsValidCIDRForLegacyField``); ``strict``: as servers from 1.36 on judge."""
    found = block(text)
    if found is None:
        return f"must be an IP range like 10.9.8.0/24 or 2001:db8::/64{_instead(text) or placeholder_remark(text)}"
    if not strict or not found.flaws:
        return None
    return f"must not have {' or '.join(found.flaws)}: write {_clean(text, found)}"


def _instead(text: str) -> str:
    """A bare address lacks nothing but its length."""
    whole = block(f"{text}/{128 if ':' in text else 32}")
    return f": write {whole.canonical} for this one address" if whole is not None and "/" not in text else ""


def _clean(text: str, found: Block) -> str:
    """The spelling without flaws; a range with host bits may have been meant as its one address."""
    bits = 32 if found.version == 4 else 128
    single = block(f"{text.partition('/')[0]}/{128 if ':' in text else 32}")
    if single is None or single.network == found.network or found.length == bits:
        return found.canonical
    return f"{found.canonical} for the whole range, or {single.canonical} for the one address"


def _spelled(version: int, network: int, length: int) -> str:
    if version == 6:
        return f"{IPv6Address(network).compressed}/{length}"
    return f"{network >> 24}.{network >> 16 & 255}.{network >> 8 & 255}.{network & 255}/{length}"


def _ipv4(text: str) -> tuple[int, bool] | None:
    """The number of a dotted address, and whether some part of it has leading zeros."""
    parts = text.split(".")
    if len(parts) != 4 or len(text) > 60:
        return None
    value, padded = 0, False
    for part in parts:
        if not (part.isascii() and part.isdigit()) or int(part) > 255:
            return None
        padded = padded or (len(part) > 1 and part[0] == "0")
        value = value << 8 | int(part)
    return value, padded


def _ipv6(text: str) -> tuple[int, bool] | None:
    """The number of an IPv6 address, and whether strict readers would stumble over zeros in it."""
    if len(text) > 100:
        return None
    head, gap, tail = text.partition("::")
    before, after = _groups(head, dotted=not gap), _groups(tail, dotted=True)
    if before is None or after is None:
        return None
    missing = 8 - len(before[0]) - len(after[0])
    if missing < 1 if gap else missing != 0:
        return None
    value = 0
    for group in (*before[0], *[0] * missing, *after[0]):
        value = value << 16 | group
    return value, before[1] or after[1]


def _groups(text: str, *, dotted: bool) -> tuple[list[int], bool] | None:
    """The 16-bit groups of one side of ``::``; the last of an address may be a dotted IPv4 address (``dotted``)."""
    groups: list[int] = []
    padded = False
    parts = text.split(":") if text else []
    for index, part in enumerate(parts):
        if "." in part:
            embedded = _ipv4(part) if dotted and index == len(parts) - 1 else None
            if embedded is None:
                return None
            groups += [embedded[0] >> 16, embedded[0] & 0xFFFF]
            padded = padded or embedded[1]
            continue
        if not part or part.strip("0123456789abcdefABCDEF") or int(part, 16) > 0xFFFF:
            return None
        groups.append(int(part, 16))
        padded = padded or len(part) > 4
    return groups, padded
