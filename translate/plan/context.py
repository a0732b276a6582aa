"""What every pass is told about the target and may say about the losses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from translate.core.diagnostics import Report
from translate.model.policy import Engine, Policy
from translate.tables.records import Capabilities, Labels


@dataclass(frozen=True, slots=True)
class Target:
    """The dialect that policies are fitted to, and the engine they come from."""

    name: str
    can: Capabilities
    labels: Labels
    source: Engine
    loosen: bool = False


Pass: TypeAlias = Callable[[tuple[Policy, ...], Target, Report], tuple[Policy, ...]]
