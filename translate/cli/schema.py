"""``netpol-translate schema NAME``."""

from __future__ import annotations

import json

import click

from translate.cli.choices import OneOf
from translate.cli.files import to_stdout
from translate.cli.main import OK

NAMES = ("report", "diff", "explain", "matrix", "testplan", "migration", "fleet")


@click.command()
@click.argument("name", type=OneOf(NAMES))
def schema(name: str) -> int:
    """Print the JSON Schema of a document: report (convert, check, verify, roundtrip), diff, explain, matrix,
    testplan, migration (the command report), or fleet.
    """
    from translate.rendering.schemas import schema as schema_of  # loads the prover: not for --help

    to_stdout(json.dumps(schema_of(name), indent=2, ensure_ascii=True) + "\n")
    return OK
