"""What a report says of assumptions that were not tried, as the policies are too many."""

from __future__ import annotations

from pathlib import Path

from tests.api.test_api_suggestion_pairs import METADATA, OTHER
from tests.cli.conftest import Run


def test_a_report_says_what_was_not_tried(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text("---\n".join([METADATA, *(OTHER.format(number=number) for number in range(301))]))
    said = run("--to", "cilium", str(file)).err
    assert (
        "if it is so that no pod and no node has a link-local, loopback or multicast address, this may settle some "
        "(not tried on so many policies; check it):\n   --assume link-local-is-outside\n"
    ) in said
