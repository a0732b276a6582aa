"""The three engines as they run by default."""

from __future__ import annotations

from translate.dialects import get
from translate.model.semantics import Semantics
from translate.model.settings import DEFAULTS

KUBERNETES, CALICO, CILIUM = (get(name).semantics(DEFAULTS) for name in ("kubernetes", "calico", "cilium"))
ENGINES = (KUBERNETES, CALICO, CILIUM)


def named(name: str) -> Semantics:
    """The engine called ``name``."""
    return next(engine for engine in ENGINES if engine.name == name)
