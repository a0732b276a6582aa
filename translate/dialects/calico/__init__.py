"""Calico: the policies of ``projectcalico.org/v3`` and ``crd.projectcalico.org/v1``, their tiers and sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from translate.core.deferred import deferred
from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.core.release import Release
from translate.dialects.base import Emitted, JsonObject, Lifted, Object, Settings
from translate.dialects.calico.emit import beside, emit
from translate.dialects.calico.kubernetes_policies import READING
from translate.dialects.calico.lift import is_for_hosts_only, lift
from translate.dialects.calico.lift_objects import lift_host, lift_profile, lift_set, lift_tier, together, unjudged
from translate.dialects.calico.manifest import (
    GlobalNetworkPolicy,
    NetworkPolicy,
    StagedGlobalNetworkPolicy,
    StagedNetworkPolicy,
)
from translate.dialects.calico.manifest_objects import GlobalNetworkSet, HostEndpoint, NetworkSet, Profile, Tier
from translate.dialects.calico.objects import CalicoObject, read, read_again
from translate.dialects.calico.ranges import old_forms, old_forms_of_set
from translate.dialects.calico.semantics import NAME, TITLE, semantics
from translate.dialects.calico.settings import SETTINGS
from translate.dialects.calico.versions import GATES
from translate.dialects.gates import lacks
from translate.dialects.objects import Manifest, say_old_forms
from translate.dialects.protocol import Dialect, Rewriting
from translate.dialects.shared_reading import SharedReading
from translate.model.facts import Facts
from translate.model.policy import Policy, PolicySet
from translate.model.semantics import Semantics, TieBreak
from translate.model.settings import EngineSettings


class Calico(Dialect):
    """Ordered rules in tiers, of which the first that matches decides."""

    name, title = NAME, TITLE
    staging = deferred("translate.dialects.calico.staging", "STAGING")
    log_denials = deferred("translate.dialects.calico.log_denials", "LOG_DENIALS")
    gates = GATES
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
        return read(item)

    def read_again(self, item: Object) -> CalicoObject:
        """Decode and unpack."""
        return read_again(item)

    def lift(self, found: Manifest, origin: Origin, settings: Settings, report: Report) -> Lifted:
        """What an object means; constructs that are not modelled become refusals."""
        match found:
            case Tier():
                return Lifted(tiers=(lift_tier(found),))
            case NetworkSet() | GlobalNetworkSet():
                say_old_forms(old_forms_of_set(found), found.kind, found.metadata, origin, report)
                return Lifted(sets=(lift_set(found, origin, settings.default_namespace),))
            case HostEndpoint():
                return Lifted(sets=(lift_host(found, origin, report),))
            case Profile():
                return lift_profile(found, origin, report)
            case GlobalNetworkPolicy() if is_for_hosts_only(found):
                return Lifted(unjudged=(unjudged(found, origin),))
            case StagedNetworkPolicy() | StagedGlobalNetworkPolicy() if not settings.staged:
                return Lifted()  # never enforced (Calico documentation, staged policies)
            case NetworkPolicy() | GlobalNetworkPolicy() | StagedNetworkPolicy() | StagedGlobalNetworkPolicy():
                say_old_forms(old_forms(found), found.kind, found.metadata, origin, report)
                policy = lift(found, origin, settings.default_namespace, report)
                if policy is None:
                    return Lifted()
                from translate.dialects.calico.left_out import left_out  # not where these are the target

                return Lifted(policies=(policy,), idle=tuple(left_out(found.spec, policy)))
            case _:
                return Lifted()

    def together(self, policies: PolicySet, facts: Facts, report: Report) -> PolicySet:
        """The set with every tier that its policies use, and what its sets and Services mean."""
        return together(policies, facts, report)

    def beside(self, policies: PolicySet) -> list[JsonObject]:
        """The tiers that policies stand in."""
        return beside(policies)

    def emit(self, policies: Iterable[Policy], *, traced: bool) -> list[Emitted]:
        """Policies that fit, as NetworkPolicies and GlobalNetworkPolicies."""
        return emit(policies, traced=traced)

    def among(self, items: Sequence[Emitted], others: Iterable[Mapping[str, Any]]) -> Sequence[Emitted]:
        """The objects as Calico stores them, where all others are so: such a cluster may not have the other API."""
        from translate.dialects.calico.stored import stored  # only where logging adds to what stays

        return stored(items, tuple(others))

    def shared_reading(self, settings: EngineSettings) -> SharedReading:
        """How Calico enforces them."""
        return READING


DIALECT = Calico()
