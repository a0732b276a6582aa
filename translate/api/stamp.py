"""Provenance on request: which policy of the input an object stands for."""

from __future__ import annotations

from dataclasses import replace

from translate.core.origin import NOWHERE
from translate.dialects.base import Emitted
from translate.yamlio.comments import DocumentComments

ANNOTATION = "netpol-translate/source"


def stamped(item: Emitted, about: DocumentComments | None, how: str) -> DocumentComments | None:
    """Name the source of ``item`` in a comment at its head, or in an annotation of the object itself."""
    origin = item.policies[0].origin
    if origin is NOWHERE:
        return about
    name = str(item.policies[0].identity)
    if how == "annotation":
        metadata = item.draft.value["metadata"]
        metadata["annotations"] = {**metadata.get("annotations", {}), ANNOTATION: name}
        return about
    about = about or DocumentComments()
    return replace(about, head=(f"stands for {name} of {origin.file}", *about.head))
