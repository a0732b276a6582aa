"""What all Kubernetes objects share, whichever API they belong to: the base of manifests, metadata and its checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import Any, NamedTuple

from msgspec import Struct, field

from translate.core.diagnostics import Effect, Problem, Report
from translate.core.identity import Identity
from translate.core.names import (
    dns_label_problem,
    dns_subdomain_problem,
    label_key_problem,
    label_value_problem,
    shown,
)
from translate.core.origin import Origin, Path, spell
from translate.dialects.base import Idle
from translate.model.policy import Direction, Metadata, Policy

OLD_FORM = "NPT320"
ANNOTATION_BYTES = 256 * 1024


class Manifest(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Base of all manifest structs: unknown fields are errors, as with ``fieldValidation=Strict``."""


class ObjectMeta(Manifest, frozen=True):
    """Metadata of any object; what only a server sets is accepted without a look (``kubectl get -o yaml``)."""

    name: str = ""
    generateName: str = ""
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    uid: Any = None
    resourceVersion: Any = None
    generation: Any = None
    creationTimestamp: Any = None
    deletionTimestamp: Any = None
    deletionGracePeriodSeconds: Any = None
    finalizers: Any = None
    managedFields: Any = None
    ownerReferences: Any = None
    selfLink: Any = None


STRIPPED = ("kubectl.kubernetes.io/last-applied-configuration",)
"""Annotations that kubectl writes about the object as it was: of another object they would be untrue."""


def metadata(meta: ObjectMeta, extras: tuple[tuple[str, object], ...] = ()) -> Metadata:
    """What of the metadata goes to the output: labels and annotations that people wrote, and the name's form.

    ``extras``: see Metadata.
    """
    return Metadata(
        labels=tuple(meta.labels.items()),
        annotations=tuple((key, value) for key, value in meta.annotations.items() if key not in STRIPPED),
        namespace_given=bool(meta.namespace),
        generate_name="" if meta.name else meta.generateName,
        extras=extras,
    )


class Fault(NamedTuple):
    """A broken rule of an API: ``text`` reads on from the spelled ``path`` (from the root of the object)."""

    path: Path
    text: str


def problems_at(faults: Iterable[Fault], origin: Origin) -> list[Problem]:
    """The faults of the object at ``origin`` as problems."""
    return [Problem(message=f"{spell(path)} {text}", origin=origin.at(*path)) for path, text in faults]


def say_old_forms(faults: Iterable[Fault], kind: str, meta: ObjectMeta, origin: Origin, report: Report) -> None:
    """What newer releases refuse in an object, older ones have stored, and is read: a loss that changes nothing."""
    for path, text in faults:
        about = Identity(kind, meta.namespace or None, meta.name or meta.generateName)
        report.lose(OLD_FORM, Effect.EXACT, f"{about}: {spell(path)} {text}", origin=origin.at(*path), about=about)


def not_listed(policy: Policy, rules: Mapping[Direction, Sized], field: str) -> Iterator[Idle]:
    """The ``rules`` as they are written that ``policy`` was lifted without, as its ``field`` does not list them."""
    for direction, written in rules.items():
        if written and policy.section(direction) is None:
            origin = policy.origin.at("spec", str(direction))
            yield Idle(policy.identity, origin, f"{field} does not list {direction.capitalize()}")


def metadata_faults(meta: ObjectMeta, *, namespaced: bool) -> list[Fault]:
    """What ``ValidateObjectMeta`` refuses, in its order.

    An absent namespace is left to the client; the server clears that of an object that is not ``namespaced``.
    """
    found: list[Fault] = []
    if meta.generateName:
        found += _named(meta.generateName, _generated_problem(meta), "generateName")
    if meta.name:
        found += _named(meta.name, dns_subdomain_problem(meta.name), "name")
    elif not meta.generateName:
        found.append(Fault(("metadata", "name"), "is missing: an object needs a name (or a generateName)"))
    if meta.namespace and namespaced:
        found += _named(meta.namespace, dns_label_problem(meta.namespace), "namespace")
    if meta.labels:
        found += labels_faults(meta.labels, ("metadata", "labels"))
    if meta.annotations:
        found += _annotation_faults(meta.annotations, ("metadata", "annotations"))
    return found


def labels_faults(labels: Mapping[str, str], path: Path, *, any_keys: bool = False) -> list[Fault]:
    """Keys (but for ``any_keys``) and values that are none (``ValidateLabels``), all told of the whole map, as the
    server does.
    """
    found = []
    for key, value in labels.items():
        fault = None if any_keys else label_key_problem(key)
        if fault is not None:
            found.append(Fault(path, f"has the key {shown(key)}, which {fault}"))
        fault = label_value_problem(value)
        if fault is not None:
            found.append(Fault(path, f"has {shown(value)} as the value of {shown(key)}, which {fault}"))
    return found


def _named(name: str, fault: str | None, step: str) -> list[Fault]:
    return [] if fault is None else [Fault(("metadata", step), f"{shown(name)} {fault}")]


def _generated_problem(meta: ObjectMeta) -> str | None:
    """The server checks the prefix with its last hyphen masked, then the name it makes: 58 characters and five more."""
    prefix = meta.generateName
    masked = prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix
    return dns_subdomain_problem(masked) or (None if meta.name else dns_subdomain_problem(prefix[:58] + "00000"))


def _annotation_faults(annotations: Mapping[str, str], path: Path) -> list[Fault]:
    found = []
    size = 0
    for key, value in annotations.items():
        fault = label_key_problem(key.lower())
        if fault is not None:
            found.append(Fault(path, f"has the key {shown(key)}, which {fault}"))
        size += len(key.encode(errors="replace")) + len(value.encode(errors="replace"))
    if size > ANNOTATION_BYTES:
        found.append(Fault(path, f"must have at most {ANNOTATION_BYTES} bytes in all, not {size}"))
    return found
