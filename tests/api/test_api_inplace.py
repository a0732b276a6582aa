"""Calico in, Calico out: the text stays as it is, and logging adds lines to it."""

from __future__ import annotations

import cProfile
import json
from difflib import unified_diff
from pathlib import Path

import pytest
import yaml

import translate
from tests.passes.fitting import calico, documents, text
from translate import UnsupportedError, Verdict
from translate.api.inplace import RELAID, REMARK
from translate.dialects import of_object
from translate.dialects.calico.log_denials import WHERE

WEB = """\
# policies of the shop
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name:   "web"     # quoted
  namespace: shop

spec:
  selector: 'app == "web"'
  order: 10
  types: [ Ingress ]
  ingress:
    # ops only
    - action: Deny   # not them
      protocol: TCP
      source:
        selector: role == 'batch'

    - action: Allow
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}   # kept\n"
TIER = calico("Tier", "order: 5, defaultAction: Deny", "sec")
GLOBAL = calico("GlobalNetworkPolicy", "tier: sec, order: 1, selector: has(a), types: [Ingress]", "sec.g")
STAGED = calico("StagedNetworkPolicy", "selector: all(), types: [Ingress], ingress: [{action: Deny}]", "s")
HOSTS = calico(
    "GlobalNetworkPolicy", "selector: all(), doNotTrack: true, applyOnForward: true, ingress: [{action: Deny}]", "h"
)
KUBERNETES = text("kubernetes", "podSelector: {}", "name: k, namespace: shop")
SET = calico("NetworkSet", "nets: [10.0.0.0/8]", "set", "role: set")
BY_ROLE = text("calico", "order: 1, types: [Ingress], ingress: [{action: Allow, source: {selector: has(role)}}]")
LIST = """\
apiVersion: v1
kind: List
items:
- apiVersion: projectcalico.org/v3
  kind: NetworkPolicy
  metadata: {name: p, namespace: shop}
  spec:
    types: [Ingress]
    ingress:
    - {action: Deny}  # nobody
"""
TYPED_LIST = """\
kind: NetworkPolicyList
apiVersion: projectcalico.org/v3
items:
- metadata: {name: p, namespace: shop}
  spec: {types: [Egress], egress: [{action: Deny}]}
"""
LOG_POLICY = """\
---
apiVersion: projectcalico.org/v3
kind: {kind}
metadata:
  name: {name}{namespace}
spec:
  tier: {tier}
  selector: {selector}
  types:
  - Ingress
  ingress:
  - action: Log
  - action: Deny
