"""A comment goes with the rule, peer or port that it is about: it stays where that stays, once."""

from __future__ import annotations

from itertools import permutations

import pytest

import translate

NAMES = "[{matchName: login.example.com}]"
RULES = {
    "names": f"toFQDNs: {NAMES}",
    "cache": "toEndpoints: [{matchLabels: {app: cache}}]",
    "store": "toEndpoints: [{matchLabels: {app: store}}]",
}
HEAD = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
"""
FORMS = {
    "above": ("", "  # of %s\n  - %s\n"),
    "beside": ("", "  - %s # of %s\n"),
    "behind the dash": ("", "  - # of %s\n    %s\n"),
    "in the rule": ("", "  -\n    # of %s\n    %s\n"),
    "in brackets": ("", "  # of %s\n  - {%s}\n"),
    "in a list in brackets": ("[\n", "    # of %s\n    {%s},\n"),
}


def egress(form: str, order: tuple[str, ...]) -> str:
    opening, line = FORMS[form]
    texts = [line % ((RULES[name], name) if form == "beside" else (name, RULES[name])) for name in order]
    return HEAD + "  egress:" + (f" {opening}" if opening else "\n") + "".join(texts) + ("  ]\n" if opening else "")


def comments_of(text: str) -> list[str]:
    return [line.partition("# ")[2] for line in text.splitlines() if "# " in line]


def after(comment: str, text: str) -> str:
    """What of the output follows a comment."""
    return text.partition(f"# {comment}")[2]


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("order", [*permutations(RULES)])
def test_that_of_a_dropped_rule_goes_and_the_others_stay(form: str, order: tuple[str, ...], to: str) -> None:
    text = translate.convert(egress(form, order), to=to).text
    kept = [name for name in order if name != "names"]
    assert comments_of(text) == [f"of {name}" for name in kept]
    if form != "beside":
        for name in kept:
            assert after(f"of {name}", text).find(f"app: {name}" if to == "kubernetes" else f"'{name}'") < 200


def test_that_of_the_only_rule_goes_with_the_list() -> None:
    text = HEAD + f"  # who signs in\n  egress:\n  # the provider\n  - toFQDNs: {NAMES}\n"
    assert comments_of(translate.convert(text, to="kubernetes").text) == ["who signs in"]


def test_that_of_a_list_of_denies_goes_with_it() -> None:
    text = HEAD + (
        "  # allowed\n  egress:\n  - toEndpoints: [{matchLabels: {app: cache}}]\n"
        "  # denied\n  egressDeny:\n  # evil\n  - toEndpoints: [{matchLabels: {app: evil}}]\n"
    )
    assert comments_of(translate.convert(text, to="kubernetes").text) == ["allowed"]


CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  selector: app == 'web'
  types: [Ingress]
  ingress:
"""


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
def test_those_of_rules_that_only_log(to: str) -> None:
    text = CALICO + (
        "  # seen\n  - action: Log\n"
        "  # the gateway\n  - action: Allow\n    source: {selector: app == 'gateway'}\n"
        "  # all else\n  - action: Deny\n"
    )
    assert comments_of(translate.convert(text, to=to).text) == ["the gateway"]


def test_one_of_a_deny_does_not_stand_above_what_it_leaves_over() -> None:
    text = (
        CALICO.replace("types", "order: 1\n  types")
        + "  # never these\n  - action: Deny\n    source: {selector: app == 'evil'}\n"
        "  # the rest is for others to say\n  - action: Pass\n"
    )
    facts = translate.Facts(complete=("Policy", "NetworkSet"))
    assert "never these" not in comments_of(translate.convert(text, to="kubernetes", facts=facts).text)
    kept = translate.convert(text, to="cilium", facts=facts).text
    assert kept.partition("  # never these\n")[0].endswith("ingressDeny:\n")


def test_one_of_a_rule_that_became_several_is_there_once() -> None:
    text = CALICO + (
        "  # the clients\n  - action: Allow\n    protocol: TCP\n"
        "    source: {selector: \"app in {'a', 'b'} || has(client)\"}\n    destination: {ports: [80]}\n"
    )
    made = translate.convert(text, to="kubernetes").text
    assert made.count("podSelector:") > 2
    assert comments_of(made) == ["the clients"]


def test_those_of_equal_rules_that_became_one() -> None:
    rule = "  - action: Allow\n    source: {selector: app == 'a'}\n"
    made = translate.convert(CALICO + f"  # first\n{rule}  # second\n{rule}", to="kubernetes").text
    assert comments_of(made) == ["first", "second"]
    assert made.count("app: a") == 1


PEERS = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {}
  ingress:
  # who may come
  - fromEntities:
    # the proxy
    - ingress
    # the cluster
    - cluster
"""


def test_those_of_peers() -> None:
    assert comments_of(translate.convert(PEERS, to="kubernetes").text) == ["who may come", "the cluster"]


def test_those_of_ports() -> None:
    text = HEAD + (
        "  egress:\n  # the cache\n  - toEndpoints: [{matchLabels: {app: cache}}]\n    toPorts:\n    - ports:\n"
        "      # data\n      - {port: '6379', protocol: TCP}\n    # what only some engines read\n    - ports:\n"
        "      - {port: '80', protocol: TCP}\n      rules: {http: [{method: GET}]}\n"
    )
    assert comments_of(translate.convert(text, to="kubernetes").text) == ["the cache", "data"]
