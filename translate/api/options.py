"""What the verbs can be asked for: one frozen value, whose values are checked where it is made and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from os import PathLike
from typing import Any, Literal, TypeAlias, TypedDict

from msgspec import Struct
from msgspec.structs import replace

from translate.api.accept import Accept, accepts_of
from translate.api.releases import Version, check_read, release_of
from translate.core.names import dns_label_problem
from translate.dialects import SHARED, enforces, engines, names, resolved
from translate.frontend.facts import FactsInput
from translate.model.policy import Direction
from translate.prover.allowance import MAX_MEMORY, MAX_SECONDS
from translate.prover.budget import MAX_GROUPS, MAX_ROWS, MAX_STEPS

OnLoss: TypeAlias = Literal["tighten", "loosen", "stop"]
Stamp: TypeAlias = Literal["comment", "annotation", "none"]
LogDirection: TypeAlias = Literal["both", "ingress", "egress"]
CacheFolder: TypeAlias = str | PathLike[str] | None


class Options(Struct, frozen=True, kw_only=True):
    """How the verbs work: ``convert`` goes by all of it, the others by what concerns them.

    Each field is a keyword argument of the verbs as well, and a flag of the command line. Raises ValueError for a value
    that is not known.
    """

    default_namespace: str = "default"
    """The namespace of objects that name none."""
    source_engine: str | None = None
    """Who enforces the Kubernetes policies of the input today; kubernetes: whichever."""
    target_engine: str | None = None
    """``verify``, ``diff``, ``matrix``: who enforces those of the input after."""
    source_version: Version = None
    """``"calico=3.31"`` or a mapping: the release that enforces the input; without it any that is known."""
    before_version: Version = None
    """``verify``: the one that enforces the input before."""
    after_version: Version = None
    """``verify``: and the one after."""
    facts: FactsInput = None
    """What policies cannot tell of the cluster (docs/facts.md)."""
    max_steps: int = MAX_STEPS
    """The bound on the work of each proof, in steps; a proof that does not finish within is undecided."""
    max_seconds: float = MAX_SECONDS
    """The bound on the CPU time of a whole run, looked at by its proofs: past it they are undecided."""
    max_memory: int = MAX_MEMORY
    """Likewise on its memory, in MiB."""
    jobs: int = 1
    """How many processes a run may use once there is so much to do that it pays (``convert``, ``verify``, ``diff``,
    ``check``, ``roundtrip``, ``report``); the answer is the same. Each of them is held to the bounds above by itself.
    """
    cache: CacheFolder = None
    """``convert``, ``verify``, ``diff``, ``check``: a folder that proofs are kept in, and taken from where they are
    made already; the answer is the same with it and without.
    """
    from_: str = "auto"
    """Take only policies of this dialect."""
    on_loss: OnLoss = "tighten"
    """What the target cannot say: the nearest tighter form, the nearest looser one, or nothing at all."""
    accept: Sequence[str | Accept] = ()
    """The losses that are accepted: ``CODE`` for everywhere, ``CODE@KIND/NAMESPACE/NAME`` or ``CODE@FILE:LINE``."""
    log_denials: bool = False
    """Log what is denied."""
    log_direction: LogDirection = "both"
    """Of which direction."""
    log_explicit: bool = False
    """Only what Deny rules deny."""
    stage: bool = False
    """Write policies that are stored and not enforced, where the target has such kinds."""
    verify: bool = True
    """Prove the written text against the input."""
    passthrough: bool = False
    """Put foreign objects of the input behind the translated ones."""
    stamp: Stamp = "none"
    """Say in each object which policy it stands for."""
    target_version: Version = None
    """``"cilium=1.18"`` or a mapping: refuse what that release does not have."""
    max_rules: int = 500
    """How many rules may stand in place of one policy where order is worked out."""
    max_rows: int = MAX_ROWS
    """``diff``: how many rows are told of today, and as many of later."""
    max_groups: int = MAX_GROUPS
    """``matrix``: above so many groups of pods, those with labels of several selectors at once are only counted."""
    all_groups: bool = False
    """``matrix``: also those that no pod or workload of the input and the facts is in."""
    explain_plan: bool = False
    """Fill in which passes changed anything."""
    keep_going: bool = False
    """Translate what is not refused, and name the rest in ``Result.refusals`` and at the top of the text."""
    suggest: bool = False
    """Try which facts would settle losses, which costs a second translation where there are such."""

    def __post_init__(self) -> None:
        one_of("on_loss", self.on_loss, ("tighten", "loosen", "stop"))
        one_of("log_direction", self.log_direction, ("both", *Direction))
        one_of("stamp", self.stamp, ("comment", "annotation", "none"))
        accepts_of(self.accept)
        if isinstance(self.facts, str | bytes):  # which of the two nobody can tell
            raise ValueError(f"facts are a path of pathlib, a map or Facts, not the text {self.facts!r:.60}")
        for engine in (self.source_engine, self.target_engine):
            if engine is not None and not enforces(engine):
                one_of("an engine", engine, (SHARED, *engines()))
        problem = dns_label_problem(self.default_namespace)
        if problem is not None:
            raise ValueError(f"default_namespace {self.default_namespace!r} {problem}")
        for name in ("max_steps", "max_memory", "max_rules", "max_rows", "max_groups", "jobs"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.max_seconds <= 0:
            raise ValueError(f"max_seconds must be more than 0, not {self.max_seconds}")
        if self.from_ != "auto":
            dialect(self.from_)
        release_of(self.target_version, "")
        for version in (self.source_version, self.before_version, self.after_version):
            check_read(version)


class LoadKeywords(TypedDict, total=False):
    """The options of ``load``, as keyword arguments."""

    default_namespace: str
    source_engine: str | None
    source_version: Version
    facts: FactsInput


class PlanKeywords(LoadKeywords, total=False):
    """The options of ``testplan``."""

    max_seconds: float
    max_memory: int


class RoundTripKeywords(LoadKeywords, total=False):
    """The options of ``roundtrip``."""

    jobs: int
    max_steps: int
    max_seconds: float
    max_memory: int


class CheckKeywords(LoadKeywords, total=False):
    """The options of ``check``."""

    jobs: int
    cache: CacheFolder
    max_steps: int
    max_seconds: float
    max_memory: int
    accept: Sequence[str | Accept]
    target_version: Version


class VerifyKeywords(TypedDict, total=False):
    """The options of ``verify``."""

    jobs: int
    cache: CacheFolder
    default_namespace: str
    source_engine: str | None
    target_engine: str | None
    before_version: Version
    after_version: Version
    facts: FactsInput
    max_steps: int
    max_seconds: float
    max_memory: int


class MatrixKeywords(LoadKeywords, total=False):
    """The options of ``matrix``."""

    target_engine: str | None
    after_version: Version
    max_steps: int
    max_seconds: float
    max_memory: int
    max_groups: int
    all_groups: bool


class DiffKeywords(VerifyKeywords, total=False):
    """The options of ``diff``."""

    max_rows: int


class ConvertKeywords(RoundTripKeywords, total=False):
    """The options of ``convert``."""

    cache: CacheFolder
    from_: str
    on_loss: OnLoss
    accept: Sequence[str | Accept]
    log_denials: bool
    log_direction: LogDirection
    log_explicit: bool
    stage: bool
    verify: bool
    passthrough: bool
    stamp: Stamp
    target_version: Version
    max_rules: int
    explain_plan: bool
    keep_going: bool
    suggest: bool


class ReportKeywords(RoundTripKeywords, total=False):
    """The options of ``report``."""

    from_: str
    on_loss: OnLoss
    accept: Sequence[str | Accept]
    stage: bool
    target_version: Version
    max_rules: int
    max_rows: int
    max_groups: int
    all_groups: bool


def chosen(options: Options | None, keywords: Mapping[str, Any], known: type[Any]) -> Options:
    """``options`` but for what ``keywords`` say. Raises TypeError for one that is not of ``known``, and ValueError."""
    for name in keywords:
        if name not in known.__optional_keys__:
            raise TypeError(f"{name!r} is no option of this: {', '.join(sorted(known.__optional_keys__))}")
    return replace(options or Options(), **keywords)


def one_of(name: str, value: str, known: Collection[str]) -> str:
    """``value`` if it is one of ``known``. Raises ValueError."""
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(sorted(known))}, not {value!r}")
    return value


def dialect(name: str) -> str:
    """The dialect of a name or alias. Raises ValueError."""
    return resolved(name) or one_of("a dialect", name, names())
