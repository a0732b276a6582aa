"""``explain`` on the command line: what is printed, word for word, and how it ends."""

from __future__ import annotations

import io
import json
import shlex
from pathlib import Path

import pytest

import translate
from translate.frontend.ends_text import GRAMMAR
from translate.rendering.explanation import explanation
from translate.rendering.terminal import Terminal

KUBERNETES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 80}, {port: 443}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: other, namespace: shop}
spec: {podSelector: {matchLabels: {app: other}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: shop, labels: {app: db}}
spec:
  containers: [{name: c, ports: [{name: https, containerPort: 443}]}]
status: {podIPs: [{ip: 10.0.0.5}]}
---
apiVersion: v1
kind: Pod
metadata: {name: old, namespace: shop, labels: {app: db}}
status: {phase: Succeeded}
"""
CALICO = """\
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security}
spec: {order: 10}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: security.gate}
spec:
  tier: security
  types: [Ingress]
  ingress:
  - action: Log
  - action: Deny
    source: {selector: quarantine == 'yes'}
  - action: Pass
    source: {selector: has(partner)}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  selector: app == 'db'
  types: [Ingress]
  ingress:
  - action: Allow
"""
CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
  ingressDeny:
  - fromEndpoints: [{matchLabels: {quarantine: "yes"}}]
"""


@pytest.fixture(autouse=True)
def inputs(folder: Path) -> Path:
    """One input of each dialect."""
    for name, text in (("k8s", KUBERNETES), ("calico", CALICO), ("cilium", CILIUM)):
        (folder / f"{name}.yaml").write_text(text)
    return folder


def test_a_pod_and_a_workload_of_the_input(run) -> None:
    assert tuple(run("explain", "k8s.yaml", "--from", "deployment/shop/web", "--to", "shop/db-0:8080")) == (
        1,
        """\
Denied: deployment/shop/web to shop/db-0 on TCP 8080

egress of deployment/shop/web: allowed
  no policy selects the pod for egress

ingress of shop/db-0: denied
  NetworkPolicy/shop/db  k8s.yaml:1
    isolates the pod: what nothing allows is denied
    Allow spec.ingress[0]: does not match (k8s.yaml:8)
      TCP 8080 is not among its ports (TCP 80, 443)
  = denied: isolated, and no rule allows it (NetworkPolicy/shop/db)
  1 policy does not select the pod (-v names it)

nearest miss
  NetworkPolicy/shop/db spec.ingress[0] (k8s.yaml:8) selects the peer, but TCP 8080 is not among its ports (TCP 80, 443)
""",
        "",
    )


def test_names_of_ports_and_short_names(run) -> None:
    ran = run("explain", "k8s.yaml", "--from", "shop/web", "--to", "shop/db-0:https", "-v")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "Allowed: deployment/shop/web to shop/db-0 on TCP 443"
    assert "  1 policy does not select the pod: NetworkPolicy/shop/other" in ran.out.splitlines()
    by_address = run("explain", "k8s.yaml", "--from", "shop/web", "--to", "10.0.0.5:443")
    assert by_address.out.splitlines()[0] == "Allowed: deployment/shop/web to shop/db-0 at 10.0.0.5 on TCP 443"


def test_tiers_of_calico(run) -> None:
    assert run("explain", "calico.yaml", "--from", "shop{app=web}", "--to", "shop/db{app=db}:80").out == (
        """\
Denied: shop{app=web} to shop/db{app=db} on TCP 80

egress of shop{app=web}: allowed
  no policy selects the pod for egress

ingress of shop/db{app=db}: denied
  tier security
    GlobalNetworkPolicy/security.gate  calico.yaml:6
      isolates the pod: what nothing allows is denied
      Log spec.ingress[0]: logs (calico.yaml:13)
      Deny spec.ingress[1]: does not match (calico.yaml:14)
        the peer has no label quarantine, and label quarantine=yes is asked
      Pass spec.ingress[2]: does not match (calico.yaml:16)
        the peer has no label partner
  tier default
    NetworkPolicy/shop/db  calico.yaml:19
      never reached
  = denied: isolated, and no rule allows it (GlobalNetworkPolicy/security.gate)

nearest miss
  GlobalNetworkPolicy/security.gate spec.ingress[2] (calico.yaml:16) is for such packets, but the peer has no label partner
"""
    )


