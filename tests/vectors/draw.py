"""Draw the vectors that are this project's to give out of all vectors: ``python tests/vectors/draw.py FOLDER``.

Nothing is left to chance: every case that the project made up itself is taken, its line as it is.
"""

from __future__ import annotations

import gzip
import json
import sys
from io import BytesIO
from pathlib import Path

OWN = Path(__file__).parent

WHOLE = ("kubernetes-spec.yaml", "yaml-reader.jsonl")
"""Files of which every case is the project's own."""

MIXED = ("calico-engine.jsonl.gz", "calico-tiers-engine.jsonl", "cilium-engine.jsonl.gz")
"""Files that also hold cases about policies which others wrote."""


def is_own(line: bytes) -> bool:
    """Tell whether a case was generated, and stands for itself."""
    case = json.loads(line)
    return case["source"] == "generated" and "documents_from" not in case


def unpacked(path: Path) -> bytes:
    """Read a file, gzip or not."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def packed(data: bytes) -> bytes:
    """Compress without time and name, so that the same cases are the same bytes (of the same zlib)."""
    buffer = BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()


def drawn(folder: Path) -> dict[str, bytes]:
    """Give the files to be, unpacked, by the names they have here."""
    found = {name: (folder / name).read_bytes() for name in WHOLE}
    for name in MIXED:
        lines = unpacked(folder / name).splitlines(keepends=True)
        found[name.removesuffix(".gz") + ".gz"] = b"".join(line for line in lines if is_own(line))
    return found


def main(folder: Path, into: Path = OWN) -> None:
    """Write the files."""
    for name, data in drawn(folder).items():
        (into / name).write_bytes(packed(data) if name.endswith(".gz") else data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
