"""What a report says of facts and assumptions that were tried: none of them is guessed, so each is to be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from translate.frontend.facts_flags import FLAGS
from translate.rendering.terminal import Terminal

if TYPE_CHECKING:
    from translate.api.suggestion import Suggestion


def suggested(found: Suggestion, out: Terminal) -> None:
    """The flags to add, with what they were seen to settle."""
    if found.facts:
        flags = " ".join(f"{FLAGS[key]} {text.removesuffix('/32')}" for key, texts in found.facts for text in texts)
        out.prose(f"facts like these settle {found.settles} of {found.losses} (tried; put in your own addresses):")
        out.line(f"   {flags}", "bold")
    for one, settles in found.assumed:
        so = f"if it is so that {one.claim}"
        out.prose(f"{'or, ' * bool(found.facts)}{so}, this settles {settles} of {found.losses} (tried; check it):")
        out.line(f"   --assume {one}", "bold")
    for one in found.untried:
        so = f"if it is so that {one.claim}"
        out.prose(f"{'or, ' * bool(found.facts)}{so}, this may settle some (not tried on so many policies; check it):")
        out.line(f"   --assume {one}", "bold")
