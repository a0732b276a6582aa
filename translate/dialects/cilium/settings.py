"""The options of the Cilium agent that change what policies mean (docs/facts.md)."""

from __future__ import annotations

from translate.dialects.protocol import Setting, SettingsForm
from translate.model.settings import OneEngine


class CiliumSettings(OneEngine, frozen=True, gc=False):
    """Options of the Cilium agent."""

    enable_policy: str | None = None
    cidr_match_mode: tuple[str, ...] | None = None
    allow_localhost: str | None = None
    default_local_cluster: bool | None = None

    @property
    def isolates_all(self) -> bool:
        """Every pod is isolated in both directions, whether or not a policy selects it."""
        return self.enable_policy == "always"

    @property
    def enforces_nothing(self) -> bool:
        """Policies are taken and do nothing."""
        return self.enable_policy == "never"

    @property
    def ranges_hold_nodes(self) -> bool:
        """Ranges match nodes as well as outside addresses; those of length 0 only where they match pods, too."""
        return "nodes" in (self.cidr_match_mode or ())

    @property
    def ranges_hold_pods(self) -> bool:
        """Ranges match pods as well, by any of their addresses (Cilium 1.20 and later)."""
        return "pods" in (self.cidr_match_mode or ())

    @property
    def lets_own_node_in(self) -> bool:
        """A pod's own node gets in unless a deny keeps it out."""
        return self.allow_localhost != "policy"

    @property
    def confines_selectors(self) -> bool:
        """Selectors that name no cluster mean pods of the local one, never nodes or outside addresses."""
        return self.default_local_cluster is not False

    @property
    def reads_ranges_as_usual(self) -> bool:
        """Whether ranges match outside addresses alone."""
        return not (self.ranges_hold_nodes or self.ranges_hold_pods)

    @property
    def stated(self) -> dict[str, str]:
        """What is stated, as the agent spells it."""
        mode, local = self.cidr_match_mode, self.default_local_cluster
        given = {
            "enable-policy": self.enable_policy,
            "allow-localhost": self.allow_localhost,
            "policy-cidr-match-mode": None if mode is None else f"[{', '.join(mode)}]",
            "policy-default-local-cluster": None if local is None else str(local).lower(),
        }
        return {name: value for name, value in given.items() if value is not None}


SETTINGS = SettingsForm(
    CiliumSettings,
    {
        "enable-policy": Setting("enable_policy", ("default", "always", "never")),
        "policy-cidr-match-mode": Setting("cidr_match_mode", ([], ["nodes"], ["pods"], ["pods", "nodes"])),
        "allow-localhost": Setting("allow_localhost", ("auto", "always", "policy")),
        "policy-default-local-cluster": Setting("default_local_cluster", (True, False)),
    },
)
