"""A small cluster with policies of three makers, as its API server holds it: with all that a server adds."""

from __future__ import annotations

from typing import Any

from tests.cluster.stand_in import Cluster, Objects

SERVERS = {
    "uid": "u-1",
    "resourceVersion": "12",
    "creationTimestamp": "2026-01-01T00:00:00Z",
    "managedFields": [{"manager": "x"}],
}


def of(
    api: str, kind: str, name: str, namespace: str = "", /, labels: dict[str, str] | None = None, **rest: Any
) -> dict[str, Any]:
    """An object as the server holds it."""
    meta: dict[str, Any] = {"name": name, **SERVERS}
    meta |= {"namespace": namespace} if namespace else {}
    meta |= {"labels": labels} if labels else {}
    return {"apiVersion": api, "kind": kind, "metadata": meta, **rest}


def pod(
    name: str, namespace: str, address: str, image: str = "registry.example/web", container: str = "c", **labels: str
) -> dict[str, Any]:
    """A running Pod that keeps something to itself."""
    containers = [
        {
            "name": container,
            "image": image,
            "env": [{"name": "PASSWORD", "value": "s3cr3t"}],
            "ports": [{"name": "http", "containerPort": 8080}],
        }
    ]
    return of(
        "v1",
        "Pod",
        name,
        namespace,
        labels,
        spec={"nodeName": "n1", "serviceAccountName": "web", "containers": containers},
        status={"phase": "Running", "podIP": address, "podIPs": [{"ip": address}]},
    )


def agent(name: str, label: str, container: str, image: str) -> dict[str, Any]:
    """A Pod of a network, on the network of its node."""
    found = pod(name, "kube-system", "172.18.0.2", image, container, **{"k8s-app": label})
    found["spec"]["hostNetwork"] = True
    return found


NODE = of(
    "v1",
    "Node",
    "n1",
    spec={"podCIDRs": ["10.244.0.0/24"]},
    status={"addresses": [{"type": "InternalIP", "address": "172.18.0.2"}], "nodeInfo": {"kernelVersion": "6.1"}},
)
SPACES = [
    of("v1", "Namespace", "kube-system", labels={"kubernetes.io/metadata.name": "kube-system"}),
    of(
        "v1",
        "Namespace",
        "shop",
        labels={"kubernetes.io/metadata.name": "shop", "team": "a"},
        status={"phase": "Active"},
    ),
]
SERVICE = of(
    "v1", "Service", "web", "shop", spec={"clusterIP": "10.96.0.9", "selector": {"app": "web"}, "ports": [{"port": 80}]}
)
POLICY = of(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    "web",
    "shop",
    spec={
        "podSelector": {"matchLabels": {"app": "web"}},
        "ingress": [{"from": [{"podSelector": {}}]}],
        "policyTypes": ["Ingress"],
    },
    status={},
)
POLICY["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": "{}", "owner": "team a"}
DENY = of(
    "networking.k8s.io/v1", "NetworkPolicy", "deny", "kube-system", spec={"podSelector": {}, "policyTypes": ["Ingress"]}
)
SECRET = of("v1", "Secret", "key", "shop", data={"k": "czNjcjN0"})


def core(*pods: dict[str, Any]) -> dict[str, Objects]:
    """What every cluster serves."""
    return {
        "/api/v1/namespaces": SPACES,
        "/api/v1/nodes": [NODE],
        "/api/v1/pods": [pod("web-0", "shop", "10.244.0.7", app="web"), *pods],
        "/api/v1/services": [SERVICE],
        "/api/v1/secrets": [SECRET],
        "/apis/apps/v1/deployments#Deployment#ns": [],
        "/apis/networking.k8s.io/v1/networkpolicies#NetworkPolicy#ns": [POLICY, DENY],
        "/apis/networking.k8s.io/v1/servicecidrs#ServiceCIDR": [
            of("networking.k8s.io/v1", "ServiceCIDR", "kubernetes", spec={"cidrs": ["10.96.0.0/16"]})
        ],
        "/apis/discovery.k8s.io/v1/endpointslices#EndpointSlice#ns": [
            of(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                "kubernetes",
                "default",
                endpoints=[{"addresses": ["172.18.0.9"]}],
            ),
            of("discovery.k8s.io/v1", "EndpointSlice", "web-x", "shop", endpoints=[{"addresses": ["10.244.0.7"]}]),
        ],
    }


