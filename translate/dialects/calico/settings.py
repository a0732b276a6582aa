"""The fields of Calico's FelixConfiguration that change what policies mean (docs/facts.md)."""

from __future__ import annotations

from translate.dialects.protocol import Setting

SETTINGS = {"defaultEndpointToHostAction": Setting("endpoint_to_host", ("Accept", "Drop", "Return"))}