"""


def proved(result: translate.Result) -> translate.Result:
    """The result, of which the meaning is proved the same, and the logging right if there is any."""
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME
    assert result.logging is None or result.logging.holds is True
    assert (result.losses, yaml_of(result)) == ((), list(result.objects))
    return result


def yaml_of(result: translate.Result) -> list[dict]:
    """What the text holds."""
    return list(yaml.safe_load_all(result.text))


def added_lines(before: str, after: str) -> list[str]:
    """The lines that are new; no line may be gone."""
    diff = list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    assert not [line for line in diff if line.startswith("-")]
    return [line[1:] for line in diff if line.startswith("+")]


AS_IT_IS = [
    WEB,
    documents(WEB, CONFIG),
    documents(CONFIG, TIER, GLOBAL, STAGED, HOSTS, SET, BY_ROLE),
    LIST,
    TYPED_LIST,
    WEB.replace("\n", "\r\n"),
    "---\n" + WEB + "...\n",
    WEB.rstrip("\n"),
    json.dumps(yaml.safe_load(WEB), indent=4),
]


@pytest.mark.parametrize("given", AS_IT_IS)
def test_without_options_every_byte_stays(given: str) -> None:
    assert proved(translate.convert(given, to="calico")).text == given


def test_a_log_is_inserted_and_nothing_else() -> None:
    result = proved(translate.convert(documents(WEB, CONFIG), to="calico", log_denials=True))
    assert added_lines(documents(WEB, CONFIG), result.text) == [
        "    - action: Log",
        "      protocol: TCP",
        "      source:",
        "        selector: role == 'batch'",
    ]
    assert (result.passthrough, dict(result.foreign)) == (True, {"ConfigMap": 1})
    assert [note.message for note in result.notes] == [WHERE]
    assert [(str(row.source), [str(target) for target in row.targets]) for row in result.policies] == [
        ("NetworkPolicy/shop/web", ["NetworkPolicy/shop/web"])
    ]


def test_log_policies_go_behind_everything() -> None:
    given = documents(TIER, GLOBAL, STAGED, HOSTS, CONFIG)
    result = proved(translate.convert(given, to="calico", log_denials=True))
    new = LOG_POLICY.format(
        kind="GlobalNetworkPolicy", name="sec.zzz-log-denied-ingress", namespace="", tier="sec", selector="'has(a)'"
    )
    assert result.text == given + new


def test_parts_are_the_pieces_of_the_text() -> None:
    result = translate.convert(documents(CONFIG, WEB), to="calico", log_denials=True)
    assert result.parts == (CONFIG, result.text.partition("---\n")[2])
    assert [item["kind"] for item in result.objects] == ["ConfigMap", "NetworkPolicy"]


LISTS = [
    (LIST, ["    - {action: Log}"]),
    (TYPED_LIST, ["  spec: {types: [Egress], egress: [{action: Log}, {action: Deny}]}"]),
]


@pytest.mark.parametrize(("given", "lines"), LISTS)
def test_items_of_lists(given: str, lines: list[str]) -> None:
    result = proved(translate.convert(given, to="calico", log_denials=True))
    for line in lines:
        assert line in result.text.splitlines()
    assert len(yaml_of(result)) == 1


def test_several_files_are_one_stream_and_each_keeps_its_text(tmp_path: Path) -> None:
    names = {"a.yaml": WEB.rstrip("\n"), "b.yaml": text("calico", "order: 1, types: [Ingress]"), "c.yaml": CONFIG}
    for name, content in names.items():
        (tmp_path / name).write_text(content)
    from translate.frontend.sources import from_path

    given = [from_path(tmp_path / name) for name in names]
    plain = proved(translate.convert(given, to="calico"))
    assert plain.text == f"{WEB}---\n{names['b.yaml']}---\n{CONFIG}"
    logged = proved(translate.convert(given, to="calico", log_denials=True))
    new = LOG_POLICY.format(
        kind="NetworkPolicy", name="zzz-log-denied-ingress", namespace="\n  namespace: shop", tier="default",
        selector="'all()'",
    )  # fmt: skip
    # The log policy goes to the last file that holds a policy.
    assert logged.text.endswith(f"---\n{names['b.yaml']}{new}---\n{CONFIG}")
    assert logged.text.startswith(WEB.partition("    # ops only")[0])


def test_where_it_cannot_be_kept_all_is_written_anew_and_said() -> None:
    given = json.dumps(yaml.safe_load(text("calico", "order: 1, types: [Ingress]")))
    result = proved(translate.convert(given, to="calico", log_denials=True))
    assert [note.message for note in result.notes] == [REMARK, WHERE]
    assert [item["metadata"]["name"] for item in result.objects] == ["p", "zzz-log-denied-ingress"]
    assert result.text.startswith("apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n")


SHARED = """\
# both ways
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name:   p, namespace: shop}  # wide
spec:
  types: [ Ingress, Egress ]
  ingress: &rules
  - action: Deny   # the batch
    protocol: 'TCP'
  egress: *rules