def test_denies_of_cilium(run) -> None:
    ran = run("explain", "cilium.yaml", "--from", "shop{app=web,quarantine=yes}", "--to", "shop/db{app=db}:80")
    assert tuple(ran) == (
        1,
        """\
Denied: shop{app=web,quarantine=yes} to shop/db{app=db} on TCP 80

egress of shop{app=web,quarantine=yes}: allowed
  no policy selects the pod for egress

ingress of shop/db{app=db}: denied
  CiliumNetworkPolicy/shop/db  cilium.yaml:1
    isolates the pod: what nothing allows is denied
    Deny spec.ingressDeny[0]: decides (cilium.yaml:9)
    Allow spec.ingress[0]: matches, overruled (cilium.yaml:7)

nearest miss
  none: this deny beats every allow, whatever the sequence
""",
        "",
    )
    own = run("explain", "cilium.yaml", "--from", "own-node", "--to", "shop/db{app=db}:80")
    assert (own.code, own.out.splitlines()[0]) == (0, "Allowed: the own node to shop/db{app=db} on TCP 80")
    assert "  = allowed: the pod's own node is let in unless a rule denies it" in own.out.splitlines()


def test_what_it_depends_on_is_exit_3_with_both_answers(run, folder: Path) -> None:
    (folder / "named.yaml").write_text(KUBERNETES.replace("{port: 443}", "{port: https}"))
    assert tuple(run("explain", "named.yaml", "--from", "shop/web", "--to", "shop/x{app=db}:8443")) == (
        3,
        """\
Depends: deployment/shop/web to shop/x{app=db} on TCP 8443
  allowed if shop/x{app=db} calls TCP 8443 https
  denied if shop/x{app=db} does not call TCP 8443 https
  to settle it: add the Pod to the input, or say the name with the port, as in :http=8080

if shop/x{app=db} calls TCP 8443 https: allowed

egress of deployment/shop/web: allowed
  no policy selects the pod for egress

ingress of shop/x{app=db}: allowed
  NetworkPolicy/shop/db  named.yaml:1
    isolates the pod: what nothing allows is denied
    Allow spec.ingress[0]: decides (named.yaml:8)
  1 policy does not select the pod (-v names it)

if shop/x{app=db} does not call TCP 8443 https: denied

egress of deployment/shop/web: allowed (as above)

ingress of shop/x{app=db}: denied
  NetworkPolicy/shop/db  named.yaml:1
    isolates the pod: what nothing allows is denied
    Allow spec.ingress[0]: does not match (named.yaml:8)
      TCP 8443 is not among its ports (TCP 80, https)
  = denied: isolated, and no rule allows it (NetworkPolicy/shop/db)
  1 policy does not select the pod (-v names it)

nearest miss
  NetworkPolicy/shop/db spec.ingress[0] (named.yaml:8) selects the peer, but TCP 8443 is not among its ports (TCP 80, https)
""",
        "",
    )


