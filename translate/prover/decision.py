"""What a plain interpreter says of one packet."""

from __future__ import annotations

from msgspec import Struct

from translate.model.policy import Policy, Rule


class Decision(Struct, frozen=True):
    """The verdict, the policy and rule that gave it (None: no rule, ``why`` says what instead), and whether it was
    logged.
    """

    allowed: bool
    policy: Policy | None
    rule: Rule | None
    why: str
    logged: bool = False
