"""``--target-version``."""

from __future__ import annotations

import pytest

DENY = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  order: 10
  types: [Ingress]
  ingress:
  - {action: Allow, protocol: TCP, destination: {ports: ['1000:9000']}}
"""
USAGE = [
    (("cilium=1.14",), "cilium 1.14 is no release that is known: cilium 1.15 to 1.20"),
    (("calico=4.0",), "calico 4.0 is no release that is known: calico 3.26 to 3.32"),
    (("cilium",), "'cilium' must be DIALECT=VERSION, as in cilium=1.20"),
    (("k8s=1.30",), "kubernetes has no releases to tell apart: calico 3.26 to 3.32, cilium 1.15 to 1.20"),
    (("cilium=1.18", "cilium=1.19"), "cilium has two releases: name one"),
]


@pytest.mark.parametrize(("versions", "message"), USAGE)
def test_what_is_not_known_is_a_usage_error(run, versions: tuple[str, ...], message: str) -> None:
    options = [word for version in versions for word in ("--target-version", version)]
    code, out, err = run("--to", "cilium", *options, stdin=DENY)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == f"Error: Invalid value for '--target-version': {message}"


def test_what_is_newer_is_refused_with_the_release_that_is_needed(run) -> None:
    code, out, err = run("--to", "cilium", "--target-version", "cilium=1.15", stdin=DENY)
    assert (code, out) == (2, "")
    assert err.splitlines()[:3] == [
        "-:1:1: refused  NPT214 needs-newer-release",
        "   NetworkPolicy/shop/web: this needs Cilium 1.16, and the target is 1.15: endPort at "
        "spec.ingress[0].toPorts[0].ports[0].endPort",
        "   list the ports",
    ]
    for options in (["cilium=1.16"], ["cilium=1.20", "calico=3.26"], ["calico=3.26"]):
        words = [word for version in options for word in ("--target-version", version)]
        assert run("--to", "cilium", *words, stdin=DENY) == run("--to", "cilium", stdin=DENY)
