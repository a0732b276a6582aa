"""Cilium: the policies and CIDR groups of ``cilium.io``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from translate.core.deferred import deferred
from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.dialects.base import Emitted, Lifted, Object, Settings
from translate.dialects.cilium.hubble import HUBBLE
from translate.dialects.cilium.named_sets import NAMED_SETS
from translate.dialects.cilium.semantics import NAME, TITLE, semantics
from translate.dialects.cilium.settings import SETTINGS, CiliumSettings
from translate.dialects.objects import Manifest
from translate.dialects.protocol import Dialect, Rewriting
from translate.dialects.shared_reading import SharedReading
from translate.model.facts import Facts
from translate.model.policy import Policy, PolicySet
from translate.model.semantics import Semantics
from translate.model.settings import EngineSettings

if TYPE_CHECKING:
    from translate.dialects.cilium.objects import CiliumObject


class Cilium(Dialect):
    """Allows that add up, and denies that beat them all."""

    name, title = NAME, TITLE
    observe_denials = HUBBLE
    named_sets = NAMED_SETS
    gates = deferred("translate.dialects.cilium.versions", "GATES")
    settings = SETTINGS
    installed = deferred("translate.dialects.cilium.installed", "INSTALLED")
    rewriting = Rewriting.NEVER
    is_dear_to_lift = True

    def semantics(self, settings: EngineSettings) -> Semantics:
        """What Cilium does, set up like that."""
        return semantics(settings)

    def read(self, item: Object) -> CiliumObject:
        """Decode and validate one object. Raises InputError."""
        from translate.dialects.cilium.objects import read  # not where these are but the target, like the next

        return read(item)

    def read_again(self, item: Object) -> CiliumObject:
        """Decode one object."""
        from translate.dialects.cilium.objects import read_again  # as above

        return read_again(item)

    def lift(self, found: Manifest, origin: Origin, settings: Settings, report: Report) -> Lifted:
        """What an object means; constructs that are not modelled become refusals."""
        from translate.dialects.cilium.lift import lift_object  # as above

        return lift_object(found, origin, settings, report)

    def together(self, policies: PolicySet, facts: Facts, report: Report) -> PolicySet:
        """The policies with the ranges of the CIDR groups beside them and the pods behind Services; conditions that do
        not add up are refused.
        """
        from translate.dialects.cilium.lift_conflicts import check  # as above
        from translate.dialects.cilium.lift_objects import resolve_groups
        from translate.dialects.cilium.services import resolved

        check(policies, report)
        return resolved(resolve_groups(policies, facts, report), facts)

    def emit(self, policies: Iterable[Policy], *, traced: bool) -> list[Emitted]:
        """Policies that fit, as CiliumNetworkPolicies and CiliumClusterwideNetworkPolicies."""
        from translate.dialects.cilium.emit import emit  # not where these are but the input

        return emit(policies, traced=traced)

    def shared_reading(self, settings: EngineSettings) -> SharedReading:
        """How Cilium, set up as stated, enforces them."""
        from translate.dialects.cilium.kubernetes_policies import reading  # where Cilium enforces them

        return reading(settings.of(CiliumSettings))


DIALECT = Cilium()
