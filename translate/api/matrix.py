"""``matrix``: who may reach whom on what, by groups of pods that the policies cannot tell apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, Unpack

from msgspec.structs import replace as altered

from translate.api.convert import convert
from translate.api.options import MatrixKeywords, Options, chosen
from translate.api.people import People, focused, people_of
from translate.api.refusing import located
from translate.api.releases import read_on
from translate.core.diagnostics import InputError, Problem, Refusal, UnsupportedError
from translate.dialects.base import Object
from translate.frontend import bystanders
from translate.frontend.facts import facts_of
from translate.frontend.intake import take_in
from translate.frontend.link import Linked, link
from translate.frontend.sources import Input, sources
from translate.model.facts import Facts
from translate.model.policy import Bearing, PolicySet
from translate.prover.allowance import allowed
from translate.prover.assumed import assumptions_of
from translate.prover.assumptions import About, Assumption, listed
from translate.prover.budget import UNFINISHED, unfinished
from translate.prover.matrix.groups import GroupKind
from translate.prover.matrix.names import OTHER_NAMESPACES
from translate.prover.matrix.table import WALK, Looking, Table
from translate.prover.matrix.told import Access, MatrixCell, MatrixGroup, cells_of, groups_of

CellRows: TypeAlias = tuple[tuple[MatrixCell, ...], ...]
OF_TWO_SIDES = (About.HOSTS, About.UNREAD, About.ROUTES, About.ENDPOINTS)
"""What is said of two inputs that are compared; of one there are notes."""
ALONE = "this is what comes of these policies alone: another one may isolate more pods, or allow more"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who may reach whom: ``cells[i][j]`` is what gets through from ``groups[i]`` to ``groups[j]``.

    ``before``: the same of the first input where there are two; empty for one. ``focus``: the groups that were asked
    for, by number; empty: all. ``asked``: each pod or end that was asked for, and the names of the groups it is in.
    ``left_out``: how many groups of pods there are at least that are not told; ``unpeopled``: how many besides that no
    pod or workload of the input is in. ``reason``: why what is told may not be so; empty if nothing is open.
    """

    groups: tuple[MatrixGroup, ...]
    cells: CellRows
    before: CellRows = ()
    focus: tuple[int, ...] = ()
    asked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    left_out: int = 0
    unpeopled: int = 0
    reason: str = ""
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Whether every cell is what the policies say."""
        undecided = any(cell.access is Access.UNDECIDED for row in (*self.before, *self.cells) for cell in row)
        return not (self.reason or undecided)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The cells that were asked for and that policies judge, by row and column."""
        wanted = set(self.focus)
        return tuple(
            (one, other)
            for one, row in enumerate(self.cells)
            for other, cell in enumerate(row)
            if cell.access not in (Access.UNASKED, Access.NOBODY) and (not wanted or {one, other} & wanted)
        )

    @property
    def changes(self) -> tuple[tuple[int, int], ...]:
        """Those of the pairs that are not what they were before."""
        return tuple((i, j) for i, j in self.pairs if self.before and self.before[i][j] != self.cells[i][j])


def matrix(
    source: Input,
    *,
    after: Input | None = None,
    to: str | None = None,
    focus: Sequence[str] = (),
    options: Options | None = None,
    **keywords: Unpack[MatrixKeywords],
) -> Matrix:
    """Who may reach whom by the policies of ``source``; with ``after``, or translated to the dialect ``to``, before and
    after. ``focus``: only what groups, namespaces, pods or ends as ``explain`` takes them send and get.

    What is not read makes the answer undecided. Raises InputError, also for a focus that nobody is; with ``to`` what
    ``convert`` raises.
    """
    asked = chosen(options, keywords, MatrixKeywords)
    with allowed(asked.max_seconds, asked.max_memory):
        return _matrix(source, after, to, focus, asked)


def _matrix(source: Input, after: Input | None, to: str | None, focus: Sequence[str], asked: Options) -> Matrix:
    """The same, within what a run may take."""
    inputs = _inputs(source, after, to, asked)
    refusals = tuple(one for linked in inputs for one in located(linked.report.refusals, linked.places))
    if not (any(one.policies.policies or one.policies.unjudged for one in inputs) or refusals):
        from translate.api.staging import no_policy  # seldom needed

        raise InputError([Problem(message=f"{no_policy(*inputs[:1])}: there is nothing to show")])
    sets, facts = _sets(inputs), inputs[-1].facts
    told = assumptions_of(sets[0], sets[-1], facts)
    frame = Matrix(
        (),
        (),
        reason=next(filter(None, (_unread(linked, refusals) for linked in inputs)), ""),
        assumptions=tuple(one for one in told if one.about not in OF_TWO_SIDES),
        notes=tuple(dict.fromkeys(note for linked in inputs for note in _notes(linked))),
        refusals=refusals,
    )
    if any(one.semantics.unknown for one in sets):
        return frame
    objects = [item for linked in inputs for item in linked.foreign]
    people = people_of(objects, facts, sets[0].semantics, asked.default_namespace, focus)
    try:
        looking = Looking(sets, facts, asked.max_steps)
        table = looking.table([one.atoms(looking.space) for one in people.pods], asked.max_groups, focus)
    except UNFINISHED as error:
        return replace(frame, reason=frame.reason or unfinished(WALK, asked.max_steps, error))
    return _filled(frame, table, people, all_groups=asked.all_groups)


