"""Log policies come last on every release, are added once, and only where something is denied."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

API = "projectcalico.org/v3"
ALLOW, DENY = "[{action: Allow, protocol: TCP}]", "[{action: Deny}]"


def policy(name: str, rules: str = "[]", namespace: str = "", *, more: str = "", api: str = API) -> str:
    """A policy for incoming packets; cluster-wide without a namespace."""
    kind, where = ("NetworkPolicy", f", namespace: {namespace}") if namespace else ("GlobalNetworkPolicy", "")
    spec = f"{{types: [Ingress], ingress: {rules}{', ' + more if more else ''}}}"
    return f"---\napiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}{where}}}\nspec: {spec}\n"


ALL = "namespaceSelector: all()"
SHOP = "namespaceSelector: projectcalico.org/name == 'shop'"
OTHERS = "namespaceSelector: projectcalico.org/name != 'shop'"
LABELLED = "namespaceSelector: team == 'a'"
PLACES = [
    # what is given, where log policies are added: namespace or "" for the whole cluster
    (policy("all", more=ALL) + policy("web", ALLOW, "shop"), ["", "shop"]),
    (policy("all", more=ALL) + policy("web", ALLOW, "aaa"), [""]),
    (policy("all", more=ALL) + policy("web", ALLOW, "shop") + policy("web", ALLOW, "zoo"), ["", "shop", "zoo"]),
    (policy("all", ALLOW, more=ALL) + policy("web", namespace="aaa", more="selector: x == 'y'"), [""]),
    (policy("web", "[]", "aaa") + policy("open", ALLOW, more=f"{OTHERS}, order: 5"), [""]),
    (policy("some", ALLOW, more=SHOP) + policy("web", ALLOW, "shop"), ["shop"]),
    (policy("some", ALLOW, more=OTHERS) + policy("web", ALLOW, "shop"), ["", "shop"]),
    # what has an order never comes behind it, nor what lets nothing through
    (policy("all", more=ALL) + policy("web", ALLOW, "shop", more="order: 5"), [""]),
    (policy("all", more=ALL) + policy("web", "[]", "shop"), [""]),
]


def added(given: str, text: str) -> list[str]:
    """The namespaces of what stands behind the input."""
    assert text.startswith(given)
    documents = [one for one in yaml.safe_load_all(text[len(given) :]) if one]
    assert all(one["metadata"]["name"].startswith("zzz-log-denied-ingress") for one in documents)
    assert all("order" not in one["spec"] for one in documents)
    return sorted(one["metadata"].get("namespace", "") for one in documents)


@pytest.mark.parametrize(("given", "expected"), PLACES)
def test_log_policies_come_last_on_every_release(run, folder: Path, given: str, expected: list[str]) -> None:
    (folder / "given.yaml").write_text(given)
    ran = run("--to", "calico", "--log-denials", "given.yaml")
    assert ran.code == 0
    assert added(given, ran.out) == expected
    assert "proved the same" in ran.err
    assert "a packet is logged if and only if it is denied" in ran.err
    (folder / "logged.yaml").write_text(ran.out)
    for release in ("3.31", "3.32"):
        both = ("--before-version", f"calico={release}", "--after-version", f"calico={release}")
        assert run("verify", "given.yaml", "logged.yaml", *both).code == 0
    again = run("--to", "calico", "--log-denials", "logged.yaml")
    assert (again.code, again.out) == (0, ran.out)


def test_one_of_a_known_release_may_stand_where_only_that_has_it_last(run, folder: Path) -> None:
    given = policy("all", more=ALL) + policy("web", ALLOW, "shop")
    (folder / "given.yaml").write_text(given)
    ran = run("--to", "calico", "--log-denials", "given.yaml", "--source-version", "calico=3.32")
    assert (ran.code, added(given, ran.out)) == (0, [""])
    ran = run("--to", "calico", "--log-denials", "given.yaml", "--source-version", "calico=3.31")
    assert (ran.code, added(given, ran.out)) == (0, ["", "shop"])


def test_where_none_comes_last_it_is_refused_by_name(run, folder: Path) -> None:
    (folder / "given.yaml").write_text(policy("all", more=LABELLED) + policy("web", ALLOW, "shop"))
    ran = run("--to", "calico", "--log-denials", "given.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "given.yaml:7:1: refused  NPT531 no-last-place" in ran.err
    assert "a log policy for the pods that NetworkPolicy/shop/web allows traffic for" in ran.err
    newer = run("--to", "calico", "--log-denials", "given.yaml", "--source-version", "calico=3.32")
    assert newer.code == 0


ANYONE = "[{action: Allow, ipVersion: 4}, {action: Allow, ipVersion: 6}]"
BLOCKS = "[{action: Allow, source: {nets: [0.0.0.0/0]}}, {action: Allow, source: {nets: ['::/0']}}]"
HALVES = (
    "[{action: Allow, source: {nets: [0.0.0.0/1]}}, {action: Pass, source: {nets: [128.0.0.0/1]}}, "
    "{action: Allow, ipVersion: 6}]"
)
NOTHING_TO_LOG = [
    policy("a", ANYONE, more="order: 5"),
    policy("a", BLOCKS, more="order: 5"),
    policy("a", HALVES, "shop", more="order: 5"),
    policy("a", "[]", "shop", more="order: 5") + policy("b", BLOCKS, more="order: 6"),
    policy("a", "[]", "shop", more="order: 5") + policy("b", ANYONE, "shop", more="order: 6"),
    policy("a", "[{action: Log}]", "shop") + policy("b", "[]", "shop", more="order: 6, selector: x == 'y'"),
    policy("a", "[{action: Log}, {action: Deny}]", more=ALL) + policy("b", "[]", "shop", more="order: 6"),
]


@pytest.mark.parametrize("given", NOTHING_TO_LOG)
def test_nothing_is_added_where_nothing_unlogged_is_denied(run, folder: Path, given: str) -> None:
    (folder / "given.yaml").write_text(given)
    ran = run("--to", "calico", "--log-denials", "given.yaml")
    assert (ran.code, ran.out) == (0, given)
    assert "logged" in ran.err
    assert "Calico logs to the kernel log" not in ran.err


def test_half_of_all_addresses_leaves_something(run, folder: Path) -> None:
    given = policy("a", "[{action: Allow, ipVersion: 4}]", "shop", more="order: 5")
    (folder / "given.yaml").write_text(given)
    assert added(given, run("--to", "calico", "--log-denials", "given.yaml").out) == ["shop"]


def test_a_policy_that_comes_later_gets_its_own_and_no_more(run, folder: Path) -> None:
    (folder / "one.yaml").write_text(policy("a", ALLOW, "shop", more="selector: app == 'a'"))
    once = run("--to", "calico", "--log-denials", "one.yaml").out
    more = once + policy("b", ALLOW, "shop", more="selector: app == 'b', order: 5")
    (folder / "two.yaml").write_text(more)
    ran = run("--to", "calico", "--log-denials", "two.yaml")
    assert ran.code == 0
    assert ran.out.count("zzz-log-denied-ingress") == 2


STORED = "crd.projectcalico.org/v1"
KUBERNETES = (
    "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db, namespace: shop}   # the database\n"
    "spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]}\n"
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (policy("a", ALLOW, "shop", api=STORED), STORED),
        (policy("a", ALLOW, "shop", api=STORED) + KUBERNETES, STORED),
        (policy("a", ALLOW, "shop"), API),
        (policy("a", ALLOW, "shop", api=STORED) + policy("b", ALLOW, "shop"), API),
    ],
)
def test_what_is_added_is_of_the_group_of_the_input(run, folder: Path, given: str, expected: str) -> None:
    (folder / "given.yaml").write_text(given)
    ran = run("--to", "calico", "--log-denials", "given.yaml")
    assert ran.code == 0
    versions = {one["metadata"]["name"]: one["apiVersion"] for one in yaml.safe_load_all(ran.out) if one}
    assert {version for name, version in versions.items() if name.startswith("zzz")} == {expected}
    assert set(versions.values()) == {expected} | {STORED for _ in range(STORED in given)}


def test_stored_names_begin_with_the_tier_as_those_of_the_input(run, folder: Path) -> None:
    (folder / "given.yaml").write_text(policy("default.a", ALLOW, "shop", api=STORED))
    ran = run("--to", "calico", "--log-denials", "given.yaml")
    assert "  name: default.zzz-log-denied-ingress\n" in ran.out


def test_the_rest_of_a_mixed_file_keeps_its_text(run, folder: Path) -> None:
    mine = "# the shop\n" + policy("a", ALLOW, "shop", more="selector: app == 'web'").removeprefix("---\n")
    mine = mine.replace("spec:", "spec:   # front end\n ")
    (folder / "given.yaml").write_text(mine + KUBERNETES)
    ran = run("--to", "calico", "--log-denials", "given.yaml")
    assert ran.code == 0
    assert mine in ran.out
    assert "# the database" in ran.out
