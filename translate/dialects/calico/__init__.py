"""Calico: the policies of ``projectcalico.org/v3`` and ``crd.projectcalico.org/v1``, their tiers and sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from translate.core.deferred import deferred
from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.core.release import Release
from translate.dialects.base import Emitted, JsonObject, Lifted, Object, Settings
from translate.dialects.calico.semantics import NAME, TITLE, semantics
from translate.dialects.calico.settings import SETTINGS
from translate.dialects.gates import lacks
from translate.dialects.objects import Manifest
from translate.dialects.protocol import Dialect, Rewriting
from translate.dialects.shared_reading import SharedReading
from translate.model.facts import Facts
from translate.model.policy import Policy, PolicySet
from translate.model.semantics import Semantics, TieBreak
from translate.model.settings import EngineSettings

if TYPE_CHECKING:
    from translate.dialects.calico.objects import CalicoObject


class Calico(Dialect):
    """Ordered rules in tiers, of which the first that matches decides."""

    name, title = NAME, TITLE
    staging = deferred("translate.dialects.calico.staging", "STAGING")
    log_denials = deferred("translate.dialects.calico.log_denials", "LOG_DENIALS")
    gates = deferred("translate.dialects.calico.versions", "GATES")
    settings = SETTINGS
    installed = deferred("translate.dialects.calico.installed", "INSTALLED")
    rewriting = Rewriting.CHANGED
    is_dear_to_lift = True
    tells_releases = True

    def semantics(self, settings: EngineSettings) -> Semantics:
        """What Calico does, set up like that."""
        return semantics(settings)

    def on_release(self, semantics: Semantics, release: Release) -> Semantics:
        """Calico with the one way to sort equal orders that this release has."""
        older = lacks(NAME, "ties-by-name", release)
        return semantics.told_by(TieBreak.BY_NAMESPACE if older else TieBreak.BY_NAME)

    def read(self, item: Object) -> CalicoObject:
        """Decode one object, unpack its metadata and validate it. Raises InputError."""
        from translate.dialects.calico.objects import read  # not where these are but the target, like the next

        return read(item)

    def read_again(self, item: Object) -> CalicoObject:
        """Decode and unpack."""
        from translate.dialects.calico.objects import read_again  # as above

        return read_again(item)

    def lift(self, found: Manifest, origin: Origin, settings: Settings, report: Report) -> Lifted:
        """What an object means; constructs that are not modelled become refusals."""
        from translate.dialects.calico.lift_object import lift_object  # as above

        return lift_object(found, origin, settings, report)

    def together(self, policies: PolicySet, facts: Facts, report: Report) -> PolicySet:
        """The set with every tier that its policies use, and what its sets and Services mean."""
        from translate.dialects.calico.lift_objects import together  # as above

        return together(policies, facts, report)

    def beside(self, policies: PolicySet) -> list[JsonObject]:
        """The tiers that policies stand in."""
        from translate.dialects.calico.emit import beside  # not where these are but the input, like the next

        return beside(policies)

    def emit(self, policies: Iterable[Policy], *, traced: bool) -> list[Emitted]:
        """Policies that fit, as NetworkPolicies and GlobalNetworkPolicies."""
        from translate.dialects.calico.emit import emit  # as above

        return emit(policies, traced=traced)

    def among(self, items: Sequence[Emitted], others: Iterable[Mapping[str, Any]]) -> Sequence[Emitted]:
        """The objects as Calico stores them, where all others are so: such a cluster may not have the other API."""
        from translate.dialects.calico.stored import stored  # only where logging adds to what stays

        return stored(items, tuple(others))

    def shared_reading(self, settings: EngineSettings) -> SharedReading:
        """How Calico enforces them."""
        from translate.dialects.calico.kubernetes_policies import READING  # where Calico enforces them

        return READING


DIALECT = Calico()