"""


def test_rules_that_two_lists_share_are_logged_where_it_was_asked_for() -> None:
    result = proved(translate.convert(SHARED, to="calico", log_denials=True, log_explicit=True, log_direction="egress"))
    assert added_lines(SHARED.replace(" *rules", ""), result.text) == [
        "  - action: Log",
        "    protocol: 'TCP'",
        "  - action: Deny",
        "    protocol: 'TCP'",
    ]
    assert [note.message for note in result.notes] == [WHERE, f"input: {RELAID}"]


def test_rules_that_two_lists_share_are_logged_once_where_both_want_the_same() -> None:
    result = proved(translate.convert(SHARED, to="calico", log_denials=True, log_explicit=True))
    assert added_lines(SHARED, result.text) == ["  - action: Log", "    protocol: 'TCP'"]
    assert [note.message for note in result.notes] == [WHERE]


def test_json_without_new_objects_is_edited() -> None:
    given = json.dumps(yaml.safe_load(WEB), indent=2)
    result = proved(translate.convert(given, to="calico", log_denials=True))
    assert [rule["action"] for rule in json.loads(result.text)["spec"]["ingress"]] == ["Log", "Deny", "Allow"]


@pytest.mark.parametrize("option", [{"stage": True}, {"stamp": "comment"}, {"stamp": "annotation"}])
def test_options_that_change_each_object_write_anew(option: dict) -> None:
    result = translate.convert(documents(WEB, CONFIG), to="calico", **option)
    assert len(result.objects) == 1
    assert result.objects[0]["spec"]["tier"] == "default"
    assert "# ops only" in result.text


def test_loaded_objects_are_written_anew() -> None:
    result = translate.convert([yaml.safe_load(WEB)], to="calico")
    assert result.text.splitlines()[:2] == ["apiVersion: projectcalico.org/v3", "kind: NetworkPolicy"]
    assert result.objects[0]["spec"]["tier"] == "default"


def test_in_mixed_input_only_what_is_of_another_dialect_is_written_anew() -> None:
    tier = TIER.replace("Deny}", "Deny}  # a remark")
    given = documents(KUBERNETES, tier, GLOBAL, SET, HOSTS, STAGED)
    result = proved(translate.convert(given, to="calico"))
    assert [(item["kind"], item["metadata"]["name"]) for item in result.objects] == [
        ("Tier", "sec"),
        ("NetworkSet", "set"),
        ("GlobalNetworkPolicy", "h"),
        ("StagedNetworkPolicy", "s"),
        ("GlobalNetworkPolicy", "sec.g"),
        ("NetworkPolicy", "k"),
    ]
    assert result.parts[0] == tier
    assert (result.objects[5]["apiVersion"], result.objects[5]["spec"]["order"]) == ("projectcalico.org/v3", 1000)


def test_in_mixed_input_logging_is_inserted_into_what_stays() -> None:
    """One Kubernetes policy beside them does not make Calico's be written anew."""
    given = documents(KUBERNETES, WEB, text("calico", "order:   5, types: [Egress]", "name: e, namespace: shop"))
    result = proved(translate.convert(given, to="calico", log_denials=True))
    assert [(item["kind"], item["metadata"]["name"]) for item in result.objects] == [
        ("NetworkPolicy", "web"),
        ("NetworkPolicy", "e"),
        ("NetworkPolicy", "k"),
        ("NetworkPolicy", "zzz-log-denied-ingress"),
        ("NetworkPolicy", "zzz-log-denied-egress"),
    ]
    assert added_lines(WEB, result.parts[0]) == [
        "    - action: Log",
        "      protocol: TCP",
        "      source:",
        "        selector: role == 'batch'",
    ]
    assert result.objects[0]["spec"]["ingress"][0]["action"] == "Log"
    assert "spec: {order:   5, types: [Egress]}" in result.parts[1]


def test_in_mixed_input_items_of_a_list_stay_as_well() -> None:
    result = proved(translate.convert(documents(LIST, KUBERNETES), to="calico", log_denials=True, log_explicit=True))
    assert result.parts[0] == (
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
        "spec:\n  types: [Ingress]\n  ingress:\n  - {action: Log}\n  - {action: Deny}  # nobody\n"
    )


