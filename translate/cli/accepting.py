"""``--accept``: the losses that are accepted, where, and why."""

from __future__ import annotations

import click

from translate.api.accept import Accept, WrittenAt, accept_of
from translate.cli.choices import code_of
from translate.core.near import near
from translate.tables import load

FLAG = WrittenAt("--accept")


def loss_code(word: str) -> str:
    """The code of a loss that is called ``word``, by its number or its name, too. Raises ValueError."""
    losses = {code: record for code, record in load.codes().items() if record.kind == "loss"}
    code = code_of(word, losses)
    if code is None:
        remark = near(word, (*losses, *(record.name for record in losses.values())))
        raise ValueError(f"{word!r} is no code of a loss{remark} (see: netpol-translate rule)")
    return code


def _accepts(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Accept, ...]:
    try:
        return tuple(accept_of(value, code_of=loss_code, written=FLAG) for value in values)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--accept") from None


accepted = click.option(
    "--accept",
    multiple=True,
    metavar="CODE[@PLACE][=REASON]",
    callback=_accepts,
    help="Accept a loss by its code; with PLACE only of that policy (KIND/NAMESPACE/NAME) or at FILE:LINE. Repeatable.",
)
"""--accept."""
