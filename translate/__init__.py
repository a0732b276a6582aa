"""Translates network policies among Kubernetes, Calico and Cilium, and proves that the meaning was kept.

    import translate
    result = translate.convert(open("policies.yaml"), to="calico")
    print(result.yaml(), result.proof.verdict)

Pure functions over frozen values: nothing is read but what is passed, nothing is written. Losses are values of the
result; ``translate.Error`` is the base of what is raised.
"""

# The line below tells `netpol_translate` whose file this is, before it is run.
# distribution: netpol-translate

from __future__ import annotations

from importlib import import_module

from translate.public import HOME as _HOME

TYPE_CHECKING = False  # type checkers take it for true; `typing` is slow to load, and not needed for --help
if TYPE_CHECKING:
    from typing import Any

    from translate.api.accept import Accept, WrittenAt
    from translate.api.account import Account, AccountRow, AccountStep, Beside, Purpose, Way
    from translate.api.check import Check, check
    from translate.api.compare import roundtrip, verify
    from translate.api.convert import convert
    from translate.api.difference import Difference, diff
    from translate.api.explain import Explanation, explain
    from translate.api.lints import Lint
    from translate.api.matrix import Matrix, matrix
    from translate.api.options import (
        CheckKeywords,
        ConvertKeywords,
        DiffKeywords,
        LoadKeywords,
        MatrixKeywords,
        Options,
        PlanKeywords,
        ReportKeywords,
        RoundTripKeywords,
        VerifyKeywords,
    )
    from translate.api.report import DenialPlan, InputText, MigrationReport, PolicyPair, report
    from translate.api.result import LossError, Mapped, Result, RoundTrip, Tried, Verification
    from translate.api.suggestion import Suggestion
    from translate.api.support import capabilities, dump, load
    from translate.api.testplan import testplan
    from translate.core.accepting import Acceptance, Accepted
    from translate.core.diagnostics import Effect, Error, InputError, Loss, Note, Problem, Refusal, UnsupportedError
    from translate.core.origin import Locates, Origin, Origins
    from translate.frontend.sources import Places, Source
    from translate.model.assume import Assume
    from translate.model.conditions import Condition, Proxy, Requests
    from translate.model.facts import Facts, Namespace, PodObject, ServiceObject, StatedPlaces
    from translate.model.peers import (
        Anyone,
        Both,
        Cidr,
        Except,
        Fqdn,
        Kind,
        Kinds,
        Nodes,
        Opaque,
        OwnNamespace,
        Reach,
        Workloads,
    )
    from translate.model.policy import (
        Action,
        AddressSet,
        Bearing,
        Departure,
        Direction,
        Identity,
        Metadata,
        Policy,
        PolicySet,
        Rule,
        Section,
        Subject,
        Tier,
        Unjudged,
    )
    from translate.model.selectors import And, Contains, EndsWith, Exists, In, Label, Not, Or, Scope, StartsWith
    from translate.model.semantics import (
        Combining,
        Enforcement,
        OwnNode,
        Semantics,
        Sentences,
        SharedPolicies,
        TieBreak,
    )
    from translate.model.settings import EngineSettings, OneEngine
    from translate.model.traffic import IcmpType, NamedPort, PortRange, Traffic
    from translate.model.unknowns import Unknown
    from translate.probing.values import (
        Aspect,
        Means,
        Probe,
        ProbeNamespace,
        ProbePlan,
        ProbePod,
        ProbePurpose,
        Untested,
    )
    from translate.prover.answers import Alternative, Answer, Supposition, Walk
    from translate.prover.assumptions import About, Assumption
    from translate.prover.connection import Connection, ConnectionEnd, EndKind
    from translate.prover.decision import Decision
    from translate.prover.decision_list import LogWish
    from translate.prover.failing import Miss
    from translate.prover.interpretations import Interpretation
    from translate.prover.logging_proof import LoggingProof
    from translate.prover.matrix.groups import GroupKind
    from translate.prover.matrix.told import Access, MatrixCell, MatrixGroup
    from translate.prover.near_miss import NearMiss
    from translate.prover.point import Others, PeerClass, Pod, Point
    from translate.prover.proof import Counterexample, Proof, Verdict
    from translate.prover.rows import DiffRow
    from translate.prover.trace import Fate, PolicyStep, RuleStep, TierStep, Trace
    from translate.tables.records import Capabilities, PassingTier, PeerWord

