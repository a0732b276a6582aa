"""Hand-written cases for the reference interpreter of Calico: documents, one connection, and what must come of it."""

from __future__ import annotations

from typing import Any, NamedTuple

Document = dict[str, Any]


def document(kind: str, name: str, spec: Document, namespace: str | None = None, group: str = "") -> Document:
    """Make a document."""
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": group or "projectcalico.org/v3", "kind": kind, "metadata": metadata, "spec": spec}


def directed(spec: Document) -> Document:
    """Add the types that the rules suggest; `types: None` leaves them out."""
    types = spec.pop("types", [name for name in ("Ingress", "Egress") if name.lower() in spec])
    return spec | ({"types": types} if types is not None else {})


def np(name: str = "p", namespace: str = "a", kind: str = "NetworkPolicy", **spec: Any) -> Document:
    """Make a NetworkPolicy of Calico's."""
    return document(kind, name, directed(spec), namespace)


def gnp(name: str = "g", kind: str = "GlobalNetworkPolicy", **spec: Any) -> Document:
    """Make a GlobalNetworkPolicy."""
    return document(kind, name, directed(spec))


def raw(name: str = "p", namespace: str = "a", kind: str = "NetworkPolicy", **spec: Any) -> Document:
    """Make a document as Calico stores it."""
    return document(kind, name, spec, namespace, "crd.projectcalico.org/v1")


def knp(namespace: str, **spec: Any) -> Document:
    """Make a NetworkPolicy of Kubernetes."""
    return document("NetworkPolicy", "k", {"podSelector": {}} | spec, namespace, "networking.k8s.io/v1")


def cnp(tier: str = "Admin", priority: int = 10, name: str = "c", **spec: Any) -> Document:
    """Make a ClusterNetworkPolicy over all namespaces."""
    everyone = {"tier": tier, "priority": priority, "subject": {"namespaces": {}}}
    return document("ClusterNetworkPolicy", name, everyone | spec, group="policy.networking.k8s.io/v1alpha2")


def tier(name: str, **spec: Any) -> Document:
    """Make a Tier."""
    return document("Tier", name, spec)


def rule(action: str, source: Any = None, destination: Any = None, **rest: Any) -> Document:
    """Make a rule; a text as source or destination is its selector."""
    sides = {"source": source, "destination": destination}
    given_sides = {key: {"selector": side} if isinstance(side, str) else side for key, side in sides.items() if side}
    return {"action": action} | given_sides | rest


def allow(source: Any = None, destination: Any = None, **rest: Any) -> Document:
    """Make an Allow rule."""
    return rule("Allow", source, destination, **rest)


def deny(source: Any = None, destination: Any = None, **rest: Any) -> Document:
    """Make a Deny rule."""
    return rule("Deny", source, destination, **rest)


LOG, PASS = rule("Log"), rule("Pass")
X = "app == 'x'"
FROM_X = [allow(X)]
NOT_PROD = [allow({"namespaceSelector": "env != 'prod'"})]
KNP_ALLOW_ALL = knp("a", ingress=[{}])

# --- the world of calico.md 12.1, a little enlarged ----------------------------------------------------------------

HOST_PORTS = [{"name": "web", "port": 8443, "protocol": "TCP"}]
SETS = [
    document("GlobalNetworkSet", "g", {"nets": ["192.0.2.0/24", "10.1.9.0/24"]}),
    document("NetworkSet", "s", {"nets": ["198.51.100.0/24", "nonsense"]}, "a"),
    document("HostEndpoint", "h", {"node": "n3", "expectedIPs": ["203.0.113.5"], "profiles": ["kns.b", "ksa.b.robot"]}),
    document(
        "HostEndpoint", "i", {"node": "n4", "expectedIPs": ["203.0.113.6"], "profiles": ["lab"], "ports": HOST_PORTS}
    ),
    document("Profile", "lab", {"labelsToApply": {"zone": "edge"}}),
    document("Service", "api", {"selector": {"app": "x"}, "ports": [{"port": 80, "targetPort": "http"}]}, "a", "v1"),
    document("Service", "dns", {"selector": {"app": "x"}, "ports": [{"port": 53, "protocol": "UDP"}]}, "a", "v1"),
    document("Service", "bare", {"ports": [{"port": 80}]}, "a", "v1"),
    raw("set", kind="NetworkSet", nets=["198.18.0.0/24"]),
]
SETS[-1]["metadata"]["annotations"] = {"projectcalico.org/metadata": '{"labels": {"app": "packed"}, "name": "other"}'}
for labelled in SETS[:2]:
    labelled["metadata"]["labels"] = {"app": "x"}


