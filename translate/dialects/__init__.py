"""The registry: which dialect reads which API group, and where its code is."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from translate.dialects.base import Dialect

# dialect      API groups
GROUPS = {
    "kubernetes": ("networking.k8s.io", "extensions", "policy.networking.k8s.io"),
    "calico":     ("projectcalico.org", "crd.projectcalico.org"),
    "cilium":     ("cilium.io",),
}  # fmt: skip

ALIASES = {"k8s": "kubernetes", "np": "kubernetes"}


def get(name: str) -> Dialect:
    """The dialect called ``name``; its modules are loaded now."""
    if name not in GROUPS:
        raise KeyError(name)
    return cast(Dialect, import_module(f"translate.dialects.{name}"))


def of_group(group: str) -> str | None:
    """The dialect that owns an API group."""
    return next((name for name, groups in GROUPS.items() if group in groups), None)
