"""How engines are set up, as far as somebody states it: what the same policy means depends on it.

The fields are spelled as the engines' own configuration spells them; None is not stated, and the default counts.
"""

from __future__ import annotations

from msgspec import Struct


class CiliumSettings(Struct, frozen=True, gc=False):
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
        """Ranges match nodes as well as outside addresses, but for those of length 0."""
        return "nodes" in (self.cidr_match_mode or ())

    @property
    def lets_own_node_in(self) -> bool:
        """A pod's own node gets in unless a deny keeps it out."""
        return self.allow_localhost != "policy"

    @property
    def confines_selectors(self) -> bool:
        """Selectors that name no cluster mean pods of the local one, never nodes or outside addresses."""
        return self.default_local_cluster is not False

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


class CalicoSettings(Struct, frozen=True, gc=False):
    """Fields of Calico's FelixConfiguration."""

    endpoint_to_host: str | None = None

    @property
    def drops_to_own_node(self) -> bool:
        """What a pod sends to its own node is dropped, even if policies let it through."""
        return self.endpoint_to_host == "Drop"

    @property
    def stated(self) -> dict[str, str]:
        """What is stated, as the resource spells it."""
        return {} if self.endpoint_to_host is None else {"defaultEndpointToHostAction": self.endpoint_to_host}


class EngineSettings(Struct, frozen=True, gc=False):
    """The settings of each engine; a policy set is read under those of its own."""

    cilium: CiliumSettings = CiliumSettings()
    calico: CalicoSettings = CalicoSettings()

    @property
    def stated(self) -> bool:
        """Whether anything is."""
        return self != DEFAULTS


DEFAULTS = EngineSettings()