@pytest.mark.parametrize(
    ("from_", "to", "said"),
    [
        ("shop/wbe", "shop/db-0:80", 'there is no Pod "shop/wbe" in the input; did you mean shop/web?'),
        ("shop/web", "shop/db-O:80", 'there is no Pod "shop/db-O" in the input; did you mean shop/db-0?'),
        (
            "deployment/shop/db-0",
            "shop/db-0:80",
            'there is no Deployment "shop/db-0" in the input; did you mean shop/db-0?',
        ),
        ("shop/old", "shop/db-0:80", "the pod shop/old has finished: it has no address any more"),
        (
            "wbe",
            "shop/db-0:80",
            '"wbe" names no end of a connection: it is NAMESPACE/NAME, an address or another form that --help lists',
        ),
        ("web", "shop/db-0:80", '"web" is no end; did you mean shop/web?'),
        ("nod", "shop/db-0:80", '"nod" is no end; did you mean node?'),
        (
            "deploy/shop/web:http",
            "shop/db-0:80",
            '--from "deploy/shop/web:http": the protocol and the name of a port belong to --to',
        ),
        (
            "depoyment/shop/web",
            "shop/db-0:80",
            '"depoyment/shop/web": "depoyment" is no kind of pods; did you mean deployment?',
        ),
        (
            "outside",
            "203.0.113.9:80",
            "neither an address outside nor 203.0.113.9 is a pod: policies for pods judge none of it",
        ),
        ("ingress", "shop/db-0:80", "Kubernetes has no endpoint called ingress: there is nobody to connect"),
        ("shop/web", "shop/db-0", '--to "shop/db-0" names no port of TCP: it ends as in :443/tcp, or in /icmp'),
        ("shop/web", "shop/db-0/udp", '--to "shop/db-0/udp" names no port of UDP: it ends as in :443/udp, or in /icmp'),
        ("shop/web", "shop/db-0:0", '"shop/db-0:0": "0" is not a port (1 to 65535)'),
        ("shop/web", "shop/db-0:80/tpc", '"shop/db-0:80/tpc": "tpc" is no protocol; did you mean tcp?'),
        ("shop/web", "shop/db-0:htps", 'shop/db-0 has no port of TCP called "htps"; did you mean https?'),
        ("shop/web", "shop{app=db}:https", 'which port shop{app=db} calls "https" is not known: say :https=NUMBER'),
        ("shop/web", "203.0.113.9:https", "203.0.113.9 is no pod, and only pods give names to ports: say the number"),
        ("shop/web", "203.0.113.0/24:80", '"203.0.113.0/24" is a range: name one address of it'),
        (
            "shop/web",
            "shop/db-0:80/icmp",
            '"shop/db-0:80/icmp": icmp has no port; it is /icmp or /icmp:TYPE or /icmp:TYPE:CODE',
        ),
        ("shop/web", "shop/db-0/icmpv6", "shop/db-0 has no IPv6 address: no packet of ICMPv6 is sent"),
        ("[2001:db8::1]", "shop/db-0:80", "shop/db-0 has no IPv6 address: no packet of TCP is sent"),
        ("shop/web", "shop/db-0@10.0.0.6:80", "shop/db-0 is at 10.0.0.5, not at 10.0.0.6"),
        ("shop/web", "shop{a}:80", '"shop{a}": "a" must be KEY=VALUE'),
        ("shop/web", "shop{a=b,a=c}:80", '"shop{a=b,a=c}": the label "a" is given twice'),
        (
            "Shop/web{}",
            "shop/db-0:80",
            '"Shop/web{}": the namespace "Shop" must consist of lower-case letters, digits and \'-\', with a letter or digit at both ends',
        ),
        ("node/n1", "shop/db-0:80", 'there is no Node "n1" in the input; node or own-node will do'),
        (
            "shop/we\x1b[2Jb",
            "shop/db-0:80",
            'there is no Pod "shop/we\\u001b[2Jb" in the input; did you mean shop/web?',
        ),
    ],
)
def test_what_makes_no_sense_is_one_line(run, from_: str, to: str, said: str) -> None:
    assert tuple(run("explain", "k8s.yaml", "--from", from_, "--to", to)) == (2, "", f"input: error: {said}\n")


@pytest.mark.parametrize(
    ("facts", "from_", "to", "said"),
    [
        (
            "namespaces: {shop: {}}",
            "shp{}",
            "shop/db-0:80",
            'there is no namespace "shp", as the facts say; did you mean shop?',
        ),
        (
            "complete: [Pod]",
            "shop{app=batch}",
            "shop/db-0:80",
            "no pod of shop has just these labels, and all Pods are told, as the facts say",
        ),
        (
            "pods: [10.0.0.0/8]",
            "10.1.2.3",
            "shop/db-0:80",
            "10.1.2.3 is a pod's, as the facts say: name the pod, as in NAMESPACE/NAME{k=v}@10.1.2.3",
        ),
        (
            "services: [10.96.0.0/12]",
            "shop/web",
            "10.96.0.1:443",
            "10.96.0.1 is an address of a Service: policies see what is behind it; name that",
        ),
        (
            "namespaces: {shop: {env: x}}",
            "shop{env=y}/a{}",
            "shop/db-0:80",
            "the namespace shop has other labels in the input or the facts",
        ),
    ],
)
def test_what_contradicts_the_facts_is_one_line(run, folder: Path, facts: str, from_: str, to: str, said: str) -> None:
    (folder / "facts.yaml").write_text(facts)
    ran = run("explain", "k8s.yaml", "--facts", "facts.yaml", "--from", from_, "--to", to)
    assert tuple(ran) == (2, "", f"input: error: {said}\n")


def test_an_input_without_policies_is_trouble(run, folder: Path) -> None:
    (folder / "none.yaml").write_text("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}")
    ran = run("explain", "none.yaml", "--from", "shop{}", "--to", "shop{}:80")
    assert tuple(ran) == (2, "", "input: error: the input holds no policy: there is nothing to explain\n")