def pod(key: str, last: str, labels: Document, node: str = "n1", **rest: Any) -> Document:
    """Make a pod with an address of each family."""
    namespace, name = key.split("/")
    ips = [f"10.1.{last}", f"fd00::{last.replace('.', ':')}"]
    return {"namespace": namespace, "name": name, "labels": labels, "ips": ips, "node": node} | rest


CLUSTER = {
    "namespaces": {"a": {"labels": {"env": "prod"}}, "b": {}},
    "serviceAccounts": {"b/robot": {"labels": {"role": "bot"}}},
    "nodes": {"n1": {"ips": ["172.18.0.1"]}, "n2": {"ips": ["172.18.0.2"]}},
    "pods": [
        pod(
            "a/p",
            "1.1",
            {"app": "x"},
            ports=[{"name": "http", "port": 8080}, {"name": "dns", "port": 53, "protocol": "UDP"}],
        ),
        pod("a/q", "1.2", {}),
        pod("b/r", "2.1", {"app": "x", "pcns.env": "prod"}, node="n2"),
        pod("b/bot", "2.2", {}, node="n2", serviceAccount="robot"),
        pod("b/host", "2.3", {"app": "x"}, node="n2", hostNetwork=True),
        pod("b/old", "9.4", {}, node="n2"),
        pod("b/done", "2.6", {"app": "x"}, node="n2", phase="Succeeded"),
        pod("b/v4", "2.5", {}, node="n2") | {"ips": ["10.1.2.5"]},
    ],
}


class Case(NamedTuple):
    """What is said, the documents, one connection, and what must come of it."""

    title: str
    documents: list[Document]
    flow: str
    expected: str
    logged: bool = False
    traffic: str = "TCP 80"
    settings: Document = {}  # noqa: RUF012


GOLDEN = [  # calico.md 12.1, same numbers
    Case("1 nothing selects the pod", [], "b/r > a/p", "allow"),
    Case("2 no rules isolate", [np(ingress=[])], "b/r > a/p", "deny"),
    Case("3 but only for their direction", [np(ingress=[])], "a/p > b/r", "allow"),
    Case("4 a selector stays in its namespace", [np(ingress=FROM_X)], "b/r > a/q", "deny"),
    Case("5 where it finds network sets", [np(ingress=FROM_X)], "198.51.100.7 > a/q", "allow"),
    Case("6 but no global ones", [np(ingress=FROM_X)], "192.0.2.7 > a/q", "deny"),
    Case(
        "7 which global() finds",
        [np(ingress=[allow({"namespaceSelector": "global()", "selector": X})])],
        "192.0.2.7 > a/q",
        "allow",
    ),
    Case("8 negative namespaces hold host endpoints", [np(ingress=NOT_PROD)], "203.0.113.6 > a/q", "allow"),
    Case("9 and global sets", [np(ingress=NOT_PROD)], "192.0.2.7 > a/q", "allow"),
    Case("10 but nobody unknown", [np(ingress=NOT_PROD)], "8.8.8.8 > a/q", "deny"),
    Case("11 notSelector confines too", [np(ingress=[allow({"notSelector": X})])], "8.8.8.8 > a/q", "deny"),
    Case(
        "12 not in a global policy",
        [gnp(namespaceSelector="all()", ingress=[allow({"notSelector": X})])],
        "8.8.8.8 > a/q",
        "allow",
    ),
    Case(
        "13 earlier Deny",
        [np("d", order=10, ingress=[deny(X)]), np("e", order=20, ingress=[allow()])],
        "a/p > a/q",
        "deny",
    ),
    Case(
        "14 later Deny",
        [np("d", order=20, ingress=[deny(X)]), np("e", order=10, ingress=[allow()])],
        "a/p > a/q",
        "allow",
    ),
    Case("15 a-b before a", [np("a-b", ingress=[deny()]), np("a", ingress=[allow()])], "a/p > a/q", "deny"),
    Case(
        "16 no order is last",
        [np("d", ingress=[deny()]), np("e", order=1e9, ingress=[allow()])],
        "a/p > a/q",
        "allow",
    ),
    Case("17 Log alone isolates", [np(ingress=[LOG])], "b/r > a/p", "deny", logged=True),
    Case("18 Pass reaches the profile", [np(ingress=[PASS])], "b/r > a/p", "allow"),
    Case("19 staged is nothing", [np(kind="StagedNetworkPolicy", ingress=[])], "b/r > a/p", "allow"),
    Case(
        "20 an earlier tier denies",
        [
            tier("t", order=10, defaultAction="Pass"),
            gnp(tier="t", ingress=[deny({"namespaceSelector": "projectcalico.org/name == 'b'"})]),
            KNP_ALLOW_ALL,
        ],
        "b/r > a/p",
        "deny",
    ),
    Case(
        "21 the end of a tier denies",
        [tier("t", order=10, defaultAction="Deny"), gnp(tier="t", selector=X, ingress=[]), KNP_ALLOW_ALL],
        "b/r > a/p",
        "deny",
    ),
    Case(
        "22 notNets bind the family",
        [np(egress=[deny(destination={"notNets": ["10.0.0.0/8"]}), allow()])],
        "a/p > 2001:db8::1",
        "allow",
    ),
    Case(
        "23 blocks match pods",
        [knp("b", ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])],
        "a/p > b/r",
        "allow",
    ),
    Case("24 egress: [] by calicoctl", [np(types=None, ingress=[allow()], egress=[])], "a/p > b/r", "allow"),
    Case(
        "24 egress: [] by the v3 CRD",
        [np(types=None, ingress=[allow()], egress=[])],
        "a/p > b/r",
        "deny",
        settings={"typesDefaulting": "v3crd"},
    ),
    Case("5.5 no types in storage: both", [raw(ingress=[{"action": "Allow"}])], "a/p > b/r", "deny"),
]

