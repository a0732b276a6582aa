"""The two directions of a Cilium rule: what it denies and allows there, and whether it isolates."""

from __future__ import annotations

from typing import NamedTuple

from translate.dialects.cilium.manifest import DefaultDeny, Element, Rule
from translate.model.policy import Direction


class DirectionRules(NamedTuple):
    """What a rule says of one direction; ``isolates``: what it does not allow there is denied."""

    direction: Direction
    denies: tuple[Element, ...]
    allows: tuple[Element, ...]
    isolates: bool

    @property
    def fields(self) -> tuple[tuple[str, tuple[Element, ...]], ...]:
        """The lists of elements by their names."""
        return (f"{self.direction}Deny", self.denies), (str(self.direction), self.allows)


def sides(rule: Rule) -> tuple[DirectionRules, DirectionRules]:
    """Without elements a direction is left alone, whatever ``enableDefaultDeny`` says of it."""
    said = rule.enableDefaultDeny or DefaultDeny()
    return (
        DirectionRules(Direction.INGRESS, rule.ingressDeny, rule.ingress, said.ingress is not False),
        DirectionRules(Direction.EGRESS, rule.egressDeny, rule.egress, said.egress is not False),
    )