def test_in_mixed_input_that_is_loaded_logging_is_written() -> None:
    given = [yaml.safe_load(item) for item in (KUBERNETES, WEB)]
    result = proved(translate.convert(given, to="calico", log_denials=True, log_explicit=True))
    assert [rule["action"] for rule in result.objects[0]["spec"]["ingress"]] == ["Log", "Deny", "Allow"]
    assert yaml.safe_load(result.parts[0]) == result.objects[0]


def test_what_namespaces_are_called_is_known_without_their_objects_in_the_output() -> None:
    """The labels of a namespace are a fact of the cluster: its object stays behind, the proof knows it."""
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: x}}\n"
    source = "{namespaceSelector: team == 'x', selector: has(role)}"
    policy = text("calico", f"order: 1, types: [Ingress], ingress: [{{action: Allow, source: {source}}}]")
    result = proved(translate.convert(documents(namespace, SET, policy, KUBERNETES), to="calico"))
    assert "Namespace" not in [item["kind"] for item in result.objects]
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(documents(SET, policy), to="kubernetes")
    assert [(refusal.code, refusal.message) for refusal in caught.value.refusals] == [
        (
            "NPT202",
            "whether NetworkSet/shop/set is meant by a selector of NetworkPolicy/shop/p depends on labels of the "
            "namespace shop, which are not in the input",
        )
    ]


def test_staged_twins() -> None:
    given = documents(WEB, calico("GlobalNetworkPolicy", "order: 1, selector: has(a), types: [Egress]"))
    result = proved(translate.convert(given, to="calico", stage=True))
    assert [(item["kind"], item["metadata"]["name"], item["spec"]["stagedAction"]) for item in result.objects] == [
        ("StagedNetworkPolicy", "web", "Set"),
        ("StagedGlobalNetworkPolicy", "g", "Set"),
    ]
    assert [str(row.targets[0]) for row in result.policies] == [
        "StagedNetworkPolicy/shop/web",
        "StagedGlobalNetworkPolicy/g",
    ]
    # Read as what it is, the output enforces nothing.
    assert translate.load(result.text).policies == ()


@pytest.mark.parametrize("source", ["kubernetes", "cilium"])
def test_twins_of_policies_of_other_dialects(source: str) -> None:
    spec = {"kubernetes": "podSelector: {}", "cilium": "endpointSelector: {}, ingress: [{}]"}[source]
    result = translate.convert(text(source, spec), to="calico", stage=True)
    assert [item["kind"] for item in result.objects] == ["StagedNetworkPolicy"]
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME


def test_log_policies_are_staged_too() -> None:
    result = proved(translate.convert(WEB.replace("- action: Allow", "- action: Pass\n      protocol: UDP"),
                                      to="calico", stage=True, log_denials=True))  # fmt: skip
    assert [(item["kind"], item["metadata"]["name"]) for item in result.objects] == [
        ("StagedNetworkPolicy", "web"),
        ("StagedNetworkPolicy", "zzz-log-denied-ingress"),
    ]


def test_what_is_staged_already_stays_and_takes_no_part_in_the_proof() -> None:
    other = calico(
        "StagedNetworkPolicy", "order: 1, selector: all(), types: [Ingress], ingress: [{action: Deny}]", "other"
    )
    everywhere = calico("StagedGlobalNetworkPolicy", "order: 1, selector: all(), types: [Egress]", "everywhere")
    result = proved(translate.convert(documents(other, everywhere, WEB), to="calico", stage=True))
    assert [item["metadata"]["name"] for item in result.objects] == ["other", "everywhere", "web"]


