"""Kubernetes: ``networking.k8s.io/v1`` NetworkPolicy; the cluster-wide kinds of ``policy.networking.k8s.io`` for
comparisons.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from translate.core.deferred import deferred
from translate.core.diagnostics import Report
from translate.core.identity import Identity
from translate.core.origin import Origin
from translate.dialects.base import BeyondError, Emitted, Lifted, Object, Settings
from translate.dialects.kubernetes.lift import NOT_READ, left_out, lift
from translate.dialects.kubernetes.manifest import NetworkPolicy
from translate.dialects.kubernetes.objects import KubernetesObject, read, read_again
from translate.dialects.kubernetes.old_forms import old_forms
from translate.dialects.kubernetes.semantics import NAME, TITLE, semantics
from translate.dialects.objects import Manifest, say_old_forms
from translate.dialects.protocol import Dialect
from translate.dialects.shared_reading import AS_THE_API_SAYS, SharedReading
from translate.model.policy import Policy
from translate.model.semantics import Semantics
from translate.model.settings import EngineSettings


class Kubernetes(Dialect):
    """The API that many engines enforce; its policies add up, whatever stands beside them."""

    name, title = NAME, TITLE
    installed = deferred("translate.dialects.kubernetes.installed", "INSTALLED")

    def semantics(self, settings: EngineSettings) -> Semantics:
        """What the API demands."""
        return semantics(settings)

    def read(self, item: Object) -> KubernetesObject:
        """Decode, default and validate as the API server does. Raises InputError."""
        return read(item)

    def read_again(self, item: Object) -> KubernetesObject:
        """Decode and default."""
        return read_again(item)

    def lift(self, found: Manifest, origin: Origin, settings: Settings, report: Report) -> Lifted:
        """What an object means under the engine of the input; what that does not read becomes a refusal."""
        policy = cast("KubernetesObject", found)  # as ``read`` made it
        say_old_forms(old_forms(policy), policy.kind, policy.metadata, origin, report)
        if isinstance(policy, NetworkPolicy):
            lifted = lift(policy, origin, settings, report)
            if lifted is None:
                return Lifted()
            return Lifted(policies=(lifted,), idle=tuple(left_out(policy.spec, lifted)))
        from translate.dialects.kubernetes.admin_lift import lift_admin  # for kinds that few clusters have

        try:
            return lift_admin(policy, origin, settings.shared.admin)
        except BeyondError as beyond:
            about = Identity(policy.kind, None, policy.metadata.name)
            report.refuse(NOT_READ, beyond.message, origin=beyond.origin, about=about)
            return Lifted()

    def emit(self, policies: Iterable[Policy], *, traced: bool) -> list[Emitted]:
        """Policies that fit, as NetworkPolicies."""
        from translate.dialects.kubernetes.emit import emit  # not where these are the input

        return emit(policies, traced=traced)

    def shared_reading(self, settings: EngineSettings) -> SharedReading:
        """Where no engine is named, what the API says."""
        return AS_THE_API_SAYS


DIALECT = Kubernetes()
