"""What every pass is told about the target and may say about the losses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from translate.core.accepting import NOTHING, Acceptance
from translate.core.diagnostics import Report
from translate.core.origin import Origin, Place
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import AddressSet, Policy
from translate.model.semantics import Semantics
from translate.plan.contained import WrittenRange
from translate.tables.records import Capabilities, Labels


class Target(Struct, frozen=True):
    """The dialect that policies are fitted to, the engine they come from and the one they are for, and address sets."""

    name: str
    can: Capabilities
    labels: Labels
    source: Semantics
    engine: Semantics
    loosen: bool = False
    """Whether the nearest wider form is wanted at all: ``loosens`` says where."""
    accepted: Acceptance = NOTHING
    sets: tuple[AddressSet, ...] = ()
    facts: Facts = NO_FACTS
    deny_tier: bool = False
    flat: bool = False
    """Whether order was worked out: what is no pod is then told from pods on purpose."""
    passing: frozenset[str] = frozenset()
    """The tiers of the source that end in Pass: their policies isolate nobody."""
    denying: frozenset[Place] | None = None
    """The places of the Deny rules that are kept; None keeps all."""
    beside: tuple[Policy, ...] = ()
    """Policies that stay as they are beside those that are fitted."""
    reserved: frozenset[tuple[str | None, str]] = frozenset()
    """Namespaces and names of objects of the target that stand in the output already."""
    written: frozenset[WrittenRange] = frozenset()
    """The ranges that the input itself says."""

    def loosens(self, code: str, origin: Origin, policy: Policy) -> bool:
        """Whether what has no exact form at ``origin`` takes the wider one, a loss of ``code``.

        Where something is accepted, only there: all else stays tight. Where nothing is, everywhere: nothing of it is
        written then, and people see what they would have to accept.
        """
        shown = not self.accepted.given
        return self.loosen and (shown or self.accepted.covers(code, origin, policy.called))


Run: TypeAlias = Callable[[tuple[Policy, ...], Target, Report], tuple[Policy, ...]]


def _never(_policy: Policy, _target: Target) -> bool:
    return False


class Pass(Struct, frozen=True):
    """One step of legalization, with what it takes for granted and what holds from then on to the last step.

    ``broken`` tells a policy that does not keep the guarantee; where a pass refuses something, nothing is promised.
    """

    run: Run
    needs: str
    guarantees: str
    broken: Callable[[Policy, Target], bool] = _never

    @property
    def name(self) -> str:
        """What the module of the pass is called."""
        return self.run.__module__.rpartition(".")[2]
