"""Comments go with their objects."""

from __future__ import annotations

import pytest

import translate

POLICY = """\
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: web, namespace: shop}   # named web
  spec:
    podSelector: {}
    # closed web
    policyTypes: [Ingress]
"""
SECRET = """\
# rotate monthly
- apiVersion: v1
  kind: Secret  # a secret
  metadata:
    # not its real name
    name: key
"""


def listed(*items: str) -> str:
    return "# the shop\n\n# all of it\napiVersion: v1\nkind: List  # a list\nitems:\n" + "".join(items)


def comments_of(text: str) -> list[list[str]]:
    """The comments of each document of an output."""
    return [
        [line.partition("# ")[2] for line in part.splitlines() if "# " in line] for part in text.split("---\n") if part
    ]


@pytest.mark.parametrize("items", [(SECRET, POLICY), (POLICY, SECRET), (SECRET, POLICY, SECRET)])
@pytest.mark.parametrize("to", ["calico", "cilium"])
def test_those_of_another_object_in_a_list_stay_with_it(items: tuple[str, ...], to: str) -> None:
    (found,) = comments_of(translate.convert(listed(*items), to=to).text)
    assert set(found) == {"the shop", "all of it", "a list", "named web", "closed web"}


def test_each_policy_of_a_list_has_its_own() -> None:
    text = listed(POLICY.replace("web", "a"), SECRET, POLICY.replace("web", "b"))
    first, second = comments_of(translate.convert(text, to="calico").text)
    assert set(first) == {"the shop", "all of it", "a list", "named a", "closed a"}
    assert set(second) == {"named b", "closed b"}


def test_a_list_in_a_list() -> None:
    inner = "".join(f"  {line}\n" for line in (SECRET + POLICY).splitlines())
    text = listed(SECRET, "# of the inner list\n- apiVersion: v1\n  kind: List\n  items:\n" + inner)
    (found,) = comments_of(translate.convert(text, to="calico").text)
    assert set(found) == {"the shop", "all of it", "a list", "of the inner list", "named web", "closed web"}


RULES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  ingress:
    # not from elsewhere
    - {from: [{podSelector: {}}]}  # own namespace
    - from:
        - {podSelector: {matchLabels: {app: gateway}}}   # the gateway
      ports: [{port: 80}]
    - # the database
      from: [{podSelector: {matchLabels: {app: db}}}]
"""


def test_what_stood_behind_an_item_in_flow_style_stands_behind_its_first_line() -> None:
    text = translate.convert(RULES, to="cilium").text
    assert (
        text[text.index("  ingress:") :]
        == """\
  ingress:
  # not from elsewhere
  - fromEndpoints:  # own namespace
    - {}
  - fromEndpoints:
    - matchLabels:  # the gateway
        app: gateway
    toPorts:
    - ports:
      - port: '80'
        protocol: TCP
  - # the database
    fromEndpoints:
    - matchLabels:
        app: db
"""
    )


def test_no_dash_stands_alone_above_a_comment() -> None:
    """A comment of what became the first field of an item stands above the item; what stands beside it stays there."""
    given = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  -
    # the registry
    to: # both of its ranges
    -
      # old
      ipBlock: {cidr: 192.0.2.0/24}
    - ipBlock: {cidr: 198.51.100.0/24} # new
"""
    assert (
        translate.convert(given, to="cilium").text.partition("  egress:\n")[2]
        == """\
  # the registry
  - toCIDR:  # both of its ranges
    # old
    - 192.0.2.0/24
    - 198.51.100.0/24  # new
"""
    )
    again = translate.convert(given, to="kubernetes").text.partition("  egress:\n")[2]
    assert again.startswith("  # the registry\n  - to:  # both of its ranges\n    # old\n    - ipBlock:\n")
    assert not [line for line in translate.convert(given, to="calico").text.splitlines() if line.endswith("-")]