def test_two_staged_policies_of_one_name_are_refused() -> None:
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(documents(STAGED.replace("name: s,", "name: web,"), WEB), to="calico", stage=True)
    (refusal,) = caught.value.refusals
    assert (refusal.code, refusal.line, refusal.message) == (
        "NPT210",
        7,
        "NetworkPolicy/shop/web cannot be staged: StagedNetworkPolicy/shop/web is in the input already",
    )


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
def test_only_calico_has_staged_policies(to: str) -> None:
    with pytest.raises(ValueError, match="only Calico has staged policies: stage needs to='calico'"):
        translate.convert(WEB, to=to, stage=True)


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
def test_staged_policies_have_nothing_like_them_elsewhere(to: str) -> None:
    result = translate.convert(documents(STAGED, KUBERNETES), to=to)
    (loss,) = result.losses
    assert (loss.code, loss.effect.value, loss.object) == ("NPT306", "exact", "StagedNetworkPolicy/shop/s")
    assert loss.message == (
        f"StagedNetworkPolicy/shop/s is staged, so not enforced; {to} has nothing like it, and nothing stands for it"
    )
    assert [item["metadata"]["name"] for item in result.objects] == ["k"]
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME


HOST = calico("HostEndpoint", "node: n1, interfaceName: eth0, expectedIPs: [10.1.2.3]", "n1-eth0", "role: host")
BOTH = calico(
    "GlobalNetworkPolicy",
    "order: 1, selector: projectcalico.org/namespace == 'shop' || role == 'host', types: [Ingress]",
)


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
@pytest.mark.parametrize("field", ["doNotTrack: true, applyOnForward: true", "preDNAT: true, applyOnForward: true"])
def test_policies_for_host_traffic_stay_in_calico(to: str, field: str) -> None:
    host = calico(
        "GlobalNetworkPolicy", f"selector: all(), {field}, types: [Ingress], ingress: [{{action: Deny}}]", "h"
    )
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(documents(BY_ROLE, host), to=to)
    (refusal,) = [one for one in caught.value.refusals if one.object == "GlobalNetworkPolicy/h"]
    assert (refusal.code, refusal.line, refusal.message) == (
        "NPT210",
        6,
        "GlobalNetworkPolicy/h is about traffic of hosts, which is not translated",
    )


def test_in_calico_they_stay_and_are_not_judged() -> None:
    result = proved(translate.convert(documents(BY_ROLE, HOSTS), to="calico"))
    assert result.proof is not None
    assert "policies for the traffic of hosts are not judged: their text is the same on both sides" in map(
        str, result.proof.assumptions
    )


def test_a_policy_that_may_govern_a_host_of_the_input_stays_in_calico() -> None:
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(documents(HOST, BOTH), to="kubernetes")
    assert "GlobalNetworkPolicy/g may govern HostEndpoint/n1-eth0; traffic of hosts is not translated" in [
        refusal.message for refusal in caught.value.refusals
    ]
    assert translate.convert(documents(HOST, BOTH), to="calico").text == documents(HOST, BOTH)


@pytest.mark.parametrize(
    ("to", "way"),
    [
        ("cilium", ", or write a CiliumClusterwideNetworkPolicy with a nodeSelector, where the host firewall is on"),
        ("kubernetes", ""),
    ],
)
def test_what_is_about_hosts_names_its_counterpart(to: str, way: str) -> None:
    forwarded = calico(
        "GlobalNetworkPolicy", "selector: role == 'edge', applyOnForward: true, egress: [{action: Allow}]"
    )
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(forwarded, to=to)
    first = caught.value.refusals[0]
    said = "GlobalNetworkPolicy/g: applyOnForward is about traffic through hosts, which is not translated"
    assert (first.code, f"{first.object}: {first.message}") == ("NPT210", said)
    assert first.hint == f"keep it in its own dialect{way}"