APP_A, APP_B = np("A", order=100, ingress=[allow(X)]), np("B", order=200, ingress=[allow({"nets": ["8.8.8.8/32"]})])
LOGGING = [  # calico.md 9.2, 9.3
    Case(
        "Log and Deny in A break B",
        [np("A", order=100, ingress=[allow(X), LOG, deny()]), APP_B],
        "8.8.8.8 > a/q",
        "deny",
        logged=True,
    ),
    Case(
        "Log in A logs what B allows",
        [np("A", order=100, ingress=[allow(X), LOG]), APP_B],
        "8.8.8.8 > a/q",
        "allow",
        logged=True,
    ),
    Case("Log after Allow is not reached", [np(ingress=[allow(X), rule("Log", X)])], "a/p > a/q", "allow"),
    Case("Log, Allow last opens", [APP_A, np("z", ingress=[LOG, allow()])], "8.8.8.8 > a/q", "allow", logged=True),
    Case(
        "the right pattern logs a denial", [APP_A, APP_B, np("z", ingress=[LOG, deny()])], "9.9.9.9 > a/q", "deny", True
    ),
    Case("and nothing allowed", [APP_A, APP_B, np("z", ingress=[LOG, deny()])], "8.8.8.8 > a/q", "allow"),
    Case(
        "Log just before its Deny", [np(order=1, ingress=[rule("Log", X), deny(X)]), APP_B], "a/p > a/q", "deny", True
    ),
    Case("a staged Log is silent", [np(kind="StagedNetworkPolicy", ingress=[LOG, deny()])], "b/r > a/q", "allow"),
    Case("Log that does not match", [np(ingress=[rule("Log", X), allow()])], "8.8.8.8 > a/q", "allow"),
]

