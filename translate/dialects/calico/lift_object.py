"""What each kind of object means."""

from __future__ import annotations

from translate.core.diagnostics import Report
from translate.core.origin import Origin
from translate.dialects.base import Lifted, Settings
from translate.dialects.calico.left_out import left_out
from translate.dialects.calico.lift import is_for_hosts_only, lift
from translate.dialects.calico.lift_objects import lift_host, lift_profile, lift_set, lift_tier, unjudged
from translate.dialects.calico.manifest import (
    GlobalNetworkPolicy,
    NetworkPolicy,
    StagedGlobalNetworkPolicy,
    StagedNetworkPolicy,
)
from translate.dialects.calico.manifest_objects import GlobalNetworkSet, HostEndpoint, NetworkSet, Profile, Tier
from translate.dialects.calico.ranges import old_forms, old_forms_of_set
from translate.dialects.objects import Manifest, say_old_forms


def lift_object(found: Manifest, origin: Origin, settings: Settings, report: Report) -> Lifted:
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
            return Lifted(policies=(policy,), idle=tuple(left_out(found.spec, policy)))
        case _:
            return Lifted()
