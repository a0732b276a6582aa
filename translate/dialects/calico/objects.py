"""From plain YAML values to legal Calico objects, whichever of the two API groups they are written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Path, spell
from translate.dialects.base import Object
from translate.dialects.calico.manifest import (
    CalicoPolicy,
    GlobalNetworkPolicy,
    NetworkPolicy,
    Rule,
    StagedGlobalNetworkPolicy,
    StagedNetworkPolicy,
)
from translate.dialects.calico.manifest_objects import (
    GlobalNetworkSet,
    HostEndpoint,
    NetworkSet,
    Profile,
    StagedKubernetesNetworkPolicy,
    Tier,
)
from translate.dialects.calico.semantics import API_VERSION, CRD_API_VERSION
from translate.dialects.calico.validate import problems
from translate.dialects.calico.validate_check import protocol_called
from translate.dialects.decode import Misfit, Nulls, Reason, decode
from translate.dialects.objects import ObjectMeta

CalicoObject: TypeAlias = (
    CalicoPolicy | StagedKubernetesNetworkPolicy | Tier | NetworkSet | GlobalNetworkSet | HostEndpoint | Profile
)

KINDS: Mapping[str, type[CalicoObject]] = {
    "NetworkPolicy": NetworkPolicy,
    "GlobalNetworkPolicy": GlobalNetworkPolicy,
    "StagedNetworkPolicy": StagedNetworkPolicy,
    "StagedGlobalNetworkPolicy": StagedGlobalNetworkPolicy,
    "StagedKubernetesNetworkPolicy": StagedKubernetesNetworkPolicy,
    "Tier": Tier,
    "NetworkSet": NetworkSet,
    "GlobalNetworkSet": GlobalNetworkSet,
    "HostEndpoint": HostEndpoint,
    "Profile": Profile,
}
PACKED = "projectcalico.org/metadata"
"""The annotation in which Calico keeps the metadata of an object that it stores as ``crd.projectcalico.org/v1``."""

ELSEWHERE: Mapping[Path, str] = {
    ("spec", "namespaceSelector"): "a GlobalNetworkPolicy has it",
    ("spec", "doNotTrack"): "a GlobalNetworkPolicy has it",
    ("spec", "preDNAT"): "a GlobalNetworkPolicy has it",
    ("spec", "applyOnForward"): "a GlobalNetworkPolicy has it",
    ("spec", "stagedAction"): "the staged kinds have it",
    ("spec", "allowedEgressDomains"): "Calico Enterprise and Calico Cloud have it",
    ("source", "domains"): "Calico Enterprise and Calico Cloud have it",
    ("destination", "domains"): "Calico Enterprise and Calico Cloud have it",
    ("http", "headers"): "Calico Enterprise and Calico Cloud have it",
}
"""Fields that are taken by other kinds, or other products of the same API."""

_TIERED = (NetworkPolicy, GlobalNetworkPolicy, StagedNetworkPolicy, StagedGlobalNetworkPolicy)
_PREFIX = "default."


class _Packed(Struct):
    """What of the packed metadata is the user's."""

    name: str | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None


def read(item: Object, *, strict: bool = False) -> CalicoObject:
    """Decode one of ``KINDS``, unpack its metadata and validate it; raises InputError with every problem.

    ``strict``: forms of ranges count, too, that Calico's own validation refuses and its CRDs have stored.
    """

    def rules(found: CalicoObject) -> list[Problem]:
        stored = found.apiVersion == CRD_API_VERSION
        return [*_without_spec(item), *problems(found, item.origin, strict=strict, any_case=stored)]

    found = _as_stored(_decoded(item, rules), item)
    faults = rules(found)
    if faults:
        raise InputError(faults)
    return _spelled(found)


def read_again(item: Object) -> CalicoObject:
    """The same of an object that ``read`` has taken before."""
    return _spelled(_as_stored(_decoded(item), item))


def _as_stored(found: CalicoObject, item: Object) -> CalicoObject:
    return _unpacked(found, item) if found.apiVersion == CRD_API_VERSION else found