def test_a_host_beside_policies_for_pods_is_an_address() -> None:
    source = "{namespaceSelector: global(), selector: role == 'host'}"
    policy = text("calico", f"order: 1, types: [Ingress], ingress: [{{action: Allow, source: {source}}}]")
    result = translate.convert(documents(HOST, policy), to="kubernetes")
    assert result.objects[0]["spec"]["ingress"] == [{"from": [{"ipBlock": {"cidr": "10.1.2.3/32"}}]}]


NO_OTHER = (
    "no other NetworkSet, GlobalNetworkSet or HostEndpoint has labels that rules select: has(role); "
    "add those that do, or state that there are no others (--facts, complete: [NetworkSet])"
)
ASSUMED = [
    (text("calico", "order: 1, types: [Ingress]"), []),
    (
        text("calico", "tier: other, order: 1, types: [Ingress]"),
        [
            "tier other, which is not in the input, has order 1000000 and ends in Deny; "
            "as a Tier without a spec does: add its Tier object to be sure"
        ],
    ),
    (
        BY_ROLE,
        [NO_OTHER],
    ),
    (
        documents(SET, BY_ROLE),
        [NO_OTHER],
    ),
    (
        calico("GlobalNetworkPolicy", "order: 1, selector: has(a), types: [Ingress]"),
        ["host endpoints are not compared: traffic of hosts themselves is no part of the proof"],
    ),
]


@pytest.mark.parametrize(("given", "assumptions"), ASSUMED)
def test_what_the_proof_assumes_is_listed(given: str, assumptions: list[str]) -> None:
    result = proved(translate.convert(given, to="calico"))
    assert result.proof is not None
    assert [str(one) for one in result.proof.assumptions] == assumptions


NO_TYPES = (
    "NetworkPolicy/shop/p has no types: read as {}, as calicoctl and the Calico API server do; applied with kubectl to "
    "the CRDs of Calico 3.32 it is {}: write types"
)
TYPES = [
    # spec, how both paths read it where they differ
    ("order: 1, ingress: [{action: Deny}]", None),
    ("order: 1, types: [Egress], egress: []", None),
    ("order: 1, egress: []", NO_TYPES.format("Ingress", "Egress")),
    ("order: 1, ingress: [], egress: [{action: Allow}]", NO_TYPES.format("Egress", "Ingress and Egress")),
    ("order: 1, ingress: [], egress: []", NO_TYPES.format("Ingress", "Ingress and Egress")),
]


@pytest.mark.parametrize(("spec", "note"), TYPES)
def test_absent_types_are_said_where_the_paths_into_calico_differ(spec: str, note: str | None) -> None:
    result = translate.convert(text("calico", spec), to="calico")
    assert [said.message for said in result.notes] == ([note] if note else [])


def test_losses_of_a_policy_that_became_several_are_its_own() -> None:
    """The row of a policy shows the losses of everything that stands for it."""
    spec = "namespaceSelector: \"projectcalico.org/name in {'a', 'b'}\", selector: all(), types: [Ingress]"
    policy = calico("GlobalNetworkPolicy", f"{spec}, ingress: [{{action: Allow, protocol: 47}}]")
    (row,) = translate.convert(policy, to="kubernetes").policies
    assert [str(target) for target in row.targets] == ["NetworkPolicy/a/g", "NetworkPolicy/b/g"]
    assert (row.exactness.value, row.codes) == ("tighter", ("NPT507",))


def test_what_is_added_to_one_policy_of_the_input_looks_at_the_input_once() -> None:
    """For all objects together: for each by itself it would grow with the square."""

    def looks(count: int) -> int:
        spec = "podSelector: {}, ingress: []"
        given = [text("kubernetes", spec, f"name: p{number}, namespace: shop") for number in range(count)]
        profile = cProfile.Profile()
        profile.runcall(translate.convert, documents(text("calico", "ingress: []"), *given), to="calico", verify=False)
        return next(entry.callcount for entry in profile.getstats() if entry.code is of_object.__code__)

    assert looks(40) < 3 * looks(20)
