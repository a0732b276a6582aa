"""The head of a snapshot's facts file: what is stated, and what stays a comment as nobody can know it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from translate.cluster.gathered import Gathered, stated, yaml_text
from translate.cluster.resources import ApiResource, installed
from translate.cluster.unseen import without
from translate.dialects.installed import OwnWord
from translate.dialects.protocol import Dialect
from translate.model.facts import KINDS

if TYPE_CHECKING:
    from translate.cluster.snapshot import Collected

HEAD = "# What the cluster told of itself. State only what is so, and go on: docs/facts.md has every field.\n"
GLOBAL = "Global"


def facts_head(
    gathered: Gathered,
    own: Iterable[tuple[str, Mapping[str, Any]]],
    found: Collected,
    listed: Sequence[ApiResource],
    *,
    knows_namespaces: bool,
) -> str:
    """The YAML map that the file starts with; ``own``: objects that engines are set up by, each with its dialect."""
    told = tuple(own)
    words = {dialect.name: _word(dialect, told) for dialect in installed()}
    ranges = OwnWord(
        pods=tuple(text for word in words.values() for text in word.pods),
        services=tuple(text for word in words.values() for text in word.services),
        api_servers=tuple(text for word in words.values() for text in word.api_servers),
    )
    lines = [*gathered.lines(ranges), gathered.namespace_lines() if knows_namespaces else "", *_settings(words)]
    return "".join((HEAD, *_remarks(found), stated("".join(lines)), *_complete(listed, found)))


def _word(dialect: Dialect, own: Iterable[tuple[str, Mapping[str, Any]]]) -> OwnWord:
    assert dialect.installed is not None
    return dialect.installed.tell([value for name, value in own if name == dialect.name])


def _remarks(found: Collected) -> Iterator[str]:
    """Which engines are there, and what was not seen."""
    for name, releases in found.releases:
        yield f"# Enforced by {' '.join((name, ', '.join(releases))).strip()}.\n"
    for one in found.withheld:
        yield f"# PARTIAL: {one.resource} not seen ({_plain(one.why)}). Unknown: {without(one.resource)}.\n"
    if found.unlisted:
        names = _plain(found.came_or_went)
        yield f"# Namespaces came or went meanwhile, so it is not stated which there are: {names}.\n"


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() and c.isascii() else "?" for c in text)


def _settings(words: Mapping[str, OwnWord]) -> Iterator[str]:
    """What engines are told; a value that is not understood is a comment."""
    known: dict[str, dict[str, Any]] = {}
    for dialect in installed():
        for key, value in words[dialect.name].settings.items():
            setting = dialect.settings.fields[key] if dialect.settings is not None else None
            if setting is None or setting.value(value) is None:
                yield f"# {dialect.name} has {key} = {_plain(str(value))}: no value that is known here.\n"
            else:
                known.setdefault(dialect.name, {})[key] = value
    if known:
        yield yaml_text({"settings": known})


def _complete(listed: Sequence[ApiResource], found: Collected) -> Iterator[str]:
    """The kinds of which all objects were seen: so it was then, and whether it stays so the reader knows."""
    hidden = {one.resource.group for one in found.withheld if one.resource.group}
    seen = {one.kind.removeprefix(GLOBAL) for one in listed if one.group not in hidden}
    kinds = [kind for kind in KINDS if kind in seen and kind != "Namespace"]
    if kinds:
        yield f"# complete: [{', '.join(kinds)}]    # if these are all that there are, and no others will come\n"