def _decoded(item: Object, rules: Callable[[CalicoObject], list[Problem]] | None = None) -> CalicoObject:
    kind = KINDS[str(item.value.get("kind"))]
    return decode(item.value, kind, item.origin, nulls=Nulls.SCHEMA, advise=_hinted, side=_side, rules=rules)


def _hinted(misfit: Misfit) -> Misfit:
    """The misfit, with a word on who has a field that is unknown here."""
    if misfit.reason is not Reason.UNKNOWN_FIELD:
        return misfit
    if (instead := _instead(misfit.path)) is not None:
        return misfit._replace(advice=instead)
    hint = ELSEWHERE.get(misfit.path[-2:])
    return misfit if hint is None else misfit._replace(advice=f"{misfit.advice}; {hint}")


def _instead(path: Path) -> str | None:
    """What is written where a field of another place stands, which has its own name here."""
    match path:
        case (*_, "source" | "destination", "serviceAccountSelector"):
            return "here it is serviceAccounts: {selector: …}"
        case ("spec", "ingress" | "egress", int(), "serviceAccountSelector"):
            return f"who the peers run as stands inside {_side(path)}, as serviceAccounts: {{selector: …}}"
        case ("spec", "serviceAccounts"):
            return "whom a policy is for is asked by serviceAccountSelector"
        case _:
            return None


def _side(path: Path) -> str | None:
    """The end of a rule that a field is of which stands in the rule itself: of ports the target, else the peer."""
    match path:
        case ("spec", "ingress" | "egress", int(), "ports" | "notPorts"):
            return "destination"
        case ("spec", "ingress" | "egress" as direction, int(), _):
            return "source" if direction == "ingress" else "destination"
        case _:
            return None


def _without_spec(item: Object) -> list[Problem]:
    """Only the old storage takes an object without ``spec``."""
    given, kind = item.value.get("spec"), item.value.get("kind")
    if given is not None or kind == "Profile" or item.value.get("apiVersion") != API_VERSION:
        return []
    return [Problem(message=f'{item.value["kind"]} must have the field "spec": a map', origin=item.origin)]


def _unpacked(found: CalicoObject, item: Object) -> CalicoObject:
    """The object as Calico reads it from its storage: name, labels and annotations of the user."""
    meta = found.metadata
    packed = _Packed()
    if PACKED in meta.annotations:
        try:
            packed = json.decode(meta.annotations[PACKED], type=_Packed)
        except DecodeError as error:
            path = ("metadata", "annotations", PACKED)
            text = f"{spell(path)} is not what Calico writes there: {error}"
            raise InputError([Problem(message=text, origin=item.origin.at(*path))]) from None
    rest = {key: value for key, value in meta.annotations.items() if key != PACKED}
    own = replace(
        meta,
        name=packed.name or _unprefixed(found, meta),
        labels={**meta.labels, **(packed.labels or {})},
        annotations={**rest, **(packed.annotations or {})},
    )
    return replace(found, metadata=own)


def _spelled(found: CalicoObject) -> CalicoObject:
    """The object with protocols as Calico spells them: its CRDs store them in any case, as the engine reads them."""
    if found.apiVersion != CRD_API_VERSION or not isinstance(found, _TIERED):
        return found
    given = {"given_ingress": found.spec.given_ingress, "given_egress": found.spec.given_egress}
    read = {name: rules and tuple(map(_rule_spelled, rules)) for name, rules in given.items()}
    return found if read == given else replace(found, spec=replace(found.spec, **read))


def _rule_spelled(rule: Rule) -> Rule:
    given = {"protocol": rule.protocol, "notProtocol": rule.notProtocol}
    read = {name: (protocol_called(one) or one) if isinstance(one, str) else one for name, one in given.items()}
    return rule if read == given else replace(rule, **read)


def _unprefixed(found: CalicoObject, meta: ObjectMeta) -> str:
    """Up to 3.31 the storage put the name of its tier before that of a policy of the tier ``default``."""
    if isinstance(found, _TIERED) and found.spec.tier in ("", "default"):
        return meta.name.removeprefix(_PREFIX)
    return meta.name
