"""The report as one HTML file that stands alone: no script, nothing from elsewhere, and a policy that forbids both.

All that comes from an input goes through ``_shown`` and Jinja2's escapes, whatever template it stands in.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from translate.api.report import MigrationReport
from translate.rendering.migration.build import page_of
from translate.rendering.migration.highlight import spans
from translate.rendering.migration.marks import CARE, MEANING, OPEN, WRONG
from translate.rendering.terminal import safe

WHO = {"gains": WRONG, "loses": CARE, "either": OPEN}
CHARACTERS = 2000
"""A text of a table that is longer is cut, and says so."""


def as_html(found: MigrationReport) -> str:
    """The page."""
    told = page_of(found)
    template = _environment().get_template("page.html.jinja")
    return template.render(page=told, drawing=Markup(told.picture.svg)) + "\n"  # as_svg escapes


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("translate.rendering.migration", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["spans"] = spans
    made.filters["worded"] = _worded
    made.filters["mark_of_who"] = WHO.__getitem__
    made.filters["style"] = MEANING.__getitem__
    return made


def _worded(text: str) -> Markup:
    """A sentence of ours, what stands between backticks in it as code."""
    parts = str(_shown(text)).split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def _shown(value: Any) -> Any:
    """A text without characters that would not be seen, or that turn others round."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = safe(value)
    return text if len(text) <= CHARACTERS else f"{text[:CHARACTERS]}… ({len(text) - CHARACTERS} more characters)"
