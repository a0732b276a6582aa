"""What every pass is told about the target and may say about the losses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from translate.core.diagnostics import Report
from translate.core.origin import Place
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import AddressSet, Engine, Policy
from translate.tables.records import Capabilities, Labels


@dataclass(frozen=True, slots=True)
class Target:
    """The dialect that policies are fitted to, the engine they come from, and the address sets that they may mean."""

    name: str
    can: Capabilities
    labels: Labels
    source: Engine
    loosen: bool = False
    sets: tuple[AddressSet, ...] = ()
    facts: Facts = NO_FACTS
    deny_tier: bool = False
    flat: bool = False
    """Whether order was worked out: what is no pod is then told from pods on purpose."""
    passing: frozenset[str] = frozenset()
    """The tiers of the source that end in Pass: their policies isolate nobody."""
    denying: frozenset[Place] | None = None
    """The places of the Deny rules that are kept; None keeps all."""
    reserved: frozenset[tuple[str | None, str]] = frozenset()
    """Namespaces and names of objects of the target that stand in the output already."""


Pass: TypeAlias = Callable[[tuple[Policy, ...], Target, Report], tuple[Policy, ...]]
