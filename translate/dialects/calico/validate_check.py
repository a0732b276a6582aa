"""The notebook of a validation run, and the checks that several parts of Calico's API share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from translate.core.diagnostics import Problem
from translate.core.names import placeholder_remark, shown
from translate.core.origin import NOWHERE, Origin, Path, spell
from translate.dialects.calico.read_selector import parsed
from translate.dialects.calico.selector import SelectorError, SelectorSyntaxError, pointer
from translate.dialects.objects import Fault, problems_at
from translate.model.selectors import EVERYTHING, Scope
from translate.tables import load

PROTOCOLS = ("TCP", "UDP", "SCTP", "ICMP", "ICMPv6", "UDPLite")
WITH_PORTS = ("TCP", "UDP", "SCTP", 6, 17, 132)
GLOBAL = "global("
"""The text that the API refuses wherever it is not a ``namespaceSelector`` of a rule, even between quotes."""

_LAST_PROTOCOL = 255


class ObjectCheck(Struct):
    """One validation run over the object at ``origin``: problems in the order they are found."""

    origin: Origin = NOWHERE
    strict: bool = True
    """Whether ranges must have the form that every release takes."""
    any_case: bool = False
    """Whether protocols may be spelled in any case, as the CRDs store and the engine reads them."""
    found: list[Problem] = field(default_factory=list)

    def note(self, path: Path, text: str) -> None:
        """Add one problem: ``text`` reads on from the spelled path."""
        self.found.append(Problem(message=f"{spell(path)} {text}", origin=self.origin.at(*path)))

    def faults(self, faults: Iterable[Fault]) -> None:
        """Add problems that were found elsewhere."""
        self.found += problems_at(faults, self.origin)

    def named(self, value: str, fault: str | None, path: Path) -> None:
        """Add the ``fault`` of a text, if it has one."""
        if fault is not None:
            self.note(path, f"{shown(value)} {fault}")

    def most(self, items: Sequence[object], most: int | None, path: Path, advice: str = "") -> None:
        """A list must not be longer than the API takes."""
        if most is not None and len(items) > most:
            self.note(path, f"must have at most {most} items, not {len(items)}{advice}")

    def unlike(self, items: Sequence[str], path: Path) -> None:
        """The items of a set must differ."""
        seen: set[str] = set()
        for index, item in enumerate(items):
            if item in seen:
                self.note((*path, index), f"{shown(item)} must not stand in the list twice")
            seen.add(item)

    def selector(self, text: str, path: Path, *, limited: bool = True, global_refused: bool = True) -> None:
        """A selector must not be too long and must be one."""
        if not text:
            return
        longest = load.capabilities()["calico"].longest_selector
        if limited and longest is not None and len(text) > longest:
            self.note(path, f"must have at most {longest} characters, not {len(text)}")
        if global_refused and GLOBAL in text:
            self.note(path, "must not contain global(): it is the whole namespaceSelector of a rule or nowhere")
            return
        error = _mistake(text)
        if error is not None:
            excerpt = tuple(pointer(text, error.offset).splitlines())
            message = f"{spell(path)}: {error.message}{placeholder_remark(text)}"
            self.found.append(Problem(message=message, origin=self.origin.at(*path), excerpt=excerpt))

    def protocol(self, value: int | str, path: Path) -> bool:
        """Whether this is one of Calico's names as Calico spells it, or a number."""
        if isinstance(value, str) and not digits(value):
            if value in PROTOCOLS or (self.any_case and protocol_called(value) is not None):
                return True
            self.note(path, choice(value, PROTOCOLS, also=f" or a number from 1 to {_LAST_PROTOCOL}"))
        elif 1 <= int(value) <= _LAST_PROTOCOL:
            return True
        else:
            self.note(path, f"must be between 1 and {_LAST_PROTOCOL}, not {value}")
        return False


def _mistake(text: str) -> SelectorError | None:
    """What is wrong with the syntax of a selector."""
    try:
        parsed(text, Scope.POD, EVERYTHING, False)
    except SelectorSyntaxError as error:
        return SelectorError(error.message, error.offset)
    return None


def digits(text: str) -> bool:
    """Whether Calico reads a text as a number."""
    return text.isascii() and text.isdigit() and len(text) <= 20


def protocol_called(name: str) -> str | None:
    """The protocol of a name in any case, as Calico spells it."""
    return next((known for known in PROTOCOLS if known.casefold() == name.casefold()), None)


def has_ports(protocol: int | str | None) -> bool:
    """Whether traffic of a protocol has ports, its name in any case."""
    if isinstance(protocol, str) and protocol not in WITH_PORTS:
        protocol = int(protocol) if digits(protocol) else protocol_called(protocol)
    return protocol in WITH_PORTS


def choice(text: str, choices: Sequence[str], *, also: str = "") -> str:
    """Refuse ``text`` where only ``choices`` are known, and point at the one it resembles but for its case."""
    alike = next((choice for choice in choices if choice.casefold() == text.casefold()), None)
    advice = f": write {alike}" if alike else placeholder_remark(text)
    *others, last = choices
    names = ", ".join(choices) + also if also or not others else f"{', '.join(others)} or {last}"
    return f"must be {names}, not {shown(text)}{advice}"
