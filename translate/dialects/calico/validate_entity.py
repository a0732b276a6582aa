"""What Calico refuses in the source or destination of a rule (its validator and the schema of its CRD)."""

from __future__ import annotations

from msgspec import Struct

from translate.core.names import (
    block,
    cidr_problem,
    dns_subdomain_problem,
    port_name_problem,
    shown,
)
from translate.core.origin import Path
from translate.dialects.calico.manifest import EntityRule, ServiceMatch
from translate.dialects.calico.ranges import is_stored
from translate.dialects.calico.selector_lexer import TokenType, lex
from translate.dialects.calico.validate_check import GLOBAL, ObjectCheck, digits
from translate.tables import load

LAST_PORT = 65_535
BESIDE_SERVICES = ("selector", "notSelector", "namespaceSelector", "serviceAccounts", "nets", "notNets")
"""What must not be given together with ``services``."""

_BEYOND = f"must be between 1 and {LAST_PORT}; for every port leave out the list"
_NOTHING = EntityRule()


class RuleEnd(Struct, frozen=True):
    """Where an entity rule stands: ``services`` of a policy without a namespace must name theirs."""

    name: str
    direction: str
    namespaced: bool

    @property
    def is_peer(self) -> bool:
        """Whether this is the far end, and not the pods that the policy is for."""
        return (self.name, self.direction) in (("source", "ingress"), ("destination", "egress"))


def check_entity(entity: EntityRule, side: RuleEnd, path: Path, check: ObjectCheck) -> None:
    """All of one end of a rule that can be judged without the rest of the rule."""
    if entity == _NOTHING:
        return
    # Most ends say two or three things, and there are many: nothing is made for what they do not say.
    if entity.nets:
        _nets(entity.nets, (*path, "nets"), check)
    if entity.notNets:
        _nets(entity.notNets, (*path, "notNets"), check)
    if entity.selector:
        check.selector(entity.selector, (*path, "selector"))
    if entity.notSelector:
        check.selector(entity.notSelector, (*path, "notSelector"), global_refused=False)
    if entity.namespaceSelector:
        _namespaces(entity.namespaceSelector, (*path, "namespaceSelector"), check)
    if entity.ports:
        _ports(entity.ports, (*path, "ports"), check)
    if entity.notPorts:
        _ports(entity.notPorts, (*path, "notPorts"), check)
    if entity.serviceAccounts is not None:
        place = (*path, "serviceAccounts")
        check.unlike(entity.serviceAccounts.names, (*place, "names"))
        check.selector(entity.serviceAccounts.selector, (*place, "selector"), limited=False, global_refused=False)
    if entity.services is not None:
        _services(entity, entity.services, side, path, check)


def _nets(texts: tuple[str, ...], path: Path, check: ObjectCheck) -> None:
    check.most(texts, load.capabilities()["calico"].most_blocks, path, ": make several rules of it, or a NetworkSet")
    for index, text in enumerate(texts):
        fault = cidr_problem(text)
        if fault is not None and (check.strict or not is_stored(text)):
            check.named(text, fault, (*path, index))
    if path[-1] == "notNets":
        _whole_families(texts, path, check)
    if check.strict:
        check.unlike(texts, path)


def _whole_families(texts: tuple[str, ...], path: Path, check: ObjectCheck) -> None:
    for index, text in enumerate(texts):
        found = block(text)
        if found is not None and found.length == 0:
            message = f"{shown(text)} must not be all addresses of a family: such a rule would match nothing of it"
            check.note((*path, index), message)


def _namespaces(text: str, path: Path, check: ObjectCheck) -> None:
    """``global()`` stands alone or not at all; its text counts between quotes, too."""
    if GLOBAL in text:
        tokens, mistake = lex(text)
        if mistake is not None or [token.kind for token in tokens] != [TokenType.GLOBAL, TokenType.END]:
            check.note(path, "must not combine global() with anything else: it is the whole selector, or a rule apart")
            return
    check.selector(text, path, global_refused=False)


def _ports(ports: tuple[int | str, ...], path: Path, check: ObjectCheck) -> None:
    check.most(ports, load.capabilities()["calico"].most_ports, path, ": make several rules of it")
    for index, port in enumerate(ports):
        fault = _port_problem(port)
        if fault is not None:
            check.note((*path, index), f"{shown(port) if isinstance(port, str) else port} {fault}")


def _port_problem(port: int | str) -> str | None:
    """Why a port is no number, no range ``first:last`` and no name."""
    if isinstance(port, int):
        return None if 1 <= port <= LAST_PORT else _BEYOND
    first, colon, last = port.partition(":")
    if digits(first) and (digits(last) or not colon):
        low, high = int(first), int(last or first)
        if not 1 <= low <= LAST_PORT or not 1 <= high <= LAST_PORT:
            return _BEYOND
        return f"must not begin above its end: write {high}:{low}" if low > high else None
    fault = port_name_problem(port)
    low_text, dash, high_text = port.partition("-")
    if fault is not None and dash and digits(low_text) and digits(high_text):
        return f"is read as the name of a port and is none: a range has a colon, write {low_text}:{high_text}"
    return None if fault is None else f"is no port: a name {fault}"


def _services(entity: EntityRule, services: ServiceMatch, side: RuleEnd, path: Path, check: ObjectCheck) -> None:
    place = (*path, "services")
    if not side.is_peer:
        other = "source" if side.name == "destination" else "destination"
        text = f"must not stand in the {side.name} of an {side.direction} rule: only its {other} can be a Service"
        check.note(place, text)
    if not services.name:
        check.note((*place, "name"), "is missing: write the name of a Service")
    else:
        check.named(services.name, dns_subdomain_problem(services.name), (*place, "name"))
    if services.namespace:
        check.named(services.namespace, dns_subdomain_problem(services.namespace), (*place, "namespace"))
    elif not side.namespaced and side.is_peer:
        check.note((*place, "namespace"), "is missing: a policy without a namespace must say where the Service is")
    beside = [name for name in BESIDE_SERVICES if getattr(entity, name) not in ("", (), None)]
    if beside:
        check.note(place, f"must not stand beside {' and '.join(beside)}: a Service says which addresses it has")
