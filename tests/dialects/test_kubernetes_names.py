"""Syntax checks that all dialects share: legal and illegal texts, and the words for the latter."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.core import names

TEXT = "letters, digits, '-', '_' and '.', with a letter or digit at both ends"
DNS = "lower-case letters, digits and '-', with a letter or digit at both ends"

LEGAL = [
    (names.label_key_problem, ["a", "A.b_c-1", "x" * 63, "example.com/App", "1.2/3", "k8s.io/x"]),
    (names.label_value_problem, ["", "a", "A.b_c-1", "x" * 63, "1.10"]),
    (names.dns_label_problem, ["a", "1", "a-b", "x" * 63]),
    (names.dns_subdomain_problem, ["a", "1.a-b.c", "a" * 253]),
    (names.port_name_problem, ["a", "8080-tcp", "80x", "http", "abcdefghijklmno"]),
    (names.cidr_problem, ["0.0.0.0/0", "10.0.0.0/8", "::/0", "2001:DB8:0:0::/32", "1.2.3.4/32", "::1/128"]),
]


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in LEGAL for text in texts])
def test_legal(check: object, text: str) -> None:
    assert callable(check)
    assert check(text) is None


ILLEGAL = [
    (names.label_key_problem, "", "must not be empty"),
    (
        names.label_key_problem,
        "a/b/c",
        "has more than one '/': a label key is a name, or a prefix, one '/' and a name",
    ),
    (names.label_key_problem, "a/", "has no name after the '/'"),
    (names.label_key_problem, "/a", "has a prefix (before the '/') that must not be empty"),
    (
        names.label_key_problem,
        "B.c/a",
        f"has a prefix (before the '/') that must consist of dot-separated parts of {DNS}",
    ),
    (names.label_key_problem, "a/-b", f"has a name (after the '/') that must consist of {TEXT}"),
    (names.label_key_problem, "a=b", f"must consist of {TEXT}"),
    (names.label_key_problem, "a\n", f"must consist of {TEXT}"),
    (names.label_key_problem, "x" * 64, "must have no more than 63 characters, not 64"),
    (names.label_value_problem, "x" * 64, "must have no more than 63 characters, not 64"),
    (names.label_value_problem, "a b", f"must be empty or consist of {TEXT}"),
    (names.label_value_problem, "a\n", f"must be empty or consist of {TEXT}"),
    (names.label_value_problem, "é", f"must be empty or consist of {TEXT}"),
    (
        names.label_value_problem,
        "$(NAME)-db",
        f'must be empty or consist of {TEXT}; "$(NAME)" looks like a placeholder that no tool has filled in',
    ),
    (names.dns_label_problem, "", "must not be empty"),
    (names.dns_label_problem, "a.b", f"must consist of {DNS}"),
    (names.dns_label_problem, "x" * 64, "must have no more than 63 characters, not 64"),
    (names.dns_subdomain_problem, "a..b", f"must consist of dot-separated parts of {DNS}"),
    (names.dns_subdomain_problem, "a" * 254, "must have no more than 253 characters, not 254"),
    (
        names.port_name_problem,
        "",
        "must consist of lower-case letters, digits and '-', and contain a lower-case letter",
    ),
    (names.port_name_problem, "80", "must contain a lower-case letter"),
    (names.port_name_problem, "a--b", "must not contain '--'"),
    (names.port_name_problem, "-a", "must not begin or end with '-'"),
    (names.port_name_problem, "abcdefghijklmnop", "must have no more than 15 characters, not 16"),
    (names.cidr_problem, "any", "must be an IP range like 10.9.8.0/24 or 2001:db8::/64"),
    (
        names.cidr_problem,
        "fd00::1",
        "must be an IP range like 10.9.8.0/24 or 2001:db8::/64: write fd00::1/128 for this one address",
    ),
    (
        names.cidr_problem,
        "10.0.0.1/24",
        "must not have bits set beyond the prefix length: "
        "write 10.0.0.0/24 for the whole range, or 10.0.0.1/32 for the one address",
    ),
    (names.cidr_problem, "010.0.0.0/8", "must not have leading zeros: write 10.0.0.0/8"),
    (names.cidr_problem, "10.0.0.0/08", "must not have leading zeros: write 10.0.0.0/8"),
    (names.cidr_problem, "::ffff:10.0.0.0/104", "must not have an IPv4 address written as IPv6: write 10.0.0.0/8"),
]


@pytest.mark.parametrize(("check", "text", "expected"), ILLEGAL, ids=[f"{c[0].__name__}-{c[1][:9]!a}" for c in ILLEGAL])
def test_illegal(check: object, text: str, expected: str) -> None:
    assert callable(check)
    assert check(text) == expected


@pytest.mark.parametrize(
    "text", ["10.0.0.1/24", "010.0.0.0/8", "10.0.0.0/08", "::ffff:10.0.0.0/104", "2001:00db8::/32"]
)
def test_servers_before_1_36_took_these(text: str) -> None:
    assert names.cidr_problem(text, strict=False) is None
    assert names.cidr_problem(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        *("", "/8", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "10.0.0.256/32", "1.2.3.4.5/8", "10.0.0.0/-1"),
        *("10.0.0.0/+8", "10.0.0.0/8 ", "::/129", ":/0", ":::/0", "1::2::3/64", "1:2:3:4:5:6:7/64", "g::/16"),
        *("12345::/16", "1:2:3:4:5:6:7::8/64", "fe80::%eth0/64", "1.2.3.4::/64", "::1.2.3/128", "\u0663.0.0.0/8"),
        "10.0.0.0/\u0668",
    ],
)
def test_no_range_at_all(text: str) -> None:
    assert names.block(text) is None
    assert names.cidr_problem(text, strict=False) is not None
    with pytest.raises(ValueError, match="no IP range"):
        names.cidr(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("010.0.0.0/08", "10.0.0.0/8"),
        ("2001:DB8:0:0::/32", "2001:db8::/32"),
        ("1:0:0:2:0:0:0:3/128", "1:0:0:2::3/128"),
        ("1:0:2:3:4:5:6:7/128", "1:0:2:3:4:5:6:7/128"),
        ("::ffff:10.1.0.0/112", "10.1.0.0/16"),
        ("::ffff:10.1.0.0/64", "::/64"),
        ("64:ff9b::1.2.3.4/128", "64:ff9b::102:304/128"),
        ("1:2:3:4:5:6::8/128", "1:2:3:4:5:6:0:8/128"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_canonical(text: str, canonical: str) -> None:
    assert names.cidr(text).canonical == canonical


@given(st.ip_addresses(), st.integers(0, 128))
def test_canonical_is_what_the_standard_library_says(address: object, length: int) -> None:
    text = f"{address}/{min(length, address.max_prefixlen)}"  # type: ignore[attr-defined]
    expected = ip_network(text, strict=False)
    if expected.version == 6 and int(expected.network_address) >> 32 == 0xFFFF:
        return
    found = names.cidr(text)
    assert (found.canonical, found.version, found.network) == (
        expected.compressed,
        expected.version,
        int(expected.network_address),
    )


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        ("10.0.0.0/8", "10.1.0.0/16", True),
        ("10.0.0.0/8", "10.0.0.0/8", False),
        ("10.0.0.0/16", "10.0.0.0/8", False),
        ("10.0.0.0/8", "11.0.0.0/16", False),
        ("0.0.0.0/0", "::/64", False),
        ("::/0", "10.0.0.0/8", False),
        ("2001:db8::/32", "2001:db8:1::/48", True),
    ],
)
def test_strictly_contains(outer: str, inner: str, inside: bool) -> None:
    assert names.cidr(outer).strictly_contains(names.cidr(inner)) is inside


def test_shown_text_cannot_steer_a_terminal() -> None:
    assert names.shown('a"b\\\x1b[31m\u202e\n') == '"a\\"b\\\\\\u001b[31m\\u202e\\u000a"'
    assert names.shown("x" * 200) == '"' + "x" * 79 + '…"'


@pytest.mark.parametrize(
    ("text", "mark"),
    [("${A}", "${A}"), ("x-$(B)/32", "$(B)"), ("{{ .Values.x }}", "{{ .Values.x }}"), ("$A", None), ("{a}", None)],
)
def test_placeholders(text: str, mark: str | None) -> None:
    assert names.placeholder(text) == mark
