"""What the public functions return: frozen values that say what came out, what was lost and what was proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from itertools import accumulate
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

import translate  # types of fields that few results have: asked for by name, they are loaded
from translate.core.accepting import NOTHING, Acceptance
from translate.core.diagnostics import Effect, Loss, Note, Problem, Refusal, UnsupportedError
from translate.core.origin import Origin, Place
from translate.core.shown import shown
from translate.frontend.sources import FilePart, Places
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Identity, Policy, PolicySet
from translate.prover.proof import Counterexample, Proof, Verdict

OUTPUT = "output"
"""What the text of a translation is called in origins."""
SEPARATOR = "---\n"
"""What stands between the parts of it."""
LARGE = ("before", "after", "facts", "places", "after_places")


class Mapped(Struct, frozen=True):
    """One policy of the input, what stands for it in the output, and how exactly."""

    source: Identity
    origin: Origin
    targets: tuple[Identity, ...]
    exactness: Effect
    codes: tuple[str, ...] = ()


class Tried(Struct, frozen=True):
    """One form that was tried: what it is, the passes that changed anything, and why it was taken or left."""

    form: str
    passes: tuple[str, ...]
    verdict: str
    chosen: bool
    why: str = ""
    worked_out: bool = False
    """Whether order was worked out, so that no Deny is left out unproved."""
    later: Verdict | None = None
    """The verdict about any day, when there may be other policies; None if that was not asked."""
    packet: Counterexample | None = None
    """What the form treats differently: today, or else once there is another policy."""
    undecided: str = ""
    """Why the proof came to no answer."""
    loosened: bool = False
    """Whether it is the nearest looser form, and that was wanted."""
    put_back: bool = False
    """Whether all Denies are kept, as the search for those that are needed was given up."""


class Result(Struct, frozen=True):
    """A translation: the objects and their text, the losses by name, and the proof (None with ``verify=False``).

    ``parts`` is the text of each object. ``text`` is empty where nothing stands for the input, and where what was found
    is ``withheld``: it would let through more than the input, or nothing was to be lost.
    """

    to: str
    objects: tuple[dict[str, Any], ...]
    parts: tuple[str, ...]
    text: str
    policies: tuple[Mapped, ...]
    losses: tuple[Loss, ...]
    notes: tuple[Note, ...]
    proof: Proof | None
    logging: translate.LoggingProof | None = None
    foreign: Counter[str] = field(default_factory=Counter)
    passthrough: bool = False
    accepted: Acceptance = NOTHING
    refusals: tuple[Refusal, ...] = ()
    """With ``keep_going=True``: what is not translated, and not in the output."""
    problems: tuple[Problem, ...] = ()
    """Likewise: what cannot be read."""
    emptied: tuple[Note, ...] = ()
    """Policies that let something through and now let nothing through."""
    suggestion: translate.Suggestion | None = None
    """With ``suggest=True``: facts that would settle some of the losses."""
    tried: tuple[Tried, ...] = ()
    account: translate.Account | None = None
    """With ``explain_plan=True``: what stands for what, why, and what would make it one to one."""
    before: PolicySet | None = None
    after: PolicySet | None = None
    facts: Facts = NO_FACTS
    """What is known of the cluster: stated, or told by objects of the input."""
    places: Places = field(default_factory=Places)
    after_places: Places = field(default_factory=Places)
    withheld: bool = False

    def __repr__(self) -> str:
        return shown(self, ("parts", "tried", "account", *LARGE))

    def yaml(self) -> str:
        """The objects as YAML text, comments of the input in their places."""
        return self.text

    def delivered(self, file: str) -> Result:
        """The same, its text known as ``file``."""
        return self._in_files([FilePart(file)])

    def parted(self, files: Sequence[str]) -> Result:
        """The same, each of its parts known as one of ``files``."""
        if SEPARATOR.join(self.parts) != self.text:
            return self
        starts = accumulate((part.count("\n") + SEPARATOR.count("\n") for part in self.parts), initial=0)
        return self._in_files([FilePart(*pair) for pair in zip(files, starts, strict=False)])

    def _in_files(self, parts: Sequence[FilePart]) -> Result:
        return replace(self, after_places=self.after_places.delivered(OUTPUT, parts))

    @property
    def is_proved(self) -> bool:
        """Whether a proof came to an answer, whichever."""
        return self.proof is not None and self.proof.verdict is not Verdict.UNDECIDED

    @property
    def exactness(self) -> Effect:
        """The worst that happened to any policy; not known to be exact, nor only later otherwise, without a proof."""
        return worst([*(loss.effect for loss in self.losses), Effect.EXACT if self.is_proved else Effect.UNKNOWN])

    @property
    def open_losses(self) -> tuple[Loss, ...]:
        """The losses that change what is let through and that nobody accepted."""
        return tuple(x for x in self.losses if x.effect is not Effect.EXACT and not self.accepted.holds(x))


class LossError(UnsupportedError):
    """With ``on_loss="stop"`` something would be lost; ``result`` is the translation, its text withheld."""

    def __init__(self, result: Result) -> None:
        self.result = result
        super().__init__((), result.open_losses, result.places)


def worst(effects: Any) -> Effect:
    """The gravest of some effects; tighter and looser together are mixed."""
    found = set(effects)
    if Effect.MIXED in found or {Effect.TIGHTER, Effect.LOOSER} <= found:
        return Effect.MIXED
    for effect in (Effect.LOOSER, Effect.TIGHTER, Effect.UNKNOWN, Effect.LOOSER_LATER, Effect.TIGHTER_LATER):
        if effect in found:
            return effect
    return Effect.EXACT


def graded(rows: Sequence[Mapped], losses: Sequence[Loss]) -> tuple[Mapped, ...]:
    """The rows with the worst effect and the codes of the losses of their policy."""
    if not losses:
        return tuple(rows)
    names, places = {row.source for row in rows}, {row.origin.place for row in rows}
    by_row: dict[object, list[Loss]] = {}
    for loss in losses:
        by_row.setdefault(loss.about if loss.about in names else _row(loss.origin, places), []).append(loss)
    found = []
    for row in rows:
        mine = by_row.get(row.source, []) + by_row.get(row.origin.place, [])
        codes = tuple(dict.fromkeys(loss.code for loss in mine))
        found.append(replace(row, exactness=worst(loss.effect for loss in mine), codes=codes))
    return tuple(found)


def _row(origin: Origin, places: Container[Place]) -> Place | None:
    """The place of the policy that ``origin`` is inside: a policy that became several has other names by then."""
    file, document, path = origin.place
    return next(
        ((file, document, path[:n]) for n in range(len(path), -1, -1) if (file, document, path[:n]) in places), None
    )


def source_of(policy: Policy | None, result: Result) -> Policy | None:
    """The policy of the input that an object of the output stands for."""
    if policy is None or result.before is None:
        return None
    name = (policy.identity.namespace, policy.identity.name)
    for row in result.policies:
        if any((target.namespace, target.name) == name for target in row.targets):
            return next(p for p in result.before.policies if p.origin.place == row.origin.place)
    return None


class Later:
    """A set that is made when it is asked for, if it is not at hand; like origins, all are equal."""

    def __init__(self, make: Callable[[], PolicySet] | None = None) -> None:
        self._make = make
        self._made: PolicySet | None = None

    def instead_of(self, at_hand: PolicySet) -> PolicySet:
        """The set, made once. Raises what making it raises."""
        if self._made is None:
            self._made = at_hand if self._make is None else self._make()
        return self._made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Later)

    def __hash__(self) -> int:
        return 0


class Verification(Struct, frozen=True):
    """The answer of ``verify``: a proof, the sets it compares, and what kept it from an answer."""

    proof: Proof
    before: PolicySet
    _after: PolicySet
    before_places: Places
    after_places: Places
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Note, ...] = ()
    facts: Facts = NO_FACTS
    """What is known of the cluster: stated, or told by objects of the inputs."""
    _owned: Later = field(default_factory=Later)

    def __repr__(self) -> str:
        return shown(self, ("before_places", "after_places", "facts", "_owned"))

    @property
    def after(self) -> PolicySet:
        """The set after; where it was compared without its own places, it is read with them now."""
        return self._owned.instead_of(self._after)

    @property
    def compared(self) -> PolicySet:
        """A set that is equal to the one after: origins may say where the same text stands in the input before."""
        return self._after

    @property
    def verdict(self) -> Verdict:
        """The verdict of the proof."""
        return self.proof.verdict

    @property
    def counterexamples(self) -> tuple[Counterexample, ...]:
        """The counterexamples of the proof."""
        return self.proof.counterexamples

    @property
    def counterexample(self) -> Counterexample | None:
        """The gravest counterexample, None if there is none."""
        return next(iter(self.proof.counterexamples), None)

    def __bool__(self) -> bool:
        raise TypeError("a proof is no yes or no: compare .verdict, which may be undecided")


class RoundTrip(Struct, frozen=True):
    """A → B → A: both translations, the proof of first against last, and where the canonical forms differ.

    ``gone``: objects of the input that do not come back: those that decide about traffic and are not read, and staged
    policies.
    """

    there: Result
    back: Result
    proof: Proof
    differences: Mapping[str, tuple[str, ...]]
    gone: tuple[Identity, ...] = ()
