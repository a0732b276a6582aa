"""What losses a caller accepts, and where: read, and looked up in an input."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import astuple

from translate.core.accepting import Acceptance, Accepted
from translate.core.diagnostics import Problem
from translate.core.identity import Identity
from translate.core.near import near
from translate.core.origin import Origin, Place
from translate.core.patterns import pattern
from translate.core.shown import shown
from translate.dialects.base import Object
from translate.frontend.bystanders import identity
from translate.frontend.intake import Intake
from translate.tables.load import codes

FILE_LINE = pattern(r"(?P<file>.+?):(?P<line>[0-9]{1,9})(?::[0-9]+)?", re.DOTALL)
HEAD = ("apiVersion", "kind", "metadata")
"""Whoever points at one of these means the object."""


class WrittenAt(Struct, frozen=True):
    """Where an accept itself was written; 0: no line, no column."""

    file: str = "accept"
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])


BY_CALLER = WrittenAt()
"""Of an accept that stands in no file: it was given to the library."""


class Accept(Struct, frozen=True, kw_only=True):
    """A loss that is accepted by its ``code``: anywhere; of one ``policy`` as findings name it
    (``NetworkPolicy/shop/web``); or of what is written at ``line`` of ``file``, with all inside that.

    Raises ValueError for a code that does not exist, and for a policy and a line at once.
    """

    code: str
    policy: str = ""
    file: str = ""
    line: int = 0
    reason: str = ""
    may_be_absent: bool = False
    """Whether an input may lack the place: what accepts for many inputs cannot fit each of them."""
    written: WrittenAt = BY_CALLER
    """Takes no part in equality."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Accept) and astuple(self)[:-1] == astuple(other)[:-1]

    def __hash__(self) -> int:
        return hash(astuple(self)[:-1])

    def __repr__(self) -> str:
        return shown(self, ("written",))

    def __post_init__(self) -> None:
        if self.code not in codes():
            message = f"accept must be one of {', '.join(sorted(codes()))}, not {self.code!r}"
            raise ValueError(message + near(self.code, codes()))
        if bool(self.file) != bool(self.line) or self.line < 0:
            raise ValueError(f"what {self.code} is accepted for needs a file and a line of it, counted from 1")
        if self.policy and self.file:
            raise ValueError(f"{self.code} is accepted for a policy or for a line, not for both at once")

    @property
    def is_everywhere(self) -> bool:
        """Whether it holds for all that has the code."""
        return not (self.policy or self.file)

    @property
    def words(self) -> str:
        """The accept as it is written on a command line, without its reason."""
        place = self.policy or (f"{self.file}:{self.line}" if self.file else "")
        return f"{self.code}@{place}" if place else self.code

    @property
    def told(self) -> str:
        """The accept in a report, with its own place if that is in no command line."""
        return f"{self.words} ({self.written})" if self.may_be_absent else self.words


def accept_of(text: str, *, code_of: Callable[[str], str] = str, written: WrittenAt = BY_CALLER) -> Accept:
    """The accept of ``CODE[@PLACE][=REASON]``; ``code_of`` finds the code that a word stands for.

    Raises ValueError, and whatever ``code_of`` raises.
    """
    asked, _, reason = text.partition("=")
    word, at, place = asked.partition("@")
    code, place = code_of(word.strip()), place.strip()
    if at and not place:
        raise ValueError(f"{text!r} names no place behind the @: a policy, or FILE:LINE")
    found = FILE_LINE.fullmatch(place)
    if found is None:
        return Accept(code=code, policy=place, reason=reason, written=written)
    return Accept(code=code, file=found["file"], line=int(found["line"]), reason=reason, written=written)


def accepts_of(given: Sequence[str | Accept]) -> tuple[Accept, ...]:
    """The accepts among texts of them. Raises ValueError."""
    if isinstance(given, str):
        raise ValueError(f"accept is a list of codes, not the text {given!r}")
    return tuple(one if isinstance(one, Accept) else accept_of(one) for one in given)


def looked_up(accepts: Sequence[str | Accept], intake: Intake, namespace: str) -> Acceptance:
    """The accepts with their places in the input, and what is wrong with those that have none there.

    ``namespace``: of objects that name none.
    """
    asked = accepts_of(accepts)
    if all(one.is_everywhere for one in asked):
        return Acceptance(tuple(Accepted(one.code, one.told, reason=one.reason) for one in asked))
    objects = [*(item for _, item in intake.native), *intake.foreign]
    named = _named(objects, namespace)
    found = []
    for one in asked:
        places: tuple[Place, ...] | None = None
        absent: Problem | None = None
        about = _meant(one.policy)
        if about is not None:
            places = named.get(about)
        elif one.file:
            places = _written_at(one, objects, intake)
        if places is None and not one.is_everywhere:
            places = ()
            if not one.may_be_absent:
                at, why = one.written, _why_not(one, named, intake)
                absent = Problem(message=why, origin=Origin(at.file), line=at.line, column=at.column)
        found.append(Accepted(one.code, one.told, places, about, one.reason, absent))
    return Acceptance(tuple(found))


def _meant(policy: str) -> Identity | None:
    """The object that ``KIND/NAMESPACE/NAME`` or ``KIND/NAME`` means, None where nothing is called so."""
    match policy.split("/"):
        case [kind, namespace, name]:
            return Identity(kind, namespace, name)
        case [kind, name]:
            return Identity(kind, None, name)
        case _:
            return None


def _named(objects: Iterable[Object], namespace: str) -> dict[Identity, tuple[Place, ...]]:
    """The places of objects by their names, of those without a namespace by both that they may have."""
    found: dict[Identity, tuple[Place, ...]] = {}
    for item in objects:
        own = identity(item.value)
        for name in dict.fromkeys((own, Identity(own.kind, own.namespace or namespace, own.name))):
            found[name] = (*found.get(name, ()), item.origin.place)
    return found


def _written_at(one: Accept, objects: Iterable[Object], intake: Intake) -> tuple[Place, ...] | None:
    """The places of what begins on a line, and of the object whose head is there; None where no object is."""
    found: list[Place] = []
    is_of_one = False
    for item in objects:
        file, document, path = item.origin.place
        locator = intake.places.locator(file)
        begun = None if locator is None or not _same(one.file, file) else locator.begun(document, path, one.line)
        if begun is not None:
            is_of_one = True
            in_head = any(below[len(path)] in HEAD for below in begun if below != path)
            found += [(file, document, below) for below in ((path,) if in_head else begun)]
    return tuple(found) if is_of_one else None


def _same(one: str, other: str) -> bool:
    return os.path.abspath(one) == os.path.abspath(other)


def _why_not(one: Accept, named: Iterable[Identity], intake: Intake) -> str:
    if one.policy:
        kind, last = one.policy.partition("/")[0], one.policy.rpartition("/")[2]
        names = [str(name) for name in named]
        alike = [name for name in names if name.rpartition("/")[2] == last]
        alike = [name for name in alike if name.startswith(f"{kind}/")] or alike
        remark = f"; did you mean {alike[0]!r}?" if alike else near(one.policy, names)
        return f"{one.words}: nothing in the input is called {one.policy!r}{remark}"
    files = [source.name for source in intake.sources]
    if any(_same(one.file, name) for name in files):
        return f"{one.words}: no object is on line {one.line} of {one.file}"
    return f"{one.words}: {one.file!r} is no file of the input{near(one.file, files)}"