def test_both_ends_must_be_named(run) -> None:
    assert run("explain", "k8s.yaml", "--from", "shop/web").code == 2
    assert run("explain", "k8s.yaml", "--to", "shop/web").code == 2


def test_the_report_is_json_on_stdout(run, folder: Path) -> None:
    asked = ("explain", "k8s.yaml", "--from", "shop/web", "--to", "shop/db-0:8080")
    ran = run(*asked, "--report", "json")
    assert (ran.code, ran.err) == (1, "")
    document = json.loads(ran.out)
    assert {key: document[key] for key in ("schema", "verdict", "from", "to", "on", "reason", "notes")} == {
        "schema": "netpol-translate/explain/v1",
        "verdict": "denied",
        "from": "deployment/shop/web",
        "to": "shop/db-0",
        "on": "TCP 8080",
        "reason": "",
        "notes": [],
    }
    ((egress, ingress),) = (case["walks"] for case in document["cases"])
    assert (egress["verdict"], egress["tiers"], egress["near_miss"]) == ("allowed", [], None)
    assert ingress["near_miss"] == {
        "policy": "NetworkPolicy/shop/db",
        "path": "spec.ingress[0]",
        "action": "Allow",
        "file": "k8s.yaml",
        "line": 8,
        "column": 5,
        "misses": [{"about": "traffic", "text": "TCP 8080 is not among its ports (TCP 80, 443)"}],
    }
    (tier,) = ingress["tiers"]
    (step,) = tier["policies"]
    assert (step["policy"], step["isolates"], [rule["fate"] for rule in step["rules"]]) == (
        "NetworkPolicy/shop/db",
        True,
        ["does not match"],
    )
    assert run(*asked, "--report", "json").out == ran.out
    assert run(*asked, "--report", "json=-").out == ran.out
    assert tuple(run(*asked, "--report", "json=out.json", "-q")) == (1, "", "")
    assert (folder / "out.json").read_text() == ran.out


def test_control_characters_of_names_are_escaped(run, folder: Path) -> None:
    (folder / "odd.yaml").write_text(
        """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{path: "/\\e]0;a"}]}}]
"""
    )
    ran = run("explain", "odd.yaml", "--from", "shop{app=web}", "--to", "shop{app=db}:80")
    assert ran.code == 3
    assert "\x1b" not in ran.out + ran.err
    assert "/\\x1b]0;a" in ran.out


@pytest.mark.parametrize("width", [40, 80])
def test_it_fits_a_terminal(width: int) -> None:
    found = translate.explain(Path("k8s.yaml"), from_="shop/web", to="shop/db-0:8080")
    out = io.StringIO()
    explanation(found, Terminal(out, colour=False, symbols=True, width=width, wraps=True))
    assert max(map(len, out.getvalue().splitlines())) <= width


def test_the_page_has_the_grammar() -> None:
    page = (Path(__file__).parents[2] / "docs" / "explain.md").read_text(encoding="utf-8")
    rows = "".join(f"| `{form}` | {meaning} |\n" for form, meaning in GRAMMAR)
    assert f"| what is written | what it means |\n|---|---|\n{rows}\n" in page


def test_help_has_the_grammar(run) -> None:
    ran = run("explain", "--help")
    words = " ".join(ran.out.split())
    for form, meaning in GRAMMAR:
        assert form in words
        assert " ".join(meaning.split()) in words


def test_verify_says_how_to_ask_about_its_counterexample(run) -> None:
    file = str(Path(__file__).parents[2] / "samples" / "engine-swap" / "kubernetes.yaml")
    engines = ("--source-engine", "calico", "--target-engine", "cilium")
    found = run("verify", *engines, file, file, "--pods", "10.20.1.0/24")
    (line,) = [line for line in found.err.splitlines() if line.startswith("    replay  ")]
    command = shlex.split(line.removeprefix("    replay  "))
    assert command == [
        *["netpol-translate", "explain", file, "--pods", "10.20.1.0/24", "--source-engine", "cilium"],
        *["--from", "shop{}@10.20.1.1", "--to", "shop{app=api}:443"],
    ]
    told = run(*command[1:])
    assert (told.code, told.out.splitlines()[0]) == (1, "Denied: shop{} at 10.20.1.1 to shop{app=api} on TCP 443")