T_PASS, T_DENY = tier("t", order=10, defaultAction="Pass"), tier("t", order=10)
ADMIN_DENY = {"action": "Deny", "from": [{"namespaces": {}}]}
ADMIN_ACCEPT = ADMIN_DENY | {"action": "Accept"}
MATCHING = [
    Case(
        "a tier without order is before default",
        [tier("aaa"), gnp(tier="aaa", ingress=[deny()]), np(ingress=[allow()])],
        "b/r > a/q",
        "deny",
    ),
    Case(
        "or behind it, by name",
        [tier("zzz"), gnp(tier="zzz", ingress=[deny()]), np(ingress=[allow()])],
        "b/r > a/q",
        "allow",
    ),
    Case(
        "an unknown tier is last and denies",
        [np(tier="nowhere", ingress=[]), np("q", ingress=[PASS])],
        "b/r > a/q",
        "deny",
    ),
    Case("a Pass tier isolates nobody", [T_PASS, gnp(tier="t", ingress=[])], "b/r > a/q", "allow"),
    Case("Pass leaves a Deny tier", [T_DENY, gnp(tier="t", ingress=[PASS]), np(ingress=[])], "b/r > a/q", "deny"),
    Case(
        "up to 3.31 a ran before a-b",
        [np("a-b", ingress=[deny()]), np("a", ingress=[allow()])],
        "a/p > a/q",
        "allow",
        settings={"tieBreak": "3.31"},
    ),
    Case(
        "and the namespace counted first",
        [np("z", ingress=[deny()]), gnp("b", ingress=[allow()])],
        "b/r > a/q",
        "deny",
        settings={"tieBreak": "3.31"},
    ),
    Case("now the name does", [np("z", ingress=[deny()]), gnp("b", ingress=[allow()])], "b/r > a/q", "allow"),
    Case(
        "a Kubernetes policy stands at 1000", [np(order=1000.5, ingress=[deny()]), KNP_ALLOW_ALL], "b/r > a/q", "allow"
    ),
    Case("and is k, before p", [np("p", order=1000, ingress=[deny()]), KNP_ALLOW_ALL], "b/r > a/q", "allow"),
    Case(
        "up to 3.31 knp.default.k, behind default.p",
        [np("p", order=1000, ingress=[deny()]), KNP_ALLOW_ALL],
        "b/r > a/q",
        "deny",
        settings={"tieBreak": "3.31"},
    ),
    Case("the later document of one key counts", [np(ingress=[deny()]), np(ingress=[allow()])], "b/r > a/q", "allow"),
    Case("stored default.p is p", [np(ingress=[allow()]), raw("default.p", types=["Ingress"])], "b/r > a/q", "deny"),
    Case(
        "not in another tier",
        [T_DENY, np(tier="t", ingress=[allow()]), raw("default.p", tier="t", types=["Ingress"])],
        "b/r > a/q",
        "allow",
    ),
    Case("packed labels", [gnp(ingress=[allow("app == 'packed'")])], "198.18.0.1 > a/q", "allow"),
    Case(
        "a typed list",
        [
            {
                "apiVersion": "projectcalico.org/v3",
                "kind": "NetworkPolicyList",
                "items": [None, {"metadata": {"name": "p", "namespace": "a"}}],
            }
        ],
        "b/r > a/q",
        "deny",
    ),
    Case(
        "an unknown tier comes after kube-baseline",
        [gnp(tier="nowhere", ingress=[]), cnp("Baseline", ingress=[ADMIN_ACCEPT])],
        "b/r > a/q",
        "allow",
    ),
    Case(
        "kube-admin is at 1000",
        [tier("t", order=1000.5), gnp(tier="t", ingress=[]), cnp(ingress=[ADMIN_ACCEPT])],
        "b/r > a/q",
        "allow",
    ),
    Case(
        "kube-baseline at ten million",
        [tier("t", order=1e7 + 0.5), gnp(tier="t", ingress=[]), cnp("Baseline", ingress=[ADMIN_ACCEPT])],
        "b/r > a/q",
        "allow",
    ),
    Case("a List is unpacked", [{"apiVersion": "v1", "kind": "List", "items": [np(ingress=[])]}], "b/r > a/q", "deny"),
    Case("an unparsable selector: no policy", [np(selector="app = 'x'", ingress=[])], "b/r > a/q", "allow"),
    Case(
        "doNotTrack is not for pods",
        [gnp(doNotTrack=True, applyOnForward=True, ingress=[deny()])],
        "b/r > a/q",
        "allow",
    ),
    # subjects, section 4.2
    Case("global subject by namespace", [gnp(namespaceSelector="env == 'prod'", ingress=[])], "b/r > a/q", "deny"),
    Case(
        "not this namespace, whatever the pod claims",
        [gnp(namespaceSelector="env == 'prod'", ingress=[])],
        "a/q > b/r",
        "allow",
    ),
    Case(
        "subject by service account", [gnp(serviceAccountSelector="role == 'bot'", ingress=[])], "a/q > b/bot", "deny"
    ),
    Case(
        "subject by another one",
        [np(namespace="b", serviceAccountSelector="role == 'bot'", ingress=[])],
        "a/q > b/r",
        "allow",
    ),
    Case(
        "!all() beside a namespaceSelector is outside them",
        [gnp(selector="!all()", namespaceSelector="all()", ingress=[])],
        "b/r > a/q",
        "allow",
    ),
    # peers, section 4.3
    Case("GNP selector finds global sets", [gnp(ingress=FROM_X)], "192.0.2.7 > a/q", "allow"),
    Case(
        "namespaceSelector all(): pods anywhere",
        [np(ingress=[allow({"namespaceSelector": "all()"})])],
        "b/r > a/q",
        "allow",
    ),
    Case("and network sets", [np(ingress=[allow({"namespaceSelector": "all()"})])], "198.51.100.1 > a/q", "allow"),
    Case("but no host endpoints", [np(ingress=[allow({"namespaceSelector": "all()"})])], "203.0.113.6 > a/q", "deny"),
    Case(
        "host endpoints inherit from profiles",
        [np(ingress=[allow({"namespaceSelector": "projectcalico.org/name == 'b'"})])],
        "203.0.113.5 > a/q",
        "allow",
    ),
    Case(
        "of accounts too",
        [gnp(ingress=[allow({"serviceAccounts": {"selector": "role == 'bot'"}})])],
        "203.0.113.5 > a/q",
        "allow",
    ),
    Case("account by name", [gnp(ingress=[allow({"serviceAccounts": {"names": ["robot"]}})])], "b/bot > a/q", "allow"),
    Case(
        "in the policy's own namespace",
        [np(ingress=[allow({"serviceAccounts": {"names": ["robot"]}})])],
        "b/bot > a/q",
        "deny",
    ),
    Case("no account asked: anyone", [np(ingress=[allow({"serviceAccounts": {}})])], "8.8.8.8 > a/q", "allow"),
    Case("without P the address is judged", [gnp(ingress=[allow({"notSelector": X})])], "b/old > a/q", "deny"),
    Case("with P the entity", [gnp(ingress=[allow({"selector": "all()", "notSelector": X})])], "b/old > a/q", "allow"),
    Case("host-network pods have no labels", [gnp(ingress=FROM_X)], "10.1.2.3 > a/q", "deny"),
    Case("finished pods have no address", [gnp(ingress=FROM_X)], "10.1.2.6 > a/q", "deny"),
    Case("profiles pass labels on", [gnp(ingress=[allow("zone == 'edge'")])], "203.0.113.6 > a/q", "allow"),
    Case(
        "hosts have named ports",
        [gnp(egress=[allow(None, {"ports": ["web"]}, protocol="TCP")])],
        "a/q > 203.0.113.6",
        "allow",
        traffic="TCP 8443",
    ),
    Case(
        "ICMP has no named port",
        [np(ingress=[allow(None, {"ports": ["http"]})])],
        "8.8.8.8 > a/p",
        "deny",
        traffic="ICMP 8/0",
    ),
    Case(
        "nor one to spare",
        [np(ingress=[allow(None, {"notPorts": ["http"]})])],
        "8.8.8.8 > a/p",
        "allow",
        traffic="ICMP 8/0",
    ),
    Case(
        "ICMPv6 by name is version 6", [np(ingress=[allow(protocol="ICMPv6")])], "8.8.8.8 > a/q", "deny", traffic="58"
    ),
    Case(
        "Service ports without targetPort",
        [np(egress=[allow(None, {"services": {"name": "dns", "namespace": "a"}})])],
        "a/q > a/p",
        "allow",
        traffic="UDP 53",
    ),
    Case(
        "only pods of its namespace",
        [np(egress=[allow(None, {"services": {"name": "dns", "namespace": "a"}})])],
        "a/q > b/r",
        "deny",
        traffic="UDP 53",
    ),
    Case(
        "a Service without selector",
        [np(egress=[allow(None, {"services": {"name": "bare", "namespace": "a"}})])],
        "a/q > a/p",
        "deny",
    ),
    Case(
        "a host that drops is not the others' business",
        [],
        "a/q > 8.8.8.8",
        "allow",
        settings={"defaultEndpointToHostAction": "Drop"},
    ),
    Case("VXLAN is UDP", [], "a/q > 8.8.8.8", "allow", traffic="TCP 4789"),
    Case(
        "and may be allowed",
        [],
        "a/q > 8.8.8.8",
        "allow",
        traffic="UDP 4789",
        settings={"allowVXLANPacketsFromWorkloads": True},
    ),
    Case("a destination selector narrows the subject", [np(ingress=[allow(None, X)])], "b/r > a/q", "deny"),
    # own node and tunnels, section 5.8
    Case("own node gets in", [np(ingress=[deny()])], "node:n1 > a/q", "allow"),
    Case("another one does not", [np(ingress=[deny()])], "node:n2 > a/q", "deny"),
    Case("out to the own node", [np(egress=[allow()])], "a/q > node:n1", "allow"),
    Case(
        "unless the host drops",
        [np(egress=[allow()])],
        "a/q > 172.18.0.1",
        "deny",
        settings={"defaultEndpointToHostAction": "Drop"},
    ),
    Case("no VXLAN from pods", [], "a/q > 8.8.8.8", "deny", traffic="UDP 4789"),
    Case("to pods, yes", [], "8.8.8.8 > a/q", "allow", traffic="UDP 4789"),
    Case("no tunnels from pods", [], "a/q > 8.8.8.8", "deny", traffic="4"),
    Case("unless allowed", [], "a/q > 8.8.8.8", "allow", traffic="4", settings={"allowIPIPPacketsFromWorkloads": True}),
    # rules, section 6
    Case(
        "mixed networks fall apart by family",
        [raw(types=["Ingress"], ingress=[{"action": "Allow", "source": {"nets": ["10.0.0.0/8", "fd00::/8"]}}])],
        "8.8.8.8 > a/q",
        "deny",
    ),
    Case(
        "bare and broken networks in storage",
        [raw(types=["Ingress"], ingress=[{"action": "Allow", "source": {"nets": ["8.8.8.8", "10.0.0"]}}])],
        "8.8.8.8 > a/q",
        "allow",
    ),
    Case(
        "only broken ones are none",
        [
            raw(
                types=["Ingress"],
                ingress=[{"action": "Allow", "source": {"nets": ["10.0.0", "fe80::%eth0/64", "1.2.3.4/a"]}}],
            )
        ],
        "8.8.8.8 > a/q",
        "allow",
    ),
    Case("not everything is nothing", [np(ingress=[allow({"notNets": ["0.0.0.0/0"]})])], "2001:db8::1 > a/q", "deny"),
    Case("ICMP by name is version 4", [np(ingress=[allow(protocol="ICMP")])], "2001:db8::1 > a/q", "deny", traffic="1"),
    Case("by number it is either", [np(ingress=[allow(protocol=1)])], "2001:db8::1 > a/q", "allow", traffic="1"),
    Case("ipVersion", [np(ingress=[allow(ipVersion=6)])], "8.8.8.8 > a/q", "deny"),
    Case(
        "ICMP type and code",
        [np(ingress=[allow(protocol="ICMP", icmp={"type": 3, "code": 4})])],
        "8.8.8.8 > a/q",
        "allow",
        traffic="ICMP 3/4",
    ),
    Case(
        "another code",
        [np(ingress=[allow(protocol="ICMP", icmp={"type": 3, "code": 4})])],
        "8.8.8.8 > a/q",
        "deny",
        traffic="ICMP 3/1",
    ),
    Case(
        "notICMP negates the pair",
        [np(ingress=[allow(protocol="ICMP", notICMP={"type": 3, "code": 4})])],
        "8.8.8.8 > a/q",
        "allow",
        traffic="ICMP 3/1",
    ),
    Case(
        "no type in the probe",
        [np(ingress=[allow(protocol="ICMP", icmp={"type": 8})])],
        "8.8.8.8 > a/q",
        "unknown",
        traffic="ICMP",
    ),
    Case("notICMP without protocol", [np(ingress=[allow(notICMP={"type": 8})])], "8.8.8.8 > a/q", "unknown"),
    Case("notProtocol", [np(ingress=[allow(notProtocol="UDP")])], "8.8.8.8 > a/q", "allow", traffic="47"),
    Case("port ranges", [np(ingress=[allow(None, {"ports": [1, "79:81"]}, protocol="TCP")])], "8.8.8.8 > a/q", "allow"),
    Case(
        "lower-case protocols in storage",
        [raw(types=["Ingress"], ingress=[{"action": "Allow", "protocol": "tcp"}])],
        "8.8.8.8 > a/q",
        "allow",
    ),
    Case(
        "negated ports", [np(ingress=[allow(None, {"notPorts": ["79:81"]}, protocol="TCP")])], "8.8.8.8 > a/q", "deny"
    ),
    Case(
        "named port of the subject",
        [np(ingress=[allow(None, {"ports": ["http"]}, protocol="TCP")])],
        "8.8.8.8 > a/p",
        "allow",
        traffic="TCP 8080",
    ),
    Case(
        "whose protocol is its own",
        [np(ingress=[allow(None, {"ports": ["dns"]})])],
        "8.8.8.8 > a/p",
        "allow",
        traffic="UDP 53",
    ),
    Case(
        "not the rule's",
        [np(ingress=[allow(None, {"ports": ["dns"]}, protocol="TCP")])],
        "8.8.8.8 > a/p",
        "deny",
        traffic="TCP 53",
    ),
    Case(
        "who lacks the name is out",
        [np(ingress=[allow(None, {"ports": ["http"]}, protocol="TCP")])],
        "8.8.8.8 > a/q",
        "deny",
        traffic="TCP 8080",
    ),
    Case(
        "source ports that nobody told",
        [np(ingress=[allow({"ports": [53]}, protocol="UDP")])],
        "8.8.8.8 > a/q",
        "unknown",
        traffic="UDP 80",
    ),
    Case(
        "Service: target ports",
        [np(egress=[allow(None, {"services": {"name": "api", "namespace": "a"}})])],
        "a/q > a/p",
        "allow",
        traffic="TCP 8080",
    ),
    Case(
        "Service: not its own port",
        [np(egress=[allow(None, {"services": {"name": "api", "namespace": "a"}})])],
        "a/q > a/p",
        "deny",
    ),
    Case(
        "Service without namespace",
        [np(egress=[allow(None, {"services": {"name": "api"}})])],
        "a/q > a/p",
        "deny",
        traffic="TCP 8080",
    ),
    Case(
        "Service as source: any port",
        [np(ingress=[allow({"services": {"name": "api", "namespace": "a"}})])],
        "a/p > a/q",
        "allow",
    ),
    # what is out of reach
    Case("a pod to itself", [], "a/p > a/p", "unknown"),
    Case("no address of the family", [], "2001:db8::1 > b/v4", "unknown"),
    Case("host-network subject", [np(namespace="b", ingress=[])], "8.8.8.8 > b/host", "unknown"),
]