def drawn(
    before: PolicySet, after: PolicySet, facts: Facts, objects: Sequence[Object], asked: Options, *, most: int
) -> Matrix | None:
    """Who may reach whom before and after, of sets that are read already; None where that is more than ``most`` groups.
    ``objects`` may hold pods and workloads of the input.
    """
    frame, people = (
        Matrix((), (), notes=(ALONE,)),
        people_of(objects, facts, before.semantics, asked.default_namespace, ()),
    )
    try:
        looking = Looking((before, after), facts, asked.max_steps)
        if looking.size(asked.max_groups) > most:
            return None
        table = looking.table([one.atoms(looking.space) for one in people.pods], asked.max_groups)
    except UNFINISHED as error:
        return replace(frame, reason=unfinished(WALK, asked.max_steps, error))
    return _filled(frame, table, people, all_groups=asked.all_groups)


def _inputs(source: Input, after: Input | None, to: str | None, asked: Options) -> tuple[Linked, ...]:
    """What is read: the input, and what it is compared with."""
    if after is not None and to is not None:
        raise ValueError("after names the second input, or to translates the first: not both")
    given = sources(source)
    known, where = facts_of(asked.facts), asked.default_namespace
    first = link(take_in(given), default_namespace=where, engine=asked.source_engine, facts=known)
    first = read_on(asked.source_version, first)
    if to is not None:
        result = convert(given, to=to, options=asked)
        if result.withheld:
            raise UnsupportedError((), result.open_losses, result.places)
        after = result.text
    if after is None:
        return (first,)
    second = link(take_in(sources(after)), default_namespace=where, engine=asked.target_engine, facts=first.facts)
    return first, read_on(asked.after_version, second)


def _sets(inputs: Sequence[Linked]) -> tuple[PolicySet, ...]:
    """The policies of each; one without any is read by the engine of the other."""
    engines = [linked.policies.semantics for linked in inputs if linked.policies.policies]
    sets = (linked.policies for linked in inputs)
    return tuple(one if one.policies or not engines else altered(one, semantics=engines[0]) for one in sets)


def _unread(linked: Linked, refusals: Sequence[Refusal]) -> str:
    """Why the answer may be another than that of what is read."""
    if refusals:
        return f"{refusals[0].message}: what is not read cannot be judged"
    if linked.policies.semantics.unknown:
        return f"nothing is known of {', or of '.join(linked.policies.semantics.unknown)}"
    return f"{linked.unread[0].identity} decides about traffic and is not read" if linked.unread else ""


def _notes(linked: Linked) -> Iterator[str]:
    """What a reader would want to know beside the cells."""
    yield ALONE
    unlooked = bystanders.unlooked(linked.foreign)
    if unlooked:
        yield unlooked
    unjudged = linked.policies.unjudged
    routes = [str(one.identity) for one in unjudged if one.bearing is Bearing.ROUTES]
    if routes:
        yield f"packets may be sent elsewhere before they get here: {listed(routes)} is not looked at"
    if any(one.bearing is Bearing.HOSTS for one in unjudged):
        yield "policies for hosts are not judged: they are about the traffic of nodes themselves"
    if any(policy.subject.endpoints for policy in linked.policies.policies):
        yield "policies for endpoints of the engine's own are judged at the pod's end only"


def _filled(frame: Matrix, table: Table, people: People, *, all_groups: bool) -> Matrix:
    """The matrix of a table, with those of its groups that are to be told."""
    members = _members(table, people)
    groups = groups_of(table, members)
    asked = focused(people, table, groups)
    wanted = {number for _, numbers in asked for number in numbers}
    kept = [n for n, one in enumerate(groups) if all_groups or n in wanted or not _is_empty(one, bool(people.members))]
    kept.sort(key=lambda number: (not table.parties[number].is_named, *_order(groups[number])))
    place = {number: at for at, number in enumerate(kept)}
    cells = [_chosen(cells_of(table, number), kept) for number in range(len(table.cells))]
    names = tuple((text, tuple(groups[number].name for number in numbers)) for text, numbers in asked)
    return replace(
        frame,
        groups=tuple(groups[number] for number in kept),
        cells=cells[-1],
        before=cells[0] if len(cells) > 1 else (),
        focus=tuple(sorted(place[number] for number in wanted)),
        asked=names,
        left_out=table.left,
        unpeopled=len(groups) - len(kept),
        reason=frame.reason or table.reason,
    )


def _members(table: Table, people: People) -> list[list[str]]:
    """Who is known to be in each group: nobody who may be in several."""
    found: list[list[str]] = [[] for _ in table.parties]
    for known, meant in zip(people.pods, table.meant, strict=True):
        if len(meant) == 1:
            found[meant[0]] += people.members.get(known, ())
    return [sorted(names) for names in found]


def _is_empty(group: MatrixGroup, some_are_known: bool) -> bool:
    """Whether nobody is known of a group of certain labels, and somebody of others."""
    return some_are_known and group.kind is GroupKind.PODS and not group.members and "{" in group.name.partition("/")[2]


def _order(group: MatrixGroup) -> tuple[object, ...]:
    """Pods by namespace, those of certain labels first; then who is no pod, and the rest of the world last."""
    pods = group.name.partition("/")[2]
    general = (group.namespace == OTHER_NAMESPACES, group.namespace, "{" not in pods)
    return (list(GroupKind).index(group.kind), *general, "any other" in group.name, *_naturally(group.name))


def _naturally(name: str) -> Iterator[tuple[int, str]]:
    """Numbers in a name by what they are."""
    return ((int(part) if part.isdigit() else -1, part) for part in re.split(r"([0-9]+)", name))


def _chosen(cells: CellRows, kept: Sequence[int]) -> CellRows:
    return tuple(tuple(cells[one][other] for other in kept) for one in kept)