def with_cilium() -> Cluster:
    """Where Cilium enforces."""
    return Cluster(
        core(agent("cilium-x", "cilium", "cilium-agent", "quay.io/cilium/cilium:v1.18.2@sha256:00"))
        | {
            "/apis/cilium.io/v2/ciliumnetworkpolicies#CiliumNetworkPolicy#ns": [
                of(
                    "cilium.io/v2",
                    "CiliumNetworkPolicy",
                    "out",
                    "shop",
                    spec={"endpointSelector": {}, "egress": [{"toCIDRSet": [{"cidrGroupRef": "offices"}]}]},
                )
            ],
            "/apis/cilium.io/v2/ciliumcidrgroups#CiliumCIDRGroup": [
                of("cilium.io/v2", "CiliumCIDRGroup", "offices", spec={"externalCIDRs": ["203.0.113.0/24"]})
            ],
            "/apis/cilium.io/v2alpha1/ciliumcidrgroups#CiliumCIDRGroup": [],
            "/apis/cilium.io/v2/ciliumendpoints#CiliumEndpoint#ns": [
                of("cilium.io/v2", "CiliumEndpoint", "web-0", "shop")
            ],
            "/api/v1/configmaps": [
                of(
                    "v1",
                    "ConfigMap",
                    "cilium-config",
                    "kube-system",
                    data={"enable-policy": "default", "allow-localhost": "policy", "ipam": "kubernetes"},
                ),
                of("v1", "ConfigMap", "app", "shop", data={"password": "s3cr3t"}),
            ],
        }
    )


def with_calico() -> Cluster:
    """Where Calico enforces, and its API server serves what its CRDs hold as well."""
    tier = of("projectcalico.org/v3", "Tier", "platform", spec={"order": 10})
    policy = of(
        "projectcalico.org/v3",
        "NetworkPolicy",
        "platform.web",
        "shop",
        spec={
            "tier": "platform",
            "order": 1,
            "selector": "app == 'web'",
            "types": ["Ingress"],
            "ingress": [{"action": "Allow"}],
        },
    )
    stored = {**policy, "apiVersion": "crd.projectcalico.org/v1"}
    return Cluster(
        core(
            agent("calico-node-x", "calico-node", "calico-node", "docker.io/calico/node:v3.32.1"),
            pod("api-0", "shop", "192.168.7.7", app="api"),
        )
        | {
            "/apis/projectcalico.org/v3/tiers#Tier": [tier],
            "/apis/projectcalico.org/v3/networkpolicies#NetworkPolicy#ns": [policy],
            "/apis/projectcalico.org/v3/ippools#IPPool": [
                of("projectcalico.org/v3", "IPPool", "default", spec={"cidr": "192.168.0.0/16"}),
                of("projectcalico.org/v3", "IPPool", "older", spec={"cidr": "10.244.0.0/16", "disabled": True}),
                of(
                    "projectcalico.org/v3",
                    "IPPool",
                    "balancers",
                    spec={"cidr": "198.51.100.0/24", "allowedUses": ["LoadBalancer"]},
                ),
            ],
            "/apis/projectcalico.org/v3/felixconfigurations#FelixConfiguration": [
                of(
                    "projectcalico.org/v3",
                    "FelixConfiguration",
                    "default",
                    spec={"defaultEndpointToHostAction": "Accept", "bpfEnabled": True},
                )
            ],
            "/apis/crd.projectcalico.org/v1/networkpolicies#NetworkPolicy#ns": [stored],
            "/apis/security.istio.io/v1/authorizationpolicies#AuthorizationPolicy#ns": [],
        }
    )
