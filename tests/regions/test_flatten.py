"""Ordered rules as allows: what comes out for the mappings of order and actions, and that it means the same."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.passes.fitting import plain, policies
from tests.semantics import named
from translate.api.support import load
from translate.model.edit import rules_of, with_rules
from translate.model.policy import Action, PolicySet, Rule
from translate.plan.regions.boxes import TooManyBoxesError
from translate.plan.regions.flatten import flattened
from translate.prover.compare import prove
from translate.prover.proof import Verdict

TIER = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {{name: {}}}\nspec: {{order: {}, defaultAction: {}}}\n"
GLOBAL = "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {{name: {}}}\nspec: {{tier: {}, order: {}, {}}}\n"
POLICY = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {{name: {}, namespace: shop}}\nspec: {{order: {}, {}}}\n"


def rules(*each: str) -> str:
    return f"types: [Ingress], ingress: [{', '.join('{' + rule + '}' for rule in each)}]"


def pods(action: str, selector: str, more: str = "") -> str:
    return f'action: {action}, {more}source: {{selector: "{selector}"}}'


def nets(action: str, net: str, *ports: int) -> str:
    about = f", protocol: TCP, destination: {{ports: [{', '.join(map(str, ports))}]}}" if ports else ""
    return f"action: {action}, source: {{nets: [{net}]}}{about}"


def shown(found: PolicySet) -> list[str]:
    """Each allow of ingress as ``pods <- peers: packets``; a policy without one as its pods alone."""
    lines = []
    for policy in found.policies:
        form = plain(policy)
        who = form["subject"]
        lines += [
            f"{who} <- {' | '.join(rule['peers'])}: {', '.join(rule['traffic'])}" for rule in form["ingress"]["rules"]
        ] or [who]
    return [line.replace(" of the own namespace", "").replace(": any protocol", "") for line in lines]


ONE = [
    (
        "o01",
        [pods("Deny", "banned == 'yes'"), pods("Allow", "role == 'web'")],
        ["all <- pods banned not in {yes} and role in {web}"],
    ),
    (
        "o02",
        [pods("Allow", "role == 'web'"), pods("Deny", "banned == 'yes'"), pods("Allow", "has(tier)")],
        ["all <- pods role in {web}", "all <- pods banned not in {yes} and has tier"],
    ),
    (
        "o03",
        [nets("Deny", "203.0.113.64/28"), nets("Allow", "203.0.113.0/24")],
        ["all <- 203.0.113.0/24 except 203.0.113.64/28"],
    ),
    (
        "o30",
        [nets("Deny", "203.0.113.0/25", 80), nets("Allow", "203.0.113.0/24", 80, 443)],
        ["all <- 203.0.113.128/25: TCP 443, TCP 80", "all <- 203.0.113.0/25: TCP 443"],
    ),
    (
        "o04",
        ["action: Deny, protocol: TCP, destination: {ports: [22]}", "action: Allow, protocol: TCP"],
        ["all <- anyone: TCP 1-21, TCP 23-65535"],
    ),
    (
        "o05",
        [pods("Deny", "a == '1' && b == '2'"), pods("Allow", "all()")],
        ["all <- pods a not in {1}", "all <- pods a in {1} and b not in {2}"],
    ),
    ("o07", [pods("Deny", "env == 'dev'"), pods("Allow", "all()")], ["all <- pods env not in {dev}"]),
    ("o09", ["action: Deny", pods("Allow", "a == '1'")], ["all"]),
    ("o12", [pods("Allow", "a == '1'"), pods("Allow", "a == '2'")], ["all <- pods a in {1}", "all <- pods a in {2}"]),
    ("pass", [pods("Pass", "a == '1'"), "action: Allow"], None),
    ("same again", [pods("Allow", "a == '1'"), pods("Deny", "a == '1'")], ["all <- pods a in {1}"]),
    ("log", [pods("Log", "a == '1'"), pods("Allow", "a == '1'")], ["all <- pods a in {1}"]),
]


@pytest.mark.parametrize(("given", "expected"), [row[1:] for row in ONE], ids=[row[0] for row in ONE])
def test_one_policy(given: list[str], expected: list[str] | None) -> None:
    before = policies("calico", rules(*given))
    after = flattened(before)
    assert prove(before, after).verdict is Verdict.SAME
    if expected is not None:
        assert shown(after) == expected


def with_denies(before: PolicySet) -> PolicySet:
    """Order worked out for an engine whose denies beat all allows."""
    return replace(flattened(before, denies=True), semantics=named("cilium"))


@pytest.mark.parametrize("given", [row[1] for row in ONE], ids=[row[0] for row in ONE])
def test_one_policy_with_denies(given: list[str]) -> None:
    """Only such an engine keeps out a pod's own node."""
    before = policies("calico", rules(*given))
    assert prove(before, with_denies(before), own_node_aside=True).verdict is Verdict.SAME


