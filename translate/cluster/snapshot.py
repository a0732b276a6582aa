"""The folder that a cluster becomes: written beside its place as objects come, and put there when it is whole."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from translate.cluster import objects
from translate.cluster.events import Begun, ClusterEvent, ClusterSource, KindListed, Seen, Withheld
from translate.cluster.facts_text import facts_head
from translate.cluster.gathered import Gathered, yaml_text
from translate.cluster.resources import ApiResource, installed, is_policy
from translate.cluster.unseen import without
from translate.core.diagnostics import InputError, Problem
from translate.core.loose import map_at, text_at
from translate.core.names import shown
from translate.core.origin import Origin
from translate.core.shortened import shortened
from translate.core.snapshot_marks import FACTS, MARK, SCHEMA_LINE
from translate.dialects.installed import Installed
from translate.yamlio.write import write

HEAD = f"{SCHEMA_LINE}# What was seen of a cluster. Where this folder is an input, {FACTS} comes along.\n"
KEPT = {"Pod": objects.pod, "Service": objects.service, "Namespace": objects.namespace}
NOT_ASCII = re.compile(r"[^\x20-\x7e]")
MOST_NAMED = 3
Tell = Callable[[str], None]
"""Takes what is being done, in a few words."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a snapshot holds: objects by kind, what was not shown, the engines that were found, with the releases of
    their agents (several in the midst of an upgrade), and the kinds that had to be listed again as they changed.
    """

    counts: tuple[tuple[str, int], ...]
    policies: int
    withheld: tuple[Withheld, ...]
    releases: tuple[tuple[str, tuple[str, ...]], ...]
    again: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    """Namespaces that objects lie in and that were not among those listed: they came or went meanwhile."""
    left: int = 0
    """Objects of kinds that have no say, of which nothing is kept."""

    @property
    def came_or_went(self) -> str:
        """The first few of ``unlisted``, and how many more there are."""
        return shortened(self.unlisted, MOST_NAMED)


@dataclass(slots=True)
class _Writer:
    """Takes what a source says, and holds of it only what the facts need."""

    folder: Path
    namespaces: tuple[str, ...]
    engines: tuple[tuple[str, Installed], ...]
    gathered: Gathered = field(default_factory=Gathered)
    counts: Counter[ApiResource] = field(default_factory=Counter)
    policies: Counter[ApiResource] = field(default_factory=Counter)
    own: dict[ApiResource, list[tuple[str, Mapping[str, Any]]]] = field(default_factory=dict)
    releases: dict[str, set[str]] = field(default_factory=dict)
    listed: list[ApiResource] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    inhabited: set[str] = field(default_factory=set)
    left: int = 0

    def take(self, event: ClusterEvent) -> None:
        """Write what is to be written of an event now."""
        match event:
            case Begun(resource, again):
                self._forget(resource)
                self.again += [str(resource)] * again
            case Seen(resource, value):
                self._see(resource, value)
            case KindListed(resource):
                self.listed.append(resource)
            case Withheld(resource):
                self._forget(resource)
                self.withheld.append(event)

    def _see(self, resource: ApiResource, value: Mapping[str, Any]) -> None:
        owners = [name for name, engine in self.engines if any(one.is_it(value) for one in engine.objects)]
        for name in owners:
            self.own.setdefault(resource, []).append((name, value))
        if not resource.group and resource.kind in KEPT | {"Node": None}:
            self.counts[resource] += 1
            self.gathered.take(value)
            if resource.kind in KEPT:
                self._append(self._part(resource.kind), f"--- {_line(KEPT[resource.kind](value))}\n")
            if resource.kind == "Pod":
                self._find_engine(value)
            self._inhabit(value)
        elif is_policy(value):
            self._inhabit(value)
            self.counts[resource] += 1
            self.policies[resource] += 1
            text = _text(value)
            file = self._file(resource)
            self._append(file, f"---\n{text}" if file.exists() else text)
        elif not owners:
            self.left += 1

    def _inhabit(self, value: Mapping[str, Any]) -> None:
        name = text_at(map_at(value, "metadata"), "namespace")
        if name:
            self.inhabited.add(name)

    def _find_engine(self, pod: Mapping[str, Any]) -> None:
        for name, engine in self.engines:
            release = engine.agent.release(pod) if engine.agent is not None else None
            if release is not None:
                self.releases.setdefault(name, set()).add(release)

    def _forget(self, resource: ApiResource) -> None:
        self.counts.pop(resource, None)
        self.policies.pop(resource, None)
        self.own.pop(resource, None)
        if not resource.group:
            self.gathered.forget(resource.kind)
            self._part(resource.kind).unlink(missing_ok=True)
        self._file(resource).unlink(missing_ok=True)
        if resource.kind == "Pod":
            self.releases.clear()

    def _part(self, kind: str) -> Path:
        return self.folder / f".{kind}.part"

    def _file(self, resource: ApiResource) -> Path:
        return self.folder / f"{resource.plural}.{resource.group}.yaml"

    @staticmethod
    def _append(path: Path, text: str) -> None:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)

    def finish(self) -> Collected:
        """Write what could not be written before all was seen."""
        found = Collected(
            tuple((str(resource), self.counts[resource]) for resource in self.counts),
            sum(self.policies.values()),
            tuple(self.withheld),
            tuple((name, _several(releases)) for name, releases in sorted(self.releases.items())),
            tuple(dict.fromkeys(self.again)),
            tuple(sorted(self.inhabited - self.gathered.namespaces.keys())) if self.gathered.namespaces else (),
            self.left,
        )
        knows_namespaces = bool(self.gathered.namespaces) and not self.namespaces and not found.unlisted
        own = [pair for pairs in self.own.values() for pair in pairs]
        listed = () if self.namespaces else self.listed or tuple(self.counts)
        head = facts_head(self.gathered, own, found, listed, knows_namespaces=knows_namespaces)
        self._write_facts(head, ("Pod", "Service") if knows_namespaces else ("Namespace", "Pod", "Service"))
        for kind in KEPT:
            self._part(kind).unlink(missing_ok=True)
        (self.folder / MARK).write_text(HEAD + yaml_text(_mark(found, self.namespaces)), encoding="utf-8", newline="\n")
        return found

    def _write_facts(self, head: str, kinds: tuple[str, ...]) -> None:
        """The stated facts, and below them the objects: a line and a document each, as readers hold whole documents."""
        parts = [self._part(kind) for kind in kinds if self._part(kind).exists()]
        with (self.folder / FACTS).open("w", encoding="utf-8", newline="\n") as file:
            file.write(head)
            for part in parts:
                with part.open(encoding="utf-8") as lines:
                    shutil.copyfileobj(lines, file)


def _several(releases: set[str]) -> tuple[str, ...]:
    """The releases that agents run; none where no image tells."""
    return () if releases == {""} else tuple(sorted(one or "unknown" for one in releases))


def _text(value: Mapping[str, Any]) -> str:
    """A policy as YAML. Raises InputError for what no server would have stored."""
    try:
        return write([objects.written(value)])
    except (ValueError, RecursionError):
        name = shown(str(map_at(value, "metadata").get("name")))
        message = (
            f"{value.get('kind')} {name} holds a number that JSON does not have, or is too deep; nothing is written"
        )
        raise InputError([Problem(message=message, origin=Origin("objects"))]) from None


def _line(value: Mapping[str, Any]) -> str:
    """An object on a line that is YAML, whatever its texts hold."""
    return NOT_ASCII.sub(lambda found: f"\\U{ord(found[0]):08x}", json.dumps(value, ensure_ascii=False))


def _mark(found: Collected, namespaces: tuple[str, ...]) -> dict[str, Any]:
    """What the folder says of itself."""
    unseen = [
        {"resource": str(one.resource), "why": one.why, "unknown": without(one.resource)} for one in found.withheld
    ]
    return {
        "namespaces": list(namespaces) or "all",
        "partial": bool(unseen),
        "engines": {name: ", ".join(releases) for name, releases in found.releases},
        "objects": dict(found.counts),
        **({"unseen": unseen} if unseen else {}),
    }


def collect(source: ClusterSource, folder: Path, tell: Tell) -> Collected:
    """Write a snapshot of what ``source`` shows to ``folder``, whole or not at all; what was there is replaced.

    Raises InputError where the source breaks off, and OSError where the folder cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = folder.parent / f".netpol-translate-{os.urandom(8).hex()}"
    try:
        place.mkdir(mode=0o700)
        engines = tuple((one.name, one.installed) for one in installed() if one.installed is not None)
        writer = _Writer(place / "new", source.namespaces, engines)
        writer.folder.mkdir()
        for event in _told(source.events(), writer, tell):
            writer.take(event)
        found = writer.finish()
        _put(writer.folder, folder, place / "old")
        return found
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _put(new: Path, folder: Path, old: Path) -> None:
    """Put ``new`` in the place of ``folder``; what was there stays there if that cannot be done."""
    replaced = folder.exists()
    if replaced:
        folder.rename(old)
    try:
        new.rename(folder)
    except BaseException:
        if replaced:
            old.rename(folder)
        raise


def _told(events: Iterator[ClusterEvent], writer: _Writer, tell: Tell) -> Iterator[ClusterEvent]:
    for event in events:
        yield event
        tell(f"collecting {event.resource}: {writer.counts[event.resource]:,}")