__version__ = "0.1.0"

__all__ = [
    "About",
    "Accept",
    "Acceptance",
    "Accepted",
    "Access",
    "Account",
    "AccountRow",
    "AccountStep",
    "Action",
    "AddressSet",
    "Alternative",
    "And",
    "Answer",
    "Anyone",
    "Aspect",
    "Assume",
    "Assumption",
    "Bearing",
    "Beside",
    "Both",
    "Capabilities",
    "Check",
    "CheckKeywords",
    "Cidr",
    "Combining",
    "Condition",
    "Connection",
    "ConnectionEnd",
    "Contains",
    "ConvertKeywords",
    "Counterexample",
    "Decision",
    "DenialPlan",
    "Departure",
    "DiffKeywords",
    "DiffRow",
    "Difference",
    "Direction",
    "Effect",
    "EndKind",
    "EndsWith",
    "Enforcement",
    "EngineSettings",
    "Error",
    "Except",
    "Exists",
    "Explanation",
    "Facts",
    "Fate",
    "Fqdn",
    "GroupKind",
    "IcmpType",
    "Identity",
    "In",
    "InputError",
    "InputText",
    "Interpretation",
    "Kind",
    "Kinds",
    "Label",
    "Lint",
    "LoadKeywords",
    "Locates",
    "LogWish",
    "LoggingProof",
    "Loss",
    "LossError",
    "Mapped",
    "Matrix",
    "MatrixCell",
    "MatrixGroup",
    "MatrixKeywords",
    "Means",
    "Metadata",
    "MigrationReport",
    "Miss",
    "NamedPort",
    "Namespace",
    "NearMiss",
    "Nodes",
    "Not",
    "Note",
    "OneEngine",
    "Opaque",
    "Options",
    "Or",
    "Origin",
    "Origins",
    "Others",
    "OwnNamespace",
    "OwnNode",
    "PassingTier",
    "PeerClass",
    "PeerWord",
    "Places",
    "PlanKeywords",
    "Pod",
    "PodObject",
    "Point",
    "Policy",
    "PolicyPair",
    "PolicySet",
    "PolicyStep",
    "PortRange",
    "Probe",
    "ProbeNamespace",
    "ProbePlan",
    "ProbePod",
    "ProbePurpose",
    "Problem",
    "Proof",
    "Proxy",
    "Purpose",
    "Reach",
    "Refusal",
    "ReportKeywords",
    "Requests",
    "Result",
    "RoundTrip",
    "RoundTripKeywords",
    "Rule",
    "RuleStep",
    "Scope",
    "Section",
    "Semantics",
    "Sentences",
    "ServiceObject",
    "SharedPolicies",
    "Source",
    "StartsWith",
    "StatedPlaces",
    "Subject",
    "Suggestion",
    "Supposition",
    "TieBreak",
    "Tier",
    "TierStep",
    "Trace",
    "Traffic",
    "Tried",
    "Unjudged",
    "Unknown",
    "UnsupportedError",
    "Untested",
    "Verdict",
    "Verification",
    "VerifyKeywords",
    "Walk",
    "Way",
    "Workloads",
    "WrittenAt",
    "capabilities",
    "check",
    "convert",
    "diff",
    "dump",
    "explain",
    "load",
    "matrix",
    "report",
    "roundtrip",
    "testplan",
    "verify",
]


def __getattr__(name: str) -> Any:
    # Nothing is imported before it is used: `netpol-translate --help` and a plain `import translate` stay light.
    if name not in _HOME:
        raise AttributeError(f"module 'translate' has no attribute {name!r}")
    value = getattr(import_module(f"translate.{_HOME[name]}"), name)
    globals()[name] = value
    return value
