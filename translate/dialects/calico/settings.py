"""The fields of Calico's FelixConfiguration that change what policies mean (docs/facts.md)."""

from __future__ import annotations

from translate.dialects.protocol import Setting, SettingsForm
from translate.model.settings import OneEngine


class CalicoSettings(OneEngine, frozen=True, gc=False):
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


SETTINGS = SettingsForm(
    CalicoSettings, {"defaultEndpointToHostAction": Setting("endpoint_to_host", ("Accept", "Drop", "Return"))}
)
