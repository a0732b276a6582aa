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

TYPE_CHECKING = False  # type checkers take it for true; `typing` is slow to load, and not needed for --help
if TYPE_CHECKING:
    from typing import Any

    from translate.api.compare import roundtrip as roundtrip
    from translate.api.compare import verify as verify
    from translate.api.convert import convert as convert
    from translate.api.result import Result as Result
    from translate.api.result import RoundTrip as RoundTrip
    from translate.api.result import Verification as Verification
    from translate.api.support import capabilities as capabilities
    from translate.api.support import dump as dump
    from translate.api.support import load as load
    from translate.core.diagnostics import Effect as Effect
    from translate.core.diagnostics import Error as Error
    from translate.core.diagnostics import InputError as InputError
    from translate.core.diagnostics import Loss as Loss
    from translate.core.diagnostics import UnsupportedError as UnsupportedError
    from translate.prover.compare import Proof as Proof
    from translate.prover.compare import Verdict as Verdict

__version__ = "0.1.0"

# Nothing is imported before it is used: `netpol-translate --help` and a plain `import translate` stay light.
_HOME = {
    "convert": "translate.api.convert",
    "capabilities": "translate.api.support",
    "dump": "translate.api.support",
    "load": "translate.api.support",
    "roundtrip": "translate.api.compare",
    "verify": "translate.api.compare",
    "Result": "translate.api.result",
    "RoundTrip": "translate.api.result",
    "Verification": "translate.api.result",
    "Effect": "translate.core.diagnostics",
    "Error": "translate.core.diagnostics",
    "InputError": "translate.core.diagnostics",
    "Loss": "translate.core.diagnostics",
    "UnsupportedError": "translate.core.diagnostics",
    "Proof": "translate.prover.compare",
    "Verdict": "translate.prover.compare",
}

__all__ = [
    "Effect",
    "Error",
    "InputError",
    "Loss",
    "Proof",
    "Result",
    "RoundTrip",
    "UnsupportedError",
    "Verdict",
    "Verification",
    "capabilities",
    "convert",
    "dump",
    "load",
    "roundtrip",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'translate' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
