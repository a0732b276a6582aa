"""What Calico refuses in a rule (its validator and the schema of its CRD)."""

from __future__ import annotations

from translate.core.names import shown
from translate.core.origin import Path
from translate.dialects.calico.manifest import ICMP, HTTPMatch, HTTPPath, Rule
from translate.dialects.calico.ranges import range_of
from translate.dialects.calico.validate_check import ObjectCheck, digits, has_ports
from translate.dialects.calico.validate_entity import RuleEnd, check_entity
from translate.dialects.objects import ObjectMeta, metadata_faults

ICMP_PROTOCOLS = ("ICMP", "ICMPv6", 1, 58)
"""What ``icmp`` must stand beside; the numbers as numbers, not as text (rule of the CRD)."""

HTTP_PROTOCOLS = (None, "TCP", 6)
ICMP_FAMILY: dict[int | str, int] = {"ICMP": 4, 1: 4, "ICMPv6": 6, 58: 6}
ICMP_LAST = {"type": 254, "code": 255}
MOST_HTTP = 20
LONGEST_PATH = 1024


def check_rule(rule: Rule, direction: str, path: Path, check: ObjectCheck, *, namespaced: bool) -> None:
    """One rule of a policy in its direction; ``namespaced``: of a policy with a namespace."""
    if rule.ipVersion not in (None, 4, 6):
        check.note((*path, "ipVersion"), f"must be 4 or 6, not {rule.ipVersion}")
    known = rule.protocol is None or check.protocol(rule.protocol, (*path, "protocol"))
    if rule.notProtocol is not None:
        check.protocol(rule.notProtocol, (*path, "notProtocol"))
    if rule.icmp is not None and known and rule.protocol not in ICMP_PROTOCOLS:
        check.note((*path, "icmp"), "must stand beside protocol ICMP or ICMPv6: write it into the rule")
    if rule.icmp is not None or rule.notICMP is not None or rule.ipVersion is not None:
        _icmp(rule, path, check)
    for name, entity in (("source", rule.source), ("destination", rule.destination)):
        check_entity(entity, RuleEnd(name, direction, namespaced), (*path, name), check)
    if not (known and has_ports(rule.protocol)) or rule.destination.services is not None:
        _ports(rule, path, check, fitting=not known)
    if any((rule.source.nets, rule.source.notNets, rule.destination.nets, rule.destination.notNets)):
        _families(rule, path, check)
    if rule.http is not None:
        if known and rule.protocol not in HTTP_PROTOCOLS:
            check.note((*path, "http"), f"must stand beside protocol TCP or none, not {_shown(rule.protocol)}")
        _http(rule, rule.http, direction, (*path, "http"), check)
    if rule.metadata is not None:
        notes = ObjectMeta(name="rule", annotations=rule.metadata.annotations)
        check.faults(fault._replace(path=path + fault.path) for fault in metadata_faults(notes, namespaced=False))


def _icmp(rule: Rule, path: Path, check: ObjectCheck) -> None:
    if rule.icmp is not None:
        _icmp_fields(rule.icmp, (*path, "icmp"), check)
    if rule.notICMP is not None:
        _icmp_fields(rule.notICMP, (*path, "notICMP"), check)
    for name, value in (("protocol", rule.protocol), ("notProtocol", rule.notProtocol)):
        family = ICMP_FAMILY.get(value) if value is not None else None
        if family is not None and rule.ipVersion in (4, 6) and rule.ipVersion != family:
            check.note((*path, "ipVersion"), f"must be {family} beside {name}: {value}, not {rule.ipVersion}")


def _icmp_fields(icmp: ICMP, path: Path, check: ObjectCheck) -> None:
    for name, value in (("type", icmp.type), ("code", icmp.code)):
        if value is not None and not 0 <= value <= ICMP_LAST[name]:
            check.note((*path, name), f"must be between 0 and {ICMP_LAST[name]}, not {value}")
    if icmp.code is not None and icmp.type is None:
        check.note((*path, "code"), "must not stand without type: a code says nothing of its own")


def _ports(rule: Rule, path: Path, check: ObjectCheck, *, fitting: bool) -> None:
    """Numbers need a protocol that has ports (``fitting``), names may do without; a Service brings its own."""
    for side, entity in (("source", rule.source), ("destination", rule.destination)):
        for name, ports in (("ports", entity.ports), ("notPorts", entity.notPorts)):
            if not ports:
                continue
            place = (*path, side, name)
            if side == "destination" and entity.services is not None:
                check.note(place, "must not stand beside services: a Service says which ports it has")
            elif not fitting and rule.protocol is not None:
                text = f"must not stand beside protocol {_shown(rule.protocol)}: only TCP, UDP and SCTP have ports"
                check.note(place, text)
            elif not fitting and not all(_is_name(port) for port in ports):
                check.note(place, "must stand beside a protocol that has ports: write protocol: TCP, UDP or SCTP")


def _is_name(port: int | str) -> bool:
    return isinstance(port, str) and not all(digits(part) for part in port.split(":"))


def _shown(protocol: int | str | None) -> str:
    return shown(protocol) if isinstance(protocol, str) else str(protocol)


def _families(rule: Rule, path: Path, check: ObjectCheck) -> None:
    """All ranges of a rule are of one family, that of ``ipVersion`` where it is given."""
    seen: set[int] = set()
    for side, entity in (("source", rule.source), ("destination", rule.destination)):
        for name, texts in (("nets", entity.nets), ("notNets", entity.notNets)):
            if not texts:
                continue
            families = {found.version for found in map(range_of, texts) if found is not None}
            place = (*path, side, name)
            if rule.ipVersion in (4, 6) and families - {rule.ipVersion}:
                check.note(place, f"must hold IPv{rule.ipVersion} ranges only, because of ipVersion {rule.ipVersion}")
            elif families - seen and len(families | seen) > 1:
                check.note(place, "must not bring a second address family into the rule: write a rule for each family")
            seen |= families


def _http(rule: Rule, http: HTTPMatch, direction: str, path: Path, check: ObjectCheck) -> None:
    if direction == "egress":
        check.note(path, "must not stand in an egress rule: only incoming requests can be judged")
    if rule.action != "Allow":
        check.note(path, f"must not stand in a rule with action {rule.action}: only Allow rules can have it")
    check.most(http.methods, MOST_HTTP, (*path, "methods"))
    check.unlike(http.methods, (*path, "methods"))
    check.most(http.paths, MOST_HTTP, (*path, "paths"))
    for index, item in enumerate(http.paths):
        fault = _path_problem(item)
        if fault is not None:
            check.note((*path, "paths", index), fault)


def _path_problem(item: HTTPPath) -> str | None:
    text = item.exact or item.prefix
    if not text or (item.exact and item.prefix):
        return "must have exactly one of exact and prefix"
    if len(text) > LONGEST_PATH:
        return f"must have at most {LONGEST_PATH} characters, not {len(text)}"
    if not text.startswith("/") or set("? #") & set(text):
        return f"must begin with / and contain no ?, # or blank, unlike {shown(text)}"
    return None
