"""Which policy of the input an object stands for: said of what was compiled, and of everything on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from translate.core.origin import NOWHERE
from translate.dialects.base import Emitted
from translate.model.policy import PolicySet
from translate.yamlio.document_comments import DocumentComments

ANNOTATION = "netpol-translate/source"


def compiled(
    emitted: Sequence[Emitted], comments: Sequence[DocumentComments | None], before: PolicySet
) -> list[DocumentComments | None]:
    """The comments, with a line at the head of each object that is one of several for its policy, or had taken
    out of it what is decided before it: a reader would look for its rules in vain.
    """
    sources = {policy.origin.place: policy.identity for policy in before.policies}
    places = Counter(item.policies[0].origin.place for item in emitted)
    found: list[DocumentComments | None] = []
    for item, about in zip(emitted, comments, strict=True):
        policy = item.policies[0]
        source = sources.get(policy.origin.place)
        if source is None or not (policy.metadata.cut or places[policy.origin.place] > 1):
            found.append(about)
            continue
        how = ", without what is denied or passed on before it" if policy.metadata.cut else ""
        about = about or DocumentComments()
        line = f"stands for {source}{how}"
        found.append(replace(about, head=(line, *about.head)))
    return found


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
