"""IP ranges of Calico's rules and sets, and the forms of them that only its CRDs take.

Calico's own validator wants networks, each once; straight to a CRD, host bits and single addresses are stored, and
Felix masks the one and takes the other as a range of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from translate.core.names import HOST_BITS, Block, block, shown
from translate.core.origin import Path
from translate.dialects.objects import Fault

if TYPE_CHECKING:
    from translate.dialects.calico.manifest import CalicoPolicy, EntityRule
    from translate.dialects.calico.manifest_objects import GlobalNetworkSet, NetworkSet


def range_of(text: str) -> Block | None:
    """A range, or an address as one of itself; None where it is neither."""
    return block(text if "/" in text else f"{text}/{128 if ':' in text else 32}")


def is_stored(text: str) -> bool:
    """Whether Calico reads a range of a rule, as it stands in its storage."""
    found = range_of(text)
    return found is not None and set(found.flaws) <= {HOST_BITS}


def old_forms(policy: CalicoPolicy) -> Iterator[Fault]:
    """Where a valid policy has a form that Calico's own validator refuses, and how it is read."""
    for name in ("ingress", "egress"):
        for index, rule in enumerate(getattr(policy.spec, name)):
            for end, entity in (("source", rule.source), ("destination", rule.destination)):
                if entity.nets or entity.notNets:
                    yield from _entity(entity, ("spec", name, index, end))


def old_forms_of_set(found: NetworkSet | GlobalNetworkSet) -> Iterator[Fault]:
    """Ranges that stand in a set twice; single addresses and host bits every release takes there."""
    yield from _twice(found.spec.nets, ("spec", "nets"))


def _entity(entity: EntityRule, path: Path) -> Iterator[Fault]:
    for name, texts in (("nets", entity.nets), ("notNets", entity.notNets)):
        for index, text in enumerate(texts):
            found = range_of(text)
            if found is not None and (found.flaws or "/" not in text):
                why = f"has {HOST_BITS}" if found.flaws else "has no prefix length"
                told = f"{shown(text)} {why}, which newer releases refuse: it is read as {found.canonical}"
                yield Fault((*path, name, index), told)
        yield from _twice(texts, (*path, name))


def _twice(texts: tuple[str, ...], path: Path) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, text in enumerate(texts):
        if text in seen:
            yield Fault((*path, index), f"{shown(text)} stands in the list twice, which newer releases refuse")
        seen.add(text)