DENIES = [
    # rules, what is denied
    ([pods("Allow", "a == '1'"), pods("Deny", "all()")], ["all <- pods a not in {1}"]),
    ([pods("Deny", "a == '1'"), pods("Allow", "all()")], ["all <- pods a in {1}"]),
    ([pods("Pass", "a == '1'"), pods("Deny", "all()")], ["all <- pods a not in {1}"]),
    ([pods("Allow", "all()"), pods("Deny", "a == '1'")], []),
    (
        [nets("Allow", "203.0.113.0/25", 80), nets("Deny", "203.0.113.0/24", 80)],
        ["all <- 203.0.113.128/25: TCP 80"],
    ),
]


@pytest.mark.parametrize(("given", "expected"), DENIES)
def test_denies_are_cut_by_the_allows_before_them(given: list[str], expected: list[str]) -> None:
    after = with_denies(policies("calico", rules(*given)))
    found = replace(after, policies=tuple(with_rules(policy, denials) for policy in after.policies))
    assert [line for line in shown(found) if "<-" in line] == expected


def denials(rule: Rule) -> tuple[Rule, ...]:
    return (rule,) if rule.action is Action.DENY else ()


SEVERAL = {
    "o08: a Deny for some pods": (
        [POLICY.format("d", 1, "selector: app == 'api', " + rules(pods("Deny", "x == '1'"))),
         POLICY.format("a", 2, rules("action: Allow"))],
        None,
    ),
    "o13: denies, then allows": (
        [POLICY.format("d", 100, rules(pods("Deny", "x == 'y'"))), POLICY.format("a", 1000, rules(pods("Allow", "all()")))],
        ["all", "all <- pods x not in {y}"],
    ),
    "o16: a gate": (
        [TIER.format("gate", 1, "Deny"), GLOBAL.format("gate.g", "gate", 1, rules(pods("Pass", "zone == 'a'"))),
         GLOBAL.format("d", "default", 1, rules(pods("Allow", "role == 'fe'")))],
        None,
    ),
    "o17: an Allow before the default tier": (
        [TIER.format("gate", 1, "Deny"), GLOBAL.format("gate.g", "gate", 1, f"selector: app == 'web', {rules(pods('Allow', 'has(a)'))}"),
         GLOBAL.format("d", "default", 1, rules(pods("Allow", "role == 'fe'")))],
        None,
    ),
    "o18: a Pass with nothing after it": ([TIER.format("gate", 1, "Deny"), GLOBAL.format("gate.g", "gate", 1, rules("action: Pass"))], None),
    "o20: an Allow in a Pass tier": (
        [TIER.format("early", 1, "Pass"), GLOBAL.format("early.g", "early", 1, rules(pods("Allow", "a == '1'"))),
         POLICY.format("p", 1, rules(pods("Allow", "b == '1'")))],
        None,
    ),
    "o14: a Deny in a Pass tier": (
        [TIER.format("early", 1, "Pass"), GLOBAL.format("early.g", "early", 1, rules("action: Deny, protocol: TCP, destination: {ports: [22]}")),
         POLICY.format("p", 1, rules(pods("Allow", "b == '1'", "protocol: TCP, ")))],
        None,
    ),
    "o15: nothing behind a Deny in a Pass tier": ([TIER.format("early", 1, "Pass"), GLOBAL.format("early.g", "early", 1, rules(pods("Deny", "a == '1'")))], None),
    "o24: a Deny for all, an Allow in a namespace": (
        [GLOBAL.format("d", "default", 100, rules(pods("Deny", "a == '1'"))), POLICY.format("p", 200, rules("action: Allow"))],
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("open_sections", [False, True])
def test_several_policies(name: str, open_sections: bool) -> None:
    given, expected = SEVERAL[name]
    before = load("---\n".join(given))
    after = flattened(before, open_sections=open_sections)
    assert prove(before, after).verdict is Verdict.SAME
    assert all(rule.action == "Allow" for policy in after.policies for rule in rules_of(policy))
    assert expected is None or shown(after) == expected
    assert prove(before, with_denies(before), own_node_aside=True).verdict is Verdict.SAME


CILIUM = [
    "ingressDeny: [{fromEndpoints: [{matchLabels: {a: b}}]}], ingress: [{fromEndpoints: [{}]}]",
    "ingressDeny: [{fromEndpoints: [{matchLabels: {a: b}}]}]",
    "enableDefaultDeny: {ingress: false}, ingressDeny: [{fromEndpoints: [{matchLabels: {a: b}}]}]",
    "enableDefaultDeny: {ingress: false}, ingress: [{fromEndpoints: [{matchLabels: {a: b}}]}]",
    "ingressDeny: [{fromEntities: [world], toPorts: [{ports: [{port: '22', protocol: TCP}]}]}], ingress: [{fromEntities: [world]}]",
    "egressDeny: [{toCIDR: [10.0.0.0/8]}], egress: [{toEntities: [world]}]",
]


@pytest.mark.parametrize("spec", CILIUM)
def test_denies_that_beat_all_allows(spec: str) -> None:
    before = policies("cilium", f"endpointSelector: {{}}, {spec}")
    assert prove(before, flattened(before)).verdict is Verdict.SAME
    ordered = replace(flattened(before, open_sections=False), semantics=named("calico"))
    assert prove(before, ordered, own_node_aside=True).verdict is Verdict.SAME


def test_packets_of_a_named_port_among_numbers() -> None:
    """Both conditions stay: a Pass for some numbers, an Allow for the name."""
    before = load(
        "---\n".join(
            [
                TIER.format("gate", 1, "Deny"),
                GLOBAL.format(
                    "gate.g", "gate", 1, rules('action: Pass, protocol: TCP, destination: {ports: ["80:90"]}')
                ),
                POLICY.format("p", 1, rules("action: Allow, protocol: TCP, destination: {ports: [http]}")),
            ]
        )
    )
    assert prove(before, flattened(before)).verdict is Verdict.SAME


PORT = "ports: [{port: '80', protocol: TCP}]"
GET = f"toPorts: [{{{PORT}, rules: {{http: [{{method: GET}}]}}}}]"
TLS = f"toPorts: [{{{PORT}, terminatingTLS: {{secret: {{name: s}}}}}}]"
NAME = "toPorts: [{ports: [{port: '53', protocol: UDP}], rules: {dns: [{matchName: a}]}}]"
A, B = "[{matchLabels: {a: a}}]", "[{matchLabels: {b: b}}]"
ASKED = {
    "the same port": f"ingress: [{{{GET}}}, {{toPorts: [{{{PORT}}}]}}]",
    "other peers": f"ingress: [{{fromEndpoints: {A}, {GET}}}, {{fromEndpoints: {B}}}]",
    "TLS": f"ingress: [{{fromEndpoints: {A}, {TLS}}}, {{fromEndpoints: {B}}}]",
    "TLS that isolates nobody": f"enableDefaultDeny: {{ingress: false}}, ingress: [{{fromEndpoints: {A}, {TLS}}}]",
    "GET that isolates nobody": f"enableDefaultDeny: {{ingress: false}}, ingress: [{{fromEndpoints: {A}, {GET}}}]",
    "names": f"egress: [{{toEndpoints: {A}, {NAME}}}, {{toEndpoints: {B}}}]",
    "names and their port": (
        f"egress: [{{toEndpoints: {A}, {NAME}}}, {{toEndpoints: {B}, toPorts: [{{ports: [{{port: '53'}}]}}]}}, "
        "{toEndpoints: [{}], toPorts: [{ports: [{port: '1', endPort: 99}]}]}]"
    ),
    "names that isolate nobody": f"enableDefaultDeny: {{egress: false}}, egress: [{{toEndpoints: {A}, {NAME}}}, {{toEndpoints: {B}}}]",
}


@pytest.mark.parametrize("beside", [[], ["endpointSelector: {matchLabels: {c: c}}, ingress: [{}], egress: [{}]"]])
@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_whatever_else_allows_a_packet_is_cut_out_of_that(name: str, beside: list[str]) -> None:
    """An allow loses the packets of which TLS is asked, and at other ports than its own those of a DNS rule."""
    before = policies("cilium", f"endpointSelector: {{}}, {ASKED[name]}", *beside)
    assert prove(before, flattened(before)).verdict is Verdict.SAME
    if beside or "nobody" not in name:
        after = replace(flattened(before, open_sections=False), semantics=named("calico"))
        assert prove(before, after, own_node_aside=True).verdict is Verdict.SAME


CHAINS = {
    "values": lambda n: pods("Deny" if n % 2 == 0 else "Allow", f"app == 'a{n}'"),
    "labels": lambda n: pods("Deny" if n % 2 == 0 else "Allow", f"k{n} == 'a'"),
    "ranges": lambda n: nets("Deny", f"10.{n}.1.0/24") if n % 2 == 0 else nets("Allow", f"10.{n - 1}.0.0/16"),
    "ports": lambda n: (
        f'action: {"Deny" if n % 2 == 0 else "Allow"}, protocol: TCP, destination: {{ports: ["{n + 1}:{3 * n + 9}"]}}'
    ),
}


@pytest.mark.parametrize("kind", CHAINS)
@pytest.mark.parametrize("length", [10, 100, 200])
def test_a_chain_grows_no_more_than_it_must(kind: str, length: int) -> None:
    """As many rules come out as there are allows at most."""
    found = flattened(policies("calico", rules(*map(CHAINS[kind], range(length)))))
    assert sum(len(policy.ingress.rules) for policy in found.policies if policy.ingress) <= length // 2


def test_what_cannot_be_said_in_few_pieces_is_given_up() -> None:
    """Each Deny of a label and a port doubles the pieces; the policies that cut are named."""
    denies = [
        pods(
            "Deny",
            f"k{n} == 'x'",
            f"protocol: TCP, destination: {{ports: [{n + 80}]}}, ",
        )
        for n in range(30)
    ]
    texts = [
        POLICY.format("denies", 1, rules(*denies)),
        POLICY.format("other", 2, rules(pods("Allow", "a == 'b'"))),
        POLICY.format("allows", 3, rules("action: Allow")),
    ]
    with pytest.raises(TooManyBoxesError) as caught:
        flattened(load("---\n".join(texts)))
    assert {policy.identity.name for policy in caught.value.blamed} >= {"denies"}
