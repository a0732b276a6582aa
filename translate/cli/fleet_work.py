"""The work on one cluster, as any process can do it that sees its folder; whatever goes wrong is its outcome."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec.structs import replace as altered

from translate.api.compare import verify
from translate.api.convert import convert
from translate.api.entry import own_code
from translate.api.fleet import ClusterOutcome, FleetLosses, FleetVerdict
from translate.api.options import Options
from translate.api.result import LossError, Result
from translate.cli.convert import Delivery, exit_code, files_of
from translate.cli.files import inputs
from translate.cli.fleet_clusters import ClusterFolder
from translate.cli.main import FOUND, OUT_OF_MEMORY, TROUBLE
from translate.cli.reporting import exit_code as proof_code
from translate.cli.snapshots import facts_of_snapshot
from translate.core.diagnostics import InputError, Loss, Problem, Refusal, UnsupportedError
from translate.frontend.sources import Source

SHOWN = 3
"""So many of the things that are wrong with one cluster are told."""


@dataclass(frozen=True, slots=True)
class ClusterTask:
    """One cluster, and what is to be done with it: translate it ``to`` a dialect, or else compare it.

    ``root``: where relative names begin. ``code``: the program that gave the task, as ``own_code`` has it.
    """

    cluster: ClusterFolder
    to: str | None
    options: Options
    recursive: bool
    root: str
    code: bytes


def judged(task: ClusterTask) -> ClusterOutcome:
    """What becomes of a cluster."""
    folder, after = task.cluster.folder, task.cluster.after
    if own_code() != task.code:
        return failed(task, "who worked on it runs another version of netpol-translate")
    if folder is None or (task.to is None and after is None):
        which = "there is no such cluster before" if folder is None else "there is no such cluster after"
        return _wrong(task, FleetVerdict.MISSING, TROUBLE, (which,))
    try:
        return _translated(task, folder, task.to) if task.to is not None else _compared(task, folder, after or "")
    except InputError as error:
        return _wrong(task, FleetVerdict.INVALID, TROUBLE, _few(map(_problem, error.problems), len(error.problems)))
    except UnsupportedError as error:
        told = _few(map(_refusal, error.refusals), len(error.refusals))
        code = TROUBLE if error.refusals else FOUND
        return replace(_wrong(task, FleetVerdict.REFUSED, code, told), losses=_losses(error.losses))
    except OSError as error:
        return _wrong(task, FleetVerdict.INVALID, TROUBLE, (f"cannot be read: {error.strerror or error}",))
    except MemoryError:
        return failed(task, OUT_OF_MEMORY)
    except Exception as error:
        return failed(task, f"internal error: {type(error).__name__}: {error!s:.200}")


def failed(task: ClusterTask, why: str) -> ClusterOutcome:
    """The outcome of a cluster whose work was never done."""
    return _wrong(task, FleetVerdict.FAILED, TROUBLE, (why,))


def _translated(task: ClusterTask, folder: str, to: str) -> ClusterOutcome:
    texts = _texts(task, folder)
    try:
        result = convert(texts, to=to, options=_options(task, folder))
    except LossError as stop:
        result = stop.result
    code, proof = exit_code(result), result.proof
    return ClusterOutcome(
        task.cluster.name,
        folder,
        FleetVerdict(proof.verdict.value) if proof is not None else FleetVerdict.UNDECIDED,
        code,
        len(result.before.policies) if result.before is not None else 0,
        _losses(result.open_losses),
        (proof.reason,) if proof is not None and proof.reason else (),
        _files(result),
        proof is not None and proof.recalled,
    )


def _compared(task: ClusterTask, folder: str, after: str) -> ClusterOutcome:
    found = verify(_texts(task, folder), _texts(task, after), options=_options(task, folder, after))
    remarks = (found.proof.reason,) if found.proof.reason else ()
    return ClusterOutcome(
        task.cluster.name,
        folder,
        FleetVerdict(found.verdict.value),
        proof_code(found.proof),
        len(found.before.policies),
        remarks=remarks,
        recalled=found.proof.recalled,
    )


def _texts(task: ClusterTask, folder: str) -> tuple[Source, ...]:
    """The texts of a folder, called as whoever named it would call them."""
    place = os.path.join(task.root, folder)
    found = inputs((place,), task.recursive)
    return tuple(altered(one, name=str(Path(folder, os.path.relpath(one.name, place)))) for one in found)


def _options(task: ClusterTask, *folders: str) -> Options:
    """The options for one cluster: of its own facts, if it is a snapshot."""
    facts = facts_of_snapshot(os.path.join(task.root, folder) for folder in folders)
    return task.options if facts is None else altered(task.options, facts=facts)


def _files(result: Result) -> tuple[tuple[str, str], ...]:
    delivery = Delivery("yaml", Path(), None, force=False, verbose=0)
    return tuple((path.name, text) for path, text in files_of(result, delivery).items()) if result.text else ()


def _losses(losses: Iterable[Loss]) -> tuple[FleetLosses, ...]:
    counts = Counter((loss.code, loss.effect.value) for loss in losses)
    return tuple(FleetLosses(code, effect, count) for (code, effect), count in sorted(counts.items()))


def _wrong(task: ClusterTask, verdict: FleetVerdict, code: int, remarks: tuple[str, ...]) -> ClusterOutcome:
    cluster = task.cluster
    return ClusterOutcome(cluster.name, cluster.folder or cluster.after or "", verdict, code, remarks=remarks)


def _few(texts: Iterable[str], count: int) -> tuple[str, ...]:
    shown = tuple(text for text, _ in zip(texts, range(SHOWN), strict=False))
    return (*shown, f"+ {count - SHOWN} more") if count > SHOWN else shown


def _problem(found: Problem) -> str:
    return _at(found, found.message)


def _refusal(found: Refusal) -> str:
    return _at(found, f"{found.code} {found.message}")


def _at(found: Problem | Refusal, message: str) -> str:
    place = ":".join(str(part) for part in (found.origin.file, found.line, found.column) if part)
    return f"{place}: {message}" if place else message