def expression(operator: str, key: str, *values: str) -> Document:
    """Make a Kubernetes selector of one expression."""
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


PROD = {"matchLabels": {"env": "prod"}}
BLOCK = [{"ipBlock": {"cidr": "8.8.0.0/16", "except": ["8.8.4.0/24", "bad"]}}]
KUBERNETES = [  # calico.md section 7
    Case("peers match pods only", [knp("a", ingress=[{"from": [{"podSelector": {}}]}])], "198.51.100.7 > a/q", "deny"),
    Case("own namespace", [knp("a", ingress=[{"from": [{"podSelector": {}}]}])], "a/p > a/q", "allow"),
    Case("any namespace", [knp("a", ingress=[{"from": [{"namespaceSelector": {}}]}])], "b/r > a/q", "allow"),
    Case("is not anyone", [knp("a", ingress=[{"from": [{"namespaceSelector": {}}]}])], "8.8.8.8 > a/q", "deny"),
    Case("NotIn", [knp("a", podSelector=expression("NotIn", "app", "x"))], "b/r > a/q", "deny"),
    Case("NotIn, not so", [knp("a", podSelector=expression("NotIn", "app", "x"))], "b/r > a/p", "allow"),
    Case("DoesNotExist", [knp("a", podSelector=expression("DoesNotExist", "app"))], "b/r > a/p", "allow"),
    Case("Exists", [knp("a", podSelector=expression("Exists", "app"))], "b/r > a/q", "allow"),
    Case("an unknown operator is skipped", [knp("a", podSelector=expression("Gt", "app"))], "b/r > a/q", "deny"),
    Case("no label at all", [knp("a", podSelector={"matchLabels": {"app": "x"}})], "b/r > a/q", "allow"),
    Case(
        "In without values",
        [knp("a", podSelector={"matchExpressions": [{"key": "app", "operator": "In"}]})],
        "b/r > a/q",
        "allow",
    ),
    Case("policyTypes as the API server sets them", [knp("a", egress=[{"to": BLOCK}])], "b/r > a/q", "deny"),
    Case("except", [knp("a", ingress=[{"from": BLOCK}])], "8.8.4.4 > a/q", "deny"),
    Case("around it", [knp("a", ingress=[{"from": BLOCK}])], "8.8.8.8 > a/q", "allow"),
    Case(
        "a broken cidr is everyone",
        [knp("a", ingress=[{"from": [{"ipBlock": {"cidr": "x", "except": ["9.9.9.0/24"]}}]}])],
        "9.9.9.9 > a/q",
        "allow",
    ),
    Case(
        "the widest range", [knp("a", ingress=[{"ports": [{"port": 1, "endPort": 65535}]}])], "9.9.9.9 > a/q", "allow"
    ),
    Case("beyond it", [knp("a", ingress=[{"ports": [{"port": 0}, {"port": 80}]}])], "9.9.9.9 > a/q", "deny"),
    Case("on either side", [knp("a", ingress=[{"ports": [{"port": 1, "endPort": 65536}]}])], "9.9.9.9 > a/q", "deny"),
    Case("ports: [null] is TCP", [knp("a", ingress=[{"ports": [None]}])], "9.9.9.9 > a/q", "deny", traffic="UDP 80"),
    Case("endPort", [knp("a", ingress=[{"ports": [{"port": 70, "endPort": 90}]}])], "9.9.9.9 > a/q", "allow"),
    Case("endPort alone is ignored", [knp("a", ingress=[{"ports": [{"endPort": 7}]}])], "9.9.9.9 > a/q", "allow"),
    Case(
        "a broken port drops its rule",
        [knp("a", ingress=[{"ports": [{"port": "http", "endPort": 90}, {"port": 80}]}])],
        "9.9.9.9 > a/q",
        "deny",
    ),
    Case(
        "named port", [knp("a", ingress=[{"ports": [{"port": "http"}]}])], "9.9.9.9 > a/p", "allow", traffic="TCP 8080"
    ),
    Case("Admin denies first", [cnp(ingress=[ADMIN_DENY]), KNP_ALLOW_ALL], "b/r > a/q", "deny"),
    Case("not strangers", [cnp(ingress=[ADMIN_DENY]), KNP_ALLOW_ALL], "8.8.8.8 > a/q", "allow"),
    Case(
        "a lower number is earlier",
        [cnp(ingress=[ADMIN_DENY]), cnp(priority=1, name="z", ingress=[ADMIN_DENY | {"action": "Accept"}])],
        "b/r > a/q",
        "allow",
    ),
    Case("Baseline comes last", [cnp("Baseline", ingress=[ADMIN_DENY]), KNP_ALLOW_ALL], "b/r > a/q", "allow"),
    Case("but does come", [cnp("Baseline", ingress=[ADMIN_DENY])], "b/r > a/q", "deny"),
    Case(
        "pods as subject",
        [cnp(subject={"pods": {"podSelector": {"matchLabels": {"app": "x"}}}}, ingress=[ADMIN_DENY])],
        "b/r > a/q",
        "allow",
    ),
    Case("no subject that it knows", [cnp(subject={"nodes": {}}, ingress=[ADMIN_DENY])], "b/r > a/q", "allow"),
    Case(
        "networks of both families",
        [cnp(egress=[{"action": "Deny", "to": [{"networks": ["8.8.8.0/24", "2001:db8::/32"]}]}])],
        "a/q > 2001:db8::1",
        "deny",
    ),
    Case(
        "ports",
        [
            cnp(
                ingress=[
                    ADMIN_DENY | {"protocols": [{"tcp": {"destinationPort": {"range": {"start": 79, "end": 81}}}}]}
                ]
            )
        ],
        "b/r > a/q",
        "deny",
    ),
    Case(
        "a port's name brings its protocol",
        [cnp(ingress=[ADMIN_DENY | {"protocols": [{"destinationNamedPort": "dns"}]}])],
        "b/r > a/p",
        "deny",
        traffic="UDP 53",
    ),
    Case(
        "an unknown peer of Pass denies all",
        [cnp(egress=[{"action": "Pass", "to": [{"nodes": {}}]}])],
        "a/q > 8.8.8.8",
        "deny",
    ),
    Case("of Accept is dropped", [cnp(egress=[{"action": "Accept", "to": [{"nodes": {}}]}])], "a/q > b/r", "allow"),
    Case(
        "nor accept",
        [cnp(egress=[{"action": "Accept", "to": [{"nodes": {}}]}]), np(egress=[])],
        "a/q > 8.8.8.8",
        "deny",
    ),
    Case(
        "a broken network spoils the rule",
        [cnp(egress=[{"action": "Deny", "to": [{"networks": ["9.0.0.0/8", "x"]}]}])],
        "a/q > 8.8.8.8",
        "deny",
    ),
    Case("a tier that it does not know", [cnp("Cluster", ingress=[ADMIN_DENY])], "b/r > a/q", "allow"),
    Case(
        "pods of some namespaces",
        [cnp(ingress=[{"action": "Deny", "from": [{"pods": {"namespaceSelector": PROD, "podSelector": {}}}]}])],
        "b/r > a/q",
        "allow",
    ),
    Case(
        "pods are no sets",
        [cnp(ingress=[{"action": "Deny", "from": [{"pods": {"podSelector": {}}}]}])],
        "198.51.100.7 > a/q",
        "allow",
    ),
    Case("namespaces hold sets", [cnp(ingress=[ADMIN_DENY])], "198.51.100.7 > a/q", "deny"),
    Case(
        "negative ones hosts too",
        [cnp(ingress=[{"action": "Deny", "from": [{"namespaces": expression("DoesNotExist", "env")}]}])],
        "203.0.113.6 > a/q",
        "deny",
    ),
    Case(
        "an unknown protocol spoils the rule",
        [cnp(ingress=[ADMIN_DENY | {"protocols": [{"tcp": {}}]}])],
        "8.8.8.8 > a/q",
        "deny",
    ),
    Case("an unknown action is no rule", [cnp(ingress=[ADMIN_DENY | {"action": "Reject"}])], "b/r > a/q", "allow"),
]
