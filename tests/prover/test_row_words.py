"""The words of a row mean its masks: selectors hold for just their values, and numbers are those of the line."""

from __future__ import annotations

from typing import Any

import pytest

import translate
from tests.prover.test_pairs import calico
from translate.core.ranges import V6, bounds
from translate.model.policy import Direction
from translate.model.selectors import NAMESPACE_NAME, And, Label, Not, Or, Scope, Selector, holds
from translate.prover.addresses import Interval
from translate.prover.budget import Budget
from translate.prover.row_lines import addresses_text, messages_text, ports_text
from translate.prover.row_packets import packets_text
from translate.prover.row_selectors import selector_of, selector_text
from translate.prover.space import Space

APP = Label(Scope.POD, "app")


def space(*selectors: str) -> Space:
    rules = [{"action": "Allow", "source": {"selector": text}} for text in selectors]
    return Space((translate.load([calico(*rules)]),), Direction.INGRESS, Budget())


def is_true(selector: Selector, value: str | None) -> bool:
    match selector:
        case Not(term):
            return not is_true(term, value)
        case And(terms):
            return all(is_true(term, value) for term in terms)
        case Or(terms):
            return any(is_true(term, value) for term in terms)
        case _:
            return value is not None and holds(selector, value)


SPACES = [
    ["app == 'a'", "app in {'b', ''}"],
    ["has(app)"],
    ["app starts with 'web'", "app == 'web-1'"],
    ["app starts with 'a'", "app ends with 'b'", "app == 'x'"],
    ["app contains 'ab'", "app starts with 'b'", "app == 'ab'"],
]


@pytest.mark.parametrize("selectors", SPACES, ids=" & ".join)
def test_a_selector_holds_for_the_values_of_its_mask(selectors: list[str]) -> None:
    """Each mask of the axis of a label, and that of names of namespaces."""
    found = space(*selectors)
    values: list[str | None] = [None, *found.values[APP]]
    for mask in range(1, 1 << len(values)):
        selector = selector_of(found, APP, mask)
        assert [is_true(selector, value) for value in values] == [bool(mask >> n & 1) for n in range(len(values))]
    for mask in range(1, 1 << len(found.names)):
        selector = selector_of(found, NAMESPACE_NAME, mask)
        assert [is_true(selector, name) for name in found.names] == [
            bool(mask >> n & 1) for n in range(len(found.names))
        ]


TERMS = [
    # selectors of the space, values meant (None: absent), text
    (SPACES[0], [""], 'app=""'),
    (SPACES[0], ["a", "b"], "app in (a, b)"),
    (SPACES[0], [None, "", "b", "other"], "app!=a"),
    (SPACES[0], [None], "no app"),
    (SPACES[0], [None, "a"], "no app or app=a"),
    (SPACES[0], ["", "a", "b", "other"], "app (any value)"),
    (SPACES[0], ["a", "other"], 'app (any value) and app not in ("", b)'),
    (SPACES[2], ["web", "web-1"], "app starting with web"),
    (SPACES[2], ["web"], "app starting with web and app!=web-1"),
    (SPACES[2], [None, ""], "not (app starting with web)"),
]


@pytest.mark.parametrize(("selectors", "wanted", "text"), TERMS, ids=[term[2] for term in TERMS])
def test_terms(selectors: list[str], wanted: list[str | None], text: str) -> None:
    found = space(*selectors)
    mask = 0
    for value in wanted:
        mask |= found.value_mask(APP, value)
    assert selector_text(selector_of(found, APP, mask), "app") == text


def line(*blocks: str) -> Interval:
    cuts = {0, V6}
    for block in blocks:
        first, last = bounds(block)
        cuts |= {first, last + 1}
    return Interval(tuple(sorted(cuts)))


ADDRESSES = [
    (["10.0.0.0/8"], ["10.0.0.0/8"], "10.0.0.0/8"),
    (["10.0.0.0/8"], ["!", "10.0.0.0/8"], "IPv6 and IPv4 without 10.0.0.0/8"),
    (["10.0.0.0/8"], ["0.0.0.0/0"], "IPv4"),
    (["10.0.0.0/8"], ["0.0.0.0/0", "::/0"], ""),
    (["10.0.0.0/8"], ["10.0.0.0/8", "::/0"], "10.0.0.0/8 and IPv6"),
    (["10.0.0.0/9", "10.128.0.0/9"], ["10.0.0.0/9", "10.128.0.0/9"], "10.0.0.0/8"),
    (["10.0.0.0/32", "10.0.0.2/32"], ["10.0.0.0/32", "10.0.0.2/32"], "10.0.0.0/32, 10.0.0.2/32"),
    (["fd00::/8"], ["fd00::/8"], "fd00::/8"),
]


@pytest.mark.parametrize(("blocks", "wanted", "text"), ADDRESSES)
def test_addresses(blocks: list[str], wanted: list[str], text: str) -> None:
    axis, mask = line(*blocks), 0
    for block in wanted:
        mask = (axis.mask(0, V6 - 1) | axis.family(6)) if block == "!" else mask
        mask = mask & ~axis.blocks(block) if wanted[0] == "!" and block != "!" else mask
        mask |= 0 if "!" in wanted else axis.blocks(block)
    assert addresses_text(axis, mask) == text


def test_ports_and_messages() -> None:
    ports = Interval((0, 80, 81, 8000, 9000))
    assert ports_text(ports, 0b11111) == ""
    assert ports_text(ports, 0b00001) == "1-79"
    assert ports_text(ports, 0b01010) == "80, 8000-8999"
    assert ports_text(ports, 0b10111) == "1-7999, 9000-65535"
    messages = Interval((0, 3 * 256 + 4, 3 * 256 + 5, 8 * 256, 9 * 256))
    assert messages_text(messages, 0b11111) == ""
    assert messages_text(messages, 0b01000) == "type 8"
    assert messages_text(messages, 0b00010) == "type 3 code 4"
    assert messages_text(messages, 0b00001) == "type 0-2, type 3 code 0-3"


RULES: list[tuple[list[dict[str, Any]], str]] = [
    ([{"protocol": "TCP"}], "TCP"),
    ([{"protocol": "TCP", "destination": {"ports": [80, "8000:8999"]}}], "TCP 80, 8000-8999"),
    ([{"protocol": p, "destination": {"ports": [53]}} for p in ("TCP", "UDP")], "TCP/UDP 53"),
    ([{"notProtocol": "TCP"}], "any but TCP"),
    ([{"protocol": "TCP", "destination": {"notPorts": [80]}}, {"notProtocol": "TCP"}], "any but TCP 80"),
    ([{"protocol": "ICMP", "icmp": {"type": 3, "code": 4}}], "ICMP type 3 code 4"),
    ([{"protocol": "UDP", "source": {"ports": [53]}}], "UDP from port 53"),
    ([{"protocol": 47}], "IP protocol 47"),
    ([{}], "any"),
]


@pytest.mark.parametrize(("rules", "text"), RULES, ids=[rule[1] for rule in RULES])
def test_packets(rules: list[dict[str, Any]], text: str) -> None:
    before, after = calico(), calico(*({"action": "Allow", **rule} for rule in rules))
    assert {row.packets for row in translate.diff([before], [after]).rows} == {text}


def test_no_box_has_no_packet_to_tell() -> None:
    assert packets_text(space(), [{}]) == "any"
