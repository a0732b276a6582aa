"""The options of the Cilium agent that change what policies mean (docs/facts.md)."""

from __future__ import annotations

from translate.dialects.protocol import Setting

SETTINGS = {
    "enable-policy": Setting("enable_policy", ("default", "always", "never")),
    "policy-cidr-match-mode": Setting("cidr_match_mode", ([], ["nodes"])),
    "allow-localhost": Setting("allow_localhost", ("auto", "always", "policy")),
    "policy-default-local-cluster": Setting("default_local_cluster", (True, False)),
}
